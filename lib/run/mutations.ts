import { and, eq, inArray, isNull, sql } from "@/db/query";
import { cancelOpen } from "@/db/run-endings";
import { addTransactions, runStore as store } from "@/db/run-store";
import { accounts, cycles, incidents, transactions } from "@/db/schema";
import { transact, type Transaction } from "@/db/transact";
import type { AccountScope } from "@/lib/access/types";
import type { AuditAction } from "@/lib/audit/constants";
import { recordAudit } from "@/lib/audit/mutations";
import { cycleOf, prerequisitesOf } from "@/lib/cycles/data";
import { setCycleStatus } from "@/lib/cycles/mutations";
import { HOUR, now } from "@/lib/kernel/clock";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { DEFAULT_RETENTION_HOURS } from "./constants";
import { newPass } from "./pass";
import { planOf } from "./plan";
import type { Activation } from "./schema";
import { stopRuns, wakeRuns } from "./signal";
import type { NewTransaction, RunStore } from "./types";

/** Where runs are kept. */
export const runStore: RunStore = store;

const gone = fail("object.not_found", "There is no such cycle.");
const PURGED_AT_ONCE = 500;

type CycleState = Pick<typeof cycles.$inferSelect, "id" | "name" | "status" | "interval" | "startTime">;

const mine = (scope: AccountScope, id: string) =>
  and(eq(cycles.id, id), eq(cycles.partnerId, scope.partnerId), eq(cycles.accountId, scope.accountId), isNull(cycles.deletedAt));

async function stateOf(tx: Transaction, scope: AccountScope, id: string): Promise<CycleState | null> {
  const { name, status, interval, startTime } = cycles;
  const [row] = await tx.select({ id: cycles.id, name, status, interval, startTime }).from(cycles).where(mine(scope, id));
  return row ?? null;
}

const audited = (tx: Transaction, scope: AccountScope, action: AuditAction, cycle: { id: string; name: string }, details = {}) =>
  recordAudit(tx, {
    chain: scope.partnerId,
    actor: scope.actor,
    action,
    object: { type: "cycle", id: cycle.id, name: cycle.name },
    accountId: scope.accountId,
    details,
  });

/** Puts a cycle to work. In: for a schedule, minutes between runs and when the first is (ms). Errors: 404, 409 where it runs. */
async function markActive(
  scope: AccountScope,
  id: string,
  given: { readonly interval: number | null; readonly startTime: number | null },
): Promise<Result<null>> {
  return transact(async (tx) => {
    const cycle = await stateOf(tx, scope, id);
    if (!cycle) return gone;
    if (cycle.status !== "Paused") return fail("object.running", `${cycle.name} is running already.`);
    const at = now();
    const first = given.interval === null ? null : Math.max(given.startTime ?? at, at);
    await tx
      .update(cycles)
      .set({ status: "Active", ...given, nextRunAt: first })
      .where(eq(cycles.id, id));
    await audited(tx, scope, "cycle.activated", cycle, { interval: given.interval });
    return ok(null);
  });
}

/** Takes a cycle from work. Out: the passes that were cancelled with it. Errors: 404. */
async function markStopped(scope: AccountScope, id: string, finish: boolean): Promise<Result<readonly string[]>> {
  return transact(async (tx) => {
    const cycle = await stateOf(tx, scope, id);
    if (!cycle) return gone;
    if (cycle.status === "Paused") return ok([]);
    const open = tx
      .select({ id: transactions.id })
      .from(transactions)
      .where(and(eq(transactions.cycleId, id), sql`${transactions.dueAt} is not null`))
      .limit(1);
    const status = finish && (await open).length > 0 ? "Stopping" : "Paused";
    const stopped = await setCycleStatus(tx, scope, id, { status, nextRunAt: null });
    if (!stopped.ok) return stopped;
    return ok(finish ? [] : await cancelOpen(tx, { cycleId: id }, now()));
  });
}

/** Adds one pass by hand; a cycle that is paused works for this one and stops with it. Errors: 404, 409 while it stops. */
async function addOnce(scope: AccountScope, pass: NewTransaction): Promise<Result<null>> {
  return transact(async (tx) => {
    const cycle = await stateOf(tx, scope, pass.cycleId);
    if (!cycle) return gone;
    if (cycle.status === "Stopping")
      return fail("object.running", `${cycle.name} is still finishing. Run it when it has stopped.`);
    if (cycle.status === "Paused") await tx.update(cycles).set({ status: "Stopping" }).where(eq(cycles.id, cycle.id));
    addTransactions([pass], null);
    await audited(tx, scope, "cycle.run_once", cycle, { transaction: pass.id });
    return ok(null);
  });
}

