import { and, eq, inArray } from "@/db/query";
import { accountConnectors, cycleEdges, cycleSteps, cycleVariables, stepMappings } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import { tokenHash } from "@/lib/access/tokens";
import type { AccountScope } from "@/lib/access/types";
import type { StepKind } from "@/lib/cycles/constants";
import { cycleOf } from "@/lib/cycles/data";
import { edgeProblem, exitsOf } from "@/lib/cycles/graph";
import { editCycle, type Snapshot } from "@/lib/cycles/mutations";
import { aliasFor, systemNameFor } from "@/lib/cycles/naming";
import type { Exit, MappingInput, NewStep, StepChange, VariableInput } from "@/lib/cycles/schema";
import type { Cycle, CycleEdge } from "@/lib/cycles/types";
import { now } from "@/lib/kernel/clock";
import { guid, randomToken } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { partnerOf } from "@/lib/partners/data";
import { credentialVariables, isTypedSecret, plainText, sealedText, type KeptText } from "./sealing";

const noCycle = fail("object.not_found", "There is no such cycle.");
const noStep = fail("object.not_found", "There is no such step.");

const DEFAULT_NAMES = { Action: "New step", Condition: "Condition", Delay: "Delay", Transform: "Transform" } as const;

/** Whether a connection may be used in a cycle of this account. */
async function knownConnection(tx: Transaction, scope: AccountScope, id: number | null | undefined): Promise<Result<null>> {
  if (id === null || id === undefined) return ok(null);
  const [row] = await tx
    .select({ id: accountConnectors.id })
    .from(accountConnectors)
    .where(and(eq(accountConnectors.id, id), eq(accountConnectors.accountId, scope.accountId)));
  const message = "There is no such connection.";
  return row ? ok(null) : fail("object.not_found", message, { fields: { accountConnectorId: message } });
}

/** Puts a step behind an exit; what followed there follows the step by its first exit. */
async function insertAfter(tx: Transaction, cycleId: string, step: { id: string; kind: StepKind }, after: Exit): Promise<void> {
  const behind = and(eq(cycleEdges.headStepId, after.stepId), eq(cycleEdges.type, after.exit));
  await tx
    .update(cycleEdges)
    .set({ headStepId: step.id, type: exitsOf(step.kind)[0] ?? "Forward" })
    .where(behind);
  const edge = { id: guid(), cycleId, headStepId: after.stepId, tailStepId: step.id, type: after.exit };
  await tx.insert(cycleEdges).values(edge);
}

/** Takes a step out of the flow; what led to it leads to what followed by its first exit. */
async function takeOut(tx: Transaction, edges: readonly CycleEdge[], stepId: string): Promise<void> {
  const out = edges.filter((e) => e.headStepId === stepId);
  const next = out.find((e) => e.type !== "False") ?? out[0];
  for (const edge of out) await tx.delete(cycleEdges).where(eq(cycleEdges.id, edge.id));
  for (const edge of edges.filter((e) => e.tailStepId === stepId)) {
    if (next) await tx.update(cycleEdges).set({ tailStepId: next.tailStepId }).where(eq(cycleEdges.id, edge.id));
    else await tx.delete(cycleEdges).where(eq(cycleEdges.id, edge.id));
  }
}

function validExit(before: Snapshot, after: Exit): Result<null> {
  const head = before.steps.find((s) => s.id === after.stepId);
  if (!head) return noStep;
  if (exitsOf(head.kind).includes(after.exit)) return ok(null);
  return fail("request.invalid", `${head.name} has no exit ${after.exit}.`, { fields: { after: "There is no such exit." } });
}

const changedColumns = ({ position, trigger: _, ...change }: StepChange) => ({
  ...change,
  ...(position ? { positionLeft: position.left, positionTop: position.top } : {}),
});

/** Adds a step behind an exit, or unconnected. Out: its id. Errors: 404, `object.running`. */
export const addStep = (scope: AccountScope, cycleId: string, input: NewStep): Promise<Result<{ id: string }>> =>
  editCycle(scope, cycleId, { title: `New step: ${input.name ?? DEFAULT_NAMES[input.kind]}` }, async ({ tx, before }) => {
    const { after, kind, name = DEFAULT_NAMES[kind], ...change } = input;
    const known = await knownConnection(tx, scope, change.accountConnectorId);
    if (!known.ok) return known;
    const exit = after ? validExit(before, after) : ok(null);
    if (!exit.ok) return exit;
    const id = guid();
    const alias = aliasFor(name, new Set(before.steps.map((s) => s.alias)));
    await tx.insert(cycleSteps).values({ id, cycleId, kind, alias, name, createdAt: now(), ...changedColumns(change) });
    if (after) await insertAfter(tx, cycleId, { id, kind }, after);
    return ok({ id });
  });

