"use client";

import { CONDITION_OPERATORS, DELAY_UNITS } from "@/lib/cycles/constants";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Select } from "../ui/select";
import type { StepDraft } from "./step-draft";
import { DELAY_WORDS, OPERATOR_WORDS } from "./words";

export interface ToolSettingsProps {
  step: StepDraft;
  onChange: (change: Partial<StepDraft>) => void;
  disabled: boolean;
}

/** How the two sides of a condition are compared. */
export function OperatorSelect({ step, onChange, disabled }: ToolSettingsProps) {
  return (
    <Field label="Comparison" required className="max-w-80">
      <Select
        options={CONDITION_OPERATORS.map((value) => ({ value, label: OPERATOR_WORDS[value] }))}
        value={step.operator}
        onValueChange={(operator) => onChange({ operator })}
        placeholder="Choose how to compare"
        disabled={disabled}
      />
    </Field>
  );
}

/** How long a delay waits. */
export function DelaySettings({ step, onChange, disabled }: ToolSettingsProps) {
  const delay = step.delay ?? { unit: null, interval: null };
  return (
    <section aria-labelledby="delay" className="grid gap-3">
      <div>
        <h2 id="delay">Wait</h2>
        <p className="text-sm text-ink-2">The run sleeps so long, then goes on. It survives a restart of the server.</p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Field label="How long" required className="w-32">
          <Input
            type="number"
            inputMode="numeric"
            min={1}
            max={100_000}
            value={delay.interval ?? ""}
            disabled={disabled}
            onChange={({ target: { value } }) =>
              onChange({ delay: { ...delay, interval: value === "" ? null : Math.trunc(Number(value)) } })
            }
          />
        </Field>
        <Field label="Unit" required className="w-40">
          <Select
            options={DELAY_UNITS.map((value) => ({ value, label: DELAY_WORDS[value] }))}
            value={delay.unit}
            onValueChange={(unit) => onChange({ delay: { ...delay, unit } })}
            disabled={disabled}
          />
        </Field>
      </div>
    </section>
  );
}
