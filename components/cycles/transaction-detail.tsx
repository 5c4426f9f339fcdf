"use client";

import { useQuery } from "@tanstack/react-query";
import { FastForward, OctagonX } from "lucide-react";
import { Link } from "../ui/link";
import { useState } from "react";
import { settle } from "@/lib/kernel/outcome";
import { cancelTransactionAction, resumeTransactionAction } from "@/lib/run/actions";
import { isOpen } from "@/lib/run/constants";
import type { RunError, TransactionView } from "@/lib/run/types";
import { readLive } from "../shell/live";
import { AlertDialog } from "../ui/alert-dialog";
import { Button, ButtonLink } from "../ui/button";
import { Card, CardBody, CardHeader } from "../ui/card";
import { CodeBlock } from "../ui/code-block";
import { CopyButton } from "../ui/copy-button";
import { Note } from "../ui/note";
import { Spinner } from "../ui/spinner";
import { StateTag } from "../ui/state-tag";
import { Time } from "../ui/time";
import { toast } from "../ui/toast";
import { StepResult, type StepPlace } from "./step-result";
import { durationWords, ownerAdvice, TRANSACTION_WORDS } from "./transaction-words";
import { TRIGGER_WORDS } from "./words";

export interface TransactionDetailProps {
  first: TransactionView;
  places: readonly StepPlace[];
  mayRun: boolean;
}

const LIVE = 700;

/** One run: its steps as they happen, what each sent and got, and whose an error is. */
export function TransactionDetail({ first, places, mayRun }: TransactionDetailProps) {
  const { data: view } = useQuery({
    queryKey: ["transaction", first.id],
    queryFn: ({ signal }) => readLive<TransactionView>(`/api/live/transactions/${first.id}`, signal),
    initialData: first,
    // Rendered a moment ago; a run that goes on is looked at again at once.
    staleTime: isOpen(first.status) ? 0 : 60_000,
    refetchInterval: ({ state }) => (state.data && isOpen(state.data.status) ? LIVE : false),
  });
  const going = isOpen(view.status);
  const here = places.find((p) => p.stepId === view.currentStepId);
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_18.75rem]">
      <div className="grid min-w-0 gap-4">
        {view.error && <ErrorNote error={view.error} view={view} places={places} />}
        <section aria-labelledby="steps">
          <h2 id="steps" className="mb-2.5">
            Steps
          </h2>
          <ol className="grid gap-2.5" aria-live="polite">
            {view.steps.map((step) => (
              <li key={step.stepId}>
                <StepResult step={step} view={view} places={places} />
              </li>
            ))}
            {view.status === "InProgress" && here && !view.steps.some((s) => s.stepId === here.stepId) && (
              <li>
                <Card className="flex items-center gap-2.5 px-4 py-3 text-sm">
                  <Spinner /> {here.name} is running
                </Card>
              </li>
            )}
            {view.steps.length === 0 && view.status !== "InProgress" && (
              <li className="text-sm text-ink-2">{going ? "Waits for its turn." : "No step ran."}</li>
            )}
          </ol>
        </section>
        {view.parts && view.parts.total > 0 && <Parts view={view} />}
      </div>
      <aside aria-label="About this run" className="grid min-w-0 gap-4">
        <Facts view={view} mayRun={mayRun} />
        <Card>
          <CardHeader title={view.itemIndex === null ? "Payload" : "Item"} />
          <CardBody>
            {view.payload === null || view.payload === undefined ? (
              <p className="text-sm text-ink-2">It started without one.</p>
            ) : (
              <CodeBlock what="payload" code={JSON.stringify(view.payload, null, 2)} className="max-h-80 overflow-y-auto" />
            )}
          </CardBody>
        </Card>
      </aside>
    </div>
  );
}