/** Removes the incidents of a cycle; its transactions stay. Out: how many there were. Errors: 404. */
export async function clearIncidents(scope: AccountScope, cycleId: string): Promise<Result<number>> {
  return transact(async (tx) => {
    const cycle = await stateOf(tx, scope, cycleId);
    if (!cycle) return gone;
    const cleared = await tx.delete(incidents).where(eq(incidents.cycleId, cycleId)).returning({ id: incidents.id });
    await audited(tx, scope, "cycle.incidents_cleared", cycle, { incidents: cleared.length });
    return ok(cleared.length);
  });
}

const mineToo = (scope: AccountScope, id: string) =>
  and(eq(transactions.id, id), eq(transactions.partnerId, scope.partnerId), eq(transactions.accountId, scope.accountId));

const noTransaction = fail("object.not_found", "There is no such transaction.");

/** Cancels a pass and its parts. Out: the ids of what was cancelled. Errors: 404, 409 where it has ended. */
async function markCancelled(scope: AccountScope, id: string): Promise<Result<readonly string[]>> {
  return transact(async (tx) => {
    const [row] = await tx
      .select({ id: transactions.id, cycleId: cycles.id, name: cycles.name })
      .from(transactions)
      .innerJoin(cycles, eq(cycles.id, transactions.cycleId))
      .where(mineToo(scope, id));
    if (!row) return noTransaction;
    const cancelled = await cancelOpen(tx, { transactionId: id }, now());
    if (cancelled.length === 0) return fail("object.conflict", "This transaction has ended already.");
    await audited(tx, scope, "transaction.cancelled", { id: row.cycleId, name: row.name }, { transaction: id });
    return ok(cancelled);
  });
}

/** Lets a waiting pass go on at once. Errors: 404, 409 where it doesn't wait for a time. */
async function markDue(scope: AccountScope, id: string): Promise<Result<null>> {
  return transact(async (tx) => {
    const [row] = await tx
      .select({ status: transactions.status, dueAt: transactions.dueAt })
      .from(transactions)
      .where(mineToo(scope, id));
    if (!row) return noTransaction;
    if (row.status !== "Waiting" || row.dueAt === null) return fail("object.conflict", "This transaction isn't waiting.");
    await tx.update(transactions).set({ dueAt: now() }).where(eq(transactions.id, id));
    return ok(null);
  });
}

/** Removes some passes whose time is over, with all that was kept of them. Out: how many. */
export async function purgeTransactions(at: number): Promise<number> {
  return transact(async (tx) => {
    const success = sql`coalesce(${cycles.successRetentionHours}, ${accounts.stepDataSuccessRetentionHours}, ${DEFAULT_RETENTION_HOURS})`;
    const errored = sql`coalesce(${cycles.erroredRetentionHours}, ${accounts.stepDataErroredRetentionHours}, ${DEFAULT_RETENTION_HOURS})`;
    const over = await tx
      .select({ id: transactions.id })
      .from(transactions)
      .innerJoin(cycles, eq(cycles.id, transactions.cycleId))
      .innerJoin(accounts, eq(accounts.id, transactions.accountId))
      .where(
        and(
          sql`${transactions.endedAt} is not null`,
          sql`${transactions.endedAt} + ${HOUR} * (case when ${transactions.status} = 'Completed' then ${success} else ${errored} end) <= ${at}`,
          // A part goes with the pass that was split.
          isNull(transactions.parentId),
        ),
      )
      .limit(PURGED_AT_ONCE);
    if (over.length === 0) return 0;
    const ids = over.map((row) => row.id);
    for (let parents = ids; parents.length > 0;) {
      const parts = await tx
        .delete(transactions)
        .where(inArray(transactions.parentId, parents))
        .returning({ id: transactions.id });
      parents = parts.map((part) => part.id);
    }
    await tx.delete(transactions).where(inArray(transactions.id, ids));
    return ids.length;
  });
}

