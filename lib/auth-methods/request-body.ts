import type { AuthMethod } from "./definition";
import { lookup, textOf, type TemplateValues } from "./templates";

export type BodyFormat = "json" | "form";

const BLOCKED = new Set(["__proto__", "prototype", "constructor"]);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** One step into a body: a member, the list that stands at it, or an entry of a list by its place. */
interface Step {
  readonly name: string;
  /** `each`: the list's entries; a number: one of them; null: no list. */
  readonly entry: "each" | number | null;
}

const MOST_ENTRIES = 1000;

const MOST_PATHS = 5000;
const known = new Map<string, readonly Step[]>();

/** The steps of a path. Paths come from definitions, so the same ones come again and again. */
function stepsOf(path: string): readonly Step[] {
  let steps = known.get(path);
  if (!steps) {
    if (known.size >= MOST_PATHS) known.clear();
    known.set(path, (steps = parsePath(path)));
  }
  return steps;
}

/** `tags[]` and `[tags]` are the entries of a list, `tags[0]` is the first of them, `[]` the body itself as a list. */
function parsePath(path: string): Step[] {
  return path.split(".").flatMap((part): Step[] => {
    const [, before = part, inner] = /^([^[\]]*)\[([^[\]]*)\]$/.exec(part) ?? [];
    if (inner === undefined) return part === "" || BLOCKED.has(part) ? [] : [{ name: part, entry: null }];
    const isPlace = /^\d{1,3}$/.test(inner);
    const name = before || (isPlace ? "" : inner);
    return BLOCKED.has(name) ? [] : [{ name, entry: isPlace ? Number(inner) : "each" }];
  });
}

/** A copy of a list with a value below its entries: entries of the value go to the list's entries in their order. */
function putEntries(list: unknown, entry: "each" | number, steps: readonly Step[], value: unknown): unknown[] {
  const out: unknown[] = Array.isArray(list) ? [...(list as unknown[])] : [];
  if (entry !== "each") {
    out[entry] = put(out[entry], steps, value);
    return Array.from(out, (each: unknown) => each ?? null);
  }
  const values: readonly unknown[] = Array.isArray(value) ? value.slice(0, MOST_ENTRIES) : [value];
  if (steps.length === 0) return [...values];
  for (const [i, each] of values.entries()) out[i] = put(out[i], steps, each);
  return out;
}

function put(body: unknown, steps: readonly Step[], value: unknown): unknown {
  const [step] = steps;
  if (!step) return value;
  const rest = steps.slice(1);
  const { name, entry } = step;
  if (name === "") return entry === null ? put(body, rest, value) : putEntries(body, entry, rest, value);
  const out: Record<string, unknown> = isRecord(body) ? { ...body } : {};
  out[name] = entry === null ? put(out[name], rest, value) : putEntries(out[name], entry, rest, value);
  return out;
}

/**
 * A copy of a body with a value at a path such as `address.city`, `tags[]` or `items[].name`; a list of values fills a list entry by
 * entry. In: a body, or none. Out: a new one; the input is left as it is.
 */
export function withValueAt(body: unknown, path: string, value: unknown): unknown {
  const steps = stepsOf(path);
  return steps.length === 0 ? (isRecord(body) ? body : {}) : put(body, steps, value);
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
): { readonly body: unknown; readonly secrets: readonly string[] } {
  let out: unknown = isRecord(body) || Array.isArray(body) ? body : {};
  const secrets: string[] = [];
  for (const field of fields) {
    const text = textOf(lookup(values, field.name));
    if (text === null) continue;
    out = withValueAt(out, field.key, typed(field, text));
    if (field.type === "Password" && text !== "") secrets.push(text);
  }
  return { body: out, secrets };
}
