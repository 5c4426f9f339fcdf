"use client";

import { List, Undo2, Workflow } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter, useSearchParams } from "next/navigation";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from "react";
import { undoChangeAction } from "@/lib/cycles/actions";
import { removeStepAction } from "@/lib/steps/actions";
import { settle } from "@/lib/kernel/outcome";
import { AlertDialog } from "../ui/alert-dialog";
import { Button } from "../ui/button";
import { useCommandKey } from "../ui/command-key";
import { Kbd } from "../ui/kbd";
import { Note } from "../ui/note";
import { Segmented } from "../ui/segmented";
import { Skeleton } from "../ui/skeleton";
import { toast } from "../ui/toast";
import { isTyping } from "../ui/is-typing";
import { AddStep } from "./add-step";
import { BuilderContext, useChange, type After, type BuilderState, type BuilderView } from "./builder-context";
import { ConnectStep } from "./connect-step";
import { FlowList } from "./flow-list";
import { MoveStep } from "./move-step";
import { Prerequisites } from "./prerequisites";
import { Variables } from "./variables";

const FlowView = dynamic(() => import("./flow-view"), {
  ssr: false,
  loading: () => <Skeleton className="h-[clamp(24rem,60dvh,40rem)]" />,
});

const NARROW = "(max-width: 639px)";

/** Whether the screen is too narrow for the picture; null on the server. */
const useNarrow = (): boolean | null =>
  useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(NARROW);
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => window.matchMedia(NARROW).matches,
    () => null,
  );

/** The flow of a cycle, as a picture or as a list, with what it lacks and its variables. `children`: Step Setup over it. */
export function Builder({ view, children }: { view: BuilderView; children: ReactNode }) {
  const { cycle, mayWrite, undo } = view;
  const router = useRouter();
  const params = useSearchParams().toString();
  const commandKey = useCommandKey();
  const narrow = useNarrow();
  const [chosen, setChosen] = useQueryState("view", parseAsStringLiteral(["flow", "list"]));
  const [adding, setAdding] = useState<After | null>(null);
  const [moving, setMoving] = useState<string | null>(null);
  const [connecting, setConnecting] = useState<string | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const { change, pending } = useChange();
  const editable = mayWrite && cycle.status === "Paused";
  const shown = chosen ?? (narrow === null ? null : narrow ? "list" : "flow");
  const doomed = cycle.steps.find((s) => s.id === removing);

  const undoLast = useCallback(async () => {
    if (!editable || !undo || pending) return;
    const done = await change(undoChangeAction({ accountId: cycle.accountId, cycleId: cycle.id }));
    if (done.ok) toast.ok(`Undone: ${done.value.title}`);
  }, [editable, undo, pending, change, cycle.accountId, cycle.id]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "z") return;
      // In a field the browser undoes what was typed; over the flow stands a dialog with its own changes.
      if (isTyping(event.target) || document.querySelector("[role=dialog], [role=alertdialog]")) return;
      event.preventDefault();
      void undoLast();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [undoLast]);

  const state = useMemo(
    (): BuilderState => ({
      ...view,
      editable,
      commands: {
        add: setAdding,
        move: setMoving,
        connect: setConnecting,
        remove: setRemoving,
        open: (stepId) => router.push(`/cycles/${cycle.id}/steps/${stepId}${params ? `?${params}` : ""}`, { scroll: false }),
      },
    }),
    [view, editable, router, cycle.id, params],
  );

  return (
    <BuilderContext value={state}>
      {cycle.status !== "Paused" && (
        <Note kind="info" role="status" className="mb-4">
          {cycle.status === "Active"
            ? "This cycle is running and can't be edited. Stop it to change something."
            : "This cycle finishes what it began. It can be edited once it has stopped."}
        </Note>
      )}
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid min-w-0 gap-3">
          <div className="flex flex-wrap items-center gap-2">
            <Segmented
              aria-label="View"
              options={[
                { value: "flow", label: "Flow", icon: <Workflow aria-hidden /> },
                { value: "list", label: "List", icon: <List aria-hidden /> },
              ]}
              value={shown ?? "flow"}
              onValueChange={(value) => void setChosen(value)}
            />
            {editable && shown === "flow" && (
              <p className="text-xs text-ink-3 max-lg:hidden">
                <Kbd>↑</Kbd> <Kbd>↓</Kbd> go, <Kbd>Enter</Kbd> opens, <Kbd>+</Kbd> adds, <Kbd>Del</Kbd> removes
              </p>
            )}
            {editable && (
              <Button
                className="ml-auto"
                variant="quiet"
                icon={<Undo2 aria-hidden />}
                trailing={undo && <Kbd>{commandKey}Z</Kbd>}
                disabled={!undo}
                pending={pending}
                onClick={() => void undoLast()}
              >
                <span className="max-w-56 truncate">{undo ? `Undo: ${undo.title}` : "Nothing to undo"}</span>
              </Button>
            )}
          </div>
          {shown === null ? <Skeleton className="h-96" /> : shown === "flow" ? <FlowView /> : <FlowList />}
        </div>
        <div className="grid min-w-0 gap-5">
          <Prerequisites />
          <Variables />
        </div>
      </div>
      <AddStep after={adding} onClose={() => setAdding(null)} />
      <MoveStep stepId={moving} onClose={() => setMoving(null)} />
      {connecting !== null && <ConnectStep key={connecting} stepId={connecting} onClose={() => setConnecting(null)} />}
      <AlertDialog
        open={doomed !== undefined}
        onOpenChange={(open) => !open && setRemoving(null)}
        title={`Remove ${doomed?.name ?? "the step"}?`}
        consequence={
          doomed?.kind === "Condition"
            ? "What follows True takes its place, what follows False is left unconnected. Undo brings it back."
            : "What follows it closes the gap. Its mappings go with it. Undo brings it back."
        }
        confirmLabel="Remove step"
        onConfirm={async () => {
          if (!doomed) return;
          const done = settle(await removeStepAction({ accountId: cycle.accountId, cycleId: cycle.id, stepId: doomed.id }));
          if (!done.ok) return done.error.message;
          router.refresh();
        }}
      />
      {children}
    </BuilderContext>
  );
}
