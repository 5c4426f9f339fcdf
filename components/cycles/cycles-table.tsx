"use client";

import { Copy, Ellipsis, Pencil, Trash2, Undo2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { deleteCycleAction, restoreCycleAction, updateCycleAction } from "@/lib/cycles/actions";
import { DELETED_CYCLES_KEPT_DAYS } from "@/lib/cycles/constants";
import type { CycleRow } from "@/lib/cycles/types";
import { settle } from "@/lib/kernel/outcome";
import { AlertDialog } from "../ui/alert-dialog";
import { Button, IconButton } from "../ui/button";
import { Card } from "../ui/card";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Logo } from "../ui/logo";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu";
import { StateTag } from "../ui/state-tag";
import { ActionsTh, RowLink, Table, Td, Th, Tr } from "../ui/table";
import { Time } from "../ui/time";
import { toast } from "../ui/toast";
import { useChange } from "./builder-context";
import { CopyCycle } from "./copy-cycle";
import { intervalWords, STATUS_WORDS, TRIGGER_WORDS } from "./words";

const DAY = 86_400_000;

const startsBy = ({ trigger, interval }: CycleRow): string =>
  trigger === "Schedule" && interval !== null ? `Every ${intervalWords(interval)}` : TRIGGER_WORDS[trigger].label;

export interface CyclesTableProps {
  rows: readonly CycleRow[];
  mayWrite: boolean;
  /** Without the column of accounts, on the page of one. */
  ofAccount?: boolean;
}

