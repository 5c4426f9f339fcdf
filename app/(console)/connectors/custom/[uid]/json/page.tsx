import { JsonEditor } from "@/components/custom-connectors/json-editor";
import { loadEditor } from "@/lib/custom-connectors/loaders";

export default async function JsonPage({ params }: { params: Promise<{ uid: string }> }) {
  const { uid, base, definition, mayWrite } = await loadEditor((await params).uid);
  return <JsonEditor uid={uid} base={base} definition={definition} mayWrite={mayWrite} />;
}
