"use client";

import { Copy, Ellipsis, Play, Settings2, Square, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { deleteCycleAction } from "@/lib/cycles/actions";
import { DELETED_CYCLES_KEPT_DAYS } from "@/lib/cycles/constants";
import { settle } from "@/lib/kernel/outcome";
import { activateCycleAction, deactivateCycleAction } from "@/lib/run/actions";
import { AlertDialog } from "../ui/alert-dialog";
import { Button, IconButton } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu";
import { StateTag } from "../ui/state-tag";
import { Tooltip } from "../ui/tooltip";
import { toast } from "../ui/toast";
import { useChange, type BuilderView } from "./builder-context";
import { CopyCycle } from "./copy-cycle";
import { CycleSettingsDialog } from "./cycle-settings";
import { PrerequisiteList } from "./prerequisites";
import { RunOnce } from "./run-once";
import { STATUS_WORDS } from "./words";

/** Whether a cycle runs, in its one word. */
export function CycleStatusTag({ status }: { status: BuilderView["cycle"]["status"] }) {
  const { label, tone, meaning } = STATUS_WORDS[status];
  return (
    <Tooltip content={meaning}>
      <span tabIndex={0} className="inline-flex rounded-sm">
        <StateTag state={tone}>{label}</StateTag>
      </span>
    </Tooltip>
  );
}

/** What can be done with a cycle as a whole. */
export function CycleActions({
  view,
}: {
  view: Pick<BuilderView, "cycle" | "account" | "prerequisites" | "mayWrite" | "mayRun">;
}) {
  const { cycle, prerequisites, mayWrite, mayRun } = view;
  const router = useRouter();
  const { change, pending } = useChange();
  const [open, setOpen] = useState<"missing" | "settings" | "copy" | "delete" | null>(null);
  const ids = { accountId: cycle.accountId, cycleId: cycle.id };
  const blocked = prerequisites.length > 0;

  const start = async () => {
    if (blocked) return setOpen("missing");
    if ((await change(activateCycleAction(ids))).ok) toast.ok(`${cycle.name} is started`);
  };
  const stop = async (finish: boolean) => {
    const done = await change(deactivateCycleAction({ ...ids, finishQueuedTransactions: finish }));
    if (done.ok) toast.ok(finish ? `${cycle.name} finishes what it began, then stops` : `${cycle.name} is stopped`);
  };

  return (
    <>
      {mayRun && cycle.status !== "Stopping" && <RunOnce cycle={cycle} disabled={blocked} />}
      {mayRun &&
        (cycle.status === "Paused" ? (
          <Button variant="primary" icon={<Play aria-hidden />} pending={pending} onClick={() => void start()}>
            Start
          </Button>
        ) : (
          <>
            {cycle.status === "Active" && (
              <Button pending={pending} onClick={() => void stop(true)}>
                Finish and stop
              </Button>
            )}
            <Button variant="primary" icon={<Square aria-hidden />} pending={pending} onClick={() => void stop(false)}>
              Stop
            </Button>
          </>
        ))}
      {mayWrite && (
        <Menu trigger={<IconButton variant="secondary" label="More" icon={<Ellipsis aria-hidden />} tooltip={false} />}>
          <MenuItem icon={<Settings2 aria-hidden />} disabled={cycle.status !== "Paused"} onClick={() => setOpen("settings")}>
            Rename and settings
          </MenuItem>
          <MenuItem icon={<Copy aria-hidden />} onClick={() => setOpen("copy")}>
            Copy
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={<Trash2 aria-hidden />} danger disabled={cycle.status !== "Paused"} onClick={() => setOpen("delete")}>
            Delete cycle
          </MenuItem>
        </Menu>
      )}
      <Dialog
        open={open === "missing"}
        onOpenChange={(next) => setOpen(next ? "missing" : null)}
        title="It can't start yet"
        description={prerequisites.length === 1 ? "One thing is missing." : `${prerequisites.length} things are missing.`}
        size="small"
        flush
      >
        <PrerequisiteList cycleId={cycle.id} prerequisites={prerequisites} onFollow={() => setOpen(null)} />
      </Dialog>
      {open === "settings" && <CycleSettingsDialog cycle={cycle} onClose={() => setOpen(null)} />}
      {open === "copy" && <CopyCycle cycle={cycle} onClose={() => setOpen(null)} />}
      <AlertDialog
        open={open === "delete"}
        onOpenChange={(next) => setOpen(next ? "delete" : null)}
        title={`Delete ${cycle.name}?`}
        consequence={`It stops existing for ${view.account.name} and its webhook answers no more. It can be brought back for ${DELETED_CYCLES_KEPT_DAYS} days.`}
        confirmLabel="Delete cycle"
        onConfirm={async () => {
          const done = settle(await deleteCycleAction(ids));
          if (!done.ok) return done.error.message;
          toast.ok(`${cycle.name} deleted`);
          router.push("/cycles");
          router.refresh();
          return undefined;
        }}
      />
    </>
  );
}
