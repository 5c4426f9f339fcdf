import { z } from "@hono/zod-openapi";
import { cycleOf } from "@/lib/cycles/data";
import { accountEndpoint, accountList } from "@/lib/doors/rest";
import { guidId } from "@/lib/doors/rest-input";
import { fail, ok } from "@/lib/kernel/result";
import { TRANSACTION_STATUSES, type IncidentLevel } from "@/lib/run/constants";
import { incidentsOf, listTransactions, transactionOf } from "@/lib/run/data";
import { clearIncidents } from "@/lib/run/mutations";
import type { Incident, TransactionRow } from "@/lib/run/types";
import { utc } from "./account-connector-view";
import { noCycle } from "./cycles";

const TAG = "Transactions and incidents";
const cycleParams = { cycleId: guidId("cycleId") };
/** As many as a list looks through. */
const MANY = 10_000;

/** ISO 8601, or `MM/DD/YYYY`; in UTC where it names no zone. */
const moment = (name: string) =>
  z
    .string()
    .max(50)
    .transform((text, context) => {
      const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text.trim());
      const iso = american ? `${american[3]}-${american[1]?.padStart(2, "0")}-${american[2]?.padStart(2, "0")}` : text.trim();
      const time = Date.parse(/T.*(Z|[+-]\d\d:?\d\d)$/i.test(iso) || !iso.includes("T") ? iso : `${iso}Z`);
      if (!Number.isNaN(time)) return time;
      context.addIssue(`${name} has to be a date, such as 2026-01-31.`);
      return z.NEVER;
    })
    .optional()
    .openapi({ type: "string", description: "A date, such as 2026-01-31 or 01/31/2026." });

const dates = { after: moment("after"), before: moment("before") };

const transactionSchema = z
  .object({
    Id: z.uuid(),
    CycleId: z.uuid(),
    CycleName: z.string(),
    Status: z.string(),
    SplitType: z.string(),
    ParentTransactionId: z.uuid().nullable(),
    CreatedOnUtc: z.string().nullable(),
    StartedOnUtc: z.string().nullable(),
    EndedOnUtc: z.string().nullable(),
    ErrorMessage: z.string().nullable(),
  })
  .openapi("Transaction");

const transactionView = (t: TransactionRow): z.input<typeof transactionSchema> => ({
  Id: t.id,
  CycleId: t.cycleId,
  CycleName: t.cycleName,
  Status: t.status,
  SplitType: t.splitType,
  ParentTransactionId: t.parentId,
  CreatedOnUtc: utc(t.createdAt),
  StartedOnUtc: utc(t.startedAt),
  EndedOnUtc: utc(t.endedAt),
  ErrorMessage: t.error?.message ?? null,
});

const itemSchema = z
  .object({
    StepId: z.string(),
    StepName: z.string(),
    Status: z.string(),
    Attempts: z.int(),
    EarlierAttempts: z.array(
      z.object({
        StartedOnUtc: z.string().nullable(),
        Request: z.unknown(),
        Response: z.unknown(),
        ErrorMessage: z.string().nullable(),
      }),
    ),
    StartedOnUtc: z.string().nullable(),
    Request: z.unknown(),
    Response: z.unknown(),
    Output: z.unknown(),
    ErrorMessage: z.string().nullable(),
  })
  .openapi("TransactionItem");

const incidentSchema = z
  .object({
    CycleId: z.uuid(),
    CycleName: z.string(),
    IncidentLevel: z.string(),
    ShortMessage: z.string(),
    FullMessage: z.string(),
    StepId: z.string().nullable(),
    StepName: z.string().nullable(),
    TransactionId: z.uuid(),
    CreatedOnUtc: z.string().nullable(),
  })
  .openapi("Incident");

const incidentView = (i: Incident): z.input<typeof incidentSchema> => ({
  CycleId: i.cycleId,
  CycleName: i.cycleName,
  IncidentLevel: i.level,
  ShortMessage: i.shortMessage,
  FullMessage: i.fullMessage,
  StepId: i.stepId,
  StepName: i.stepName,
  TransactionId: i.transactionId,
  CreatedOnUtc: utc(i.at),
});

const statuses = z
  .string()
  .max(50)
  .transform((text, context) => {
    const known = TRANSACTION_STATUSES.find((status) => status.toLowerCase() === text.toLowerCase());
    if (known) return known;
    context.addIssue(`status has to be one of ${TRANSACTION_STATUSES.join(", ")}.`);
    return z.NEVER;
  })
  .optional()
  .openapi({ enum: [...TRANSACTION_STATUSES] });

const splitType = z
  .string()
  .max(20)
  .transform((text, context) => {
    const known = (["Unsplit", "Split"] as const).find((each) => each.toLowerCase() === text.toLowerCase());
    if (known) return known;
    context.addIssue("splitType has to be Unsplit or Split.");
    return z.NEVER;
  })
  .optional()
  .openapi({ enum: ["Unsplit", "Split"] });

