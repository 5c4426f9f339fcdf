import type { Field } from "./definition";

/** Which way a body goes: lists are written `tags[]` in a request, `[tags].id` in a response. */
export type BodyDirection = "request" | "response";

const MAX_FIELDS = 1000;
const MAX_DEPTH = 12;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Words for a wire name: `createdAt` and `created_at` become "Created at", `vatID` "Vat ID". */
export function titleOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map((word, i) => (/^[A-Z]{2,}$/.test(word) ? word : i === 0 ? word[0]?.toUpperCase() + word.slice(1) : word.toLowerCase()));
  return words.join(" ").slice(0, 200) || name;
}

function typeOf(value: unknown): Field["type"] {
  if (typeof value === "boolean") return "Boolean";
  if (typeof value === "number") return Number.isInteger(value) ? "Integer" : "Decimal";
  if (typeof value === "string") return DATE_TIME.test(value) ? "DateTime" : "Text";
  return value === null ? "Text" : "Undefined";
}

/** The place of a member, and of a list, below another place. */
export const placeBelow = (place: string, name: string): string => (place === "" ? name : `${place}.${name}`);

export function listPlace(place: string, direction: BodyDirection): string {
  if (direction === "request") return `${place}[]`;
  const cut = place.lastIndexOf(".") + 1;
  return `${place.slice(0, cut)}[${place.slice(cut)}]`;
}

/**
 * The fields of a body, from a sample of it. In: parsed JSON, and which way the body goes. Out: a field for every value, in order;
 * of a list all entries together count. At most 1,000.
 */
export function fieldsFromSample(sample: unknown, direction: BodyDirection): Field[] {
  const found = new Map<string, Field>();
  const walk = (value: unknown, place: string, name: string, depth: number): void => {
    if (found.size >= MAX_FIELDS || depth > MAX_DEPTH) return;
    if (isRecord(value)) {
      for (const [key, member] of Object.entries(value)) walk(member, placeBelow(place, key), key, depth + 1);
    } else if (Array.isArray(value)) {
      const list = listPlace(place, direction);
      for (const entry of value.slice(0, 50)) walk(entry, list, name, depth + 1);
      if (value.length === 0 && place !== "") add(list, name, null);
    } else if (place !== "") add(place, name, value);
  };
  const add = (path: string, name: string, value: unknown): void => {
    const before = found.get(path);
    // A null among values says nothing of the type.
    if (before && (value === null || before.type !== "Text" || typeof value === "string")) return;
    if (path.length <= 500) found.set(path, { path, title: titleOf(name || "Value"), optional: true, type: typeOf(value) });
  };
  walk(sample, "", "", 0);
  return [...found.values()];
}
