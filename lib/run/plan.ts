import { narrowScope, systemPartnerScope } from "@/lib/access/scopes";
import type { AccountScope } from "@/lib/access/types";
import { authMappings } from "@/lib/cycles/credential";
import type { CollectionSplitType, EdgeType, SlotKind, StepErrorAction } from "@/lib/cycles/constants";
import { cycleOf, sealedCycleValues } from "@/lib/cycles/data";
import { inOrder } from "@/lib/cycles/graph";
import { inlineScript, mergeParts, type MergePart, type Reference } from "@/lib/cycles/merge";
import type { Cycle, CycleStep, SlotMapping } from "@/lib/cycles/types";
import { expose } from "@/lib/kernel/expose";
import { fail, ok, type Result } from "@/lib/kernel/result";
import type { Soon } from "@/lib/kernel/soon";
import { singleton } from "@/lib/platform/singleton";
import { open } from "@/lib/vault/open";
import { revisionOf } from "./data";
import { inlineScriptOf, names, type InlineScript } from "./inline-script";
import { listIn } from "./paths";

/** What a mapping takes its value from. */
export type Source =
  | { readonly kind: "ignored" }
  | { readonly kind: "text"; readonly parts: readonly MergePart[] }
  | { readonly kind: "script"; readonly script: InlineScript; readonly reads: Reads }
  | { readonly kind: "output"; readonly stepId: string; readonly path: string }
  | { readonly kind: "variable"; readonly name: string };

/** What a script can read besides its merge fields: it is given nothing that it doesn't name. */
export interface Reads {
  readonly stepIds: readonly string[];
  readonly variables: boolean;
}

export interface PlannedMapping {
  readonly slot: SlotKind;
  readonly name: string;
  readonly mapping: SlotMapping;
  readonly source: Source;
}

export interface PlanStep {
  readonly step: CycleStep;
  readonly next: Partial<Record<EdgeType, string>>;
  readonly mappings: readonly PlannedMapping[];
  readonly errorAction: StepErrorAction;
  readonly split: CollectionSplitType;
  /** The list of its output that later steps mean, by their paths. */
  readonly list: string | null;
  /** What a Transform's body reads. */
  readonly reads: Reads;
}

/** Which parts of a step's output feed an authentication parameter: these paths, or whatever is in it. */
export interface Feeding {
  readonly paths: ReadonlySet<string>;
  readonly everything: boolean;
}

/** A cycle as it runs. */
export interface Plan {
  readonly cycle: Cycle;
  readonly scope: AccountScope;
  readonly triggerId: string;
  readonly firstStepId: string | null;
  readonly steps: ReadonlyMap<string, PlanStep>;
  readonly byAlias: ReadonlyMap<string, string>;
  readonly feeding: ReadonlyMap<string, Feeding>;
  readonly variables: Readonly<Record<string, string>>;
  /** Names of those that are sealed or feed an authentication parameter. */
  readonly secretVariables: ReadonlySet<string>;
}

interface Opened {
  readonly mappings: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
}

const slotKey = (stepId: string, kind: string, name: string): string => `${stepId}|${kind}|${name}`;

async function openSealed(scope: AccountScope, cycleId: string): Promise<Result<Opened>> {
  const sealed = await sealedCycleValues(scope, cycleId);
  const mappings = new Map<string, string>();
  const variables = new Map<string, string>();
  for (const m of sealed?.mappings ?? []) {
    const at = { partnerId: scope.partnerId, table: "step_mappings", row: m.sealKey, field: m.name };
    const opened = await open(at, m.sealed);
    if (!opened.ok) return opened;
    mappings.set(slotKey(m.stepId, m.kind, m.name), expose(opened.value));
  }
  for (const each of sealed?.variables ?? []) {
    const at = { partnerId: scope.partnerId, table: "cycle_variables", row: each.sealKey, field: each.systemName };
    const opened = await open(at, each.sealed);
    if (!opened.ok) return opened;
    variables.set(each.systemName, expose(opened.value));
  }
  return ok({ mappings, variables });
}

