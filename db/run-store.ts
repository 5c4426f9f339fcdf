import { and, asc, desc, eq, inArray, isNull, lte, notInArray, sql } from "drizzle-orm";
import type { HeldTransaction, Lease, NewTransaction, RunRecord, RunStore, StepRecord } from "@/lib/run/types";
import { soon, type Soon } from "@/lib/kernel/soon";
import { frequentWrite, preparedQuery, reader } from "./client";
import { accounts, cycleEdges, cycles, cycleSteps, incidents, stepTries, transactions, transactionSteps } from "./schema";
import { afterEnd, cancelOpen, OPEN } from "./run-endings";
import { changesSettings, transactTogether, type Transaction } from "./transact";
import { queueMessages } from "./webhook-outbox";

const v = (name: string) => sql.placeholder(name);
/** A JSON column of a prepared statement writes null as text otherwise. */
const jsonText = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value));

const insertTransaction = frequentWrite((db) =>
  db.insert(transactions).values({
    id: v("id"),
    partnerId: v("partnerId"),
    accountId: v("accountId"),
    cycleId: v("cycleId"),
    status: "Queued",
    trigger: v("trigger") as never,
    parentId: v("parentId"),
    itemIndex: v("itemIndex"),
    createdAt: v("createdAt"),
    dueAt: v("dueAt"),
    leaseOwner: v("leaseOwner"),
    fence: 1,
    currentStepId: v("currentStepId"),
    payload: sql`${v("payload")}`,
    sealedPayload: sql`${v("sealedPayload")}`,
  }),
);

/** Adds passes, inside a transaction. In: a lease where whoever adds them runs them itself. */
export function addTransactions(added: readonly NewTransaction[], lease: Lease | null): void {
  for (const each of added) {
    insertTransaction({
      id: each.id,
      partnerId: each.partnerId,
      accountId: each.accountId,
      cycleId: each.cycleId,
      trigger: each.trigger,
      parentId: each.parentId,
      itemIndex: each.itemIndex,
      createdAt: each.createdAt,
      currentStepId: each.currentStepId,
      payload: jsonText(each.payload),
      sealedPayload: each.sealedPayload,
      dueAt: lease?.until ?? each.createdAt,
      leaseOwner: lease?.owner ?? null,
    });
  }
}

const heldColumns = {
  id: transactions.id,
  partnerId: transactions.partnerId,
  accountId: transactions.accountId,
  cycleId: transactions.cycleId,
  trigger: transactions.trigger,
  parentId: transactions.parentId,
  itemIndex: transactions.itemIndex,
  createdAt: transactions.createdAt,
  startedAt: transactions.startedAt,
  currentStepId: transactions.currentStepId,
  attempt: transactions.attempt,
  failingSince: transactions.failingSince,
  fence: transactions.fence,
  payload: transactions.payload,
  sealedPayload: transactions.sealedPayload,
};

async function take(
  tx: Transaction,
  lease: Lease,
  at: number,
  limit: number,
  busy: readonly string[],
): Promise<HeldTransaction[]> {
  const due = tx
    .select({ id: transactions.id })
    .from(transactions)
    .where(and(lte(transactions.dueAt, at), busy.length > 0 ? notInArray(transactions.accountId, [...busy]) : undefined))
    .orderBy(asc(transactions.dueAt))
    .limit(limit);
  const rows = await tx
    .update(transactions)
    .set({ leaseOwner: lease.owner, dueAt: lease.until, fence: sql`${transactions.fence} + 1`, status: "InProgress" })
    .where(inArray(transactions.id, due))
    .returning(heldColumns);
  return rows.sort((a, b) => a.createdAt - b.createdAt).map((row) => ({ ...row, isResumed: true }));
}

const stands = (set: Record<string, unknown>) =>
  frequentWrite((db) =>
    db
      .update(transactions)
      .set({ startedAt: v("startedAt") as never, ...set })
      .where(and(eq(transactions.id, v("id")), eq(transactions.fence, v("fence")), inArray(transactions.status, [...OPEN]))),
  );
