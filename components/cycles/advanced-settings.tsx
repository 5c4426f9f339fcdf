"use client";

import { ChevronDown } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import type { CollectionSplitType, StepErrorAction } from "@/lib/cycles/constants";
import type { StepSetup } from "@/lib/cycles/types";
import type { ScriptWords } from "../scripts/script-editor";
import { Card } from "../ui/card";
import { CopyButton } from "../ui/copy-button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Select, type SelectOption } from "../ui/select";
import { StepScript } from "./step-script";
import type { StepDraft } from "./step-draft";
import { ERROR_ACTION_WORDS, optionsOf, SPLIT_WORDS } from "./words";

const CYCLES_OWN = "";

function Override<T extends string>({
  label,
  options,
  value,
  onChange,
  disabled,
}: {
  label: string;
  options: SelectOption<T>[];
  value: T | null;
  onChange: (value: T | null) => void;
  disabled: boolean;
}) {
  const all: SelectOption<T | "">[] = [{ value: CYCLES_OWN, label: "As the cycle says" }, ...options];
  return (
    <Field label={label}>
      <Select
        options={all}
        value={value ?? CYCLES_OWN}
        onValueChange={(next) => onChange(next === CYCLES_OWN ? null : (next as T))}
        disabled={disabled}
      />
    </Field>
  );
}

export interface AdvancedSettingsProps {
  setup: StepSetup;
  step: StepDraft;
  onChange: (change: Partial<StepDraft>) => void;
  words: ScriptWords;
  disabled: boolean;
  /** Opened from the start where something in it is in force. */
  startsOpen: boolean;
  /** The part about External Authentication. */
  children: ReactNode;
}

/** The folded part of Step Setup. */
export function AdvancedSettings({ setup, step, onChange, words, disabled, startsOpen, children }: AdvancedSettingsProps) {
  const [open, setOpen] = useState(startsOpen);
  const id = useId();
  const isAction = setup.step.kind === "Action";
  return (
    <Card sunken>
      <h2>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen((now) => !now)}
          className="flex w-full items-center gap-2 rounded-lg px-4 py-3 text-left"
        >
          <ChevronDown aria-hidden className={`size-4 transition-[rotate] ${open ? "" : "-rotate-90"}`} />
          Advanced settings
        </button>
      </h2>
      <div id={id} hidden={!open} className="border-t border-line">
        {children}
        <div className="grid gap-3.5 px-4 py-3.5 sm:grid-cols-2">
          <Field label="Name of the step" required>
            <Input value={step.name} disabled={disabled} onChange={({ target }) => onChange({ name: target.value })} />
          </Field>
          <Field label="Description" optionalMark="end">
            <Input
              value={step.description ?? ""}
              disabled={disabled}
              onChange={({ target }) => onChange({ description: target.value === "" ? null : target.value })}
            />
          </Field>
          <Override<StepErrorAction>
            label="On step error"
            options={optionsOf(ERROR_ACTION_WORDS)}
            value={step.errorAction}
            onChange={(errorAction) => onChange({ errorAction })}
            disabled={disabled}
          />
          {isAction && (
            <Field label="Step script" group>
              <StepScript
                script={step.script ?? ""}
                onChange={(script) => onChange({ script: script.trim() === "" ? null : script })}
                words={words}
                disabled={disabled}
              />
            </Field>
          )}
          <Override<CollectionSplitType>
            label="When it returns a list"
            options={optionsOf(SPLIT_WORDS)}
            value={step.collectionSplitType}
            onChange={(collectionSplitType) => onChange({ collectionSplitType })}
            disabled={disabled}
          />
          {setup.method && (
            <Field label="Method identifier" group>
              <span className="flex min-h-8.5 items-center gap-1">
                <code className="min-w-0 truncate">{setup.method.uniqueIdentifier}</code>
                <CopyButton text={setup.method.uniqueIdentifier} what="method identifier" iconOnly small />
              </span>
            </Field>
          )}
        </div>
      </div>
    </Card>
  );
}
