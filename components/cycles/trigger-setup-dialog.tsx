"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { updateCycleAction } from "@/lib/cycles/actions";
import { INTERVALS, TRIGGER_KINDS, type TriggerKind } from "@/lib/cycles/constants";
import type { Cycle } from "@/lib/cycles/types";
import { settle } from "@/lib/kernel/outcome";
import { clearWebhookSecretAction, makeWebhookSecretAction, updateStepAction } from "@/lib/steps/actions";
import { AlertDialog } from "../ui/alert-dialog";
import { Button } from "../ui/button";
import { CodeBlock } from "../ui/code-block";
import { CopyButton } from "../ui/copy-button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Note } from "../ui/note";
import { Select } from "../ui/select";
import { toast } from "../ui/toast";
import { useBuilder, useChange } from "./builder-context";
import { useSaveKey, useUnloadGuard } from "./use-leave-guard";
import { intervalWords, TRIGGER_WORDS } from "./words";

type Interval = (typeof INTERVALS)[number];

/** A moment as the browser's date input has it, in the person's own zone. */
function localInput(at: number | null): string {
  if (at === null) return "";
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** How the cycle starts: by hand, on a schedule or by a webhook. */
export function TriggerSetupDialog({ stepId, webhookUrl }: { stepId: string; webhookUrl: string | null }) {
  const { cycle, editable, mayWrite } = useBuilder();
  const router = useRouter();
  const params = useSearchParams().toString();
  const step = cycle.steps.find((s) => s.id === stepId);
  const [open, setOpen] = useState(true);
  const [trigger, setTrigger] = useState<TriggerKind>(step?.trigger ?? "Manual");
  const [interval, setInterval] = useState<number | null>(cycle.interval);
  const [start, setStart] = useState(localInput(cycle.startTime));
  const [problem, setProblem] = useState<string>();
  const [saving, setSaving] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const typed = `${trigger} ${interval} ${start}`;
  const [saved, setSaved] = useState<string | null>(null);
  const differs = trigger !== step?.trigger || interval !== cycle.interval || start !== localInput(cycle.startTime);
  // Until the page brings it back, what was saved still differs from what it shows.
  const dirty = differs && typed !== saved;
  const ids = { accountId: cycle.accountId, cycleId: cycle.id };
  const close = () => {
    setOpen(false);
    router.push(`/cycles/${cycle.id}${params ? `?${params}` : ""}`, { scroll: false });
  };

  const save = async () => {
    if (saving || !editable || !step) return;
    setSaving(true);
    setProblem(undefined);
    const isSchedule = trigger === "Schedule";
    const results = [
      trigger === step.trigger ? null : settle(await updateStepAction({ ...ids, stepId, trigger })),
      settle(
        await updateCycleAction({
          ...ids,
          interval: isSchedule ? (interval as Interval | null) : null,
          startTime: isSchedule && start !== "" ? new Date(start).getTime() : null,
        }),
      ),
    ];
    setSaving(false);
    const failed = results.find((result) => result && !result.ok);
    if (failed && !failed.ok) return setProblem(failed.error.message);
    setSaved(typed);
    toast.ok("Trigger saved");
    router.refresh();
  };
  useUnloadGuard(dirty);
  useSaveKey(() => void save());

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (next) return;
        if (dirty) setLeaving(true);
        else close();
      }}
      title="Trigger"
      description="How a run of this cycle starts."
      footer={
        <>
          {dirty && (
            <span role="status" className="mr-auto flex items-center gap-2 text-sm text-ink-2">
              <span aria-hidden className="size-1.75 rounded-full bg-warn" />
              Unsaved changes
            </span>
          )}
          <Button variant="quiet" onClick={() => (dirty ? setLeaving(true) : close())}>
            {editable ? "Cancel" : "Close"}
          </Button>
          {editable && (
            <Button variant="primary" pending={saving} onClick={() => void save()}>
              Save trigger
            </Button>
          )}
        </>
      }
    >
      <div className="grid gap-4">
        {!editable && (
          <Note kind={mayWrite ? "info" : "plain"} role="status">
            {mayWrite
              ? `${cycle.name} is running, and a running cycle can't be edited. Stop it first.`
              : "Your role can see this trigger and not change it."}
          </Note>
        )}
        {problem && (
          <Note kind="bad" role="alert">
            {problem}
          </Note>
        )}
        <Field label="Starts" help={TRIGGER_WORDS[trigger].description}>
          <Select
            options={TRIGGER_KINDS.map((value) => ({ value, label: TRIGGER_WORDS[value].label }))}
            value={trigger}
            onValueChange={setTrigger}
            disabled={!editable}
          />
        </Field>
        {trigger === "Schedule" && (
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Every" required>
              <Select
                options={INTERVALS.map((minutes) => ({ value: String(minutes), label: intervalWords(minutes) }))}
                value={interval === null ? null : String(interval)}
                onValueChange={(minutes) => setInterval(Number(minutes))}
                placeholder="Choose how often"
                disabled={!editable}
              />
            </Field>
            <Field label="First run" optionalMark="end" help="In your time zone. Blank: when it is started.">
              <Input type="datetime-local" value={start} disabled={!editable} onChange={({ target }) => setStart(target.value)} />
            </Field>
          </div>
        )}
        {trigger === "Webhook" &&
          (webhookUrl && step?.trigger === "Webhook" ? (
            <Webhook cycle={cycle} url={webhookUrl} editable={editable} />
          ) : (
            <p className="text-sm text-ink-2">Its address stands here once the trigger is saved.</p>
          ))}
      </div>
      <AlertDialog
        open={leaving}
        onOpenChange={setLeaving}
        title="Close without saving?"
        consequence="What you changed here is lost."
        confirmLabel="Close"
        cancelLabel="Keep editing"
        onConfirm={close}
      />
    </Dialog>
  );
}

