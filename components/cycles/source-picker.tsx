"use client";

import clsx from "clsx";
import { CornerDownRight, KeyRound, TriangleAlert } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { SourceStep } from "@/lib/cycles/types";
import { Combobox, type ComboboxGroup, type ComboboxOption } from "../ui/combobox";
import { controlBox } from "../ui/input";
import { tagClass } from "../ui/tag";

const OWN = "\u0000";

const optionValue = (stepId: string, path: string) => `${stepId}${OWN}${path}`;
const parseOption = ({ value }: ComboboxOption): { stepId: string; path: string } => {
  const [stepId = "", path = ""] = value.split(OWN);
  return { stepId, path };
};

const stepLabel = (step: SourceStep) => `${step.number} ${step.name}`;

/** What may be chosen while `query` is typed: fields that fit, and of every step the field of that very name. */
function sourceOptions(sources: readonly SourceStep[], query: string): ComboboxGroup[] {
  const text = query.trim();
  const wanted = text.toLowerCase();
  return sources.flatMap((step): ComboboxGroup[] => {
    const whole = stepLabel(step).toLowerCase().includes(wanted);
    const fields = step.fields.filter(
      (f) => whole || f.path.toLowerCase().includes(wanted) || f.title.toLowerCase().includes(wanted),
    );
    const items = fields.map((f): ComboboxOption => ({
      value: optionValue(step.stepId, f.path),
      label: f.path,
      ...(f.sample ? { hint: f.sample } : f.title === f.path ? {} : { hint: f.title }),
    }));
    const exact = step.fields.some((f) => f.path === text);
    if (text !== "" && !exact && !/\s/.test(text))
      items.push({ value: optionValue(step.stepId, text), label: text, hint: "as typed" });
    return items.length > 0 ? [{ group: stepLabel(step), items }] : [];
  });
}

export interface FieldChooserProps {
  sources: readonly SourceStep[];
  label: string;
  onChoose: (choice: { step: SourceStep; path: string }) => void;
  /** Takes the focus as it appears. */
  autoFocus?: boolean;
  onLeave?: () => void;
  disabled?: boolean;
}

/** Type-ahead over the fields of earlier steps. A field that isn't known yet is typed: nothing has run, but its name is known. */
export function FieldChooser({ sources, label, onChoose, autoFocus = false, onLeave, disabled }: FieldChooserProps) {
  const [query, setQuery] = useState("");
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (autoFocus) frame.current?.querySelector("input")?.focus();
  }, [autoFocus]);
  return (
    <div
      ref={frame}
      className="min-w-0"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onLeave?.();
      }}
    >
      <Combobox
        aria-label={label}
        options={sourceOptions(sources, query)}
        value={null}
        onQueryChange={setQuery}
        onValueChange={(option) => {
          const choice = option && parseOption(option);
          const step = choice && sources.find((s) => s.stepId === choice.stepId);
          if (step && choice) onChoose({ step, path: choice.path });
        }}
        placeholder={sources.length === 0 ? "No step comes before this one" : "Type a field, such as contact.email"}
        emptyText="No spaces in a field's name"
        disabled={disabled || sources.length === 0}
      />
    </div>
  );
}

export interface SourcePickerProps {
  title: string;
  sources: readonly SourceStep[];
  stepId: string | null;
  path: string | null;
  onChange: (stepId: string, path: string) => void;
  /** The value is a credential: marked with a key. */
  secret: boolean;
  disabled: boolean;
  describedBy?: string | undefined;
}

/** The field of an earlier step that fills a slot: a chip, or the type-ahead that chooses another. */
export function SourcePicker({ title, sources, stepId, path, onChange, secret, disabled, describedBy }: SourcePickerProps) {
  const [choosing, setChoosing] = useState(false);
  const chip = useRef<HTMLButtonElement>(null);
  const returnFocus = useRef(false);
  const chosen = stepId !== null && path ? { step: sources.find((s) => s.stepId === stepId), path } : null;
  useEffect(() => {
    if (choosing || !returnFocus.current) return;
    returnFocus.current = false;
    chip.current?.focus();
  }, [choosing]);

  if (!chosen || choosing) {
    return (
      <FieldChooser
        label={title}
        sources={sources}
        autoFocus={choosing}
        disabled={disabled}
        onLeave={() => setChoosing(false)}
        onChoose={({ step, path: next }) => {
          returnFocus.current = true;
          setChoosing(false);
          onChange(step.stepId, next);
        }}
      />
    );
  }
  const words = chosen.step
    ? `${stepLabel(chosen.step)} ${chosen.path}`
    : `${chosen.path}, of a step that no longer comes before`;
  return (
    <button
      ref={chip}
      type="button"
      aria-label={`${title}: ${words}. Choose another field`}
      aria-describedby={describedBy}
      disabled={disabled}
      onClick={() => setChoosing(true)}
      className={clsx(controlBox(), "text-left disabled:bg-sunken")}
    >
      <span
        className={clsx(tagClass, "min-w-0 shrink", chosen.step ? "bg-accent-soft text-accent-ink" : "bg-warn-soft text-warn")}
      >
        {chosen.step ? <CornerDownRight aria-hidden /> : <TriangleAlert aria-hidden />}
        <span className="truncate leading-normal">
          {chosen.step ? stepLabel(chosen.step) : "Missing step"} <span className="font-mono text-[0.7rem]">{chosen.path}</span>
        </span>
      </span>
      {secret && <KeyRound aria-hidden className="ml-auto size-4 shrink-0 text-ink-2" />}
    </button>
  );
}
