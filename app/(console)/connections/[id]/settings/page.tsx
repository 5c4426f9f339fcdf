import { ConnectionSettings } from "@/components/installs/connection-settings";
import { loadConnection } from "@/lib/installs/loaders";

export default async function SettingsPage({ params }: { params: Promise<{ id: string }> }) {
  const { page } = await loadConnection((await params).id);
  return <ConnectionSettings page={page} />;
}
