import { slugify } from "@/lib/kernel/ids";

/** Heads of merge fields that are no step's alias. */
const RESERVED = new Set(["variables", "run", "trigger"]);

/** A free alias from a step's name: `list_contacts`, `list_contacts_2`. In: the aliases taken in its cycle. */
export function aliasFor(name: string, taken: ReadonlySet<string>): string {
  const base = slugify(name).replaceAll("-", "_").replace(/^(\d)/, "_$1") || "step";
  for (let n = 1; ; n += 1) {
    const alias = n === 1 ? base : `${base}_${n}`;
    if (!taken.has(alias) && !RESERVED.has(alias)) return alias;
  }
}

/** The name of a copy. */
export const copyName = (name: string): string => `${name.slice(0, 190)} copy`;

/** A free SystemName from a variable's display name: `customer_token`. */
export function systemNameFor(displayName: string, taken: ReadonlySet<string>): string {
  return aliasFor(displayName, taken);
}
