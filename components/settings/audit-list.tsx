import { ScrollText, ShieldCheck } from "lucide-react";
import { SearchForm } from "@/components/shell/search-form";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Note } from "@/components/ui/note";
import { Pagination } from "@/components/ui/pagination";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { AuditEntry } from "@/lib/audit/types";
import type { AuditFilter } from "@/lib/audit/schema";

export interface AuditListProps {
  path: string;
  entries: readonly AuditEntry[];
  total: number;
  pages: number;
  filter: AuditFilter;
  verified: { entries: number; broken: { sequence: number; reason: string } | null } | null;
}

/** What changed, in one line: `setup.saved` with the names of the values. */
function details(entry: AuditEntry): string {
  return Object.entries(entry.details)
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => `${key}: ${Array.isArray(value) ? value.join(", ") : String(value)}`)
    .join("; ");
}

/** Who did what, newest first, with a search and the check of the chain. */
export function AuditList({ path, entries, total, pages, filter, verified }: AuditListProps) {
  const link = (more: Record<string, string>) =>
    `${path}?${new URLSearchParams({ ...(filter.query ? { query: filter.query } : {}), ...(filter.action ? { action: filter.action } : {}), ...more })}`;
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <SearchForm label="Search people, objects and actions" className="min-w-64 flex-1 max-w-md" />
        <ButtonLink href={link({ verify: "1" })} icon={<ShieldCheck aria-hidden />}>
          Check the chain
        </ButtonLink>
      </div>
      {verified && (
        <Note
          kind={verified.broken ? "bad" : "ok"}
          role="status"
          className="mb-4"
          title={verified.broken ? `Entry ${verified.broken.sequence} doesn't hold` : "The chain is whole"}
        >
          {verified.broken
            ? `In this log, ${verified.broken.reason}. Everything after it can't be relied on.`
            : `${verified.entries} entries, each follows the one before it, and none was changed.`}
        </Note>
      )}
      {entries.length === 0 ? (
        <EmptyState icon={<ScrollText aria-hidden />} title={filter.query ? "No entry fits" : "Nothing yet"}>
          {filter.query ? "Try another name or action." : "Every change is written here, with who made it and when."}
        </EmptyState>
      ) : (
        <Card className="overflow-x-auto">
          <Table label="Audit log">
            <thead>
              <Tr>
                <Th className="min-w-36">When</Th>
                <Th>Who</Th>
                <Th>Action</Th>
                <Th>Object</Th>
                <Th className="min-w-64">Details</Th>
                <Th>From</Th>
              </Tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <Tr key={entry.id}>
                  <Td className="text-ink-2">
                    <Time at={entry.at} />
                  </Td>
                  <Td>{entry.actorName}</Td>
                  <Td className="font-mono text-xs">{entry.action}</Td>
                  <Td>{entry.objectName}</Td>
                  <Td className="max-w-80 text-xs text-ink-2">{details(entry)}</Td>
                  <Td className="font-mono text-xs text-ink-2">{entry.ip ?? ""}</Td>
                </Tr>
              ))}
            </tbody>
          </Table>
        </Card>
      )}
      {pages > 1 && (
        <Pagination
          label="Audit log"
          summary={`Page ${filter.page} of ${pages}, ${total} entries`}
          previousHref={filter.page > 1 ? link({ page: String(filter.page - 1) }) : undefined}
          nextHref={filter.page < pages ? link({ page: String(filter.page + 1) }) : undefined}
        />
      )}
    </>
  );
}
