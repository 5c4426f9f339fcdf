"use client";

import { FlaskConical } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { mayBeTested, needsSignIn } from "@/lib/installs/constants";
import type { ConnectionsRow } from "@/lib/installs/types";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Checkbox } from "../ui/checkbox";
import { Logo } from "../ui/logo";
import { ActionsTh, RowLink, Table, Td, Th, Tr } from "../ui/table";
import { Time } from "../ui/time";
import { toast } from "../ui/toast";
import { ReconnectButton } from "./reconnect-button";
import { StateBadge } from "./state-badge";
import { UpdateTag } from "./update-available";
import { testConnection, type Told } from "./test-connection";

/** Dates become "12 minutes ago" when the browser takes over, and no row may move for it. */
const TIME = "min-w-30";

/** At once: a provider sees no burst, and a slow one doesn't hold up the others. */
const LANES = 3;

type Progress = Readonly<Record<number, Told | "running" | "waiting">>;

/** Calls `work` for each item, a few at a time. */
async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

const when = (at: number | null) => (at === null ? <span className="text-ink-3">Never</span> : <Time at={at} />);

/** All connections, with what is wrong and what to do in the row itself, and a test of many at once. */
export function ConnectionsTable({ rows, mayWrite }: { rows: readonly ConnectionsRow[]; mayWrite: boolean }) {
  const router = useRouter();
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [progress, setProgress] = useState<Progress>({});
  const [running, setRunning] = useState(false);
  const testable = rows.filter((r) => mayBeTested(r.state));
  const chosen = rows.filter((r) => selected.has(r.id));
  const done = Object.values(progress).filter((p) => typeof p === "object");

  const select = (id: number, on: boolean) =>
    setSelected((now) => {
      const next = new Set(now);
      if (on) next.add(id);
      else next.delete(id);
      return next;
    });
  const test = async () => {
    const targets = chosen.filter((r) => mayBeTested(r.state));
    setRunning(true);
    setProgress(Object.fromEntries(targets.map((r) => [r.id, "waiting"])));
    let failed = 0;
    await inLanes(targets, async (row) => {
      setProgress((now) => ({ ...now, [row.id]: "running" }));
      const told = await testConnection(row);
      if (!told.ok) failed += 1;
      setProgress((now) => ({ ...now, [row.id]: told }));
    });
    setRunning(false);
    const words = `${targets.length} tested, ${failed === 0 ? "all work" : `${failed} failed`}`;
    toast[failed === 0 ? "ok" : "bad"](words);
    router.refresh();
  };

  return (
    <>
      {mayWrite && selected.size > 0 && (
        <div className="mb-3 flex min-h-8.5 flex-wrap items-center gap-3 text-sm">
          <span className="tabular-nums">{selected.size} selected</span>
          <Button small icon={<FlaskConical aria-hidden />} onClick={() => void test()} pending={running}>
            Test
          </Button>
          <Button small variant="quiet" onClick={() => setSelected(new Set())} disabled={running}>
            Clear
          </Button>
          {(running || done.length > 0) && (
            <span role="status" className="flex items-center gap-2 text-ink-2 tabular-nums">
              <ProgressBar value={done.length} max={Object.keys(progress).length} />
              {done.length} of {Object.keys(progress).length}
            </span>
          )}
        </div>
      )}
      <Card className="overflow-hidden">
        <Table label="Connections">
          <thead>
            <Tr>
              {mayWrite && (
                <Th className="w-9 pr-0">
                  <Checkbox
                    aria-label="Select all that can be tested"
                    checked={testable.length > 0 && testable.every((r) => selected.has(r.id))}
                    indeterminate={selected.size > 0 && !testable.every((r) => selected.has(r.id))}
                    onCheckedChange={(on) => setSelected(new Set(on ? testable.map((r) => r.id) : []))}
                    disabled={running || testable.length === 0}
                  />
                </Th>
              )}
              <Th>State</Th>
              <Th className="min-w-52">Connection</Th>
              <Th>Account</Th>
              <Th className={TIME}>Last used</Th>
              <Th className={TIME}>Last verified</Th>
              <Th className={TIME}>Expires</Th>
              <ActionsTh />
            </Tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Tr key={row.id} selected={selected.has(row.id)}>
                {mayWrite && (
                  <Td className="relative z-10 pr-0">
                    <Checkbox
                      aria-label={`Select ${row.name}`}
                      checked={selected.has(row.id)}
                      onCheckedChange={(on) => select(row.id, on)}
                      disabled={running || !mayBeTested(row.state)}
                    />
                  </Td>
                )}
                <Td className="relative z-10">
                  <StateBadge state={row.state} />
                </Td>
                <Td>
                  <div className="flex items-center gap-2.5">
                    <Logo name={row.connectorName} slug={row.connectorSlug} src={row.iconUrl} size="small" />
                    <div className="min-w-0">
                      <RowLink href={`/connections/${row.id}`}>{row.name}</RowLink>
                      {row.connectorName !== row.name && <span className="block text-xs text-ink-3">{row.connectorName}</span>}
                      {row.update && (
                        <span className="mt-0.5 block">
                          <UpdateTag />
                        </span>
                      )}
                      <RowRemark row={row} progress={progress[row.id]} />
                    </div>
                  </div>
                </Td>
                <Td className="max-w-48 truncate">{row.accountName}</Td>
                <Td className="relative z-10 w-px">{when(row.lastUsedAt)}</Td>
                <Td className="relative z-10 w-px">{when(row.lastVerifiedAt)}</Td>
                <Td className="relative z-10 w-px">
                  {row.expiresAt === null ? <span className="text-ink-3">Never</span> : <Time at={row.expiresAt} />}
                </Td>
                <Td className="relative z-10 w-px text-right">
                  {mayWrite && needsSignIn(row.state) && (
                    <ReconnectButton
                      connection={row}
                      interactive={row.interactive}
                      audience="partner"
                      returnPath={`/connections/${row.id}`}
                      label={row.state === "NotAuthenticated" ? "Authenticate" : "Reconnect"}
                      variant="secondary"
                      small
                    />
                  )}
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      </Card>
    </>
  );
}

function ProgressBar({ value, max }: { value: number; max: number }) {
  return (
    <span
      role="progressbar"
      aria-label="Tested"
      aria-valuemin={0}
      aria-valuenow={value}
      aria-valuemax={max}
      className="h-1.5 w-32 overflow-hidden rounded-full bg-line"
    >
      <span className="block h-full bg-accent transition-[width]" style={{ width: `${(100 * value) / Math.max(1, max)}%` }} />
    </span>
  );
}

function RowRemark({ row, progress }: { row: ConnectionsRow; progress: Progress[number] | undefined }) {
  if (progress === "waiting" || progress === "running")
    return <span className="block text-xs text-ink-2">{progress === "running" ? "Testing…" : "Waiting"}</span>;
  if (progress) return <span className={`block text-xs ${progress.ok ? "text-ok" : "text-bad"}`}>{progress.text}</span>;
  if (row.lastError) return <span className="line-clamp-2 max-w-md text-xs text-bad">{row.lastError}</span>;
  if (row.state !== "Expiring" || row.customerNeededAt === null) return null;
  return (
    <span className="relative z-10 block text-xs text-warn">
      Needs the customer <Time at={row.customerNeededAt} />
    </span>
  );
}
