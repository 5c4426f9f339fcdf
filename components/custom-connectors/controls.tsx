"use client";

import { useId, useState, type ReactNode } from "react";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Select, type SelectOption } from "../ui/select";
import { Switch } from "../ui/switch";
import { Textarea } from "../ui/textarea";
import { useDraft, valueAt } from "./draft";

/** The element of a value of the definition, so that a mistake can lead there. */
export const controlId = (path: string): string => `at-${path.replace(/[^a-z0-9]+/gi, "-")}`;

interface At {
  /** Path of the value in the form, which is its path in the definition. */
  readonly path: string;
  readonly label: string;
  readonly help?: ReactNode;
  readonly required?: boolean;
  readonly disabled?: boolean;
}

/** The value at a path, and the sentence of its mistake. */
function useAt<T>(path: string) {
  const { value, errors, set } = useDraft();
  return {
    value: valueAt(value, path) as T | undefined,
    set: (next: T | undefined) => set(path, next),
    error: errors[path],
  };
}

const mark = (required: boolean) => ({ required, optionalMark: required ? ("none" as const) : ("end" as const) });

/** Text; blank means absent unless it is required. */
export function TextAt({
  path,
  label,
  help,
  required = false,
  mono = false,
  placeholder,
  keepBlank = false,
  prefix,
  disabled,
}: At & { mono?: boolean; placeholder?: string; keepBlank?: boolean; prefix?: ReactNode }) {
  const { value, set, error } = useAt<string>(path);
  return (
    <Field id={controlId(path)} label={label} help={help} error={error} {...mark(required)}>
      <Input
        mono={mono}
        prefix={prefix}
        placeholder={placeholder}
        disabled={disabled}
        spellCheck={mono ? false : undefined}
        autoComplete="off"
        value={value ?? ""}
        onChange={(event) => set(event.target.value === "" && !required && !keepBlank ? undefined : event.target.value)}
      />
    </Field>
  );
}

export function AreaAt({
  path,
  label,
  help,
  required = false,
  rows = 3,
  mono = false,
  placeholder,
  keepBlank = false,
  disabled,
}: At & { rows?: number; mono?: boolean; placeholder?: string; keepBlank?: boolean }) {
  const { value, set, error } = useAt<string>(path);
  return (
    <Field id={controlId(path)} label={label} help={help} error={error} {...mark(required)}>
      <Textarea
        rows={rows}
        mono={mono}
        disabled={disabled}
        placeholder={placeholder}
        value={value ?? ""}
        onChange={(event) => set(event.target.value === "" && !required && !keepBlank ? undefined : event.target.value)}
      />
    </Field>
  );
}

/** One of a few; `""` among the options means absent. */
export function SelectAt<T extends string>({
  path,
  label,
  help,
  options,
  fallback,
  onChange,
  disabled,
}: At & {
  options: readonly SelectOption<T>[];
  /** What an absent value means. */
  fallback: T;
  /** In place of only setting the value. */
  onChange?: (value: T) => void;
}) {
  const { value, set, error } = useAt<T>(path);
  return (
    <Field id={controlId(path)} label={label} help={help} error={error}>
      <Select
        options={options}
        disabled={disabled}
        value={value ?? fallback}
        onValueChange={(next) => (onChange ? onChange(next) : set(next === "" ? undefined : next))}
      />
    </Field>
  );
}

export function SwitchAt({
  path,
  label,
  help,
  disabled,
  fallback = false,
  onChange,
}: At & { fallback?: boolean; onChange?: (on: boolean) => void }) {
  const { value, set, error } = useAt<boolean>(path);
  const id = useId();
  return (
    <div id={controlId(path)} className="min-w-0">
      <Switch
        label={label}
        description={help}
        disabled={disabled}
        checked={typeof value === "boolean" ? value : fallback}
        onCheckedChange={(on) => (onChange ? onChange(on) : set(on))}
      />
      {error && (
        <p id={id} role="alert" className="mt-1 text-xs text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

/** A positive number; blank means absent. */
export function NumberAt({ path, label, help, suffix, disabled }: At & { suffix?: string }) {
  const { value, set, error } = useAt<number>(path);
  const [text, setText] = useState(value === undefined ? "" : String(value));
  const shown = value !== undefined && Number(text) !== value ? String(value) : value === undefined && text !== "" ? "" : text;
  return (
    <Field id={controlId(path)} label={label} help={help} error={error} optionalMark="end">
      <Input
        inputMode="decimal"
        suffix={suffix}
        disabled={disabled}
        value={shown}
        onChange={(event) => {
          setText(event.target.value);
          const number = Number(event.target.value);
          set(event.target.value.trim() === "" || !Number.isFinite(number) ? undefined : number);
        }}
      />
    </Field>
  );
}

const linesOf = (value: readonly string[] | string | undefined): string =>
  (typeof value === "string" ? [value] : (value ?? [])).join("\n");

/**
 * A list, one entry a line. `single` keeps one line as a text of its own (an address with alternatives); `list` keeps an empty
 * list where nothing stands, else the value is absent.
 */
export function LinesAt({
  path,
  label,
  help,
  rows = 2,
  placeholder,
  as = "absent",
  required = false,
  disabled,
}: At & { rows?: number; placeholder?: string; as?: "absent" | "list" | "single" }) {
  const { value, set, error } = useAt<string[] | string>(path);
  const [text, setText] = useState(linesOf(value));
  const tidy = (from: string): string[] => from.split("\n").flatMap((line) => line.trim() || []);
  const stale = tidy(text).join("\n") !== linesOf(value);
  return (
    <Field id={controlId(path)} label={label} help={help} error={error} {...mark(required)}>
      <Textarea
        mono
        rows={rows}
        disabled={disabled}
        placeholder={placeholder}
        spellCheck={false}
        value={stale ? linesOf(value) : text}
        onChange={(event) => {
          setText(event.target.value);
          const lines = tidy(event.target.value);
          if (as === "single" && lines.length < 2) set(lines[0] ?? (required ? "" : undefined));
          else set(lines.length === 0 && as !== "list" ? undefined : lines);
        }}
      />
    </Field>
  );
}

/** The value at a path without a control of its own, and how to change it. */
export function useValueAt<T>(path: string): [T | undefined, (value: T | undefined) => void] {
  const { value, set } = useAt<T>(path);
  return [value, set];
}

/** The sentence at a path whose value has no single control. */
export function ErrorAt({ path }: { path: string }) {
  const message = useDraft().errors[path];
  return (
    <p id={controlId(path)} role={message ? "alert" : undefined} tabIndex={-1} className="text-xs text-bad empty:hidden">
      {message}
    </p>
  );
}
