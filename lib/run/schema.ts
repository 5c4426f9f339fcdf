import { z } from "zod";
import { INTERVALS } from "@/lib/cycles/constants";
import { cycleIdSchema } from "@/lib/cycles/schema";
import { SCRIPT_EVENTS } from "@/lib/scripts/constants";
import { SPLIT_TYPES, TRANSACTION_STATUSES, TRANSACTIONS_PAGE_SIZE } from "./constants";

const connection = z.object({ accountId: z.string().min(1).max(100), id: z.number().int().positive() });

export const verifySchema = connection;

export const callMethodSchema = connection.extend({
  methodId: z.string().min(1).max(200),
  parameters: z.record(z.string().max(200), z.string().max(100_000)).default({}),
  fields: z.record(z.string().max(500), z.string().max(100_000)).default({}),
});

export const scriptTestSchema = z.object({
  event: z.enum(SCRIPT_EVENTS),
  script: z.string().max(200_000),
  variables: z.string().max(1_000_000),
});

/** Milliseconds, or a date as the API writes it. */
const moment = z.coerce.number().int().nullable().catch(null).default(null);

/** The filters of a list of transactions, as an address carries them; what makes no sense is left out. */
export const transactionsFilterSchema = z.object({
  query: z.string().trim().max(200).catch("").default(""),
  account: z.string().max(100).catch("").default(""),
  cycle: z.string().max(100).catch("").default(""),
  /** The parts that one transaction was split into. */
  parent: z.string().max(100).catch("").default(""),
  status: z.enum(TRANSACTION_STATUSES).nullable().catch(null).default(null),
  splitType: z.enum(SPLIT_TYPES).nullable().catch("Unsplit").default("Unsplit"),
  after: moment,
  before: moment,
  page: z.coerce.number().int().min(1).catch(1).default(1),
  pageSize: z.coerce.number().int().min(1).max(500).catch(TRANSACTIONS_PAGE_SIZE).default(TRANSACTIONS_PAGE_SIZE),
});
export type TransactionsFilter = z.output<typeof transactionsFilterSchema>;

const account = { accountId: z.string().min(1).max(100) };
const cycle = { ...account, cycleId: cycleIdSchema };

/** Where an active cycle begins: at once, or at a time (ms). */
export const activateCycleInput = z.object({
  ...cycle,
  startTime: z.number().int().nullable().optional(),
  interval: z
    .literal([...INTERVALS])
    .nullable()
    .optional(),
  runOnce: z.boolean().default(false),
});
export type Activation = Partial<Pick<z.output<typeof activateCycleInput>, "startTime" | "interval" | "runOnce">>;

export const deactivateCycleInput = z.object({ ...cycle, finishQueuedTransactions: z.boolean().default(false) });

/** JSON as a person typed it; blank for none. */
export const runOnceInput = z.object({ ...cycle, payload: z.string().max(1_000_000).default("") });

export const transactionInput = z.object({ ...account, transactionId: z.string().min(1).max(100) });

export const testStepInput = z.object({
  ...account,
  stepId: z.string().min(1).max(100),
  /** What earlier steps put out, as JSON: an object by their aliases. */
  sample: z.string().max(1_000_000).default(""),
});

/** A call of a method of a draft, with values that are typed for it and kept nowhere. */
export const tryDraftSchema = z.object({
  uid: z.string().min(1).max(100),
  authMethodId: z.string().min(1).max(200),
  methodId: z.string().min(1).max(200),
  values: z.record(z.string().max(200), z.unknown()),
  parameters: callMethodSchema.shape.parameters,
  fields: callMethodSchema.shape.fields,
});
