"use client";

import { KeyRound, Plus, Trash2, UserRoundPen } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState, type FormEvent } from "react";
import { removeVariableAction, saveVariableAction } from "@/lib/steps/actions";
import type { CycleVariable } from "@/lib/cycles/types";
import { settle } from "@/lib/kernel/outcome";
import type { Failure } from "@/lib/kernel/result";
import { SecretControl } from "../fields/secret-control";
import type { SecretInput } from "@/lib/auth-methods/field-schema";
import { Button } from "../ui/button";
import { Card, CardHeader } from "../ui/card";
import { Checkbox } from "../ui/checkbox";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Note } from "../ui/note";
import { toast } from "../ui/toast";
import { useBuilder } from "./builder-context";

/** The value as a list may show it. */
const shown = (variable: CycleVariable): string =>
  variable.isSensitive ? (variable.last4 ? `•••• ${variable.last4}` : "••••••••") : (variable.value ?? "No value");

/** The variables of the cycle: values that several steps use, or that the customer gives. */
export function Variables() {
  const { cycle, editable } = useBuilder();
  const [open, setOpen] = useState<CycleVariable | "new" | null>(null);
  return (
    <Card>
      <CardHeader
        title="Variables"
        actions={
          editable && (
            <Button small icon={<Plus aria-hidden />} onClick={() => setOpen("new")}>
              Add
            </Button>
          )
        }
      />
      {cycle.variables.length === 0 ? (
        <p className="px-4 py-3 text-sm text-ink-2">
          A value that several steps use, or that each customer gives. Map it as <em>Variable</em>.
        </p>
      ) : (
        <ul>
          {cycle.variables.map((variable) => (
            <li key={variable.systemName} className="border-b border-line last:border-b-0">
              <button
                type="button"
                disabled={!editable}
                onClick={() => setOpen(variable)}
                className="flex min-h-10 w-full items-center gap-2 px-4 py-1.5 text-left text-sm not-disabled:hover:bg-hover"
              >
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{variable.displayName}</span>
                  <code className="block truncate text-ink-2">{shown(variable)}</code>
                </span>
                {variable.isLaunchVisible && (
                  <UserRoundPen role="img" aria-label="The customer gives it" className="size-4 text-ink-3" />
                )}
                {variable.isSensitive && <KeyRound role="img" aria-label="Secret" className="size-4 text-ink-3" />}
              </button>
            </li>
          ))}
        </ul>
      )}
      {open && (
        <VariableDialog
          key={open === "new" ? "new" : open.systemName}
          variable={open === "new" ? null : open}
          onClose={() => setOpen(null)}
        />
      )}
    </Card>
  );
}

function VariableDialog({ variable, onClose }: { variable: CycleVariable | null; onClose: () => void }) {
  const { cycle } = useBuilder();
  const router = useRouter();
  const [name, setName] = useState(variable?.displayName ?? "");
  const [value, setValue] = useState(variable?.value ?? "");
  const [secret, setSecret] = useState<SecretInput>({ keep: true });
  const [isSensitive, setSensitive] = useState(variable?.isSensitive ?? false);
  const [isLaunchVisible, setLaunchVisible] = useState(variable?.isLaunchVisible ?? false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, setPending] = useState(false);
  const wasSecret = variable?.isSensitive === true;
  const ids = { accountId: cycle.accountId, cycleId: cycle.id };

  const finish = (done: ReturnType<typeof settle>, words: string) => {
    setPending(false);
    if (!done.ok) return setFailure(done.error);
    toast.ok(words);
    router.refresh();
    onClose();
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    // The form stands in a dialog over the page's own forms.
    event.stopPropagation();
    if (pending) return;
    setPending(true);
    setFailure(null);
    const typed = isSensitive && wasSecret ? ("set" in secret ? secret.set : "clear" in secret ? null : undefined) : value;
    finish(
      settle(
        await saveVariableAction({
          ...ids,
          variable: {
            systemName: variable?.systemName ?? null,
            displayName: name,
            description: variable?.description ?? null,
            ...(typed === undefined ? {} : { value: typed }),
            values: [...(variable?.values ?? [])],
            isSensitive,
            isLaunchVisible,
          },
        }),
      ),
      `${name} saved`,
    );
  };
  const remove = async () => {
    if (!variable) return;
    setPending(true);
    setFailure(null);
    finish(settle(await removeVariableAction({ ...ids, systemName: variable.systemName })), `${variable.displayName} removed`);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={variable ? variable.displayName : "New variable"}
      size="small"
      footer={
        <>
          {variable && (
            <Button variant="quiet-danger" icon={<Trash2 aria-hidden />} className="mr-auto" onClick={() => void remove()}>
              Remove
            </Button>
          )}
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form="variable" pending={pending}>
            Save variable
          </Button>
        </>
      }
    >
      <form id="variable" noValidate onSubmit={(event) => void save(event)} className="grid gap-4">
        {failure && !failure.fields?.displayName && (
          <Note kind="bad" role="alert">
            {failure.message}
          </Note>
        )}
        <Field
          label="Name"
          required
          error={failure?.fields?.displayName}
          help={
            variable ? (
              <>
                In typed values <code>{`{{variables.${variable.systemName}}}`}</code>
              </>
            ) : undefined
          }
        >
          <Input value={name} autoComplete="off" onChange={({ target }) => setName(target.value)} />
        </Field>
        {isSensitive && wasSecret ? (
          <Field label="Value" group={!("set" in secret)}>
            <SecretControl
              label="Value"
              value={secret}
              onChange={setSecret}
              onBlur={() => undefined}
              onPaste={() => undefined}
              stored={{ isSet: true, last4: variable.last4, setAt: null, setBy: null }}
              required={false}
              multiline={false}
              placeholder={undefined}
              disabled={false}
              inputRef={null}
            />
          </Field>
        ) : (
          <Field label="Value" help={isSensitive ? "Stored sealed, and never shown again." : undefined}>
            <Input
              mono
              type={isSensitive ? "password" : "text"}
              autoComplete={isSensitive ? "new-password" : "off"}
              value={value}
              onChange={({ target }) => setValue(target.value)}
            />
          </Field>
        )}
        <Checkbox
          label="It is a secret"
          description="One that feeds an authentication parameter always is."
          checked={isSensitive}
          onCheckedChange={setSensitive}
        />
        <Checkbox
          label="The customer gives it"
          description="It is asked for where the cycle is set up for a customer."
          checked={isLaunchVisible}
          onCheckedChange={setLaunchVisible}
        />
      </form>
    </Dialog>
  );
}
