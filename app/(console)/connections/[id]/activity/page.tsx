import { Suspense } from "react";
import { ActivityList } from "@/components/installs/activity-list";
import { ConnectionAside } from "@/components/installs/connection-aside";
import { Chip } from "@/components/ui/chip";
import { EmptyState } from "@/components/ui/empty-state";
import { Pagination } from "@/components/ui/pagination";
import { CardsWaiting } from "@/components/ui/waiting";
import { loadActivity, loadConnection } from "@/lib/installs/loaders";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const KINDS = [
  ["", "All"],
  ["connect", "Connect"],
  ["refresh", "Refresh"],
  ["test", "Tests"],
  ["call", "Calls"],
  ["link", "Links"],
  ["revoke", "Revoke"],
  ["settings", "Settings"],
] as const;

export default async function ActivityPage({ params, searchParams }: Props) {
  const { id } = await params;
  const { page } = await loadConnection(id);
  return (
    <div className="grid items-start gap-7 lg:grid-cols-[minmax(0,1fr)_18.75rem]">
      <Suspense fallback={<CardsWaiting heights={[72, 72, 72, 72]} />}>
        <Timeline id={id} query={await searchParams} />
      </Suspense>
      <ConnectionAside page={page} />
    </div>
  );
}

async function Timeline({ id, query: given }: { id: string; query: Awaited<Props["searchParams"]> }) {
  const { page, filter, events, hasMore } = await loadActivity(id, given);
  const address = (kind: string, number = 1) => {
    const query = new URLSearchParams({ ...(kind ? { kind } : {}), ...(number > 1 ? { page: String(number) } : {}) }).toString();
    return `/connections/${page.view.id}/activity${query ? `?${query}` : ""}`;
  };
  return (
    <section aria-label="Activity">
      <div role="group" aria-label="Kinds of activity" className="mb-2.5 flex flex-wrap gap-2">
        {KINDS.map(([kind, label]) => (
          <Chip key={kind} on={filter.kind === kind} exclusive href={address(kind)}>
            {label}
          </Chip>
        ))}
      </div>
      {events.length === 0 ? (
        <EmptyState title="Nothing of this kind">No line of the timeline is of this kind.</EmptyState>
      ) : (
        <ActivityList events={events} partner={page.brand.name} />
      )}
      {(filter.page > 1 || hasMore) && (
        <Pagination
          label="Pages of activity"
          summary={`Page ${filter.page}`}
          previousHref={filter.page > 1 ? address(filter.kind, filter.page - 1) : undefined}
          nextHref={hasMore ? address(filter.kind, filter.page + 1) : undefined}
        />
      )}
    </section>
  );
}
