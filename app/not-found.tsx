import { NotFoundMessage } from "@/components/shell/message-page";

export default function NotFound() {
  return <NotFoundMessage />;
}
