import { ConnectionSettings } from "@/components/installs/connection-settings";
import { LinksCard } from "@/components/installs/links-card";
import { loadLinks } from "@/lib/oauth/loaders";

export default async function SettingsPage({ params }: { params: Promise<{ id: string }> }) {
  const { page, links } = await loadLinks((await params).id);
  return (
    <div className="grid gap-5">
      <ConnectionSettings page={page} />
      <LinksCard links={links} connection={page.view} mayLink={page.mayLink} />
    </div>
  );
}