/** Errors: 404; `request.invalid` with what keeps the cycle from running in `details.prerequisites`. */
async function mayRun(scope: AccountScope, cycleId: string): Promise<Result<null>> {
  const missing = await prerequisitesOf(scope, cycleId);
  if (missing === null) return gone;
  const [first] = missing;
  if (!first) return ok(null);
  const more =
    missing.length === 1 ? "" : ` ${missing.length - 1} more ${missing.length === 2 ? "thing is" : "things are"} missing.`;
  return fail("request.invalid", `${first.reason}${more}`, { details: { prerequisites: missing } });
}

/**
 * Puts a cycle to work: its prerequisites have to be empty. `runOnce` runs it one time instead, and it stops with that. Errors: 404,
 * `request.invalid` with the prerequisites, 409 where it runs.
 */
export async function activateCycle(scope: AccountScope, cycleId: string, given: Activation = {}): Promise<Result<null>> {
  if (given.runOnce) {
    const ran = await runOnce(scope, cycleId);
    return ran.ok ? ok(null) : ran;
  }
  const allowed = await mayRun(scope, cycleId);
  if (!allowed.ok) return allowed;
  const cycle = await cycleOf(scope, cycleId);
  if (!cycle) return gone;
  const isScheduled = cycle.steps.some((step) => step.trigger === "Schedule");
  const interval = given.interval === undefined ? cycle.interval : given.interval;
  if (isScheduled && interval === null) {
    return fail("request.invalid", "Choose how often this cycle runs.", { fields: { interval: "Choose how often it runs." } });
  }
  const startTime = given.startTime === undefined ? cycle.startTime : given.startTime;
  const active = await markActive(scope, cycleId, { interval: isScheduled ? interval : null, startTime });
  if (active.ok) wakeRuns();
  return active;
}

/** Takes a cycle from work: at once, cancelling what is open, or after what is queued has finished. Errors: 404. */
export async function deactivateCycle(
  scope: AccountScope,
  cycleId: string,
  { finishQueuedTransactions }: { readonly finishQueuedTransactions: boolean },
): Promise<Result<null>> {
  const stopped = await markStopped(scope, cycleId, finishQueuedTransactions);
  if (!stopped.ok) return stopped;
  stopRuns(stopped.value);
  return ok(null);
}

/**
 * Runs a cycle one time, now. In: what its trigger gives, where anything. Out: the transaction's id. Errors: 404, `request.invalid` with
 * the prerequisites, 409 while it is stopping.
 */
export async function runOnce(
  scope: AccountScope,
  cycleId: string,
  payload: unknown = {},
): Promise<Result<{ readonly transactionId: string }>> {
  const allowed = await mayRun(scope, cycleId);
  if (!allowed.ok) return allowed;
  const plan = await planOf({ ...scope, cycleId });
  if (!plan.ok) return plan;
  const { added: pass } = await newPass(plan.value, "Manual", payload);
  const added = await addOnce(scope, pass);
  if (!added.ok) return added;
  wakeRuns();
  return ok({ transactionId: pass.id });
}

/** {@link runOnce} with what a person typed: JSON, or nothing. Errors: those, and `request.invalid` by field. */
export async function runOnceWith(
  scope: AccountScope,
  cycleId: string,
  typed: string,
): Promise<Result<{ readonly transactionId: string }>> {
  let payload: unknown = {};
  try {
    if (typed.trim() !== "") payload = JSON.parse(typed);
  } catch {
    const message = "This isn't JSON.";
    return fail("request.invalid", message, { fields: { payload: message } });
  }
  return runOnce(scope, cycleId, payload);
}

/** Cancels a transaction with the parts it was split into; a call that is under way is broken off. Errors: 404, 409 where it has ended. */
export async function cancelTransaction(scope: AccountScope, id: string): Promise<Result<null>> {
  const cancelled = await markCancelled(scope, id);
  if (!cancelled.ok) return cancelled;
  stopRuns(cancelled.value);
  wakeRuns();
  return ok(null);
}

/** Lets a transaction that waits, for its delay or for its next try, go on now. Errors: 404, 409 where it doesn't wait for a time. */
export async function resumeTransaction(scope: AccountScope, id: string): Promise<Result<null>> {
  const due = await markDue(scope, id);
  if (due.ok) wakeRuns();
  return due;
}
