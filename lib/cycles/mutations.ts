import { and, asc, desc, eq, inArray, isNotNull, isNull, lt } from "@/db/query";
import { cycleEdges, cycleRevisions, cycles, cycleSteps, cycleVariables, stepMappings } from "@/db/schema";
import { transact, type Transaction } from "@/db/transact";
import type { AccountScope } from "@/lib/access/types";
import type { AuditAction } from "@/lib/audit/constants";
import { recordAudit } from "@/lib/audit/mutations";
import { DAY, now } from "@/lib/kernel/clock";
import { guid, randomToken } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { DELETED_CYCLES_KEPT_DAYS, REVISIONS_KEPT, type CycleStatus } from "./constants";
import { cyclesUsing } from "./data";
import { copyName } from "./naming";
import type { CycleSettingsInput, NewCycle } from "./schema";

const gone = fail("object.not_found", "There is no such cycle.");

const mine = (scope: AccountScope, id: string) =>
  and(eq(cycles.id, id), eq(cycles.partnerId, scope.partnerId), eq(cycles.accountId, scope.accountId));

const audited = (
  tx: Transaction,
  { partnerId, accountId, actor }: AccountScope,
  action: AuditAction,
  cycle: { id: string; name: string },
  details: Record<string, unknown> = {},
) =>
  recordAudit(tx, {
    chain: partnerId,
    actor,
    action,
    object: { type: "cycle", id: cycle.id, name: cycle.name },
    accountId,
    details,
  });

/** The rows of a cycle as Undo and a copy take them; sealed values stay sealed. */
export interface Snapshot {
  readonly cycle: typeof cycles.$inferSelect;
  readonly steps: (typeof cycleSteps.$inferSelect)[];
  readonly edges: (typeof cycleEdges.$inferSelect)[];
  readonly mappings: (typeof stepMappings.$inferSelect)[];
  readonly variables: (typeof cycleVariables.$inferSelect)[];
}

async function snapshotOf(tx: Transaction, cycle: typeof cycles.$inferSelect): Promise<Snapshot> {
  const steps = await tx.select().from(cycleSteps).where(eq(cycleSteps.cycleId, cycle.id)).orderBy(asc(cycleSteps.createdAt));
  const ids = steps.map((s) => s.id);
  return {
    cycle,
    steps,
    edges: await tx.select().from(cycleEdges).where(eq(cycleEdges.cycleId, cycle.id)),
    mappings: ids.length === 0 ? [] : await tx.select().from(stepMappings).where(inArray(stepMappings.stepId, ids)),
    variables: await tx.select().from(cycleVariables).where(eq(cycleVariables.cycleId, cycle.id)),
  };
}

async function writeRows(tx: Transaction, { steps, edges, mappings, variables }: Omit<Snapshot, "cycle">): Promise<void> {
  for (const row of steps) await tx.insert(cycleSteps).values(row);
  for (const row of edges) await tx.insert(cycleEdges).values(row);
  for (const { id: _, ...row } of mappings) await tx.insert(stepMappings).values(row);
  for (const { id: _, ...row } of variables) await tx.insert(cycleVariables).values(row);
}

export interface Editing {
  readonly tx: Transaction;
  readonly row: typeof cycles.$inferSelect;
  readonly before: Snapshot;
}

interface EditOptions {
  /** As Undo names it and the audit tells it. */
  readonly title: string;
  readonly details?: Record<string, unknown>;
  /** Older states hold a value in plain that is a secret from now on: they can't be gone back to. */
  readonly forgetsHistory?: boolean;
}

/**
 * One change of a cycle: refused while it runs, kept for Undo, audited, and the revision rises, all in one transaction. `work`
 * checks before it writes: what it returns as an error has changed nothing. Errors: 404, `object.running`, those of `work`.
 */
export async function editCycle<T>(
  scope: AccountScope,
  id: string,
  options: EditOptions,
  work: (editing: Editing) => Promise<Result<T>>,
): Promise<Result<T>> {
  return transact(async (tx) => {
    const [row] = await tx
      .select()
      .from(cycles)
      .where(and(mine(scope, id), isNull(cycles.deletedAt)));
    if (!row) return gone;
    if (row.status !== "Paused") {
      return fail("object.running", `Cycle '${row.name}' is running and cannot be changed.`);
    }
    const before = await snapshotOf(tx, row);
    const done = await work({ tx, row, before });
    if (!done.ok) return done;
    await tx
      .update(cycles)
      .set({ revision: row.revision + 1, updatedAt: now() })
      .where(eq(cycles.id, id));
    if (options.forgetsHistory) await tx.delete(cycleRevisions).where(eq(cycleRevisions.cycleId, id));
    else {
      const kept = { id: guid(), cycleId: id, revision: row.revision, title: options.title, snapshot: before };
      await tx.insert(cycleRevisions).values({ ...kept, at: now(), by: scope.actor.name });
      await tx
        .delete(cycleRevisions)
        .where(and(eq(cycleRevisions.cycleId, id), lt(cycleRevisions.revision, row.revision - REVISIONS_KEPT)));
    }
    await audited(tx, scope, "cycle.changed", row, { change: options.title, ...options.details });
    return done;
  });
}

