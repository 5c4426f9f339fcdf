import { Link } from "@/components/ui/link";
import { ActivityList } from "@/components/installs/activity-list";
import { ConnectionAside } from "@/components/installs/connection-aside";
import { OverviewCards } from "@/components/installs/overview-cards";
import { loadOverview } from "@/lib/installs/loaders";

export default async function OverviewPage({ params }: { params: Promise<{ id: string }> }) {
  const { page, events } = await loadOverview((await params).id);
  return (
    <div className="grid items-start gap-7 lg:grid-cols-[minmax(0,1fr)_18.75rem]">
      <div className="grid gap-5">
        <OverviewCards page={page} />
        <section aria-labelledby="recent">
          <div className="mb-2.5 flex items-baseline justify-between">
            <h2 id="recent">Recent activity</h2>
            <Link href={`/connections/${page.view.id}/activity`} className="link text-sm">
              All activity
            </Link>
          </div>
          <ActivityList events={events} partner={page.brand.name} brief />
        </section>
      </div>
      <ConnectionAside page={page} />
    </div>
  );
}