function readsOf(cycle: Cycle, earlier: readonly CycleStep[], source: string): Reads {
  const everything = names(source, "steps");
  return {
    stepIds: earlier.filter((s) => everything || names(source, s.alias)).map((s) => s.id),
    variables: cycle.variables.length > 0 && names(source, "variables"),
  };
}

function sourceOf(cycle: Cycle, earlier: readonly CycleStep[], mapping: SlotMapping, typed: string | undefined): Source | null {
  switch (mapping.mappingType) {
    case null:
      return null;
    case "Ignore":
      return { kind: "ignored" };
    case "StepOutput":
      return { kind: "output", stepId: mapping.sourceStepId ?? "", path: mapping.sourceField ?? "" };
    case "Variable":
      return { kind: "variable", name: mapping.variable ?? "" };
    case "Lookup":
      return { kind: "text", parts: [{ kind: "text", text: mapping.triggerValue ?? "" }] };
    case "ValueList":
      return { kind: "text", parts: [{ kind: "text", text: typed ?? mapping.value ?? "" }] };
    case "StaticValue": {
      const text = typed ?? mapping.value ?? "";
      const script = inlineScript(text);
      if (script === null) return { kind: "text", parts: mergeParts(text) };
      return { kind: "script", script: inlineScriptOf(script), reads: readsOf(cycle, earlier, script) };
    }
  }
}

/** Which outputs and variables feed authentication, through transforms as well: what a script can read, it may have passed on. */
class FeedingFinder {
  readonly #paths = new Map<string, Set<string>>();
  readonly #everything = new Set<string>();
  readonly variables = new Set<string>();

  constructor(private readonly byAlias: ReadonlyMap<string, string>) {}

  has = (stepId: string): boolean => this.#paths.has(stepId) || this.#everything.has(stepId);

  add(source: Source, all: readonly string[]): void {
    if (source.kind === "output") this.#path(source.stepId, source.path);
    if (source.kind === "variable") this.variables.add(source.name);
    if (source.kind === "text") for (const part of source.parts) if (part.kind === "field") this.#reference(part.reference);
    if (source.kind !== "script") return;
    for (const field of source.script.fields) this.#reference(field.reference);
    this.addReads(source.reads, all);
  }

  addReads(reads: Reads, all: readonly string[]): void {
    for (const stepId of reads.stepIds) this.#everything.add(stepId);
    if (reads.variables) for (const name of all) this.variables.add(name);
  }

