import type { AuthMethod, ConnectorDefinition, MethodDefinition } from "@/lib/auth-methods/definition";
import { engineWord } from "@/lib/auth-methods/engine-words";
import { externalParameters } from "@/lib/auth-methods/registry";
import { canonicalName } from "@/lib/auth-methods/templates";
import { UNARY_OPERATORS, type SlotKind } from "./constants";
import type { CycleStep, Mapping, Slot } from "./types";

const UNMAPPED: Mapping = {
  mappingType: null,
  value: null,
  secret: null,
  sourceStepId: null,
  sourceField: null,
  variable: null,
  triggerValue: null,
  triggerValueDisplayName: null,
  isLaunchVisible: false,
};

/** What fills a slot of a step; unmapped where nothing was said. */
export function mappingOf(step: Pick<CycleStep, "mappings">, kind: SlotKind, name: string): Mapping {
  const same =
    kind === "Authentication"
      ? (other: string) => canonicalName(other) === canonicalName(name)
      : (other: string) => other === name;
  return step.mappings.find((m) => m.kind === kind && same(m.name)) ?? UNMAPPED;
}

/** The parameters of a method as slots; hidden ones are the connector's own affair. */
export const parameterSlots = (method: MethodDefinition, step: CycleStep): Slot[] =>
  method.parameters
    .filter((p) => !p.hidden && engineWord(p) === null)
    .map((p) => ({
      kind: "Parameter",
      name: p.name,
      title: p.title,
      description: p.description ?? null,
      required: !p.optional && p.default === undefined,
      secret: false,
      dataType: p.type,
      target: p.targetType,
      values: p.values ?? [],
      defaultValue: p.default ?? null,
      lookup: p.lookup ?? null,
      mapping: mappingOf(step, "Parameter", p.name),
    }));

/** The body fields of a method as slots. */
export const fieldSlots = (method: MethodDefinition, step: CycleStep): Slot[] =>
  method.requestFields.map((f) => ({
    kind: "Field",
    name: f.path,
    title: f.title,
    description: f.description ?? null,
    required: !f.optional && f.default === undefined,
    secret: false,
    dataType: f.type,
    target: f.path,
    values: f.values ?? [],
    defaultValue: f.default ?? null,
    lookup: f.lookup ?? null,
    mapping: mappingOf(step, "Field", f.path),
  }));

/** The authentication parameters of a connector's type as slots (domain section 5). */
export const authenticationSlots = (definition: ConnectorDefinition, method: AuthMethod, step: CycleStep): Slot[] =>
  externalParameters(definition, method).map((p) => ({
    kind: "Authentication",
    name: p.name,
    title: p.title,
    description: null,
    required: true,
    secret: p.secret,
    dataType: "Text",
    target: "Authentication",
    values: [],
    defaultValue: null,
    lookup: null,
    mapping: mappingOf(step, "Authentication", p.name),
  }));

const operand = (step: CycleStep, name: string, title: string): Slot => ({
  kind: "Operand",
  name,
  title,
  description: null,
  required: true,
  secret: false,
  dataType: "Text",
  target: "Operand",
  values: [],
  defaultValue: null,
  lookup: null,
  mapping: mappingOf(step, "Operand", name),
});

/** The two sides of a condition; the right one only where the operator looks at it. */
export function operandSlots(step: CycleStep): Slot[] {
  if (step.kind !== "Condition") return [];
  const left = operand(step, "left", "Value");
  const isUnary = step.operator !== null && UNARY_OPERATORS.includes(step.operator);
  return isUnary ? [left] : [left, operand(step, "right", "Compared with")];
}
