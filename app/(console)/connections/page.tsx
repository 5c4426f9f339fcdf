import { Plug, Search } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { ConnectionsFilters } from "@/components/installs/connections-filters";
import { ConnectionsTable } from "@/components/installs/connections-table";
import { UpdateNotes } from "@/components/installs/update-available";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Pagination } from "@/components/ui/pagination";
import { TableWaiting } from "@/components/ui/waiting";
import { requirePartner } from "@/lib/access/loaders";
import { loadConnections } from "@/lib/installs/loaders";

export const metadata: Metadata = { title: "Connections" };

type Query = Record<string, string | string[] | undefined>;

export default async function ConnectionsPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams;
  await requirePartner("/connections", "installs.read");
  return (
    <Page crumbs={[{ label: "Connections" }]} wide>
      <PageHeader title="Connections" sentence="Every connector that is installed into an account, and whether it works." />
      <Suspense fallback={<TableWaiting controls />}>
        <Connections query={query} />
      </Suspense>
    </Page>
  );
}

async function Connections({ query }: { query: Query }) {
  const { rows, page, pages, total, from, hasAny, ...rest } = await loadConnections(query);
  const pageHref = (number: number) => {
    const params = new URLSearchParams(
      Object.entries(query).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
    );
    params.set("page", String(number));
    return `/connections?${params.toString()}`;
  };
  return (
    <>
      {!hasAny ? (
        <EmptyState
          icon={<Plug aria-hidden />}
          title="No connections yet"
          action={
            rest.mayWrite && (
              <ButtonLink variant="primary" href={rest.firstAccount ? `/accounts/${rest.firstAccount}/install` : "/accounts"}>
                {rest.firstAccount ? "Install a connector" : "Go to accounts"}
              </ButtonLink>
            )
          }
        >
          A connection is a connector that is installed into one of your accounts. Install the first one, or let a customer do it
          in their portal.
        </EmptyState>
      ) : (
        <>
          <ConnectionsFilters counts={rest.counts} connectors={rest.connectors} accounts={rest.accounts} />
          {rows.length === 0 ? (
            <EmptyState
              icon={<Search aria-hidden />}
              title="Nothing matches"
              action={<ButtonLink href="/connections">Clear all</ButtonLink>}
            >
              No connection fits these filters.
            </EmptyState>
          ) : (
            <>
              <div className="mb-4 grid gap-2 empty:hidden">
                <UpdateNotes connections={rest.behind} mayWrite={rest.mayWrite} />
              </div>
              <ConnectionsTable rows={rows} mayWrite={rest.mayWrite} />
              {pages > 1 && (
                <Pagination
                  label="Pages of connections"
                  summary={`${from} to ${from + rows.length - 1} of ${total.toLocaleString("en")}`}
                  previousHref={page > 1 ? pageHref(page - 1) : undefined}
                  nextHref={page < pages ? pageHref(page + 1) : undefined}
                />
              )}
            </>
          )}
        </>
      )}
    </>
  );
}
