import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { frequentWrite, memoryOf, preparedWrite } from "./client";
import { cycles, transactions, transactionSteps } from "./schema";
import { afterCommit, type Transaction } from "./transact";

const v = (name: string) => sql.placeholder(name);
export const OPEN = ["Queued", "InProgress", "Waiting"] as const;
const STILL_OPEN = sql.raw(`('${OPEN.join("', '")}')`);

const wipeOutputs = frequentWrite((db) =>
  db
    .update(transactionSteps)
    .set({ sealedOutput: null })
    .where(and(eq(transactionSteps.transactionId, v("id")), sql`${transactionSteps.sealedOutput} is not null`)),
);

const cycleAfterEnd = frequentWrite((db) =>
  db
    .update(cycles)
    .set({
      lastSuccessfulRunAt: sql`case when ${v("success")} then coalesce((select max(t.success_at) from ${transactions} t where t.id in (${v("passId")}, ${v("topId")})), max(coalesce(${cycles.lastSuccessfulRunAt}, 0), ${v("startedAt")})) else ${cycles.lastSuccessfulRunAt} end`,
      // A cycle that finishes what was queued stops with the last of it.
      status: sql`case when ${cycles.status} = 'Stopping' and not exists (select 1 from ${transactions} where ${transactions.cycleId} = ${v("id")} and ${transactions.dueAt} is not null) then 'Paused' else ${cycles.status} end`,
    })
    .where(eq(cycles.id, v("id"))),
);

const parentAfterEnd = () =>
  preparedWrite("runs.parentAfterEnd", (db) =>
    db
      .update(transactions)
      .set({
        status: sql`case when exists (select 1 from ${transactions} p where p.parent_id = ${v("id")} and p.status <> 'Completed') then 'Failed' else 'Completed' end`,
        endedAt: sql`${v("at")}`,
        sealedPayload: null,
      })
      .where(
        and(
          eq(transactions.id, v("id")),
          eq(transactions.status, "Waiting"),
          isNull(transactions.dueAt),
          sql`not exists (select 1 from ${transactions} p where p.parent_id = ${v("id")} and p.status in ${STILL_OPEN})`,
        ),
      )
      .returning({ id: transactions.id, parentId: transactions.parentId, status: transactions.status })
      .prepare(),
  );

/** When the last pass that succeeded began, by cycle, as far as it was asked for since a commit of anything but runs. */
export const lastSuccesses = () => memoryOf("runs.last_success", {}) as Map<string, { readonly at: number | null }>;

/** What the end of a pass brings with it: sealed values go, the pass above it may be over, a stopping cycle may stop. */
export function afterEnd(
  ended: { readonly id: string; readonly parentId: string | null; readonly cycleId: string },
  facts: { readonly at: number; readonly startedAt: number; readonly success: boolean; readonly hasSealed: boolean },
): void {
  if (facts.hasSealed) wipeOutputs({ id: ended.id });
  let success = facts.success;
  let topId = ended.id;
  for (let parent = ended.parentId; parent !== null;) {
    const [over] = parentAfterEnd().all({ id: parent, at: facts.at });
    if (!over) {
      success = false;
      break;
    }
    wipeOutputs({ id: over.id });
    success = over.status === "Completed";
    topId = over.id;
    parent = over.parentId;
  }
  const { startedAt } = facts;
  cycleAfterEnd({ id: ended.cycleId, passId: ended.id, topId, startedAt, success: success ? 1 : 0 });
  afterCommit(() => lastSuccesses().delete(ended.cycleId));
}

/** Cancels what is open of a cycle, or of a pass with its parts. Out: the ids. In a transaction. */
export async function cancelOpen(tx: Transaction, of: { cycleId: string } | { transactionId: string }, at: number) {
  const which =
    "cycleId" in of
      ? eq(transactions.cycleId, of.cycleId)
      : sql`${transactions.id} in (with recursive parts(id) as (values(${of.transactionId}) union all select t.id from ${transactions} t join parts on t.parent_id = parts.id) select id from parts)`;
  const rows = await tx
    .update(transactions)
    .set({
      status: "Cancelled",
      endedAt: at,
      dueAt: null,
      leaseOwner: null,
      currentStepId: null,
      sealedPayload: null,
      fence: sql`${transactions.fence} + 1`,
    })
    .where(and(which, inArray(transactions.status, [...OPEN])))
    .returning({ id: transactions.id, parentId: transactions.parentId, cycleId: transactions.cycleId });
  const ids = new Set(rows.map((row) => row.id));
  for (const row of rows) {
    if (row.parentId === null || !ids.has(row.parentId)) afterEnd(row, { at, startedAt: 0, success: false, hasSealed: true });
    else wipeOutputs({ id: row.id });
  }
  return [...ids];
}
