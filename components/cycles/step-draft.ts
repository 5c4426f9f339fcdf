import { referencesIn } from "@/lib/cycles/merge";
import type { CredentialSource, CycleStep, Mapping, Slot, StepSetup } from "@/lib/cycles/types";

/** A mapping as it is being edited: what is stored of a secret stays where it is, `keepSecret` says whether it is to stay. */
export interface SlotDraft extends Omit<Mapping, "secret"> {
  readonly keepSecret: boolean;
}

/** What of the step itself is edited in the modal. */
export type StepDraft = Pick<
  CycleStep,
  "name" | "description" | "script" | "errorAction" | "collectionSplitType" | "rawBody" | "operator" | "delay"
>;

/** What was changed and not saved yet, over what the server last sent: the modal can be refreshed without losing any of it. */
export interface Edits {
  readonly slots: Readonly<Record<string, SlotDraft>>;
  readonly step: Partial<StepDraft>;
}

export const NO_EDITS: Edits = { slots: {}, step: {} };

export const slotKey = ({ kind, name }: Pick<Slot, "kind" | "name">): string => `${kind}:${name}`;

const savedDraft = ({ secret, ...mapping }: Mapping): SlotDraft => ({ ...mapping, keepSecret: secret !== null });

/** A slot's mapping as it stands in the modal. */
export const draftOf = (slot: Slot, edits: Edits): SlotDraft => edits.slots[slotKey(slot)] ?? savedDraft(slot.mapping);

/** The draft after another mapping type was chosen: what was saved for that type comes back, anything else starts empty. */
export function withType(slot: Slot, draft: SlotDraft, mappingType: Mapping["mappingType"]): SlotDraft {
  if (mappingType === slot.mapping.mappingType) return { ...savedDraft(slot.mapping), isLaunchVisible: draft.isLaunchVisible };
  return {
    mappingType,
    value: null,
    keepSecret: false,
    sourceStepId: null,
    sourceField: null,
    variable: null,
    triggerValue: null,
    triggerValueDisplayName: null,
    isLaunchVisible: draft.isLaunchVisible,
  };
}

/** Every slot of the step that can be mapped now, in the order of the modal. */
export const slotsOf = (setup: StepSetup): readonly Slot[] => [
  ...setup.operands,
  ...setup.parameters,
  ...setup.fields,
  ...setup.authentication,
];

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const inOrder = (draft: SlotDraft): unknown => Object.entries(draft).sort(([a], [b]) => a.localeCompare(b));

/** Whether something would be lost by closing. */
export function isDirty(setup: StepSetup, edits: Edits): boolean {
  const slots = slotsOf(setup);
  return (
    slots.some((slot) => !same(inOrder(draftOf(slot, edits)), inOrder(savedDraft(slot.mapping)))) ||
    Object.entries(edits.step).some(([name, value]) => !same(value, setup.step[name as keyof StepDraft]))
  );
}

/** Whether a draft says a value as far as that can be known before a run. */
export function isFilled(draft: SlotDraft): boolean {
  switch (draft.mappingType) {
    case null:
      return false;
    case "Ignore":
      return true;
    case "StaticValue":
    case "ValueList":
      return draft.keepSecret || (draft.value ?? "") !== "";
    case "StepOutput":
      return draft.sourceStepId !== null && (draft.sourceField ?? "") !== "";
    case "Variable":
      return draft.variable !== null;
    case "Lookup":
      return (draft.triggerValue ?? "") !== "";
  }
}

const isMapped = (draft: SlotDraft): boolean => draft.mappingType !== null && draft.mappingType !== "Ignore";

/** How many of these slots are mapped. */
export const countMapped = (slots: readonly Slot[], edits: Edits): number =>
  slots.filter((slot) => isMapped(draftOf(slot, edits))).length;

/** A slot is worth a line where it is asked for or says something already. */
export const isShown = (slot: Slot, edits: Edits): boolean => slot.required || draftOf(slot, edits).mappingType !== null;

/** The slots without which the step can't run, and that say nothing yet. */
export function missingSlots(setup: StepSetup, edits: Edits): readonly Slot[] {
  const raw = edits.step.rawBody === undefined ? setup.step.rawBody : edits.step.rawBody;
  return slotsOf(setup).filter((slot) => {
    const draft = draftOf(slot, edits);
    if (slot.kind === "Field" && raw !== null) return false;
    if (slot.kind === "Authentication" && !isMapped(draft)) {
      const source = setup.effectiveCredential.find((c) => c.name === slot.name);
      const { isAllowed, isOn } = setup.externalAuthentication;
      // A mapping that is about to be taken away leaves it to the layers below, which are known once it is saved.
      return isAllowed && isOn && source?.used === true && source.source === "Missing";
    }
    return (slot.required || draft.mappingType !== null) && !isFilled(draft);
  });
}

/** Merge fields of a typed text that lead nowhere: steps that don't come before this one, variables that don't exist. */
export function unknownReferences(text: string, setup: Pick<StepSetup, "sources" | "variables">): readonly string[] {
  return referencesIn(text).flatMap((reference) => {
    if (reference.kind === "step") return setup.sources.some((s) => s.alias === reference.alias) ? [] : [reference.alias];
    if (reference.kind === "variable")
      return setup.variables.some((v) => v.systemName === reference.name) ? [] : [`variables.${reference.name}`];
    return [];
  });
}

export type CredentialBadge = "Run" | CredentialSource["source"] | "Unsaved";

/** Whether a mapping can give another value at every run. */
const variesByRun = (draft: SlotDraft): boolean =>
  draft.mappingType === "StepOutput" ||
  (draft.mappingType === "StaticValue" && referencesIn(draft.value ?? "").some((r) => r.kind !== "variable"));

/**
 * The badge of a value in the panel of the effective credential. In: what the server says of it and its slot as it stands in
 * the modal. `Run`: another value each time; `Step`: mapped to something fixed; `Unsaved`: known once the mapping is removed.
 */
export function badgeOf(source: CredentialSource, draft: SlotDraft | null): CredentialBadge {
  if (draft && isMapped(draft)) return variesByRun(draft) ? "Run" : "Step";
  return source.source === "Step" ? "Unsaved" : source.source;
}

/** The input of the save: every slot with its draft, and the step's own values that were changed. */
export const inputOf = (setup: StepSetup, edits: Edits) => ({
  mappings: slotsOf(setup).map((slot) => ({ kind: slot.kind, name: slot.name, ...draftOf(slot, edits) })),
  step: edits.step,
});