  #reference(reference: Reference): void {
    if (reference.kind === "variable") this.variables.add(reference.name);
    if (reference.kind === "step") this.#path(this.byAlias.get(reference.alias) ?? "", reference.path);
  }

  #path(stepId: string, path: string): void {
    const paths = this.#paths.get(stepId) ?? new Set<string>();
    this.#paths.set(stepId, paths.add(path));
  }

  result(stepIds: readonly string[]): Map<string, Feeding> {
    const fed = stepIds.filter(this.has);
    return new Map(fed.map((id) => [id, { paths: this.#paths.get(id) ?? new Set(), everything: this.#everything.has(id) }]));
  }
}

const referencesOf = (source: Source): readonly Reference[] => {
  if (source.kind === "text") return source.parts.flatMap((part) => (part.kind === "field" ? [part.reference] : []));
  return source.kind === "script" ? source.script.fields.map((field) => field.reference) : [];
};

/** The list of each step's output that the steps behind it mean: `[data]` in `[data].id`. */
function listsMeant(mapped: readonly PlannedMapping[], byAlias: ReadonlyMap<string, string>): Map<string, string> {
  const lists = new Map<string, string>();
  const note = (stepId: string | undefined, path: string) => {
    const list = listIn(path);
    if (stepId !== undefined && list !== null && !lists.has(stepId)) lists.set(stepId, list);
  };
  for (const { source } of mapped) {
    if (source.kind === "output") note(source.stepId, source.path);
    for (const reference of referencesOf(source))
      if (reference.kind === "step") note(byAlias.get(reference.alias), reference.path);
  }
  return lists;
}

/** Compiles a cycle. In: the cycle, and the plaintext of what is sealed in it. */
export function compile(cycle: Cycle, scope: AccountScope, opened: Opened): Plan {
  const order = inOrder(cycle);
  const byAlias = new Map(order.map((step) => [step.alias, step.id]));
  const mapped = new Map(
    order.map((step, place): [string, PlannedMapping[]] => [
      step.id,
      step.mappings.flatMap((mapping) => {
        const typed = opened.mappings.get(slotKey(step.id, mapping.kind, mapping.name));
        const source = sourceOf(cycle, order.slice(0, place), mapping, typed);
        return source ? [{ slot: mapping.kind, name: mapping.name, mapping, source }] : [];
      }),
    ]),
  );
  const variableNames = cycle.variables.map((each) => each.systemName);
  const finder = new FeedingFinder(byAlias);
  const reads = new Map(order.map((step, place) => [step.id, readsOf(cycle, order.slice(0, place), step.script ?? "")]));
  for (const [place, step] of [...order.entries()].reverse()) {
    const inForce = new Set(authMappings(step.mappings).map((m) => m.name));
    for (const each of mapped.get(step.id) ?? [])
      if (each.slot === "Authentication" && inForce.has(each.name)) finder.add(each.source, variableNames);
    if (step.kind === "Transform" && finder.has(step.id)) {
      finder.addReads(readsOf(cycle, order.slice(0, place), step.script ?? ""), variableNames);
    }
  }
  const lists = listsMeant([...mapped.values()].flat(), byAlias);
  const trigger = order.find((step) => step.kind === "Trigger");
  const steps = new Map(
    order.map((step): [string, PlanStep] => [
      step.id,
      {
        step,
        next: Object.fromEntries(cycle.edges.filter((e) => e.headStepId === step.id).map((e) => [e.type, e.tailStepId])),
        mappings: mapped.get(step.id) ?? [],
        errorAction: step.errorAction ?? cycle.stepErrorAction,
        split: step.collectionSplitType ?? cycle.collectionSplitType,
        list: lists.get(step.id) ?? null,
        reads: reads.get(step.id) ?? { stepIds: [], variables: false },
      },
    ]),
  );
  const values = cycle.variables.map((each) => [each.systemName, opened.variables.get(each.systemName) ?? each.value ?? ""]);
  return {
    cycle,
    scope,
    triggerId: trigger?.id ?? "",
    firstStepId: (trigger && steps.get(trigger.id)?.next.Forward) ?? null,
    steps,
    byAlias,
    feeding: finder.result(order.map((step) => step.id)),
    variables: Object.fromEntries(values) as Record<string, string>,
    secretVariables: new Set([
      ...finder.variables,
      ...cycle.variables.filter((each) => each.isSensitive).map((each) => each.systemName),
    ]),
  };
}

const MOST = 1000;
const kept = () => singleton("run-plans", () => new Map<string, Plan>());

/**
 * The plan of a cycle as it is now, compiled once per revision. In: the ids as the database has them together, and the revision where
 * it was just read. Errors: `object.not_found` for a cycle that is gone, `vault.unreadable`.
 */
export function planOf(at: CycleAt, revision?: number): Soon<Result<Plan>> {
  const held = kept().get(at.cycleId);
  return held && held.cycle.revision === revision ? ok(held) : currentPlan(at, revision);
}

interface CycleAt {
  readonly partnerId: string;
  readonly accountId: string;
  readonly cycleId: string;
}

async function currentPlan(at: CycleAt, revision: number | undefined): Promise<Result<Plan>> {
  const current = revision ?? (await revisionOf(at.cycleId));
  const held = kept().get(at.cycleId);
  if (held && held.cycle.revision === current) return ok(held);
  const scope = narrowScope(systemPartnerScope(at.partnerId, "Cycle"), at.accountId);
  const cycle = current === null ? null : await cycleOf(scope, at.cycleId, { deleted: true });
  if (!cycle) return fail("object.not_found", "There is no such cycle.");
  const opened = await openSealed(scope, cycle.id);
  if (!opened.ok) return opened;
  const actor = { ...scope.actor, name: cycle.name };
  const plan = compile(cycle, { ...scope, actor }, opened.value);
  kept().delete(at.cycleId);
  kept().set(at.cycleId, plan);
  const [oldest] = kept().keys();
  if (kept().size > MOST && oldest !== undefined) kept().delete(oldest);
  return ok(plan);
}