/** What a change of the trigger's kind does to its row. A webhook's address is made once and kept. */
function triggerColumns(step: Snapshot["steps"][number], change: StepChange) {
  if (change.trigger === undefined || step.kind !== "Trigger") return {};
  return {
    trigger: change.trigger,
    webhookKey: change.trigger === "Webhook" ? (step.webhookKey ?? randomToken(192)) : step.webhookKey,
  };
}

/** Changes a step. Mappings stay, also those of a method it had before. Errors: 404, `object.running`. */
export const updateStep = (scope: AccountScope, cycleId: string, stepId: string, change: StepChange): Promise<Result<null>> =>
  editCycle(scope, cycleId, { title: "Change of a step", details: { stepId, fields: Object.keys(change) } }, async (editing) => {
    const step = editing.before.steps.find((s) => s.id === stepId);
    if (!step) return noStep;
    const known = await knownConnection(editing.tx, scope, change.accountConnectorId);
    if (!known.ok) return known;
    const set = { ...changedColumns(change), ...triggerColumns(step, change) };
    if (Object.keys(set).length > 0) await editing.tx.update(cycleSteps).set(set).where(eq(cycleSteps.id, stepId));
    return ok(null);
  });

/** Moves a step behind another exit. Errors: 404, `object.running`. */
export const moveStep = (scope: AccountScope, cycleId: string, stepId: string, after: Exit): Promise<Result<null>> =>
  editCycle(scope, cycleId, { title: "Move of a step", details: { stepId } }, async ({ tx, before }) => {
    const step = before.steps.find((s) => s.id === stepId);
    if (!step) return noStep;
    if (step.kind === "Trigger" || after.stepId === stepId) return fail("request.invalid", "A step can't be moved there.");
    const exit = validExit(before, after);
    if (!exit.ok) return exit;
    await takeOut(tx, before.edges, stepId);
    await insertAfter(tx, cycleId, step, after);
    return ok(null);
  });

/** Removes a step; the flow closes over it. Errors: 404, `object.running`. */
export const removeStep = (scope: AccountScope, cycleId: string, stepId: string): Promise<Result<null>> =>
  editCycle(scope, cycleId, { title: "Removal of a step", details: { stepId } }, async ({ tx, before }) => {
    const step = before.steps.find((s) => s.id === stepId);
    if (!step) return noStep;
    if (step.kind === "Trigger") return fail("request.invalid", "A cycle keeps its trigger. Change its kind instead.");
    await takeOut(tx, before.edges, stepId);
    await tx.delete(cycleSteps).where(eq(cycleSteps.id, stepId));
    return ok(null);
  });

/** Connects two steps; an exit leads to one step only, so what it led to before is let go. Out: the edge's id. */
export const connectSteps = (
  scope: AccountScope,
  cycleId: string,
  edge: Omit<CycleEdge, "id">,
): Promise<Result<{ id: string }>> =>
  editCycle(scope, cycleId, { title: "New connection of steps" }, async ({ tx, before }) => {
    const graph = before as unknown as Pick<Cycle, "steps" | "edges">;
    const problem = edgeProblem(graph, edge);
    if (problem) return fail("request.invalid", problem);
    const id = guid();
    await tx.delete(cycleEdges).where(and(eq(cycleEdges.headStepId, edge.headStepId), eq(cycleEdges.type, edge.type)));
    await tx.insert(cycleEdges).values({ ...edge, id, cycleId });
    return ok({ id });
  });

/** Removes a connection of two steps. Errors: 404, `object.running`. */
export const disconnectSteps = (scope: AccountScope, cycleId: string, edgeId: string): Promise<Result<null>> =>
  editCycle(scope, cycleId, { title: "Removal of a connection of steps" }, async ({ tx, before }) => {
    if (!before.edges.some((e) => e.id === edgeId)) return fail("object.not_found", "There is no such edge.");
    await tx.delete(cycleEdges).where(eq(cycleEdges.id, edgeId));
    return ok(null);
  });

const MAPPINGS = "step_mappings";
const VARIABLES = "cycle_variables";

