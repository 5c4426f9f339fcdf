"use client";

import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import type { Result } from "@/lib/kernel/result";
import type { StepSetup } from "@/lib/cycles/types";
import { Button } from "../ui/button";
import { Note } from "../ui/note";
import { Switch } from "../ui/switch";
import { draftOf, type Edits } from "./step-draft";

const listed = (titles: readonly string[]): string =>
  titles.length < 2 ? (titles[0] ?? "") : `${titles.slice(0, -1).join(", ")} and ${titles.at(-1) ?? ""}`;

export interface ExternalSwitchProps {
  setup: StepSetup;
  disabled: boolean;
  onSwitch: (on: boolean) => Promise<Result<unknown>>;
}

/** The switch, where the administrator allows it. It is saved at once, and the modal shows what it adds. */
export function ExternalSwitch({ setup, disabled, onSwitch }: ExternalSwitchProps) {
  const { isAllowed, isOn, hasParameters } = setup.externalAuthentication;
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string>();
  if (!isAllowed) return null;
  const change = async (on: boolean) => {
    setPending(true);
    setProblem(undefined);
    const done = await onSwitch(on);
    if (!done.ok) setProblem(done.error.message);
    setPending(false);
  };
  return (
    <div className="grid gap-3">
      <Switch
        label="Use External Authentication"
        description="Credentials come from the run, so each run can act as someone else. This step no longer needs an authenticated connector. Testing methods outside the builder still does."
        checked={isOn}
        disabled={disabled || pending}
        onCheckedChange={(on) => void change(on)}
      />
      {problem && (
        <Note kind="bad" role="alert">
          {problem}
        </Note>
      )}
      {isOn && !hasParameters && (
        <Note kind="plain">
          {setup.connection?.connectorName ?? "This connector"} has no authentication parameters: its calls carry no credential,
          so there is nothing to map.
        </Note>
      )}
    </div>
  );
}

/** Which values of the run are treated as secrets because they feed an authentication parameter. */
export function SecretNote({ setup, edits }: { setup: StepSetup; edits: Edits }) {
  const names = setup.authentication.flatMap((slot) => {
    const draft = draftOf(slot, edits);
    if (draft.mappingType === "StepOutput" && draft.sourceField) return [draft.sourceField];
    if (draft.mappingType === "Variable" && draft.variable) return [draft.variable];
    return [];
  });
  if (names.length === 0) return null;
  return (
    <Note kind="info" icon={<ShieldCheck />}>
      The value of{" "}
      {names.map((name, index) => (
        <span key={`${name}-${index}`}>
          {index > 0 && ", "}
          <code>{name}</code>
        </span>
      ))}{" "}
      is treated as a secret: it never appears in stored requests, responses or logs of this cycle.
    </Note>
  );
}

export interface RemainingNoteProps {
  setup: StepSetup;
  edits: Edits;
  disabled: boolean;
  onRemoveAll: () => Promise<Result<unknown>>;
}

/** Mappings outlive the switch: says so before it is turned off, and in plain words once it is off or taken away. */
export function RemainingNote({ setup, edits, disabled, onRemoveAll }: RemainingNoteProps) {
  const { isAllowed, isOn, stillMapped } = setup.externalAuthentication;
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string>();
  const mapped = setup.authentication
    .filter((slot) => {
      const { mappingType } = draftOf(slot, edits);
      return mappingType !== null && mappingType !== "Ignore";
    })
    .map((slot) => slot.title);
  const names = isAllowed && isOn ? mapped : stillMapped;
  if (names.length === 0) return null;
  const plural = names.length > 1;
  const remove = async () => {
    setPending(true);
    setProblem(undefined);
    const done = await onRemoveAll();
    if (!done.ok) setProblem(done.error.message);
    setPending(false);
  };
  const button = (
    <Button small pending={pending} disabled={disabled} onClick={() => void remove()}>
      {isAllowed && isOn ? "Remove all mappings" : "Remove all"}
    </Button>
  );
  const words = `${plural ? "the mappings" : "the mapping"} of ${listed(names)} still ${plural ? "apply" : "applies"} until you remove ${plural ? "them" : "it"}.`;
  return (
    <Note kind="warn" role="status" actions={button}>
      {!isAllowed ? (
        <>
          <span className="font-medium">Your administrator has switched External Authentication off.</span> The switch is gone,
          but {words}
        </>
      ) : isOn ? (
        <>
          <span className="font-medium">If you turn the switch off</span>, {words}
        </>
      ) : (
        <>
          <span className="font-medium">The switch is off</span>, but {words} Every run goes on using {plural ? "them" : "it"} in
          place of what the connector holds.
        </>
      )}
      {problem && (
        <span role="alert" className="block text-bad">
          {problem}
        </span>
      )}
    </Note>
  );
}
