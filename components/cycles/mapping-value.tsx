"use client";

import { Variable } from "lucide-react";
import { useState } from "react";
import { SecretControl } from "../fields/secret-control";
import { useLookup } from "../fields/use-lookup";
import type { SecretInput } from "@/lib/auth-methods/field-schema";
import type { Slot, StepSetup } from "@/lib/cycles/types";
import { Combobox } from "../ui/combobox";
import { Select } from "../ui/select";
import { SourcePicker } from "./source-picker";
import type { SlotDraft } from "./step-draft";
import { TypedValue } from "./typed-value";

export interface MappingValueProps {
  slot: Slot;
  draft: SlotDraft;
  onChange: (draft: SlotDraft) => void;
  setup: StepSetup;
  disabled: boolean;
  describedBy?: string | undefined;
  invalid: boolean;
}

const QUIET = "text-sm text-ink-3";

/** The control of a slot's value, by where it comes from. */
export function MappingValue(props: MappingValueProps) {
  const { slot, draft, onChange, setup, disabled, describedBy } = props;
  switch (draft.mappingType) {
    case null:
      return <span className={QUIET}>{slot.defaultValue === null ? "No value" : `Default: ${slot.defaultValue}`}</span>;
    case "Ignore":
      return <span className={QUIET}>Not sent</span>;
    case "StaticValue":
      return slot.secret ? <TypedSecret {...props} /> : <PlainValue {...props} />;
    case "ValueList":
      return (
        <Select
          aria-label={slot.title}
          options={slot.values.map((value) => ({ value, label: value }))}
          value={draft.value}
          onValueChange={(value) => onChange({ ...draft, value })}
          disabled={disabled}
        />
      );
    case "StepOutput":
      return (
        <SourcePicker
          title={slot.title}
          sources={setup.sources}
          stepId={draft.sourceStepId}
          path={draft.sourceField}
          onChange={(sourceStepId, sourceField) => onChange({ ...draft, sourceStepId, sourceField })}
          secret={slot.secret}
          disabled={disabled}
          describedBy={describedBy}
        />
      );
    case "Variable":
      return setup.variables.length === 0 ? (
        <span className={QUIET}>This cycle has no variables. Add one beside the flow.</span>
      ) : (
        <Select
          aria-label={slot.title}
          options={setup.variables.map((v) => ({
            value: v.systemName,
            label: v.displayName,
            icon: <Variable aria-hidden />,
          }))}
          value={draft.variable}
          onValueChange={(variable) => onChange({ ...draft, variable })}
          disabled={disabled}
        />
      );
    case "Lookup":
      return <LookedUp {...props} />;
  }
}

const BOOLEANS = [
  { value: "true", label: "True" },
  { value: "false", label: "False" },
] as const;

function PlainValue({ slot, draft, onChange, setup, disabled, describedBy, invalid }: MappingValueProps) {
  const value = draft.value ?? "";
  // Two choices are quicker to pick than to type; a text with merge fields stays a text.
  if (slot.dataType === "Boolean" && (value === "" || /^(true|false)$/.test(value))) {
    return (
      <Select
        aria-label={slot.title}
        options={BOOLEANS}
        value={value === "" ? null : (value as "true" | "false")}
        onValueChange={(next) => onChange({ ...draft, value: next })}
        disabled={disabled}
      />
    );
  }
  return (
    <TypedValue
      label={slot.title}
      value={value}
      onChange={(next) => onChange({ ...draft, value: next })}
      setup={setup}
      placeholder={slot.dataType === "DateTime" ? "2026-03-12T14:00:00Z" : undefined}
      disabled={disabled}
      describedBy={describedBy}
      invalid={invalid}
    />
  );
}

/** A secret that is typed into the step itself: written, never read back. */
function TypedSecret({ slot, draft, onChange, disabled }: MappingValueProps) {
  const { secret: stored } = slot.mapping;
  const value: SecretInput = draft.keepSecret
    ? { keep: true }
    : draft.value !== null || !stored
      ? { set: draft.value ?? "" }
      : { clear: true };
  return (
    <SecretControl
      label={slot.title}
      value={value}
      onChange={(next) =>
        onChange({
          ...draft,
          keepSecret: "keep" in next && stored !== null,
          value: "set" in next ? next.set : null,
        })
      }
      onBlur={() => undefined}
      onPaste={() => undefined}
      stored={stored ? { isSet: true, last4: stored.last4, setAt: null, setBy: null } : undefined}
      required={false}
      multiline={false}
      placeholder={undefined}
      disabled={disabled}
      inputRef={null}
    />
  );
}

/** A value picked from what the provider answers: it is called as the list is opened. */
function LookedUp({ slot, draft, onChange, setup, disabled }: MappingValueProps) {
  const [query, setQuery] = useState<string | null>(null);
  const { connection, cycle } = setup;
  const shown = draft.triggerValueDisplayName ?? draft.triggerValue;
  const source = connection && {
    accountId: cycle.accountId,
    connectionId: connection.id,
    connectorName: connection.connectorName,
  };
  const { options, isFetching, problem } = useLookup(source, slot.lookup, query, shown);
  return (
    <div className="grid min-w-0 gap-1" onFocus={() => setQuery((now) => now ?? "")}>
      <Combobox
        aria-label={slot.title}
        options={options}
        value={draft.triggerValue === null ? null : { value: draft.triggerValue, label: shown ?? draft.triggerValue }}
        onQueryChange={setQuery}
        onValueChange={(option) =>
          onChange({ ...draft, triggerValue: option?.value ?? null, triggerValueDisplayName: option?.label ?? null })
        }
        loading={isFetching}
        placeholder={`Asks ${connection?.connectorName ?? "the provider"}`}
        disabled={disabled}
      />
      {problem && (
        <p role="alert" className="text-xs text-bad">
          {problem}
        </p>
      )}
    </div>
  );
}
