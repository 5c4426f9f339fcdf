"use client";

import { useState, type ClipboardEvent, type ReactNode } from "react";
import { useController, useFormContext, useWatch } from "react-hook-form";
import { fieldKey, isFieldVisible, type FieldInput, type SecretInput } from "@/lib/auth-methods/field-schema";
import type { FieldSpec } from "@/lib/auth-methods/fields";
import type { SecretState } from "@/lib/kernel/secret";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Select } from "../ui/select";
import { Switch } from "../ui/switch";
import { Textarea } from "../ui/textarea";
import { readPaste, remarkOn } from "./paste";
import { LookupControl } from "./lookup-control";
import { ScopesControl } from "./scopes-control";
import { SecretControl } from "./secret-control";
import type { LookupSource } from "./use-lookup";

export interface FieldListProps {
  specs: readonly FieldSpec[];
  /** What is stored of each secret, by field name. */
  stored?: Readonly<Record<string, SecretState>>;
  /** Where the values stand in the form: `values` for `{ name, values: { … } }`. */
  prefix?: string;
  /** Where "optional" is said; none where every field may stay blank. */
  optionalMark?: "inline" | "end" | "none";
  disabled?: boolean;
  /** The connection whose provider fills dropdowns; none where there is no authenticated one yet. */
  lookups?: LookupSource | undefined;
  /** Replaces the definition's own help, by field name. */
  help?: Readonly<Record<string, ReactNode>>;
}

/** Every field of a list that its `visibleWhen` lets show. Stands inside a `FormProvider` whose values come from `fieldDefaults`. */
export function FieldList(props: FieldListProps) {
  const { specs, prefix } = props;
  const form: Record<string, unknown> = useWatch();
  const values = (prefix ? prefix.split(".").reduce((at, key) => (at as never)?.[key] ?? {}, form) : form) as Record<
    string,
    unknown
  >;
  return (
    <>
      {specs
        .filter((spec) => isFieldVisible(spec, specs, values))
        .map((spec) => (
          <FieldControl key={spec.name} spec={spec} {...props} />
        ))}
    </>
  );
}

export interface FieldControlProps extends FieldListProps {
  spec: FieldSpec;
}

const asText = (value: unknown): string => {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null && "set" in value && typeof value.set === "string" ? value.set : "";
};

const INPUT_TYPES: Partial<Record<FieldSpec["kind"], { inputMode: "url" | "email" | "decimal" }>> = {
  url: { inputMode: "url" },
  email: { inputMode: "email" },
  hostname: { inputMode: "url" },
  number: { inputMode: "decimal" },
};

/** One field: label, the control of its kind, help, remarks about what was pasted, error. `specs` are the fields it is compared with. */
export function FieldControl({
  spec,
  specs,
  stored,
  prefix,
  optionalMark = "inline",
  disabled = false,
  help,
  lookups,
}: FieldControlProps) {
  const path = (name: string) => (prefix ? `${prefix}.${fieldKey(name)}` : fieldKey(name));
  const { control, getValues } = useFormContext();
  const { field, fieldState } = useController({ control, name: path(spec.name) });
  const [joined, setJoined] = useState(false);
  const value = field.value as FieldInput | undefined;
  const secretState = stored?.[spec.name];

  const others = specs
    .filter((other) => other.name !== spec.name)
    .map((other) => ({ label: other.label, value: asText(getValues(path(other.name))) }));
  const remark = remarkOn(spec, asText(value), others);
  const set = (text: string) => field.onChange(spec.kind === "secret" ? ({ set: text } satisfies SecretInput) : text);

  const onPaste = (event: ClipboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
    const { selectionStart, selectionEnd, value: present } = event.currentTarget;
    // Cleaning is for whole values; a part pasted into one stays the browser's affair.
    if (present !== "" && !(selectionStart === 0 && selectionEnd === present.length)) return;
    event.preventDefault();
    const pasted = readPaste(spec, event.clipboardData.getData("text"));
    setJoined(pasted.joined);
    set(pasted.value);
  };
  const onTyped = (text: string) => {
    setJoined(false);
    field.onChange(text);
  };

  const warning = remark ? (
    <>
      {remark.message}{" "}
      {remark.fixed !== undefined && (
        <button type="button" className="link font-medium" onClick={() => set(remark.fixed ?? "")}>
          {remark.fixLabel}
        </button>
      )}
    </>
  ) : joined ? (
    "Line breaks were taken out of what you pasted."
  ) : undefined;

  const grouped =
    spec.kind === "boolean" ||
    (spec.kind === "secret" && Boolean(secretState?.isSet) && !(typeof value === "object" && "set" in value));
  return (
    <Field
      label={spec.label}
      help={help?.[spec.name] ?? spec.help}
      error={fieldState.error?.message}
      warning={warning}
      required={spec.required && spec.kind !== "boolean"}
      optionalMark={spec.kind === "boolean" ? "none" : optionalMark}
      group={grouped}
    >
      {renderControl()}
    </Field>
  );

  function renderControl() {
    const text = asText(value);
    const common = {
      name: field.name,
      disabled,
      placeholder: spec.placeholder ?? (spec.example ? `Such as ${spec.example}` : undefined),
    };
    if (spec.lookup !== undefined && lookups && (spec.kind === "text" || spec.kind === "number")) {
      return (
        <LookupControl
          source={lookups}
          lookup={spec.lookup}
          value={text}
          onChange={onTyped}
          disabled={disabled}
          name={field.name}
        />
      );
    }
    switch (spec.kind) {
      case "secret":
        return (
          <SecretControl
            label={spec.label}
            value={typeof value === "object" && !Array.isArray(value) ? (value as SecretInput) : { keep: true }}
            onChange={(next) => {
              setJoined(false);
              field.onChange(next);
            }}
            onBlur={field.onBlur}
            onPaste={onPaste}
            stored={secretState}
            required={spec.required}
            multiline={spec.multiline === true}
            placeholder={spec.placeholder}
            disabled={disabled}
            inputRef={field.ref}
          />
        );
      case "boolean":
        return <Switch checked={value === true || value === "true"} onCheckedChange={field.onChange} disabled={disabled} />;
      case "scopes":
        return (
          <ScopesControl
            label={spec.label}
            value={Array.isArray(value) ? (value as string[]) : []}
            onChange={field.onChange}
            onBlur={field.onBlur}
            locked={spec.locked ?? []}
            placeholder={spec.placeholder}
            disabled={disabled}
            inputRef={field.ref}
          />
        );
      case "select":
        return (
          <Select
            options={[...(spec.required ? [] : [{ value: "", label: "Not set" }]), ...(spec.options ?? [])]}
            value={text === "" && spec.required ? null : text}
            onValueChange={field.onChange}
            onBlur={field.onBlur}
            disabled={disabled}
            placeholder={spec.placeholder}
            ref={field.ref}
          />
        );
      case "multiline":
        return (
          <Textarea
            {...common}
            ref={field.ref}
            mono
            spellCheck={false}
            value={text}
            onBlur={field.onBlur}
            onPaste={onPaste}
            onChange={(event) => onTyped(event.target.value)}
          />
        );
      default:
        return (
          <Input
            {...common}
            {...INPUT_TYPES[spec.kind]}
            ref={field.ref}
            type="text"
            mono={spec.kind !== "email"}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            prefix={spec.prefix}
            suffix={spec.suffix}
            value={text}
            onBlur={field.onBlur}
            onPaste={onPaste}
            onChange={(event) => onTyped(event.target.value)}
          />
        );
    }
  }
}
