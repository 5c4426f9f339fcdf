"use client";

import { CircleCheck, FlaskConical, GitFork, Hourglass, SquareCode, TriangleAlert } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useMemo, useState, type ReactNode } from "react";
import {
  removeAuthenticationMappingsAction,
  saveStepSetupAction,
  setStepExternalAuthenticationAction,
} from "@/lib/steps/actions";
import type { Slot, StepSetup } from "@/lib/cycles/types";
import { settle } from "@/lib/kernel/outcome";
import type { Failure, Result } from "@/lib/kernel/result";
import { UpdateNote } from "../installs/update-available";
import { StateBadge } from "../installs/state-badge";
import type { ScriptWords } from "../scripts/script-editor";
import { AlertDialog } from "../ui/alert-dialog";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Logo } from "../ui/logo";
import { Note } from "../ui/note";
import { toast } from "../ui/toast";
import { AdvancedSettings } from "./advanced-settings";
import { CredentialPanel } from "./credential-panel";
import { ExternalSwitch, RemainingNote, SecretNote } from "./external-authentication";
import { BodySwitch, RawBody } from "./raw-body";
import { SlotList, SlotSection } from "./slot-section";
import {
  inputOf,
  isDirty,
  missingSlots,
  NO_EDITS,
  slotKey,
  slotsOf,
  type Edits,
  type SlotDraft,
  type StepDraft,
} from "./step-draft";
import { TransformScript } from "./step-script";
import { TestStep } from "./test-step";
import { DelaySettings, OperatorSelect } from "./tool-settings";
import { useSaveKey, useUnloadGuard } from "./use-leave-guard";
import { STEP_KIND_WORDS } from "./words";

const TOOL_ICONS = { Condition: GitFork, Delay: Hourglass, Transform: SquareCode } as const;

/** Errors of the server by the key of their slot; it names them by slot or by name alone. */
function slotErrors(setup: StepSetup, failure: Failure | null): Record<string, string> {
  const fields = failure?.fields ?? {};
  return Object.fromEntries(
    slotsOf(setup).flatMap((slot) => {
      const message = fields[slotKey(slot)] ?? fields[slot.name];
      return message ? [[slotKey(slot), message]] : [];
    }),
  );
}

export interface StepSetupDialogProps {
  setup: StepSetup;
  words: ScriptWords;
  mayWrite: boolean;
  mayRun: boolean;
  /** How the step went the last times. */
  lastRuns: ReactNode;
}

