import { sql } from "drizzle-orm";
import type { StepKind, TriggerKind } from "@/lib/cycles/constants";
import type { IncidentLevel, StepStatus, TransactionStatus } from "@/lib/run/constants";
import type { KeptRequest, KeptResponse, RunError } from "@/lib/run/types";
import { guidKey, index, json, number, sealed, serialKey, string, table, timestamp, uniqueIndex } from "../columns";
import { cycles } from "./cycles";
import { accounts, partners } from "./partners";

/** One pass through a cycle. A part of a split list is a pass of its own, with the pass that split as its parent. */
export const transactions = table(
  "transactions",
  {
    id: guidKey(),
    partnerId: string("partner_id")
      .notNull()
      .references(() => partners.id),
    accountId: string("account_id")
      .notNull()
      .references(() => accounts.id),
    cycleId: string("cycle_id")
      .notNull()
      .references(() => cycles.id, { onDelete: "cascade" }),
    status: string("status").$type<TransactionStatus>().notNull(),
    trigger: string("trigger").$type<TriggerKind>().notNull(),
    parentId: string("parent_id"),
    /** Of a part: its place in the list, from 0. */
    itemIndex: number("item_index"),
    createdAt: timestamp("created_at").notNull(),
    startedAt: timestamp("started_at"),
    endedAt: timestamp("ended_at"),
    /** When it may be taken up: at once, after a wait, or when the lease of its holder ends. Null: there is nothing to do. */
    dueAt: timestamp("due_at"),
    leaseOwner: string("lease_owner"),
    /** Rises with every lease and cancellation; what is written names the fence it was begun under. */
    fence: number("fence").notNull().default(0),
    /** The step that comes next, or runs. */
    currentStepId: string("current_step_id"),
    /** Failed attempts of that step, and when the first of them was. */
    attempt: number("attempt").notNull().default(0),
    failingSince: timestamp("failing_since"),
    error: json<RunError>("error"),
    /** What a script set as the next last successful run, in place of when this one began. */
    successAt: timestamp("success_at"),
    /** What the trigger gave, with its credentials replaced; of a part: the output of the step that split, with one item in it. */
    payload: json<unknown>("payload"),
    /** The same as it came, where something was replaced. Wiped at the end. */
    sealedPayload: sealed("sealed_payload"),
  },
  (t) => [
    index("transactions_due")
      .on(t.dueAt)
      .where(sql`due_at is not null`),
    index("transactions_partner").on(t.partnerId, t.createdAt),
    index("transactions_account").on(t.accountId, t.createdAt),
    index("transactions_cycle").on(t.cycleId, t.createdAt),
    index("transactions_parent")
      .on(t.parentId, t.status)
      .where(sql`parent_id is not null`),
    index("transactions_ended")
      .on(t.endedAt)
      .where(sql`ended_at is not null`),
  ],
);

/** What one step of a transaction sent and got, with every secret and every credential replaced. */
export const transactionSteps = table(
  "transaction_steps",
  {
    id: serialKey(),
    transactionId: string("transaction_id")
      .notNull()
      .references(() => transactions.id, { onDelete: "cascade" }),
    stepId: string("step_id").notNull(),
    alias: string("alias").notNull(),
    name: string("name").notNull(),
    kind: string("kind").$type<StepKind>().notNull(),
    status: string("status").$type<StepStatus>().notNull(),
    attempts: number("attempts").notNull(),
    startedAt: timestamp("started_at").notNull(),
    durationMs: number("duration_ms").notNull(),
    request: json<KeptRequest>("request"),
    response: json<KeptResponse>("response"),
    output: json<unknown>("output"),
    /** The output as it was, where something was replaced and a later step may need it. Wiped at the end. */
    sealedOutput: sealed("sealed_output"),
    idempotencyKey: string("idempotency_key"),
    error: json<RunError>("error"),
  },
  (t) => [
    uniqueIndex("transaction_steps_step").on(t.transactionId, t.stepId),
    index("transaction_steps_last").on(t.stepId, t.id),
  ],
);

/** A try at a step that failed and was followed by a wait; the last try is the step's own row. */
export const stepTries = table(
  "step_tries",
  {
    id: serialKey(),
    transactionId: string("transaction_id")
      .notNull()
      .references(() => transactions.id, { onDelete: "cascade" }),
    stepId: string("step_id").notNull(),
    startedAt: timestamp("started_at").notNull(),
    durationMs: number("duration_ms").notNull(),
    request: json<KeptRequest>("request"),
    response: json<KeptResponse>("response"),
    error: json<RunError>("error"),
  },
  (t) => [index("step_tries_step").on(t.transactionId, t.stepId, t.id)],
);

/** What a person has to know of a run. */
export const incidents = table(
  "incidents",
  {
    id: serialKey(),
    partnerId: string("partner_id").notNull(),
    accountId: string("account_id").notNull(),
    cycleId: string("cycle_id")
      .notNull()
      .references(() => cycles.id, { onDelete: "cascade" }),
    transactionId: string("transaction_id")
      .notNull()
      .references(() => transactions.id, { onDelete: "cascade" }),
    stepId: string("step_id"),
    stepName: string("step_name"),
    level: string("level").$type<IncidentLevel>().notNull(),
    shortMessage: string("short_message").notNull(),
    fullMessage: string("full_message").notNull(),
    at: timestamp("at").notNull(),
  },
  (t) => [
    index("incidents_partner").on(t.partnerId, t.level, t.at),
    index("incidents_transaction").on(t.transactionId),
    index("incidents_cycle").on(t.cycleId, t.at),
  ],
);
