import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { fieldKey, type FieldValues } from "@/lib/auth-methods/field-schema";
import type { FieldSpec } from "@/lib/auth-methods/fields";
import { partnerFields } from "@/lib/auth-methods/prompts";
import type { ValueChange } from "./types";

const YES_OR_NO = [
  { value: "true", label: "Yes" },
  { value: "false", label: "No" },
] as const;

/**
 * The fields of the Authentication Settings page. Blank is an answer there ("ask customers"), so a switch becomes a choice with
 * "not set", and a default isn't filled in: it would look like a value that the partner has given. Scopes keep theirs.
 */
export const setupFields = (definition: ConnectorDefinition): readonly FieldSpec[] =>
  partnerFields(definition).map((field) => {
    if (field.kind === "scopes") return field;
    const { default: preset, ...rest } = field;
    const help = preset === undefined ? field.help : [field.help, `Blank means ${preset}.`].filter(Boolean).join(" ");
    return {
      ...rest,
      ...(help === undefined ? {} : { help }),
      ...(field.kind === "boolean" ? { kind: "select" as const, options: YES_OR_NO } : {}),
    };
  });

/** What is stored of a setup, as far as it may be seen: text by name, and the names of stored secrets. */
interface Stored {
  readonly text: Readonly<Record<string, string>>;
  readonly secrets: ReadonlySet<string>;
}

/**
 * What has to be written. In: the page's fields, what was submitted (by name or key) and the same after its check, what is stored.
 * Out: changes only; blank text clears, and what wasn't submitted stays.
 */
export function setupChanges(
  specs: readonly FieldSpec[],
  submitted: Readonly<Record<string, unknown>>,
  values: FieldValues,
  stored: Stored,
): readonly ValueChange[] {
  const changes: ValueChange[] = [];
  for (const spec of specs) {
    const { name } = spec;
    const value = values[name];
    if (value === undefined || !(Object.hasOwn(submitted, name) || Object.hasOwn(submitted, fieldKey(name)))) continue;
    if (typeof value === "object" && !Array.isArray(value)) {
      if ("set" in value) changes.push({ kind: "set", name, value: value.set, isSecret: true });
      else if ("clear" in value && stored.secrets.has(name)) changes.push({ kind: "clear", name });
      continue;
    }
    const text = Array.isArray(value) ? value.join(" ") : String(value);
    const before = stored.text[name];
    if (text === (before ?? "") || (before === undefined && text === spec.default)) continue;
    changes.push(text === "" ? { kind: "clear", name } : { kind: "set", name, value: text, isSecret: false });
  }
  return changes;
}
