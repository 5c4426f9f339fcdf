import type { AuthMethod } from "./definition";
import { lookup, textOf, type TemplateValues } from "./templates";

export type BodyFormat = "json" | "form";

const BLOCKED = new Set(["__proto__", "prototype", "constructor"]);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A copy of a body with a value at a dotted path. In: an object body (or none). Out: a new object; the input is left as it is. */
export function withValueAt(body: unknown, path: string, value: unknown): Record<string, unknown> {
  const keys = path.split(".").filter((k) => k !== "" && !BLOCKED.has(k));
  const root: Record<string, unknown> = isRecord(body) ? { ...body } : {};
  let target = root;
  for (const [i, key] of keys.entries()) {
    if (i === keys.length - 1) target[key] = value;
    else {
      const next = target[key];
      const copy: Record<string, unknown> = isRecord(next) ? { ...next } : {};
      target[key] = copy;
      target = copy;
    }
  }
  return root;
}

/** Names and values of a form, nested objects as `a[b]`, lists as `a[]` (WHATWG form encoding has no nesting of its own). */
export function formPairs(body: unknown): [string, string][] {
  const out: [string, string][] = [];
  const add = (name: string, value: unknown): void => {
    if (value === undefined || value === null) return;
    if (Array.isArray(value)) value.forEach((v) => add(`${name}[]`, v));
    else if (isRecord(value)) for (const [k, v] of Object.entries(value)) add(name === "" ? k : `${name}[${k}]`, v);
    else out.push([name, String(value)]);
  };
  if (isRecord(body)) add("", body);
  return out;
}

/** In: a body and how it is written. Out: its text and content type; text bodies stay as they are. */
export function encodeBody(body: unknown, format: BodyFormat): { readonly text: string; readonly contentType: string } {
  const contentType = format === "form" ? "application/x-www-form-urlencoded" : "application/json";
  if (typeof body === "string") return { text: body, contentType };
  if (format === "form") return { text: new URLSearchParams(formPairs(body)).toString(), contentType };
  return { text: JSON.stringify(body), contentType };
}

type AuthField = NonNullable<AuthMethod["authFields"]>[number];

function typed(field: AuthField, text: string): string | number | boolean {
  if (field.type === "Number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  return field.type === "Boolean" ? /^(true|yes|on|1)$/i.test(text.trim()) : text;
}

/**
 * Authentication fields in the body of a POST, each at its Key, which may be nested (`auth.user`). In: the body so far, the fields
 * and the values by Name. Out: the body, and the secret texts in it. A field without a value is left out.
 */
export function withAuthFields(
  body: unknown,
  fields: readonly AuthField[],
  values: TemplateValues,
): { readonly body: Record<string, unknown>; readonly secrets: readonly string[] } {
  let out: Record<string, unknown> = isRecord(body) ? body : {};
  const secrets: string[] = [];
  for (const field of fields) {
    const text = textOf(lookup(values, field.name));
    if (text === null) continue;
    out = withValueAt(out, field.key, typed(field, text));
    if (field.type === "Password" && text !== "") secrets.push(text);
  }
  return { body: out, secrets };
}
