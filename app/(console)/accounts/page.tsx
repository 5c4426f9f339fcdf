import { Building2 } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { NewAccount } from "@/components/accounts/new-account";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { SearchForm } from "@/components/shell/search-form";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Note } from "@/components/ui/note";
import { Pagination } from "@/components/ui/pagination";
import { RowLink, Table, Td, Th, Tr } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { TableWaiting } from "@/components/ui/waiting";
import { requirePartner } from "@/lib/access/loaders";
import { loadAccounts, type SearchParams } from "@/lib/tenants/loaders";

export const metadata: Metadata = { title: "Accounts" };

export default async function AccountsPage({ searchParams }: { searchParams: SearchParams }) {
  const { scope } = await requirePartner("/accounts", "accounts.read");
  return (
    <Page crumbs={[{ label: "Accounts" }]}>
      <PageHeader
        title="Accounts"
        sentence="One for each of your customers, with its connectors and people."
        actions={scope.permissions.has("accounts.write") && <NewAccount />}
      />
      <Suspense fallback={<TableWaiting controls />}>
        <Accounts searchParams={searchParams} />
      </Suspense>
    </Page>
  );
}

async function Accounts({ searchParams }: { searchParams: SearchParams }) {
  const { rows, total, pages, filter, install, mayWrite } = await loadAccounts(searchParams);
  const link = (page: number) =>
    `/accounts?${new URLSearchParams({ ...(filter.query ? { query: filter.query } : {}), page: String(page) })}`;
  return (
    <>
      {install && (
        <Note kind="info" className="mb-4">
          Pick the account to install the connector into.
        </Note>
      )}
      <SearchForm label="Search accounts" className="mb-4 max-w-md" />
      {rows.length === 0 ? (
        <EmptyState
          icon={<Building2 aria-hidden />}
          title={filter.query ? "No account fits" : "No accounts yet"}
          action={!filter.query && mayWrite && <NewAccount />}
        >
          {filter.query ? `Nothing is called “${filter.query}”.` : "Create one for a customer, then install connectors into it."}
        </EmptyState>
      ) : (
        <Card className="overflow-x-auto">
          <Table label="Accounts">
            <thead>
              <Tr>
                <Th className="min-w-36">Name</Th>
                <Th>API ID</Th>
                <Th numeric>Connectors</Th>
                <Th numeric>People</Th>
                <Th>Created</Th>
              </Tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Tr key={row.id}>
                  <Td>
                    <RowLink href={install ? `/accounts/${row.id}/install/${install}` : `/accounts/${row.id}`}>
                      {row.name}
                    </RowLink>
                  </Td>
                  <Td className="font-mono text-xs text-ink-2">{row.externalId}</Td>
                  <Td numeric>{row.connectors}</Td>
                  <Td numeric>{row.people}</Td>
                  <Td className="text-ink-2">
                    <Time at={row.createdAt} as="date" />
                  </Td>
                </Tr>
              ))}
            </tbody>
          </Table>
        </Card>
      )}
      {pages > 1 && (
        <Pagination
          label="Accounts"
          summary={`Page ${filter.page} of ${pages}, ${total} accounts`}
          previousHref={filter.page > 1 ? link(filter.page - 1) : undefined}
          nextHref={filter.page < pages ? link(filter.page + 1) : undefined}
        />
      )}
    </>
  );
}