/** Step Setup: a modal with an address of its own, over the flow. */
export function StepSetupDialog({ setup, words, mayWrite, mayRun, lastRuns }: StepSetupDialogProps) {
  const router = useRouter();
  const view = useSearchParams().toString();
  const pathname = usePathname();
  const [open, setOpen] = useState(true);
  const [edits, setEdits] = useState<Edits>(NO_EDITS);
  const [failure, setFailure] = useState<Failure | null>(null);
  // What was saved shows as an edit until the page brings it back; what was typed meanwhile stays one.
  const [saved, setSaved] = useState<Edits | null>(null);
  const [basis, setBasis] = useState(setup);
  if (basis !== setup) {
    setBasis(setup);
    setSaved(null);
    if (edits === saved) setEdits(NO_EDITS);
  }
  const [saving, setSaving] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const [testing, setTesting] = useState(false);

  const { cycle, connection, method, externalAuthentication: external } = setup;
  const step: StepDraft = { ...setup.step, ...edits.step };
  const ids = { accountId: cycle.accountId, cycleId: cycle.id, stepId: setup.step.id };
  const locked = cycle.status !== "Paused";
  const disabled = locked || !mayWrite;
  const dirty = edits !== saved && isDirty(setup, edits);
  const errors = useMemo(() => slotErrors(setup, failure), [setup, failure]);
  const missing = missingSlots(setup, edits);

  const change = (part: Partial<StepDraft>) => setEdits((now) => ({ ...now, step: { ...now.step, ...part } }));
  const edit = (slot: Slot, draft: SlotDraft) => setEdits((now) => ({ ...now, slots: { ...now.slots, [slotKey(slot)]: draft } }));
  const back = pathname.replace(/\/steps\/[^/]+$/, "");
  const close = () => {
    setOpen(false);
    router.push(view ? `${back}?${view}` : back, { scroll: false });
  };

  const save = async (): Promise<boolean> => {
    if (saving || disabled) return false;
    setSaving(true);
    setFailure(null);
    const sent = edits;
    const result = settle(await saveStepSetupAction({ ...ids, ...inputOf(setup, sent) }));
    setSaving(false);
    if (!result.ok) {
      setFailure(result.error);
      return false;
    }
    setSaved(sent);
    toast.ok("Step saved");
    router.refresh();
    return true;
  };
  useUnloadGuard(dirty);
  useSaveKey(() => void save());

  const refreshed = async (action: Promise<Parameters<typeof settle>[0]>): Promise<Result<unknown>> => {
    const result = settle(await action);
    if (result.ok) router.refresh();
    return result;
  };
  const removeAll = async () => {
    const done = await refreshed(removeAuthenticationMappingsAction(ids));
    // Drafts of what was removed would bring it back with the next save.
    if (done.ok)
      setEdits((now) => ({
        ...now,
        slots: Object.fromEntries(Object.entries(now.slots).filter(([key]) => !key.startsWith("Authentication:"))),
      }));
    return done;
  };

  const list = { setup, edits, onEdit: edit, errors, disabled };
  const Tool = setup.step.kind in TOOL_ICONS ? TOOL_ICONS[setup.step.kind as keyof typeof TOOL_ICONS] : null;
  const isAction = setup.step.kind === "Action";
  const canTest = isAction && method !== null && mayRun;
  const rest = failure && Object.keys(errors).length === 0 ? failure.message : null;
  const canBeCalled = connection?.isAuthenticated || (external.isAllowed && external.isOn);

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (next) return;
        if (dirty) setLeaving(true);
        else close();
      }}
      size="large"
      flush
      title={step.name}
      icon={
        connection ? (
          <Logo name={connection.connectorName} slug={connection.connectorSlug} src={connection.iconUrl} />
        ) : (
          Tool && (
            <span aria-hidden className="grid size-9 place-items-center rounded-[9px] border border-line bg-sunken text-ink-2">
              <Tool className="size-4.5" />
            </span>
          )
        )
      }
      description={
        <span className="flex flex-wrap items-center gap-x-1.5 gap-y-1">
          <span>
            Step {setup.number} of {setup.stepCount} · {connection ? `${connection.name},` : STEP_KIND_WORDS[setup.step.kind]}
          </span>
          {connection && <StateBadge state={connection.state} focusable={false} />}
        </span>
      }
      actions={
        canTest && (
          <Button icon={<FlaskConical aria-hidden />} aria-pressed={testing} onClick={() => setTesting((now) => !now)}>
            Test step
          </Button>
        )
      }
      footer={
        <>
          <span role="status" className="mr-auto flex min-w-0 items-center gap-2 text-sm text-ink-2">
            {dirty && <span aria-hidden className="size-1.75 shrink-0 rounded-full bg-warn" />}
            {missing.length === 0 ? (
              <>
                <CircleCheck aria-hidden className="size-4 shrink-0 text-ok" />
                All required values are mapped
              </>
            ) : (
              <>
                <TriangleAlert aria-hidden className="size-4 shrink-0 text-warn" />
                <span className="min-w-0">
                  {missing.length === 1 ? "1 value is missing: " : `${missing.length} values are missing: `}
                  {missing.map((slot) => slot.title).join(", ")}
                </span>
              </>
            )}
            {dirty && <span className="sr-only">Unsaved changes</span>}
          </span>
          <Button variant="quiet" onClick={() => (dirty ? setLeaving(true) : close())}>
            {disabled ? "Close" : "Cancel"}
          </Button>
          {!disabled && (
            <Button variant="primary" pending={saving} onClick={() => void save()}>
              Save step
            </Button>
          )}
        </>
      }
    >
      <div className="grid lg:grid-cols-[minmax(0,1fr)_19.75rem]">
        <div className="grid content-start gap-5 px-5 pt-4.5 pb-5.5 lg:border-r lg:border-line">
          {locked && (
            <Note kind="info" role="status">
              {cycle.name} is {cycle.status === "Active" ? "running" : "stopping"}, and a running cycle can&apos;t be edited. Stop
              it first.
            </Note>
          )}
          {connection && <UpdateNote connection={connection} mayWrite={mayWrite} />}
          {!mayWrite && <Note kind="plain">Your role can see this step and not change it.</Note>}
          {rest && (
            <Note kind="bad" role="alert">
              {rest}
            </Note>
          )}
          {testing && canTest && <TestStep setup={setup} edits={edits} dirty={dirty} save={save} />}
          {isAction && !method && (
            <Note kind="warn" title="No method chosen">
              Remove this step and add it again with a connection and a method.
            </Note>
          )}
          {setup.step.kind === "Condition" && (
            <section aria-labelledby="condition" className="grid gap-3">
              <div>
                <h2 id="condition">Condition</h2>
                <p className="text-sm text-ink-2">The run goes on at True or at False. Nothing needs to stand at either.</p>
              </div>
              <SlotList {...list} slots={setup.operands.filter((slot) => slot.name === "left")} />
              <OperatorSelect step={step} onChange={change} disabled={disabled} />
              <SlotList {...list} slots={setup.operands.filter((slot) => slot.name !== "left")} />
            </section>
          )}
          {setup.step.kind === "Delay" && <DelaySettings step={step} onChange={change} disabled={disabled} />}
          {setup.step.kind === "Transform" && (
            <TransformScript
              script={step.script ?? ""}
              onChange={(script) => change({ script })}
              aliases={setup.sources.map((source) => source.alias)}
              words={{ variables: ["steps", "variables", "run", ...setup.sources.map((source) => source.alias)], functions: [] }}
              disabled={disabled}
            />
          )}
          {method && (
            <>
              {setup.parameters.length > 0 && <SlotSection {...list} title="Parameters" slots={setup.parameters} />}
              {(setup.fields.length > 0 || method.mayHaveRawBody) && (
                <>
                  {step.rawBody === null ? (
                    <SlotSection
                      {...list}
                      title="Fields"
                      slots={setup.fields}
                      empty="This method declares no fields."
                      aside={
                        method.mayHaveRawBody && (
                          <BodySwitch
                            raw={false}
                            disabled={disabled}
                            onChange={() => change({ rawBody: setup.step.rawBody ?? "" })}
                          />
                        )
                      }
                    />
                  ) : (
                    <section aria-labelledby="raw-body" className="grid gap-2">
                      <div className="flex flex-wrap items-center justify-between gap-2">
                        <h2 id="raw-body">Fields</h2>
                        <BodySwitch raw disabled={disabled} onChange={() => change({ rawBody: null })} />
                      </div>
                      <RawBody
                        body={step.rawBody}
                        onChange={(rawBody) => change({ rawBody })}
                        setup={setup}
                        disabled={disabled}
                      />
                    </section>
                  )}
                </>
              )}
              {setup.parameters.length + setup.fields.length === 0 && !method.mayHaveRawBody && (
                <p className="text-sm text-ink-2">This method takes no values.</p>
              )}
            </>
          )}
          <AdvancedSettings
            setup={setup}
            step={step}
            onChange={change}
            words={words}
            disabled={disabled}
            startsOpen={isAction && (external.isOn || setup.authentication.length > 0)}
          >
            {isAction && (external.isAllowed || setup.authentication.length > 0) && (
              <div className="grid gap-3.5 border-b border-line px-4 py-3.5">
                <ExternalSwitch
                  setup={setup}
                  disabled={disabled}
                  onSwitch={(on) => refreshed(setStepExternalAuthenticationAction({ ...ids, on }))}
                />
                {setup.authentication.length > 0 && (
                  <div role="group" aria-label="Authentication parameters" className="grid gap-2">
                    <SlotList {...list} slots={setup.authentication} />
                  </div>
                )}
                <SecretNote setup={setup} edits={edits} />
              </div>
            )}
          </AdvancedSettings>
        </div>
        <aside aria-label="Credential and runs" className="grid content-start gap-3.5 p-4.5 max-lg:border-t max-lg:border-line">
          {isAction && <CredentialPanel setup={setup} edits={edits} />}
          {isAction && <RemainingNote setup={setup} edits={edits} disabled={disabled} onRemoveAll={removeAll} />}
          {isAction && connection && !canBeCalled && (
            <Note kind="warn">
              {connection.name} is not authenticated, so this step can&apos;t run yet.
              {external.isAllowed ? " Authenticate it, or use External Authentication." : ""}
            </Note>
          )}
          {lastRuns}
        </aside>
      </div>
      <AlertDialog
        open={leaving}
        onOpenChange={setLeaving}
        title="Close without saving?"
        consequence="What you changed in this step is lost."
        confirmLabel="Close"
        cancelLabel="Keep editing"
        onConfirm={close}
      />
    </Dialog>
  );
}
