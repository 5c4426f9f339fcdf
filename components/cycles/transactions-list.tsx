"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsInteger, parseAsString, useQueryStates } from "nuqs";
import { isOpen, TRANSACTION_STATUSES } from "@/lib/run/constants";
import type { TransactionPage, TransactionRow } from "@/lib/run/types";
import { SearchForm } from "../shell/search-form";
import { readLive } from "../shell/live";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Chip } from "../ui/chip";
import { EmptyState } from "../ui/empty-state";
import { Input } from "../ui/input";
import { Note } from "../ui/note";
import { Pagination } from "../ui/pagination";
import { StateTag } from "../ui/state-tag";
import { RowLink, Table, Td, Th, Tr } from "../ui/table";
import { Time } from "../ui/time";
import { durationWords, TRANSACTION_WORDS } from "./transaction-words";
import { TRIGGER_WORDS } from "./words";

const DAY = 86_400_000;
/** Milliseconds between two looks: often while something runs, seldom else. */
const BUSY = 1_500;
const QUIET = 10_000;

const dayInput = (at: number | null): string => (at === null ? "" : new Date(at).toISOString().slice(0, 10));
const dayStart = (text: string): number | null => (text === "" ? null : Date.parse(`${text}T00:00:00Z`));

export interface TransactionsListProps {
  cycleId: string;
  /** What the server rendered the page with. */
  first: TransactionPage;
}

/** The runs of a cycle, newest first, live. */
export function TransactionsList({ cycleId, first }: TransactionsListProps) {
  const [filter, setFilter] = useQueryStates(
    {
      query: parseAsString.withDefault(""),
      status: parseAsString.withDefault(""),
      /** The run whose items are listed. */
      parent: parseAsString.withDefault(""),
      after: parseAsInteger,
      before: parseAsInteger,
      page: parseAsInteger.withDefault(1),
    },
    { clearOnDefault: true },
  );
  const params = new URLSearchParams({ cycle: cycleId });
  for (const [name, value] of Object.entries(filter)) if (value !== null && value !== "") params.set(name, String(value));
  const { data, error } = useQuery({
    queryKey: ["transactions", params.toString()],
    queryFn: ({ signal }) => readLive<TransactionPage>(`/api/live/transactions?${params.toString()}`, signal),
    // The server's own page at first, then what was seen before until the next is there.
    placeholderData: (before) => before ?? first,
    refetchInterval: ({ state }) => (state.data?.rows.some((row) => isOpen(row.status)) ? BUSY : QUIET),
  });
  const set = (change: Partial<typeof filter>) => void setFilter({ page: null as never, ...change });
  const isFiltered = filter.query + filter.status + filter.parent !== "" || filter.after !== null || filter.before !== null;
  const rows = data?.rows ?? [];
  const hrefOf = (page: number) => {
    const next = new URLSearchParams(params);
    next.delete("cycle");
    next.set("page", String(page));
    return `/cycles/${cycleId}/runs?${next.toString()}`;
  };
  return (
    <>
      <div role="group" aria-label="Filters" className="mb-4.5 grid gap-2.5">
        <div className="flex flex-wrap items-center gap-2">
          <SearchForm label="Search by id or error" className="w-72 max-sm:w-full" />
          <label className="flex items-center gap-2 text-sm text-ink-2">
            From
            <Input
              type="date"
              aria-label="From day"
              className="w-40!"
              value={dayInput(filter.after)}
              onChange={({ target }) => set({ after: dayStart(target.value) })}
            />
          </label>
          <label className="flex items-center gap-2 text-sm text-ink-2">
            To
            <Input
              type="date"
              aria-label="To day"
              className="w-40!"
              value={dayInput(filter.before === null ? null : filter.before - 1)}
              onChange={({ target }) => {
                const at = dayStart(target.value);
                set({ before: at === null ? null : at + DAY });
              }}
            />
          </label>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          {TRANSACTION_STATUSES.map((status) => (
            <Chip
              key={status}
              on={filter.status === status}
              onClick={() => set({ status: filter.status === status ? "" : status })}
            >
              {TRANSACTION_WORDS[status].label}
            </Chip>
          ))}
          {isFiltered && (
            <Button small variant="quiet" onClick={() => set({ query: "", status: "", parent: "", after: null, before: null })}>
              Clear all
            </Button>
          )}
        </div>
      </div>
      {error && (
        <Note kind="warn" role="status" className="mb-3">
          {error.message} What you see may be old.
        </Note>
      )}
      {rows.length === 0 ? (
        <EmptyState title={isFiltered ? "No run fits" : "No runs yet"}>
          {isFiltered
            ? "Take off a filter to see more."
            : "Press Run once, or start the cycle and let its trigger do it. Each run appears here as it begins."}
        </EmptyState>
      ) : (
        <TransactionsTable rows={rows} label="Runs" />
      )}
      {(filter.page > 1 || data?.hasMore) && (
        <Pagination
          label="Pages of runs"
          summary={`Page ${filter.page}`}
          previousHref={filter.page > 1 ? hrefOf(filter.page - 1) : undefined}
          nextHref={data?.hasMore ? hrefOf(filter.page + 1) : undefined}
        />
      )}
    </>
  );
}

/** Rows of runs. */
export function TransactionsTable({ rows, label }: { rows: readonly TransactionRow[]; label: string }) {
  return (
    <Card className="overflow-hidden">
      <Table label={label}>
        <thead>
          <Tr>
            <Th>State</Th>
            <Th>Run</Th>
            <Th>Started by</Th>
            <Th>Began</Th>
            <Th numeric>Took</Th>
            <Th>Error</Th>
          </Tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const { label: word, tone } = TRANSACTION_WORDS[row.status];
            return (
              <Tr key={row.id}>
                <Td>
                  <StateTag state={tone}>{word}</StateTag>
                </Td>
                <Td className="font-mono text-xs">
                  <RowLink href={`/cycles/${row.cycleId}/runs/${row.id}`}>
                    {row.itemIndex === null ? row.id.slice(0, 8) : `Item ${row.itemIndex + 1}`}
                  </RowLink>
                </Td>
                <Td className="text-ink-2">{row.itemIndex === null ? TRIGGER_WORDS[row.trigger].label : "A list"}</Td>
                <Td className="text-ink-2">
                  <span className="relative z-10">
                    <Time at={row.createdAt} />
                  </span>
                </Td>
                <Td numeric className="text-ink-2">
                  {row.startedAt !== null && row.endedAt !== null ? durationWords(row.endedAt - row.startedAt) : ""}
                </Td>
                <Td className="max-w-96 truncate text-ink-2">{row.error?.message}</Td>
              </Tr>
            );
          })}
        </tbody>
      </Table>
    </Card>
  );
}
