import type { Metadata } from "next";
import { NotFoundMessage } from "@/components/shell/message-page";

export const metadata: Metadata = { title: { absolute: "Not found" } };

export default function NotFound() {
  return <NotFoundMessage />;
}
