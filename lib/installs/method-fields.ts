import type { Field, MethodDefinition, MethodParameter } from "@/lib/auth-methods/definition";
import { engineWord } from "@/lib/auth-methods/engine-words";
import type { FieldSpec } from "@/lib/auth-methods/fields";
import type { MethodForm } from "./types";

type SlotType = MethodParameter["type"] | Field["type"];

const BOOLEAN_OPTIONS = [
  { value: "true", label: "True" },
  { value: "false", label: "False" },
] as const;

interface Slot {
  readonly name: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly optional: boolean;
  readonly type: SlotType;
  readonly values?: readonly string[] | undefined;
  readonly default?: string | undefined;
  readonly lookup?: string | undefined;
}

/** A boolean is a choice of three here, not a switch: leaving it out is a value of its own. */
function fieldOf(slot: Slot): FieldSpec {
  const isBoolean = slot.type === "Boolean";
  const isNumber = slot.type === "Integer" || slot.type === "Decimal" || slot.type === "Float";
  const options = slot.values?.map((value) => ({ value, label: value })) ?? (isBoolean ? BOOLEAN_OPTIONS : undefined);
  return {
    name: slot.name,
    label: slot.title,
    kind: options ? "select" : isNumber ? "number" : "text",
    required: !slot.optional && slot.default === undefined,
    ...(options ? { options } : {}),
    ...(slot.description === undefined ? {} : { help: slot.description }),
    ...(slot.default === undefined ? {} : { default: slot.default }),
    ...(slot.lookup === undefined ? {} : { lookup: slot.lookup }),
    ...(slot.type === "DateTime" ? { placeholder: "2026-03-12T14:00:00Z" } : {}),
  };
}

/**
 * A method's test form: its parameters and request fields as fields of the one form renderer. In: the definition's method.
 * Out: hidden parameters are left out; a parameter is named by its name, a field by its path.
 */
export function methodForm(method: MethodDefinition): MethodForm {
  return {
    id: method.id,
    name: method.name,
    description: method.description ?? null,
    category: method.category,
    httpMethod: method.httpMethod,
    endpoint: method.endpoint,
    parameters: method.parameters.filter((p) => !p.hidden && engineWord(p) === null).map((p) => fieldOf(p)),
    fields: method.requestFields.map((f) => fieldOf({ ...f, name: f.path })),
  };
}
