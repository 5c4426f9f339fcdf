import { z } from "zod";
import type { FieldSpec } from "./fields";

/**
 * What a form submits for a secret. The stored one never travels to the browser, so the form says what to do with it:
 * `{ set }` stores a new value, `{ keep: true }` leaves what is stored (or nothing) as it is, `{ clear: true }` removes it.
 * An absent value and `{ set: "" }` mean the same as `{ keep: true }`.
 */
export type SecretInput = { readonly set: string } | { readonly keep: true } | { readonly clear: true };

/**
 * The submitted value of one field, by kind: `secret` a {@link SecretInput}, `boolean` a boolean, `scopes` a list of texts,
 * every other kind a text (numbers too, as typed; "" means blank).
 */
export type FieldInput = string | boolean | readonly string[] | SecretInput;

/** Submitted values by field name. */
export type FieldValues = Readonly<Record<string, FieldInput>>;

const MAX_LENGTH = 20_000;
const HOSTNAME = /^(?!-)[a-z0-9-]+(?<!-)(\.(?!-)[a-z0-9-]+(?<!-))*(:\d{1,5})?$/i;
const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/**
 * The key of a field inside a form. Form libraries read dots and brackets as paths, so `installation.apiEndPoint`
 * becomes `installation$2e$apiEndPoint`; names without such characters stay as they are.
 */
export const fieldKey = (name: string): string =>
  name.replace(
    /^\d|^(?=__proto__$|constructor$|prototype$)|[.[\]"'|$]/g,
    (found) => `$${found.codePointAt(0)?.toString(16) ?? ""}$`,
  );

/** Splits what is typed or pasted into scopes: at white space and commas, each once. */
export const splitScopes = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter(Boolean))];

/**
 * A value as it is stored: without white space around it, without the prefix and suffix that the form shows beside the
 * input, and, for host names, without scheme and path. Secrets are left as they are.
 */
export function normalizeValue(spec: FieldSpec, text: string): string {
  if (spec.kind === "secret") return text;
  let value = text.trim();
  if (spec.kind === "hostname") value = value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/[/?#].*$/, "");
  const { prefix, suffix } = spec;
  if (prefix && value.toLowerCase().startsWith(prefix.toLowerCase())) value = value.slice(prefix.length);
  // A pasted address often ends with a slash that the suffix doesn't have.
  const bare = value.replace(/\/+$/, "");
  if (suffix && bare.length > suffix.length && bare.toLowerCase().endsWith(suffix.toLowerCase()))
    value = bare.slice(0, -suffix.length);
  return value;
}

const asText = (value: unknown): string => (typeof value === "string" ? value : typeof value === "boolean" ? String(value) : "");

const pick = (values: Readonly<Record<string, unknown>>, name: string): unknown => {
  const key = fieldKey(name);
  return Object.hasOwn(values, key) ? values[key] : Object.hasOwn(values, name) ? values[name] : undefined;
};

/**
 * Whether a field is asked at all: its `visibleWhen` holds, and that of the field it depends on. A dependency on a field
 * outside the list does not hide it. In: the form's values, by key or by name.
 */
export function isFieldVisible(
  spec: FieldSpec,
  specs: readonly FieldSpec[],
  values: Readonly<Record<string, unknown>>,
  depth = 0,
): boolean {
  if (!spec.visibleWhen || depth > specs.length) return true;
  const { parameter, equals } = spec.visibleWhen;
  const other = specs.find((candidate) => candidate.name === parameter);
  if (!other) return true;
  return asText(pick(values, parameter) ?? other.default ?? "") === equals && isFieldVisible(other, specs, values, depth + 1);
}

/** The values a form starts with, by {@link fieldKey}. In: what is stored of the values that are not secret, by name. */
export function fieldDefaults(
  specs: readonly FieldSpec[],
  current: Readonly<Record<string, string | readonly string[]>> = {},
): Record<string, FieldInput> {
  return Object.fromEntries(specs.map((spec) => [fieldKey(spec.name), defaultOf(spec, current[spec.name])]));
}

function defaultOf(spec: FieldSpec, current: string | readonly string[] | undefined): FieldInput {
  const text = typeof current === "string" ? current : (current?.join(" ") ?? spec.default ?? "");
  if (spec.kind === "secret") return { keep: true };
  if (spec.kind === "boolean") return text === "true";
  if (spec.kind === "scopes") return [...new Set([...(spec.locked ?? []), ...splitScopes(text)])];
  return text;
}

type Checked = { readonly value: FieldInput } | { readonly problem: string };

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, "u").test(value);
  } catch {
    return new RegExp(`^(?:${pattern})$`).test(value);
  }
}

const lookLike = (spec: FieldSpec, example: string): string => `${spec.label} must look like ${spec.example ?? example}.`;