const CLEAR = { attempt: 0, failingSince: null };
const goesOn = stands({ ...CLEAR, status: "InProgress", currentStepId: v("stepId"), dueAt: v("dueAt") });
const waits = stands({
  status: "Waiting",
  currentStepId: v("stepId"),
  dueAt: v("dueAt"),
  leaseOwner: null,
  attempt: v("attempt"),
  failingSince: v("failingSince"),
  error: sql`${v("error")}`,
});
const splits = stands({ ...CLEAR, status: "Waiting", currentStepId: null, dueAt: null, leaseOwner: null });
const ends = stands({
  status: v("status"),
  endedAt: v("endedAt"),
  dueAt: null,
  leaseOwner: null,
  currentStepId: null,
  sealedPayload: null,
  error: sql`${v("error")}`,
});

/** Puts a pass where it stands now. Out: whether it stood to be put; not where the fence has passed. */
function stand({ standing, transaction, fence, startedAt, at, lease }: RunRecord): boolean {
  const own = { id: transaction.id, fence, startedAt };
  switch (standing.kind) {
    case "goesOn":
      return goesOn({ ...own, stepId: standing.stepId, dueAt: lease.until }) > 0;
    case "waits": {
      const { stepId, dueAt, attempt, failingSince, error } = standing;
      return waits({ ...own, stepId, dueAt, attempt, failingSince, error: jsonText(error) }) > 0;
    }
    case "splits":
      return splits(own) > 0;
    case "ends":
      return ends({ ...own, status: standing.status, endedAt: at, error: jsonText(standing.error) }) > 0;
  }
}

const putStep = frequentWrite((db) => {
  const changing = {
    status: sql`${v("status")}`,
    attempts: v("attempts"),
    durationMs: v("durationMs"),
    request: sql`${v("request")}`,
    response: sql`${v("response")}`,
    output: sql`${v("output")}`,
    sealedOutput: sql`${v("sealedOutput")}`,
    error: sql`${v("error")}`,
  };
  const values = {
    transactionId: v("transactionId"),
    stepId: v("stepId"),
    alias: v("alias"),
    name: v("name"),
    kind: v("kind"),
    startedAt: v("startedAt"),
    idempotencyKey: v("idempotencyKey"),
    ...changing,
  };
  return db
    .insert(transactionSteps)
    .values(values as never)
    .onConflictDoUpdate({ target: [transactionSteps.transactionId, transactionSteps.stepId], set: changing as never });
});

const insertStep = (transactionId: string, step: StepRecord) =>
  putStep({
    transactionId,
    stepId: step.stepId,
    alias: step.alias,
    name: step.name,
    kind: step.kind,
    status: step.status,
    attempts: step.attempts,
    startedAt: step.startedAt,
    durationMs: step.durationMs,
    request: jsonText(step.request),
    response: jsonText(step.response),
    output: jsonText(step.output),
    sealedOutput: step.sealedOutput,
    idempotencyKey: step.idempotencyKey,
    error: jsonText(step.error),
  });

/** A provider that asks to wait for days isn't kept to the last of its answers. */
const MOST_TRIES = 50;

async function keepTry(tx: Transaction, transactionId: string, step: StepRecord): Promise<void> {
  const { stepId, startedAt, durationMs, request, response, error } = step;
  await tx.insert(stepTries).values({ transactionId, stepId, startedAt, durationMs, request, response, error });
  const own = and(eq(stepTries.transactionId, transactionId), eq(stepTries.stepId, stepId));
  const older = tx
    .select({ id: stepTries.id })
    .from(stepTries)
    .where(own)
    .orderBy(desc(stepTries.id))
    .limit(1000)
    .offset(MOST_TRIES);
  await tx.delete(stepTries).where(inArray(stepTries.id, older));
}

