import { ParametersEditor } from "@/components/custom-connectors/parameters-editor";
import { loadEditor } from "@/lib/custom-connectors/loaders";

export default async function ParametersPage({ params }: { params: Promise<{ uid: string }> }) {
  const { uid, base, definition, mayWrite } = await loadEditor((await params).uid);
  return <ParametersEditor uid={uid} base={base} definition={definition} mayWrite={mayWrite} />;
}
