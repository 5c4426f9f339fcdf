import { preparedQuery, reader, rowsOf } from "@/db/client";
import { and, asc, count, desc, eq, gt, gte, inArray, isNull, like, lt, ne, or, sql } from "@/db/query";
import { lastSuccesses } from "@/db/run-endings";
import { accounts, cycles, incidents, stepTries, transactions, transactionSteps } from "@/db/schema";
import type { AccountScope, PartnerScope } from "@/lib/access/types";
import { DAY, now } from "@/lib/kernel/clock";
import type { FailureOwner } from "@/lib/kernel/errors";
import { soon, type Soon } from "@/lib/kernel/soon";
import { isOpen, OPEN_STATUSES, TRANSACTIONS_PAGE_SIZE, type IncidentLevel } from "./constants";
import type { TransactionsFilter } from "./schema";
import type {
  FailuresByOwner,
  Incident,
  RunCounts,
  SplitCounts,
  StepRun,
  StepTry,
  TransactionPage,
  TransactionRow,
  TransactionView,
} from "./types";

type Scope = PartnerScope | AccountScope;

const inScope = (table: typeof transactions | typeof incidents | typeof cycles, scope: Scope) =>
  and(
    eq(table.partnerId, scope.partnerId),
    "accountId" in scope ? eq(table.accountId, scope.accountId) : undefined,
    // A link's holder sees one connection and nothing that uses it.
    "onlyAccountConnectorId" in scope && scope.onlyAccountConnectorId !== undefined ? sql`0` : undefined,
  );

const rowColumns = {
  id: transactions.id,
  cycleId: transactions.cycleId,
  cycleName: cycles.name,
  accountId: transactions.accountId,
  accountName: accounts.name,
  status: transactions.status,
  trigger: transactions.trigger,
  parentId: transactions.parentId,
  itemIndex: transactions.itemIndex,
  createdAt: transactions.createdAt,
  startedAt: transactions.startedAt,
  endedAt: transactions.endedAt,
  dueAt: transactions.dueAt,
  currentStepId: transactions.currentStepId,
  attempt: transactions.attempt,
  error: transactions.error,
};

type Found = Omit<TransactionRow, "splitType" | "nextAttemptAt"> & { readonly dueAt: number | null };

const toRow = ({ dueAt, ...row }: Found): TransactionRow => ({
  ...row,
  splitType: row.parentId === null ? "Unsplit" : "Split",
  nextAttemptAt: row.status === "Waiting" ? dueAt : null,
});

const outerTransaction = sql`${transactions}.${sql.identifier(transactions.id.name)}`;

/** Text anywhere in a transaction: its id, its cycle's name, its error, what its trigger gave or what its steps sent and got. */
function containing(query: string) {
  const text = `%${query.replace(/[%_]/g, "")}%`;
  const s = transactionSteps;
  return or(
    like(transactions.id, text),
    like(cycles.name, text),
    like(transactions.error, text),
    like(transactions.payload, text),
    sql`exists (select 1 from ${s} where ${s.transactionId} = ${outerTransaction} and (${s.request} like ${text} or ${s.response} like ${text} or ${s.output} like ${text} or ${s.error} like ${text}))`,
  );
}

/** Transactions of a partner or of one account, newest first. Parts of a list only where the filter asks for them. */
export async function listTransactions(scope: Scope, filter: TransactionsFilter): Promise<TransactionPage> {
  const found = await reader()
    .select(rowColumns)
    .from(transactions)
    .innerJoin(cycles, eq(cycles.id, transactions.cycleId))
    .innerJoin(accounts, eq(accounts.id, transactions.accountId))
    .where(
      and(
        inScope(transactions, scope),
        filter.account ? eq(transactions.accountId, filter.account) : undefined,
        filter.cycle ? eq(transactions.cycleId, filter.cycle) : undefined,
        filter.status ? eq(transactions.status, filter.status) : undefined,
        filter.parent ? eq(transactions.parentId, filter.parent) : undefined,
        filter.splitType === "Unsplit" && !filter.parent ? isNull(transactions.parentId) : undefined,
        filter.splitType === "Split" ? sql`${transactions.parentId} is not null` : undefined,
        filter.after === null ? undefined : gte(transactions.createdAt, filter.after),
        filter.before === null ? undefined : lt(transactions.createdAt, filter.before),
        filter.query ? containing(filter.query) : undefined,
      ),
    )
    .orderBy(filter.parent ? asc(transactions.itemIndex) : desc(transactions.createdAt), desc(sql`${transactions}.rowid`))
    .limit(filter.pageSize + 1)
    .offset((filter.page - 1) * filter.pageSize);
  return {
    rows: found.slice(0, filter.pageSize).map(toRow),
    page: filter.page,
    hasMore: found.length > filter.pageSize,
  };
}