/** The partner's backend hears of a run that failed as it fails. */
async function tellOfFailure(tx: Transaction, { transaction }: RunRecord, incident: NonNullable<RunRecord["incident"]>) {
  const { id, cycleId } = transaction;
  const [cycle] = await tx.select({ name: cycles.name }).from(cycles).where(eq(cycles.id, cycleId));
  await queueMessages(tx, transaction, "cycle.failed", {
    CycleId: cycleId,
    CycleName: cycle?.name ?? null,
    TransactionId: id,
    StepId: incident.stepId,
    StepName: incident.stepName,
    Message: incident.shortMessage,
  });
}

/** A pass that goes on or ends with nothing to tell is written without a turn of the event loop in between: the hot path. */
function record(tx: Transaction, given: RunRecord): Soon<boolean> {
  if (!stand(given)) return false;
  const { transaction, standing, steps } = given;
  for (const step of steps) insertStep(transaction.id, step);
  const isQuiet = given.incident === null && given.successAt === null && steps.every((step) => step.status !== "Waiting");
  return soon(isQuiet ? undefined : tell(tx, given), () => {
    if (standing.kind === "splits") addTransactions(standing.parts, null);
    if (standing.kind !== "ends") return true;
    const { at, startedAt, hasSealed } = given;
    afterEnd(transaction, { at, startedAt, success: standing.status === "Completed", hasSealed });
    return standing.stopsCycle ? stopCycle(tx, given) : true;
  });
}

/** What a step left besides its row: a date of success, a try to keep, an incident. */
async function tell(tx: Transaction, given: RunRecord): Promise<void> {
  const { transaction, incident, at, successAt } = given;
  if (successAt !== null) await tx.update(transactions).set({ successAt }).where(eq(transactions.id, transaction.id));
  for (const step of given.steps) if (step.status === "Waiting") await keepTry(tx, transaction.id, step);
  if (!incident) return;
  const { partnerId, accountId, cycleId, id } = transaction;
  await tx.insert(incidents).values({ ...incident, partnerId, accountId, cycleId, transactionId: id, at });
  if (incident.level === "Error") await tellOfFailure(tx, given, incident);
}

async function stopCycle(tx: Transaction, { transaction: { cycleId }, at }: RunRecord): Promise<true> {
  changesSettings();
  await tx.update(cycles).set({ status: "Paused", nextRunAt: null }).where(eq(cycles.id, cycleId));
  await cancelOpen(tx, { cycleId }, at);
  return true;
}

const dueSoonest = () => ({
  transactions: preparedQuery("runs.nextDue", (db) =>
    db
      .select({ at: sql<number | null>`min(${transactions.dueAt})` })
      .from(transactions)
      .where(sql`${transactions.dueAt} is not null`)
      .prepare(),
  ),
  cycles: preparedQuery("runs.nextScheduled", (db) =>
    db
      .select({ at: sql<number | null>`min(${cycles.nextRunAt})` })
      .from(cycles)
      .where(and(eq(cycles.status, "Active"), isNull(cycles.deletedAt)))
      .prepare(),
  ),
});

const limitQuery = () =>
  preparedQuery("runs.limit", (db) =>
    db
      .select({ n: accounts.concurrentTransactions })
      .from(accounts)
      .where(eq(accounts.id, v("accountId")))
      .prepare(),
  );

const aboveQuery = () =>
  preparedQuery("runs.above", (db) => {
    const { id: transactionId, parentId, payload, sealedPayload } = transactions;
    return db
      .select({ transactionId, parentId, payload, sealedPayload })
      .from(transactions)
      .where(eq(transactionId, v("id")))
      .prepare();
  });

const outputsQuery = () =>
  preparedQuery("runs.outputs", (db) => {
    const { id, transactionId, stepId, status, output, sealedOutput } = transactionSteps;
    const columns = { transactionId, stepId, status, output, sealedOutput };
    return db
      .select(columns)
      .from(transactionSteps)
      .where(eq(transactionId, v("id")))
      .orderBy(asc(id))
      .prepare();
  });