/** Makes a cycle with its trigger, paused. Out: the new id. */
export async function createCycle(scope: AccountScope, input: NewCycle): Promise<Result<{ id: string }>> {
  const id = guid();
  const { trigger, tags, interval, ...settings } = input;
  return transact(async (tx) => {
    await tx.insert(cycles).values({
      ...settings,
      id,
      partnerId: scope.partnerId,
      accountId: scope.accountId,
      tags: tags ?? [],
      interval: interval ?? (trigger === "Schedule" ? 60 : null),
      createdAt: now(),
      createdBy: scope.actor.name,
      updatedAt: now(),
    });
    await tx.insert(cycleSteps).values({
      cycleId: id,
      kind: "Trigger",
      alias: "trigger",
      name: TRIGGER_NAMES[trigger],
      createdAt: now(),
      trigger,
      ...(trigger === "Webhook" ? { webhookKey: randomToken(192) } : {}),
    });
    await audited(tx, scope, "cycle.created", { id, name: input.name });
    return ok({ id });
  });
}

const TRIGGER_NAMES = { Manual: "Run by hand", Schedule: "Schedule", Webhook: "Webhook" } as const;

/** Changes the settings of a cycle. Errors: 404, `object.running`. */
export const updateCycle = (scope: AccountScope, id: string, input: Partial<CycleSettingsInput>): Promise<Result<null>> =>
  editCycle(scope, id, { title: "Change of settings", details: { fields: Object.keys(input) } }, async ({ tx }) => {
    if (Object.keys(input).length > 0) await tx.update(cycles).set(input).where(eq(cycles.id, id));
    return ok(null);
  });

/** Copies a cycle with everything but its webhook's secret and its runs. Out: the new id. */
export async function copyCycle(scope: AccountScope, id: string, name?: string): Promise<Result<{ id: string }>> {
  const copy = guid();
  return transact(async (tx) => {
    const [row] = await tx
      .select()
      .from(cycles)
      .where(and(mine(scope, id), isNull(cycles.deletedAt)));
    if (!row) return gone;
    const from = await snapshotOf(tx, row);
    const ids = new Map(from.steps.map((s) => [s.id, guid()]));
    const idOf = (old: string): string => ids.get(old) ?? old;
    const fresh = { id: copy, name: name ?? copyName(row.name), status: "Paused", revision: 1 } as const;
    const times = { createdAt: now(), updatedAt: now(), createdBy: scope.actor.name, nextRunAt: null, lastSuccessfulRunAt: null };
    await tx.insert(cycles).values({ ...row, ...fresh, ...times });
    await writeRows(tx, {
      steps: from.steps.map((s) => ({
        ...s,
        id: idOf(s.id),
        cycleId: copy,
        webhookKey: s.webhookKey === null ? null : randomToken(192),
        webhookSecretHash: null,
      })),
      edges: from.edges.map((e) => ({
        ...e,
        id: guid(),
        cycleId: copy,
        headStepId: idOf(e.headStepId),
        tailStepId: idOf(e.tailStepId),
      })),
      mappings: from.mappings.map((m) => ({
        ...m,
        stepId: idOf(m.stepId),
        sourceStepId: m.sourceStepId === null ? null : idOf(m.sourceStepId),
      })),
      variables: from.variables.map((v) => ({ ...v, cycleId: copy })),
    });
    await audited(tx, scope, "cycle.copied", { id: copy, name: fresh.name }, { from: id });
    return ok({ id: copy });
  });
}

/** Deletes a cycle that doesn't run; it can be brought back for 30 days. Errors: 404, `object.running`. */
export async function deleteCycle(scope: AccountScope, id: string): Promise<Result<null>> {
  return transact(async (tx) => {
    const [row] = await tx
      .select()
      .from(cycles)
      .where(and(mine(scope, id), isNull(cycles.deletedAt)));
    if (!row) return gone;
    if (row.status !== "Paused") return fail("object.running", `Cycle '${row.name}' is running. Stop it before you delete it.`);
    await tx.update(cycles).set({ deletedAt: now(), nextRunAt: null }).where(eq(cycles.id, id));
    await audited(tx, scope, "cycle.deleted", row);
    return ok(null);
  });
}

/** Brings a deleted cycle back, paused. */
export async function restoreCycle(scope: AccountScope, id: string): Promise<Result<null>> {
  return transact(async (tx) => {
    const [row] = await tx
      .update(cycles)
      .set({ deletedAt: null, updatedAt: now() })
      .where(and(mine(scope, id), isNotNull(cycles.deletedAt)))
      .returning();
    if (!row) return gone;
    await audited(tx, scope, "cycle.restored", row);
    return ok(null);
  });
}