/** A transaction with its steps; null for an unknown one and for somebody else's alike. */
export async function transactionOf(scope: Scope, id: string): Promise<TransactionView | null> {
  const [row] = await reader()
    .select({ ...rowColumns, payload: transactions.payload })
    .from(transactions)
    .innerJoin(cycles, eq(cycles.id, transactions.cycleId))
    .innerJoin(accounts, eq(accounts.id, transactions.accountId))
    .where(and(inScope(transactions, scope), eq(transactions.id, id)));
  if (!row) return null;
  const { payload, ...found } = row;
  const steps = await reader()
    .select({
      stepId: transactionSteps.stepId,
      alias: transactionSteps.alias,
      name: transactionSteps.name,
      kind: transactionSteps.kind,
      status: transactionSteps.status,
      attempts: transactionSteps.attempts,
      startedAt: transactionSteps.startedAt,
      durationMs: transactionSteps.durationMs,
      request: transactionSteps.request,
      response: transactionSteps.response,
      output: transactionSteps.output,
      idempotencyKey: transactionSteps.idempotencyKey,
      error: transactionSteps.error,
    })
    .from(transactionSteps)
    .where(eq(transactionSteps.transactionId, id))
    .orderBy(asc(transactionSteps.id));
  const own = toRow(found);
  const tries = await triesOf(id);
  return {
    ...own,
    payload,
    // While a step waits, its own row tells of the last of its tries.
    steps: steps.map((step) => {
      const all = tries.get(step.stepId) ?? [];
      return { ...step, earlierTries: step.status === "Waiting" ? all.slice(0, -1) : all };
    }),
    parts: await partsOf(id),
    incidents: await incidentsOf(scope, { transaction: id }),
    mayCancel: isOpen(own.status),
    mayResume: own.status === "Waiting" && own.nextAttemptAt !== null,
  };
}

async function triesOf(transactionId: string): Promise<ReadonlyMap<string, StepTry[]>> {
  const { stepId, startedAt, durationMs, request, response, error } = stepTries;
  const rows = await reader()
    .select({ stepId, startedAt, durationMs, request, response, error })
    .from(stepTries)
    .where(eq(stepTries.transactionId, transactionId))
    .orderBy(asc(stepTries.id));
  const found = new Map<string, StepTry[]>();
  for (const { stepId: of, ...each } of rows) found.set(of, [...(found.get(of) ?? []), each]);
  return found;
}

async function partsOf(parentId: string): Promise<SplitCounts | null> {
  const rows = await reader()
    .select({ status: transactions.status, n: count() })
    .from(transactions)
    .where(eq(transactions.parentId, parentId))
    .groupBy(transactions.status);
  if (rows.length === 0) return null;
  const sum = (test: (status: (typeof rows)[number]["status"]) => boolean) =>
    rows.reduce((total, row) => total + (test(row.status) ? row.n : 0), 0);
  return {
    total: sum(() => true),
    open: sum(isOpen),
    completed: sum((status) => status === "Completed"),
    failed: sum((status) => status === "Failed" || status === "Cancelled"),
  };
}

/**
 * What each step of a cycle put out when it last worked, by step id, with credentials as their marker: for type-ahead and samples.
 * The trigger's is what the last run was started with.
 */
export async function lastOutputsOf(
  scope: AccountScope,
  cycleId: string,
  triggerId: string,
): Promise<ReadonlyMap<string, unknown>> {
  const mine = and(inScope(transactions, scope), eq(transactions.cycleId, cycleId));
  const [last] = await reader()
    .select({ payload: transactions.payload })
    .from(transactions)
    .where(and(mine, isNull(transactions.parentId)))
    .orderBy(desc(transactions.createdAt))
    .limit(1);
  const newest = reader()
    .select({ id: sql<number>`max(${transactionSteps.id})` })
    .from(transactionSteps)
    .innerJoin(transactions, eq(transactions.id, transactionSteps.transactionId))
    .where(and(mine, eq(transactionSteps.status, "Completed"), gt(transactions.createdAt, now() - 31 * DAY)))
    .groupBy(transactionSteps.stepId);
  const rows = await reader()
    .select({ stepId: transactionSteps.stepId, output: transactionSteps.output })
    .from(transactionSteps)
    .where(inArray(transactionSteps.id, newest));
  const outputs = new Map(rows.map((row) => [row.stepId, row.output]));
  if (last) outputs.set(triggerId, last.payload);
  return outputs;
}

const LAST_RUNS = 3;

/** How a step went the last times, newest first. */
export async function lastStepRuns(scope: AccountScope, stepId: string): Promise<StepRun[]> {
  const rows = await reader()
    .select({
      transactionId: transactionSteps.transactionId,
      status: transactionSteps.status,
      response: transactionSteps.response,
      durationMs: transactionSteps.durationMs,
      startedAt: transactionSteps.startedAt,
    })
    .from(transactionSteps)
    .innerJoin(transactions, eq(transactions.id, transactionSteps.transactionId))
    .where(and(inScope(transactions, scope), eq(transactionSteps.stepId, stepId)))
    .orderBy(desc(transactionSteps.id))
    .limit(LAST_RUNS);
  return rows.map(({ status, response, startedAt, ...row }) => ({
    ...row,
    ok: status === "Completed",
    status: response?.status ?? null,
    at: startedAt,
  }));
}

