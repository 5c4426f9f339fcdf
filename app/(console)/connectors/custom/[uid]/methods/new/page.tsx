import { MethodEditor } from "@/components/custom-connectors/method-editor";
import { loadEditor } from "@/lib/custom-connectors/loaders";
import { scriptWords } from "@/lib/run/loaders";

export default async function NewMethodPage({ params }: { params: Promise<{ uid: string }> }) {
  const { uid, base, definition, mayWrite } = await loadEditor((await params).uid);
  const { lookups } = definition;
  return <MethodEditor uid={uid} base={base} lookups={lookups} method={null} mayWrite={mayWrite} words={scriptWords} />;
}