function checkSecret(spec: FieldSpec, input: unknown, isStored: boolean): Checked {
  const missing = { problem: `${spec.label} is required.` };
  const parsed = z
    .union([
      z.strictObject({ set: z.string() }),
      z.strictObject({ keep: z.literal(true) }),
      z.strictObject({ clear: z.literal(true) }),
    ])
    .safeParse(input ?? { keep: true });
  if (!parsed.success) return { problem: `${spec.label} can't be read.` };
  const value = parsed.data;
  if ("clear" in value) return spec.required ? missing : { value };
  if ("keep" in value || value.set.trim() === "") return spec.required && !isStored ? missing : { value: { keep: true } };
  const problem = checkText(spec, value.set);
  return problem ? { problem } : { value };
}

/** What is wrong with a text that is not blank; null where nothing is. */
function checkText(spec: FieldSpec, value: string): string | null {
  const { label, prefix = "", suffix = "" } = spec;
  if (value.length > MAX_LENGTH) return `${label} is too long: at most ${MAX_LENGTH.toLocaleString("en")} characters.`;
  switch (spec.kind) {
    case "number":
      if (!NUMBER.test(value)) return `${label} must be a number.`;
      break;
    case "select":
      if (spec.options && !spec.options.some((option) => option.value === value)) {
        return `${label} must be one of: ${spec.options.map((option) => option.label).join(", ")}.`;
      }
      break;
    case "email":
      if (!EMAIL.test(value)) return lookLike(spec, "ana@example.com");
      break;
    case "hostname":
      if (!HOSTNAME.test(value) || !(prefix || suffix || value.includes(".") || /^localhost(:|$)/i.test(value)))
        return lookLike(spec, "acme.example.com");
      break;
    case "url":
      if (!isWebAddress(`${prefix}${value}${suffix}`)) return lookLike(spec, "https://acme.example.com");
      break;
    default:
  }
  if (spec.pattern && !matches(spec.pattern, value)) {
    return spec.example ? lookLike(spec, spec.example) : `${label} doesn't have the expected form.`;
  }
  return null;
}

function isWebAddress(text: string): boolean {
  if (/\s/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && hostname !== "";
}

function check(spec: FieldSpec, input: unknown, isStored: boolean): Checked {
  const missing = { problem: `${spec.label} is required.` };
  if (spec.kind === "secret") return checkSecret(spec, input, isStored);
  if (spec.kind === "boolean") {
    if (input === undefined || typeof input === "boolean") return { value: input ?? spec.default === "true" };
    return input === "true" || input === "false" ? { value: input === "true" } : { problem: `${spec.label} must be on or off.` };
  }
  if (spec.kind === "scopes") {
    const list = typeof input === "string" ? splitScopes(input) : (input ?? []);
    if (!Array.isArray(list) || list.some((scope) => typeof scope !== "string"))
      return { problem: `${spec.label} must be a list of texts.` };
    const value = [...new Set([...(spec.locked ?? []), ...(list as string[]).flatMap(splitScopes)])];
    return spec.required && value.length === 0 ? missing : { value };
  }
  if (input !== undefined && typeof input !== "string") return { problem: `${spec.label} must be text.` };
  const value = normalizeValue(spec, input ?? "");
  if (value === "") return spec.required ? missing : { value };
  const problem = checkText(spec, value);
  return problem ? { problem } : { value };
}

/**
 * The schema of a form made of fields; the same one checks in the browser and on the server.
 * In: an object by field name or {@link fieldKey}; unknown keys are refused, fields that `visibleWhen` hides are left out.
 * Out: {@link FieldValues} by field name, normalised. Issues stand at the field's key and name the field in their message.
 * `stored` says which secrets are already held: those may stay blank although required.
 */
export function fieldsSchema(specs: readonly FieldSpec[], { stored = {} }: { stored?: Readonly<Record<string, boolean>> } = {}) {
  return z.record(z.string(), z.unknown()).transform((values, context): FieldValues => {
    const known = new Set(specs.flatMap((spec) => [spec.name, fieldKey(spec.name)]));
    for (const key of Object.keys(values)) {
      if (!known.has(key)) context.addIssue({ code: "custom", path: [key], message: `${key} is not a field of this form.` });
    }
    const out: [string, FieldInput][] = [];
    for (const spec of specs) {
      if (!isFieldVisible(spec, specs, values)) continue;
      const checked = check(spec, pick(values, spec.name), stored[spec.name] ?? false);
      if ("problem" in checked) context.addIssue({ code: "custom", path: [fieldKey(spec.name)], message: checked.problem });
      else out.push([spec.name, checked.value]);
    }
    return Object.fromEntries(out);
  });
}
