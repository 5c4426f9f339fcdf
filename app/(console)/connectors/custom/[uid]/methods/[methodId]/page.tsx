import { notFound } from "next/navigation";
import { MethodEditor } from "@/components/custom-connectors/method-editor";
import { loadEditor } from "@/lib/custom-connectors/loaders";
import { scriptWords } from "@/lib/run/loaders";

export default async function MethodPage({ params }: { params: Promise<{ uid: string; methodId: string }> }) {
  const { uid: wanted, methodId } = await params;
  const { uid, base, definition, mayWrite } = await loadEditor(wanted);
  const method = definition.methods.find((m) => m.id === methodId);
  if (!method) notFound();
  const { lookups } = definition;
  return (
    <MethodEditor
      key={method.id}
      uid={uid}
      base={base}
      lookups={lookups}
      method={method}
      mayWrite={mayWrite}
      words={scriptWords}
    />
  );
}