/** Removes what was deleted more than 30 days ago, for good. Out: how many. */
export async function purgeDeletedCycles(): Promise<number> {
  return transact(async (tx) => {
    const removed = await tx
      .delete(cycles)
      .where(lt(cycles.deletedAt, now() - DELETED_CYCLES_KEPT_DAYS * DAY))
      .returning({ id: cycles.id });
    return removed.length;
  });
}

export interface Activation {
  readonly status: CycleStatus;
  readonly interval?: number | null;
  readonly startTime?: number | null;
  readonly nextRunAt?: number | null;
}

/** Starts or stops a cycle, inside the transaction of whoever decided it. The caller has checked the prerequisites. */
export async function setCycleStatus(tx: Transaction, scope: AccountScope, id: string, to: Activation): Promise<Result<null>> {
  const [row] = await tx
    .update(cycles)
    .set({ ...to, updatedAt: now() })
    .where(and(mine(scope, id), isNull(cycles.deletedAt)))
    .returning();
  if (!row) return gone;
  await audited(tx, scope, to.status === "Active" ? "cycle.started" : "cycle.stopped", row);
  return ok(null);
}

/**
 * Pauses the cycles that can't go on without an installed connector: those with a step of it that has no External Authentication.
 * In: inside the transaction that takes its credential away. Out: their names.
 */
export async function pauseCyclesNeeding(tx: Transaction, scope: AccountScope, accountConnectorId: number): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ id: cycles.id, name: cycles.name })
    .from(cycles)
    .innerJoin(cycleSteps, eq(cycleSteps.cycleId, cycles.id))
    .where(
      and(
        eq(cycles.accountId, scope.accountId),
        inArray(cycles.status, ["Active", "Stopping"]),
        eq(cycleSteps.accountConnectorId, accountConnectorId),
        eq(cycleSteps.useExternalAuthentication, false),
      ),
    );
  for (const row of rows) await setCycleStatus(tx, scope, row.id, { status: "Paused", nextRunAt: null });
  return rows.map((r) => r.name);
}

/** Whether no cycle uses an installed connector. Errors: `object.in_use` with the cycles' names. */
export async function unused(scope: AccountScope, accountConnectorId: number, tx?: Transaction): Promise<Result<null>> {
  const users = (await cyclesUsing(scope, accountConnectorId, tx)).filter((c) => !c.isDeleted);
  if (users.length === 0) return ok(null);
  const names = users.map((c) => c.name);
  return fail("object.in_use", `This connector is used by ${names.join(", ")}.`, { details: { cycles: names } });
}

/** Lets deleted cycles go of an installed connector that is about to be removed. Errors: `object.in_use` where another uses it. */
export async function releaseFromCycles(tx: Transaction, scope: AccountScope, accountConnectorId: number): Promise<Result<null>> {
  const free = await unused(scope, accountConnectorId, tx);
  if (!free.ok) return free;
  await tx.update(cycleSteps).set({ accountConnectorId: null }).where(eq(cycleSteps.accountConnectorId, accountConnectorId));
  return ok(null);
}

/** Takes back the last change. Out: what it was. Errors: 404, `object.running`, nothing to take back. */
export async function undoChange(scope: AccountScope, id: string): Promise<Result<{ title: string }>> {
  return transact(async (tx) => {
    const [row] = await tx
      .select()
      .from(cycles)
      .where(and(mine(scope, id), isNull(cycles.deletedAt)));
    if (!row) return gone;
    if (row.status !== "Paused") return fail("object.running", `Cycle '${row.name}' is running and cannot be changed.`);
    const [last] = await tx
      .select()
      .from(cycleRevisions)
      .where(eq(cycleRevisions.cycleId, id))
      .orderBy(desc(cycleRevisions.revision))
      .limit(1);
    if (!last) return fail("object.conflict", "There is no change to take back.");
    const { cycle, ...rows } = last.snapshot as Snapshot;
    await tx.delete(cycleSteps).where(eq(cycleSteps.cycleId, id));
    await tx.delete(cycleVariables).where(eq(cycleVariables.cycleId, id));
    const { name, description, stepErrorAction, collectionSplitType, logStepDataRequests, shareable, tags } = cycle;
    const { successRetentionHours, erroredRetentionHours, startTime, interval } = cycle;
    const settings = { name, description, stepErrorAction, collectionSplitType, logStepDataRequests, shareable, tags };
    const more = { successRetentionHours, erroredRetentionHours, startTime, interval };
    await tx
      .update(cycles)
      .set({ ...settings, ...more, revision: row.revision + 1, updatedAt: now() })
      .where(eq(cycles.id, id));
    await writeRows(tx, rows);
    await tx.delete(cycleRevisions).where(eq(cycleRevisions.id, last.id));
    await audited(tx, scope, "cycle.changed", row, { change: `Undone: ${last.title}` });
    return ok({ title: last.title });
  });
}