export interface IncidentsFilter {
  readonly transaction?: string;
  readonly cycle?: string;
  readonly level?: IncidentLevel;
  readonly after?: number;
  readonly before?: number;
  readonly oldestFirst?: boolean;
  readonly limit?: number;
}

/** Incidents of a partner or of one account, newest first. */
export async function incidentsOf(scope: Scope, filter: IncidentsFilter = {}): Promise<Incident[]> {
  return reader()
    .select({
      id: incidents.id,
      level: incidents.level,
      shortMessage: incidents.shortMessage,
      fullMessage: incidents.fullMessage,
      cycleId: incidents.cycleId,
      cycleName: cycles.name,
      accountId: incidents.accountId,
      stepId: incidents.stepId,
      stepName: incidents.stepName,
      transactionId: incidents.transactionId,
      at: incidents.at,
    })
    .from(incidents)
    .innerJoin(cycles, eq(cycles.id, incidents.cycleId))
    .where(
      and(
        inScope(incidents, scope),
        filter.transaction === undefined ? undefined : eq(incidents.transactionId, filter.transaction),
        filter.cycle === undefined ? undefined : eq(incidents.cycleId, filter.cycle),
        filter.level === undefined ? undefined : eq(incidents.level, filter.level),
        filter.after === undefined ? undefined : gte(incidents.at, filter.after),
        filter.before === undefined ? undefined : lt(incidents.at, filter.before),
      ),
    )
    .orderBy(filter.oldestFirst ? asc(incidents.id) : desc(incidents.id))
    .limit(filter.limit ?? TRANSACTIONS_PAGE_SIZE);
}

/** Numbers of runs, for the dashboard and the API. In: the scope, and one cycle where only it counts. */
export async function runCounts(scope: Scope, cycleId?: string): Promise<RunCounts> {
  const mine = and(inScope(transactions, scope), cycleId === undefined ? undefined : eq(transactions.cycleId, cycleId));
  const [active] = await reader()
    .select({ n: count() })
    .from(cycles)
    .where(and(inScope(cycles, scope), isNull(cycles.deletedAt), ne(cycles.status, "Paused")));
  const [open] = await reader()
    .select({ n: count() })
    .from(transactions)
    .where(and(mine, inArray(transactions.status, [...OPEN_STATUSES])));
  const ended = await reader()
    .select({ status: transactions.status, n: count() })
    .from(transactions)
    .where(and(mine, isNull(transactions.parentId), gt(transactions.createdAt, now() - DAY)))
    .groupBy(transactions.status);
  const of = (status: string) => ended.find((row) => row.status === status)?.n ?? 0;
  return { activeCycles: active?.n ?? 0, open: open?.n ?? 0, completed: of("Completed"), failed: of("Failed") };
}

/** Whose the failures of the last day were. In: the scope. */
export async function failuresByOwner(scope: Scope): Promise<FailuresByOwner> {
  const owner = sql<FailureOwner>`json_extract(${transactionSteps.error}, '$.owner')`;
  const rows = await reader()
    .select({ owner, n: count() })
    .from(transactionSteps)
    .innerJoin(transactions, eq(transactions.id, transactionSteps.transactionId))
    .where(and(inScope(transactions, scope), gt(transactions.createdAt, now() - DAY), sql`${transactionSteps.error} is not null`))
    .groupBy(owner);
  return { customer: 0, partner: 0, provider: 0, policy: 0, ...Object.fromEntries(rows.map((row) => [row.owner, row.n])) };
}

/** The revision of a cycle as it is now; null for one that is gone. */
export async function revisionOf(cycleId: string): Promise<number | null> {
  const [row] = await preparedQuery("runs.revision", (db) =>
    db
      .select({ revision: cycles.revision })
      .from(cycles)
      .where(eq(cycles.id, sql.placeholder("id")))
      .prepare(),
  ).execute({ id: cycleId });
  return row?.revision ?? null;
}

/** When a run of the cycle that succeeded last was started (ms); null where none has. */
export function lastSuccessOf(cycleId: string): Soon<number | null> {
  const known = lastSuccesses();
  const found = known.get(cycleId);
  if (found) return found.at;
  return soon(rowsOf(lastSuccessQuery(), { id: cycleId }), ([row]) => {
    const at = row?.at ?? null;
    known.set(cycleId, { at });
    return at;
  });
}

const lastSuccessQuery = () =>
  preparedQuery("runs.lastSuccess", (db) =>
    db
      .select({ at: cycles.lastSuccessfulRunAt })
      .from(cycles)
      .where(eq(cycles.id, sql.placeholder("id")))
      .prepare(),
  );
