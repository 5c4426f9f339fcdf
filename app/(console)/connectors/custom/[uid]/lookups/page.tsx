import { LookupsEditor } from "@/components/custom-connectors/lookups-editor";
import { loadEditor } from "@/lib/custom-connectors/loaders";

export default async function LookupsPage({ params }: { params: Promise<{ uid: string }> }) {
  const { uid, base, definition, mayWrite } = await loadEditor((await params).uid);
  return <LookupsEditor uid={uid} base={base} definition={definition} mayWrite={mayWrite} />;
}
