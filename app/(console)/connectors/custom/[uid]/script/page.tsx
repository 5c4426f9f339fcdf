import { ScriptPanel } from "@/components/custom-connectors/script-panel";
import { loadEditor } from "@/lib/custom-connectors/loaders";
import { scriptWords } from "@/lib/run/loaders";

export default async function ScriptPage({ params }: { params: Promise<{ uid: string }> }) {
  const { uid, base, definition, mayWrite } = await loadEditor((await params).uid);
  return <ScriptPanel uid={uid} base={base} definition={definition} mayWrite={mayWrite} words={scriptWords} />;
}