function Facts({ view, mayRun }: { view: TransactionView; mayRun: boolean }) {
  const [pending, setPending] = useState(false);
  const [cancelling, setCancelling] = useState(false);
  const ids = { accountId: view.accountId, transactionId: view.id };
  const { label, tone } = TRANSACTION_WORDS[view.status];
  const resume = async () => {
    setPending(true);
    const done = settle(await resumeTransactionAction(ids));
    setPending(false);
    if (!done.ok) toast.bad(done.error.message);
  };
  return (
    <Card>
      <CardHeader title="This run" actions={<StateTag state={tone}>{label}</StateTag>} />
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2 px-4 py-3 text-sm [&_dt]:text-ink-2">
        <dt>Id</dt>
        <dd className="flex min-w-0 items-center gap-1">
          <code className="min-w-0 truncate">{view.id}</code>
          <CopyButton text={view.id} what="id of the run" iconOnly small />
        </dd>
        <dt>Started by</dt>
        <dd>
          {view.parentId ? (
            <Link className="link" href={`/cycles/${view.cycleId}/runs/${view.parentId}`}>
              A list, item {(view.itemIndex ?? 0) + 1}
            </Link>
          ) : (
            TRIGGER_WORDS[view.trigger].label
          )}
        </dd>
        <dt>Began</dt>
        <dd>
          <Time at={view.startedAt ?? view.createdAt} />
        </dd>
        {view.endedAt !== null && view.startedAt !== null && (
          <>
            <dt>Took</dt>
            <dd className="tabular-nums">{durationWords(view.endedAt - view.startedAt)}</dd>
          </>
        )}
        {view.nextAttemptAt !== null && isOpen(view.status) && (
          <>
            <dt>Goes on</dt>
            <dd>
              <Time at={view.nextAttemptAt} />
            </dd>
          </>
        )}
        {view.attempt > 0 && isOpen(view.status) && (
          <>
            <dt>Failed tries</dt>
            <dd className="tabular-nums">{view.attempt}</dd>
          </>
        )}
      </dl>
      {mayRun && (view.mayResume || view.mayCancel) && (
        <div className="flex flex-wrap gap-2 border-t border-line px-4 py-3">
          {view.mayResume && (
            <Button small icon={<FastForward aria-hidden />} pending={pending} onClick={() => void resume()}>
              Go on now
            </Button>
          )}
          {view.mayCancel && (
            <Button small variant="quiet-danger" icon={<OctagonX aria-hidden />} onClick={() => setCancelling(true)}>
              Cancel run
            </Button>
          )}
        </div>
      )}
      <AlertDialog
        open={cancelling}
        onOpenChange={setCancelling}
        title="Cancel this run?"
        consequence="A call that is under way is finished, no further step begins. What was done at the providers stays done."
        confirmLabel="Cancel run"
        cancelLabel="Let it go on"
        onConfirm={async () => {
          const done = settle(await cancelTransactionAction(ids));
          return done.ok ? undefined : done.error.message;
        }}
      />
    </Card>
  );
}

/** What went wrong, whose it is, and the one place to go. */
function ErrorNote({ error, view, places }: { error: RunError; view: TransactionView; places: readonly StepPlace[] }) {
  const place = places.find((p) => p.stepId === error.stepId);
  const connector = place?.connectorName ?? null;
  const action =
    error.owner === "customer" && place?.connectionId ? (
      <ButtonLink small href={`/connections/${place.connectionId}`}>
        Reconnect {connector}
      </ButtonLink>
    ) : error.owner === "partner" && place?.connectorSlug && error.code.startsWith("oauth.") ? (
      <ButtonLink small href={`/connectors/${place.connectorSlug}/authentication`}>
        Open authentication settings
      </ButtonLink>
    ) : place ? (
      <ButtonLink small href={`/cycles/${view.cycleId}/steps/${place.stepId}`}>
        Open the step
      </ButtonLink>
    ) : undefined;
  return (
    <Note
      kind={isOpen(view.status) ? "warn" : "bad"}
      title={place ? `${place.name}: ${error.message}` : error.message}
      actions={action}
    >
      {ownerAdvice(error.owner, { account: view.accountName, connector })}
    </Note>
  );
}

/** How the parts of a list stand. */
function Parts({ view }: { view: TransactionView }) {
  const parts = view.parts;
  if (!parts) return null;
  return (
    <section aria-labelledby="parts" className="grid gap-2">
      <h2 id="parts">Items of the list</h2>
      <p className="text-sm text-ink-2 tabular-nums">
        {parts.completed} of {parts.total} completed{parts.failed > 0 && `, ${parts.failed} failed`}
        {parts.open > 0 && `, ${parts.open} to go`}.{" "}
        <Link className="link" href={`/cycles/${view.cycleId}/runs?parent=${view.id}`}>
          See each of them
        </Link>
      </p>
      <progress
        aria-label="Items done"
        className="h-2 w-full overflow-hidden rounded-full [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
        value={parts.completed + parts.failed}
        max={parts.total}
      />
    </section>
  );
}