type MappingRow = Omit<typeof stepMappings.$inferInsert, "stepId">;

async function mappingRow(scope: AccountScope, input: MappingInput): Promise<MappingRow> {
  const typed = input.value ?? null;
  const kept: KeptText =
    isTypedSecret(input) && typed !== null ? await sealedText(scope, MAPPINGS, input.name, typed) : plainText(typed);
  return {
    kind: input.kind,
    name: input.name,
    mappingType: input.mappingType,
    ...kept,
    sourceStepId: input.sourceStepId ?? null,
    sourceField: input.sourceField ?? null,
    variable: input.variable ?? null,
    triggerValue: input.triggerValue ?? null,
    triggerValueDisplayName: input.triggerValueDisplayName ?? null,
    isLaunchVisible: input.isLaunchVisible ?? false,
  };
}

/** Variables that feed a credential from now on, sealed before the transaction that writes them. */
async function sealedVariables(scope: AccountScope, cycle: Cycle, inputs: readonly MappingInput[]) {
  const names = credentialVariables(inputs);
  const exposed = cycle.variables.filter((v) => names.has(v.systemName) && !v.isSensitive);
  return Promise.all(
    exposed.map(async (v) => ({
      systemName: v.systemName,
      kept: v.value ? await sealedText(scope, VARIABLES, v.systemName, v.value) : plainText(v.value),
    })),
  );
}

/**
 * Writes slots of a step, as they were typed and also where they are incomplete, with the step's own settings. A typed credential
 * is sealed; a variable that feeds one becomes sensitive. Errors: 404, `object.running`, a source that isn't of this cycle.
 */
export async function saveStepSetup(
  scope: AccountScope,
  cycleId: string,
  stepId: string,
  input: { readonly mappings: readonly MappingInput[]; readonly step?: StepChange },
): Promise<Result<null>> {
  const cycle = await cycleOf(scope, cycleId);
  if (!cycle) return noCycle;
  const ids = new Set(cycle.steps.map((s) => s.id));
  const foreign = input.mappings.find((m) => m.sourceStepId && (!ids.has(m.sourceStepId) || m.sourceStepId === stepId));
  if (foreign) {
    const fields = { [foreign.name]: "Choose a step of this cycle that comes before." };
    return fail("request.invalid", `${foreign.name}: the source isn't an earlier step of this cycle.`, { fields });
  }
  const changed = input.mappings.filter((m) => m.keepSecret !== true);
  const rows = await Promise.all(changed.map((m) => mappingRow(scope, m)));
  const secrets = await sealedVariables(scope, cycle, input.mappings);
  const options = {
    title: "Step Setup",
    details: { stepId, slots: changed.map((m) => m.name) },
    forgetsHistory: secrets.length > 0,
  };
  return editCycle(scope, cycleId, options, async ({ tx, before }) => {
    const step = before.steps.find((s) => s.id === stepId);
    if (!step) return noStep;
    const known = await knownConnection(tx, scope, input.step?.accountConnectorId);
    if (!known.ok) return known;
    const set = { ...changedColumns(input.step ?? {}), ...triggerColumns(step, input.step ?? {}) };
    if (Object.keys(set).length > 0) await tx.update(cycleSteps).set(set).where(eq(cycleSteps.id, stepId));
    for (const row of rows) {
      const slot = and(eq(stepMappings.stepId, stepId), eq(stepMappings.kind, row.kind), eq(stepMappings.name, row.name));
      await tx.delete(stepMappings).where(slot);
      if (row.mappingType !== null || row.isLaunchVisible) await tx.insert(stepMappings).values({ ...row, stepId });
    }
    for (const { systemName, kept } of secrets) {
      await tx
        .update(cycleVariables)
        .set({ ...kept, isSensitive: true })
        .where(and(eq(cycleVariables.cycleId, cycleId), eq(cycleVariables.systemName, systemName)));
    }
    return ok(null);
  });
}

/**
 * Turns *Use External Authentication* of a step on or off; off leaves the mappings in force (domain section 5). Errors: 404,
 * `object.running`, `feature.disabled` where the administrator has it off.
 */