/** Cycles, each with whether it runs, how it starts, and what it calls. */
export function CyclesTable({ rows, mayWrite, ofAccount = false }: CyclesTableProps) {
  return (
    <Card className="overflow-hidden">
      <Table label="Cycles">
        <thead>
          <Tr>
            <Th>State</Th>
            <Th>Cycle</Th>
            {!ofAccount && <Th>Account</Th>}
            <Th>Starts</Th>
            <Th>Calls</Th>
            <Th>Last worked</Th>
            {mayWrite && <ActionsTh />}
          </Tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Tr key={row.id}>
              <Td>
                <StateTag state={STATUS_WORDS[row.status].tone}>{STATUS_WORDS[row.status].label}</StateTag>
              </Td>
              <Td className="min-w-48">
                <RowLink href={`/cycles/${row.id}`}>{row.name}</RowLink>
                {row.description && <span className="line-clamp-2 max-w-120 text-xs text-ink-3">{row.description}</span>}
              </Td>
              {!ofAccount && <Td className="max-w-48 truncate">{row.accountName}</Td>}
              <Td className="whitespace-nowrap text-ink-2">{startsBy(row)}</Td>
              <Td>
                <span className="flex items-center gap-1">
                  {row.connectors.slice(0, 4).map((connector) => (
                    <span key={connector.accountConnectorId} title={connector.name} className="flex">
                      <Logo name={connector.name} slug={connector.slug} src={connector.iconUrl} size="small" />
                      <span className="sr-only">{connector.name}</span>
                    </span>
                  ))}
                  {row.connectors.length > 4 && <span className="text-xs text-ink-3">+{row.connectors.length - 4}</span>}
                  {row.connectors.length === 0 && <span className="text-ink-3">Nothing yet</span>}
                </span>
              </Td>
              <Td className="text-ink-2">
                {row.lastSuccessfulRunAt === null ? (
                  <span className="text-ink-3">Never</span>
                ) : (
                  <span className="relative z-10">
                    <Time at={row.lastSuccessfulRunAt} />
                  </span>
                )}
              </Td>
              {mayWrite && (
                <Td className="relative z-10 w-12">
                  <RowActions row={row} />
                </Td>
              )}
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

function RowActions({ row }: { row: CycleRow }) {
  const router = useRouter();
  const [open, setOpen] = useState<"rename" | "copy" | "delete" | null>(null);
  const isPaused = row.status === "Paused";
  return (
    <>
      <Menu trigger={<IconButton small label={`More for ${row.name}`} icon={<Ellipsis aria-hidden />} tooltip={false} />}>
        <MenuItem icon={<Pencil aria-hidden />} disabled={!isPaused} onClick={() => setOpen("rename")}>
          Rename
        </MenuItem>
        <MenuItem icon={<Copy aria-hidden />} onClick={() => setOpen("copy")}>
          Copy
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 aria-hidden />} danger disabled={!isPaused} onClick={() => setOpen("delete")}>
          Delete
        </MenuItem>
      </Menu>
      {open === "rename" && <RenameCycle row={row} onClose={() => setOpen(null)} />}
      {open === "copy" && <CopyCycle cycle={row} onClose={() => setOpen(null)} />}
      <AlertDialog
        open={open === "delete"}
        onOpenChange={(next) => setOpen(next ? "delete" : null)}
        title={`Delete ${row.name}?`}
        consequence={`It stops existing for ${row.accountName} and its webhook answers no more. It can be brought back for ${DELETED_CYCLES_KEPT_DAYS} days.`}
        confirmLabel="Delete cycle"
        onConfirm={async () => {
          const done = settle(await deleteCycleAction({ accountId: row.accountId, cycleId: row.id }));
          if (!done.ok) return done.error.message;
          toast.ok(`${row.name} deleted`);
          router.refresh();
          return undefined;
        }}
      />
    </>
  );
}

function RenameCycle({ row, onClose }: { row: CycleRow; onClose: () => void }) {
  const router = useRouter();
  const [name, setName] = useState(row.name);
  const [problem, setProblem] = useState<string>();
  const [pending, setPending] = useState(false);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Rename ${row.name}`}
      size="small"
      footer={
        <>
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form="rename-cycle" pending={pending}>
            Rename
          </Button>
        </>
      }
    >
      <form
        id="rename-cycle"
        noValidate
        onSubmit={async (event) => {
          event.preventDefault();
          setPending(true);
          setProblem(undefined);
          const done = settle(await updateCycleAction({ accountId: row.accountId, cycleId: row.id, name }));
          setPending(false);
          if (!done.ok) return setProblem(done.error.fields?.name ?? done.error.message);
          router.refresh();
          onClose();
        }}
      >
        <Field label="Name" required error={problem}>
          <Input value={name} autoComplete="off" onChange={({ target }) => setName(target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}

/** Deleted cycles, each with the way back while there is one. */
export function DeletedCycles({ rows, mayWrite }: { rows: readonly CycleRow[]; mayWrite: boolean }) {
  const { change, pending } = useChange();
  const restore = async (row: CycleRow) => {
    const done = await change(restoreCycleAction({ accountId: row.accountId, cycleId: row.id }));
    if (done.ok) toast.ok(`${row.name} is back, paused`);
  };
  return (
    <Card className="overflow-hidden">
      <Table label="Deleted cycles">
        <thead>
          <Tr>
            <Th>Cycle</Th>
            <Th>Account</Th>
            <Th>Deleted</Th>
            <Th>Gone for good</Th>
            {mayWrite && <ActionsTh />}
          </Tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Tr key={row.id}>
              <Td className="font-medium">{row.name}</Td>
              <Td>{row.accountName}</Td>
              <Td className="text-ink-2">{row.deletedAt !== null && <Time at={row.deletedAt} />}</Td>
              <Td className="text-ink-2">
                {row.deletedAt !== null && <Time at={row.deletedAt + DELETED_CYCLES_KEPT_DAYS * DAY} as="date" />}
              </Td>
              {mayWrite && (
                <Td className="text-right">
                  <Button small icon={<Undo2 aria-hidden />} pending={pending} onClick={() => void restore(row)}>
                    Restore <span className="sr-only">{row.name}</span>
                  </Button>
                </Td>
              )}
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
