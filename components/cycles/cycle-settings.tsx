"use client";

import { useRouter } from "next/navigation";
import { useState, type FormEvent } from "react";
import { updateCycleAction } from "@/lib/cycles/actions";
import type { Cycle } from "@/lib/cycles/types";
import { settle } from "@/lib/kernel/outcome";
import type { Failure } from "@/lib/kernel/result";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Note } from "../ui/note";
import { Select } from "../ui/select";
import { Textarea } from "../ui/textarea";
import { toast } from "../ui/toast";
import { ERROR_ACTION_WORDS, optionsOf, SPLIT_WORDS } from "./words";

const HOURS_A_DAY = 24;
const daysOf = (hours: number | null): string => (hours === null ? "" : String(hours / HOURS_A_DAY));
const hoursOf = (days: string): number | null => (days.trim() === "" ? null : Math.round(Number(days) * HOURS_A_DAY));

/** Name, what happens on errors and with lists, what of a run is kept and for how long. */
export function CycleSettingsDialog({ cycle, onClose }: { cycle: Cycle; onClose: () => void }) {
  const router = useRouter();
  const [name, setName] = useState(cycle.name);
  const [description, setDescription] = useState(cycle.description ?? "");
  const [stepErrorAction, setErrorAction] = useState(cycle.stepErrorAction);
  const [collectionSplitType, setSplitType] = useState(cycle.collectionSplitType);
  const [logStepDataRequests, setLog] = useState(cycle.logStepDataRequests);
  const [success, setSuccess] = useState(daysOf(cycle.successRetentionHours));
  const [errored, setErrored] = useState(daysOf(cycle.erroredRetentionHours));
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, setPending] = useState(false);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    setPending(true);
    setFailure(null);
    const done = settle(
      await updateCycleAction({
        accountId: cycle.accountId,
        cycleId: cycle.id,
        name,
        description: description.trim() === "" ? null : description,
        stepErrorAction,
        collectionSplitType,
        logStepDataRequests,
        successRetentionHours: hoursOf(success),
        erroredRetentionHours: hoursOf(errored),
      }),
    );
    setPending(false);
    if (!done.ok) return setFailure(done.error);
    toast.ok("Cycle saved");
    router.refresh();
    onClose();
  };
  const error = (field: string) => failure?.fields?.[field];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Settings of the cycle"
      footer={
        <>
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form="cycle-settings" pending={pending}>
            Save settings
          </Button>
        </>
      }
    >
      <form id="cycle-settings" noValidate onSubmit={(event) => void save(event)} className="grid gap-4">
        {failure && !failure.fields && (
          <Note kind="bad" role="alert">
            {failure.message}
          </Note>
        )}
        <Field label="Name" required error={error("name")}>
          <Input value={name} autoComplete="off" onChange={({ target }) => setName(target.value)} />
        </Field>
        <Field label="Description" optionalMark="end" error={error("description")}>
          <Textarea rows={2} value={description} onChange={({ target }) => setDescription(target.value)} />
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="On step error" help="A step can say otherwise.">
            <Select options={optionsOf(ERROR_ACTION_WORDS)} value={stepErrorAction} onValueChange={setErrorAction} />
          </Field>
          <Field label="When a step returns a list">
            <Select options={optionsOf(SPLIT_WORDS)} value={collectionSplitType} onValueChange={setSplitType} />
          </Field>
          <Field label="Keep runs that worked" help="Days. Blank: 31." error={error("successRetentionHours")}>
            <Input type="number" min={0} max={365} value={success} onChange={({ target }) => setSuccess(target.value)} />
          </Field>
          <Field label="Keep runs that failed" help="Days. Blank: 31." error={error("erroredRetentionHours")}>
            <Input type="number" min={0} max={365} value={errored} onChange={({ target }) => setErrored(target.value)} />
          </Field>
        </div>
        <Checkbox
          label="Keep requests and responses of each step"
          description="Credentials are replaced in them. Without this, a run shows only how each step went."
          checked={logStepDataRequests}
          onCheckedChange={setLog}
        />
      </form>
    </Dialog>
  );
}