export async function setExternalAuthentication(
  scope: AccountScope,
  cycleId: string,
  stepId: string,
  on: boolean,
): Promise<Result<null>> {
  const partner = await partnerOf(scope);
  if (on && !partner.externalAuthenticationEnabled) {
    return fail("feature.disabled", "External authentication is not enabled for this partner.");
  }
  const title = on ? "External Authentication on" : "External Authentication off";
  return editCycle(scope, cycleId, { title, details: { stepId } }, async ({ tx, before }) => {
    const step = before.steps.find((s) => s.id === stepId);
    if (!step) return noStep;
    if (step.kind !== "Action") return fail("request.invalid", "Only a step that calls a connector has a credential.");
    await tx.update(cycleSteps).set({ useExternalAuthentication: on }).where(eq(cycleSteps.id, stepId));
    return ok(null);
  });
}

/** Removes every authentication mapping of a step: the installed connector's credential is used again. Out: how many. */
export const removeAuthenticationMappings = (scope: AccountScope, cycleId: string, stepId: string): Promise<Result<number>> =>
  editCycle(scope, cycleId, { title: "Removal of authentication mappings", details: { stepId } }, async ({ tx, before }) => {
    if (!before.steps.some((s) => s.id === stepId)) return noStep;
    const own = and(eq(stepMappings.stepId, stepId), eq(stepMappings.kind, "Authentication"));
    const removed = await tx.delete(stepMappings).where(own).returning({ id: stepMappings.id });
    return ok(removed.length);
  });

/** Whether a step of the cycle feeds a credential from this variable. */
const feedsCredential = (cycle: Cycle, systemName: string): boolean =>
  cycle.steps.some((s) => credentialVariables(s.mappings).has(systemName));

/** Makes or changes a variable. A sensitive one stays so. Out: its SystemName. Errors: 404, `object.running`. */
export async function saveVariable(scope: AccountScope, cycleId: string, input: VariableInput): Promise<Result<string>> {
  const cycle = await cycleOf(scope, cycleId);
  if (!cycle) return noCycle;
  const old = cycle.variables.find((v) => v.systemName === input.systemName);
  const systemName = input.systemName ?? systemNameFor(input.displayName, new Set(cycle.variables.map((v) => v.systemName)));
  const isSensitive = input.isSensitive || old?.isSensitive === true || feedsCredential(cycle, systemName);
  const becomes = isSensitive && old !== undefined && !old.isSensitive;
  const text = input.value === undefined && becomes ? old.value : input.value;
  const kept =
    text === undefined ? {} : isSensitive && text ? await sealedText(scope, VARIABLES, systemName, text) : plainText(text);
  const options = { title: `Variable ${input.displayName}`, details: { systemName }, forgetsHistory: becomes };
  return editCycle(scope, cycleId, options, async ({ tx }) => {
    const { displayName, description, values, isLaunchVisible } = input;
    const row = { displayName, description, values, isLaunchVisible, isSensitive, ...kept };
    const own = and(eq(cycleVariables.cycleId, cycleId), eq(cycleVariables.systemName, systemName));
    if (old) await tx.update(cycleVariables).set(row).where(own);
    else await tx.insert(cycleVariables).values({ ...row, cycleId, systemName });
    return ok(systemName);
  });
}

/** Removes a variable; mappings that read it say so as prerequisites. Errors: 404, `object.running`. */
export const removeVariable = (scope: AccountScope, cycleId: string, systemName: string): Promise<Result<null>> =>
  editCycle(scope, cycleId, { title: `Removal of variable ${systemName}` }, async ({ tx, before }) => {
    const ids = before.variables.filter((v) => v.systemName === systemName).map((v) => v.id);
    if (ids.length === 0) return fail("object.not_found", "There is no such variable.");
    await tx.delete(cycleVariables).where(inArray(cycleVariables.id, ids));
    return ok(null);
  });

/** Sets or clears what a webhook's caller has to bring. Out: the new secret, to be shown once; null where it was cleared. */
export const setWebhookSecret = (scope: AccountScope, cycleId: string, on: boolean): Promise<Result<string | null>> => {
  const made = on ? `whsec_${randomToken(256)}` : null;
  return editCycle(scope, cycleId, { title: on ? "New webhook secret" : "No webhook secret" }, async ({ tx, before }) => {
    const trigger = before.steps.find((s) => s.trigger === "Webhook");
    if (!trigger) return fail("request.invalid", "This cycle doesn't start by a webhook.");
    const webhookSecretHash = made === null ? null : tokenHash(made);
    await tx.update(cycleSteps).set({ webhookSecretHash }).where(eq(cycleSteps.id, trigger.id));
    return ok(made);
  });
};