async function startScheduled(tx: Transaction, at: number, make: Parameters<RunStore["startScheduled"]>[1]): Promise<number> {
  const due = await tx
    .select({
      id: cycles.id,
      partnerId: cycles.partnerId,
      accountId: cycles.accountId,
      scheduledAt: sql<number>`${cycles.nextRunAt}`,
      interval: cycles.interval,
      firstStepId: sql<
        string | null
      >`(select ${cycleEdges.tailStepId} from ${cycleEdges} join ${cycleSteps} s on s.id = ${cycleEdges.headStepId} where s.cycle_id = ${cycles}."id" and s.kind = 'Trigger' limit 1)`,
    })
    .from(cycles)
    .where(and(eq(cycles.status, "Active"), isNull(cycles.deletedAt), lte(cycles.nextRunAt, at)))
    .limit(200);
  for (const { interval, ...cycle } of due) {
    addTransactions([make(cycle)], null);
    const step = (interval ?? 0) * 60_000;
    // Runs that were missed while nothing ran are made up for by one.
    const next = step === 0 ? null : cycle.scheduledAt + step * (Math.floor((at - cycle.scheduledAt) / step) + 1);
    await tx.update(cycles).set({ nextRunAt: next }).where(eq(cycles.id, cycle.id));
  }
  return due.length;
}

const together = <T>(work: (tx: Transaction) => Soon<T>): Promise<T> => transactTogether(work, "runs");

/** The store of runs in the embedded database: commits that are asked for at the same time are one. */
export const runStore: RunStore = {
  add: (added, lease) => together(() => addTransactions(added, lease)),
  take: (lease, at, limit, busyAccounts) => together((tx) => take(tx, lease, at, limit, busyAccounts)),
  async limitOf(accountId) {
    const [row] = await limitQuery().execute({ accountId });
    return row?.n ?? null;
  },
  async renew(ids, lease) {
    await together((tx) =>
      tx
        .update(transactions)
        .set({ dueAt: lease.until })
        .where(and(inArray(transactions.id, [...ids]), eq(transactions.leaseOwner, lease.owner))),
    );
  },
  async release(ids, owner, at) {
    await together((tx) =>
      tx
        .update(transactions)
        .set({ dueAt: at, leaseOwner: null, fence: sql`${transactions.fence} + 1` })
        .where(and(inArray(transactions.id, [...ids]), eq(transactions.leaseOwner, owner))),
    );
  },
  async holders() {
    const rows = await reader()
      .selectDistinct({ owner: transactions.leaseOwner })
      .from(transactions)
      .where(sql`${transactions.dueAt} is not null and ${transactions.leaseOwner} is not null`);
    return rows.flatMap((row) => (row.owner === null ? [] : [row.owner]));
  },
  async expire(owner, at) {
    await together((tx) =>
      tx
        .update(transactions)
        .set({ dueAt: at, leaseOwner: null })
        .where(and(sql`${transactions.dueAt} is not null`, eq(transactions.leaseOwner, owner))),
    );
  },
  async nextDue() {
    const queries = dueSoonest();
    const found = [(await queries.transactions.execute())[0]?.at, (await queries.cycles.execute())[0]?.at];
    const times = found.filter((at): at is number => typeof at === "number");
    return times.length === 0 ? null : Math.min(...times);
  },
  startScheduled: (at, make) => together((tx) => startScheduled(tx, at, make)),
  async history(transaction) {
    const starts = [];
    const outputs = [];
    for (let id: string | null = transaction.id; id !== null;) {
      const [row] = await aboveQuery().execute({ id });
      if (!row) break;
      const { parentId, ...start }: typeof row = row;
      starts.unshift(start);
      outputs.unshift(...(await outputsQuery().execute({ id })));
      id = parentId;
    }
    return { starts, outputs };
  },
  async showProgress(id, fence, stepId, startedAt) {
    await together((tx) =>
      tx
        .update(transactions)
        .set({ status: "InProgress", currentStepId: stepId, startedAt })
        .where(and(eq(transactions.id, id), eq(transactions.fence, fence), inArray(transactions.status, [...OPEN]))),
    );
  },
  record: (given) => together((tx) => record(tx, given)),
};
