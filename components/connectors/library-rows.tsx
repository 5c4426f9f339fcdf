import Link from "next/link";
import type { LibraryRow } from "@/lib/catalog/types";
import { Card } from "../ui/card";
import { Logo } from "../ui/logo";
import { RowLink, Table, Td, Th, Tr } from "../ui/table";
import { AuthTag } from "../ui/tag";
import { SetupStateTag } from "./setup-state";

const accountsText = (n: number): string => (n === 0 ? "" : n === 1 ? "1 account" : `${n.toLocaleString("en")} accounts`);

const addressOf = (row: LibraryRow): string => `/connectors/${row.slug}`;

function ConnectorCard({ row }: { row: LibraryRow }) {
  return (
    <Link
      href={addressOf(row)}
      prefetch={false}
      className="flex h-full flex-col gap-3 rounded-lg border border-line bg-surface p-4 shadow-card transition-colors hover:border-line-strong hover:bg-hover"
    >
      <span className="flex items-center gap-3">
        <Logo name={row.name} slug={row.slug} />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{row.name}</span>
          <span className="block truncate text-xs text-ink-3">{row.categories}</span>
        </span>
        <AuthTag types={row.types} />
      </span>
      <span className="flex items-center justify-between gap-2">
        <SetupStateTag state={row.state} />
        <span className="text-xs text-ink-3 tabular-nums">{accountsText(row.accounts)}</span>
      </span>
      <span className="line-clamp-2 text-xs text-ink-2" title={row.sentence}>
        {row.sentence}
      </span>
    </Link>
  );
}

export function LibraryGrid({ rows }: { rows: readonly LibraryRow[] }) {
  return (
    <ul aria-label="Connectors" className="grid grid-cols-[minmax(0,1fr)] gap-3 sm:grid-cols-2 xl:grid-cols-3">
      {rows.map((row) => (
        <li key={row.slug} className="min-w-0">
          <ConnectorCard row={row} />
        </li>
      ))}
    </ul>
  );
}

export function LibraryTable({ rows }: { rows: readonly LibraryRow[] }) {
  return (
    <Card>
      <Table label="Connectors">
        <thead>
          <tr>
            <Th>Connector</Th>
            <Th>Category</Th>
            <Th>Authentication</Th>
            <Th>Setup</Th>
            <Th>Customers</Th>
            <Th numeric>Accounts</Th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Tr key={row.slug}>
              <Td>
                <span className="flex items-center gap-2.5 whitespace-nowrap">
                  <Logo name={row.name} slug={row.slug} size="small" />
                  <RowLink href={addressOf(row)} prefetch={false}>
                    {row.name}
                  </RowLink>
                </span>
              </Td>
              <Td className="max-w-44 truncate text-ink-2" title={row.categories}>
                {row.categories}
              </Td>
              <Td>
                <AuthTag types={row.types} />
              </Td>
              <Td>
                <SetupStateTag state={row.state} />
              </Td>
              <Td className="min-w-56 text-ink-2">{row.sentence}</Td>
              <Td numeric>{row.accounts > 0 && row.accounts.toLocaleString("en")}</Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