const incidents = (level: IncidentLevel) =>
  accountList({
    path: `/cycles/incidents/${level.toLowerCase()}`,
    permission: "cycles.read",
    tag: TAG,
    summary: level === "Error" ? "List errors of runs" : "List warnings of runs",
    query: dates,
    answer: incidentSchema,
    handle: async ({ scope, query, paging }) => {
      const found = await incidentsOf(scope, {
        level,
        ...(query.after === undefined ? {} : { after: query.after }),
        ...(query.before === undefined ? {} : { before: query.before }),
        oldestFirst: paging.ascending,
        limit: MANY,
      });
      return ok({ rows: found.slice(paging.offset, paging.offset + paging.limit).map(incidentView), total: found.length });
    },
  });

type Query = {
  after?: number | undefined;
  before?: number | undefined;
  status?: (typeof TRANSACTION_STATUSES)[number] | undefined;
};

/** The rows of a page, and how many there are at least: pages are read through to the wanted one. */
async function page(
  scope: Parameters<typeof listTransactions>[0],
  query: Query & { splitType?: "Unsplit" | "Split" | undefined; query?: string | undefined },
  paging: { offset: number; limit: number },
  cycle: string,
) {
  const filter = {
    query: query.query ?? "",
    account: "",
    cycle,
    parent: "",
    status: query.status ?? null,
    splitType: query.splitType ?? null,
    after: query.after ?? null,
    before: query.before ?? null,
  };
  const all: TransactionRow[] = [];
  for (let number = 1; ; number += 1) {
    const part = await listTransactions(scope, { ...filter, page: number, pageSize: 500 });
    all.push(...part.rows);
    if (!part.hasMore || all.length >= MANY) break;
  }
  return { rows: all.slice(paging.offset, paging.offset + paging.limit).map(transactionView), total: all.length };
}

const noTransaction = fail("object.not_found", "There is no such transaction.");

export const transactionEndpoints = [
  incidents("Error"),
  incidents("Warning"),
  accountList({
    path: "/cycles/transactions",
    permission: "cycles.read",
    tag: TAG,
    summary: "List transactions of the account, newest first",
    query: { ...dates, status: statuses },
    answer: transactionSchema,
    handle: async ({ scope, query, paging }) => ok(await page(scope, query, paging, "")),
  }),
  accountList({
    path: "/cycles/{cycleId}/transactions",
    permission: "cycles.read",
    tag: TAG,
    summary: "List transactions of a cycle, newest first",
    params: cycleParams,
    query: { ...dates, status: statuses, splitType, query: z.string().max(200).optional() },
    answer: transactionSchema,
    handle: async ({ scope, params: { cycleId }, query, paging }) =>
      (await cycleOf(scope, cycleId)) ? ok(await page(scope, query, paging, cycleId)) : noCycle,
  }),
  accountEndpoint({
    method: "get",
    path: "/cycles/{cycleId}/transactions/{transactionId}",
    permission: "cycles.read",
    tag: TAG,
    summary: "List what the steps of a transaction sent and got",
    params: { ...cycleParams, transactionId: guidId("transactionId") },
    query: { query: z.string().max(200).optional().openapi({ description: "Part of what was sent or got." }) },
    answer: z.array(itemSchema),
    handle: async ({ scope, params: { cycleId, transactionId }, query }) => {
      const found = await transactionOf(scope, transactionId);
      if (!found || found.cycleId !== cycleId) return noTransaction;
      const items = found.steps.map((s) => ({
        StepId: s.stepId,
        StepName: s.name,
        Status: s.status,
        Attempts: s.attempts,
        EarlierAttempts: s.earlierTries.map((each) => ({
          StartedOnUtc: utc(each.startedAt),
          Request: each.request,
          Response: each.response,
          ErrorMessage: each.error?.message ?? null,
        })),
        StartedOnUtc: utc(s.startedAt),
        Request: s.request,
        Response: s.response,
        Output: s.output,
        ErrorMessage: s.error?.message ?? null,
      }));
      const text = query.query?.toLowerCase();
      return ok(text === undefined ? items : items.filter((item) => JSON.stringify(item).toLowerCase().includes(text)));
    },
  }),
  accountList({
    path: "/cycles/{cycleId}/incidents",
    permission: "cycles.read",
    tag: TAG,
    summary: "List incidents of a cycle",
    params: cycleParams,
    answer: incidentSchema,
    handle: async ({ scope, params: { cycleId }, paging }) => {
      if (!(await cycleOf(scope, cycleId))) return noCycle;
      const found = await incidentsOf(scope, { cycle: cycleId, oldestFirst: paging.ascending, limit: MANY });
      return ok({ rows: found.slice(paging.offset, paging.offset + paging.limit).map(incidentView), total: found.length });
    },
  }),
  accountEndpoint({
    method: "delete",
    path: "/cycles/{cycleId}/incidents",
    permission: "cycles.write",
    tag: TAG,
    summary: "Remove the incidents of a cycle",
    description: "Its transactions stay.",
    params: cycleParams,
    answer: z.null(),
    handle: async ({ scope, params: { cycleId } }) => {
      const cleared = await clearIncidents(scope, cycleId);
      return cleared.ok ? ok(null) : cleared;
    },
  }),
];
