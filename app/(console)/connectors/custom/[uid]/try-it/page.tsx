import { TryIt } from "@/components/custom-connectors/try-it";
import { tryItPage } from "@/lib/run/loaders";

export default async function TryItPage({ params }: { params: Promise<{ uid: string }> }) {
  return <TryIt {...await tryItPage((await params).uid)} />;
}
