import { Search, Trash2, Workflow } from "lucide-react";
import type { Metadata } from "next";
import { CyclesFilters } from "@/components/cycles/cycles-filters";
import { CyclesTable, DeletedCycles } from "@/components/cycles/cycles-table";
import { NewCycle } from "@/components/cycles/new-cycle";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { DELETED_CYCLES_KEPT_DAYS } from "@/lib/cycles/constants";
import { cyclesPage } from "@/lib/cycles/loaders";

export const metadata: Metadata = { title: "Cycles" };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function CyclesPage({ searchParams }: Props) {
  const { cycles, deletedCount, accounts, filter, mayWrite } = await cyclesPage(await searchParams);
  const isFiltered = filter.query !== "" || filter.account !== "" || filter.status !== null;
  const create = mayWrite && accounts.length > 0 && <NewCycle accounts={accounts} accountId={filter.account || undefined} />;
  if (filter.deleted) {
    return (
      <Page crumbs={[{ label: "Cycles", href: "/cycles" }, { label: "Deleted" }]} wide>
        <PageHeader
          title="Deleted cycles"
          sentence={`They can be brought back for ${DELETED_CYCLES_KEPT_DAYS} days, then they are gone with their runs.`}
          actions={<ButtonLink href="/cycles">Back to cycles</ButtonLink>}
        />
        {cycles.length === 0 ? (
          <EmptyState icon={<Trash2 aria-hidden />} title="Nothing was deleted">
            A cycle that is deleted stands here for {DELETED_CYCLES_KEPT_DAYS} days.
          </EmptyState>
        ) : (
          <DeletedCycles rows={cycles} mayWrite={mayWrite} />
        )}
      </Page>
    );
  }
  return (
    <Page crumbs={[{ label: "Cycles" }]} wide>
      <PageHeader
        title="Cycles"
        sentence="Integrations that run in your accounts: a trigger, then steps that call their connectors."
        actions={
          <>
            {deletedCount > 0 && (
              <ButtonLink variant="quiet" href="/cycles?deleted=1">
                {deletedCount} deleted
              </ButtonLink>
            )}
            {(cycles.length > 0 || isFiltered) && create}
          </>
        }
      />
      {(cycles.length > 0 || isFiltered) && <CyclesFilters accounts={accounts} />}
      {cycles.length > 0 ? (
        <CyclesTable rows={cycles} mayWrite={mayWrite} />
      ) : isFiltered ? (
        <EmptyState
          icon={<Search aria-hidden />}
          title="Nothing matches"
          action={<ButtonLink href="/cycles">Clear all</ButtonLink>}
        >
          No cycle fits these filters.
        </EmptyState>
      ) : (
        <EmptyState
          icon={<Workflow aria-hidden />}
          title="No cycles yet"
          action={
            create ||
            (mayWrite && (
              <ButtonLink variant="primary" href="/accounts">
                Create an account first
              </ButtonLink>
            ))
          }
        >
          A cycle begins with a webhook, a schedule or a press, and calls connectors of one account, step by step.
        </EmptyState>
      )}
    </Page>
  );
}
