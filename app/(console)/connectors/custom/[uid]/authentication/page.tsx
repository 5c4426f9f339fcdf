import { AuthMethodsEditor } from "@/components/custom-connectors/auth-methods-editor";
import { loadEditor } from "@/lib/custom-connectors/loaders";

export default async function AuthenticationPage({ params }: { params: Promise<{ uid: string }> }) {
  const { uid, base, definition, mayWrite } = await loadEditor((await params).uid);
  return <AuthMethodsEditor uid={uid} base={base} definition={definition} mayWrite={mayWrite} />;
}