const curl = (url: string, secret: string | null): string =>
  [
    `curl -X POST ${url} \\`,
    ...(secret === null ? [] : [`  -H 'X-Webhook-Secret: ${secret}' \\`]),
    "  -H 'Content-Type: application/json' \\",
    `  -d '{"access_token": "…", "contact": {"email": "ana@example.com"}}'`,
  ].join("\n");

/** The address, its secret, and how to call it. The secret is seen once, when it is made. */
function Webhook({ cycle, url, editable }: { cycle: Cycle; url: string; editable: boolean }) {
  const { change, pending } = useChange();
  const [secret, setSecret] = useState<string | null>(null);
  const ids = { accountId: cycle.accountId, cycleId: cycle.id };
  const hasSecret = cycle.webhook?.hasSecret === true;
  const make = async () => {
    const made = await change(makeWebhookSecretAction(ids));
    if (made.ok) setSecret(made.value);
  };
  const clear = async () => {
    await change(clearWebhookSecretAction(ids));
    setSecret(null);
  };
  return (
    <>
      <Field label="Address" group help="Takes JSON, a form or text up to 1 MB, and answers at once with the id of the run.">
        <div className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1 pr-1 pl-2.5">
          <code className="min-w-0 flex-1 wrap-anywhere">{url}</code>
          <CopyButton text={url} what="webhook address" small />
        </div>
      </Field>
      <Field
        label="Secret"
        group
        help={
          hasSecret
            ? "Calls without it are refused. It is shown once; make a new one when it is lost."
            : "Without one, whoever knows the address can start a run."
        }
      >
        {secret ? (
          <Note
            kind="ok"
            role="status"
            title="Copy it now, it isn't shown again"
            actions={<CopyButton text={secret} what="webhook secret" small />}
          >
            <code className="wrap-anywhere">{secret}</code>
          </Note>
        ) : (
          <div className="flex flex-wrap items-center gap-2">
            <span className="min-h-8.5 content-center text-sm">{hasSecret ? <code>••••••••</code> : "None"}</span>
            {editable && (
              <>
                <Button small pending={pending} onClick={() => void make()}>
                  {hasSecret ? "Replace secret" : "Make a secret"}
                </Button>
                {hasSecret && (
                  <Button small variant="quiet-danger" onClick={() => void clear()}>
                    Clear secret
                  </Button>
                )}
              </>
            )}
          </div>
        )}
      </Field>
      <Field label="Example" group>
        <CodeBlock what="example call" code={curl(url, hasSecret ? (secret ?? "THE_SECRET") : null)} />
      </Field>
    </>
  );
}
