import { referencesIn } from "@/lib/cycles/merge";
import type { StepSetup } from "@/lib/cycles/types";
import { draftOf, slotsOf, type Edits } from "./step-draft";

/** A field of an earlier step that the step takes something from, and so has to be made up for a test. */
export interface SampleField {
  readonly alias: string;
  readonly path: string;
  readonly label: string;
  /** It feeds an authentication parameter. */
  readonly secret: boolean;
  readonly sample: string;
}

/** What a test has to ask for: every field of earlier steps that the mappings refer to, each once, with what the last run saw. */
export function sampleFields(setup: StepSetup, edits: Edits): readonly SampleField[] {
  const found = new Map<string, SampleField>();
  const add = (alias: string, path: string, secret: boolean) => {
    const source = setup.sources.find((s) => s.alias === alias);
    if (!source || path === "") return;
    const key = `${alias}.${path}`;
    const sample = source.fields.find((f) => f.path === path)?.sample ?? "";
    const isSecret = secret || found.get(key)?.secret === true;
    found.set(key, {
      alias,
      path,
      label: `${source.number} ${source.name}: ${path}`,
      secret: isSecret,
      // A credential is never kept, so there is none to offer.
      sample: isSecret ? "" : sample,
    });
  };
  for (const slot of slotsOf(setup)) {
    const draft = draftOf(slot, edits);
    const secret = slot.kind === "Authentication";
    if (draft.mappingType === "StepOutput") {
      const source = setup.sources.find((s) => s.stepId === draft.sourceStepId);
      if (source) add(source.alias, draft.sourceField ?? "", secret);
    }
    if (draft.mappingType === "StaticValue")
      for (const reference of referencesIn(draft.value ?? ""))
        if (reference.kind === "step") add(reference.alias, reference.path, secret);
  }
  const raw = edits.step.rawBody === undefined ? setup.step.rawBody : edits.step.rawBody;
  for (const reference of referencesIn(raw ?? "")) if (reference.kind === "step") add(reference.alias, reference.path, false);
  return [...found.values()];
}

type Made = { [key: string]: unknown };

/** Puts a text where a path leads: `contact.email`, or `[items].id` for a field of the items of a list. */
function put(into: Made, [key = "", ...rest]: readonly string[], text: string): void {
  const inList = /^\[(.+)\]$/.exec(key)?.[1];
  const name = inList ?? key;
  if (rest.length === 0) {
    into[name] = text;
    return;
  }
  const before = into[name];
  const known = Array.isArray(before) ? (before[0] as unknown) : before;
  const next: Made = typeof known === "object" && known !== null ? (known as Made) : {};
  put(next, rest, text);
  into[name] = inList === undefined ? next : [next];
}

/** What was made up, as JSON: an object by the aliases of the steps. */
export function sampleJson(values: readonly { readonly alias: string; readonly path: string; readonly text: string }[]): string {
  const out: Made = Object.create(null) as Made;
  for (const { alias, path, text } of values) put(out, [alias, ...path.split(".")], text);
  return JSON.stringify(out);
}
