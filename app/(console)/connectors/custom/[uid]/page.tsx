import { SettingsEditor } from "@/components/custom-connectors/settings-editor";
import { loadEditor } from "@/lib/custom-connectors/loaders";

export default async function SettingsPage({ params }: { params: Promise<{ uid: string }> }) {
  const { uid, base, definition, mayWrite } = await loadEditor((await params).uid);
  return <SettingsEditor uid={uid} base={base} definition={definition} mayWrite={mayWrite} />;
}
