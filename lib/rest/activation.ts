import { z } from "@hono/zod-openapi";
import type { AccountScope } from "@/lib/access/types";
import { INTERVALS } from "@/lib/cycles/constants";
import { cycleOf } from "@/lib/cycles/data";
import { accountEndpoint } from "@/lib/doors/rest";
import { flag, guidId } from "@/lib/doors/rest-input";
import { ok, type Result } from "@/lib/kernel/result";
import { activateCycle, deactivateCycle } from "@/lib/run/mutations";
import { cycleSchema, cycleView } from "./cycle-view";
import { noCycle } from "./cycles";

const TAG = "Cycles";
const params = { cycleId: guidId("cycleId") };

async function view(scope: AccountScope, id: string): Promise<Result<z.input<typeof cycleSchema>>> {
  const cycle = await cycleOf(scope, id);
  return cycle ? ok(await cycleView(scope, cycle)) : noCycle;
}

const interval = z
  .union([z.number(), z.string().regex(/^\d{1,6}$/)])
  .transform((value, context) => {
    const known = INTERVALS.find((minutes) => minutes === Number(value));
    if (known !== undefined) return known;
    context.addIssue(`Interval has to be one of ${INTERVALS.join(", ")}.`);
    return z.NEVER;
  })
  .nullish()
  .openapi({ type: ["integer", "null"], description: `Minutes: ${INTERVALS.join(", ")}.` });

const startTime = z
  .string()
  .max(50)
  .transform((text, context) => {
    const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes("T") ? text : `${text}Z`);
    if (!Number.isNaN(time)) return time;
    context.addIssue("StartTime has to be a date.");
    return z.NEVER;
  })
  .nullish()
  .openapi({ type: ["string", "null"], format: "date-time" });

export const activationEndpoints = [
  accountEndpoint({
    method: "put",
    path: "/cycles/{cycleId}/activate",
    permission: "cycles.run",
    tag: TAG,
    summary: "Start a cycle whose prerequisites are met, or run it once",
    params,
    body: z.strictObject({ StartTime: startTime, Interval: interval, RunOnce: flag().nullish() }).openapi("Activation"),
    errors: [409],
    answer: cycleSchema,
    handle: async ({ scope, params: { cycleId }, body }) => {
      const started = await activateCycle(scope, cycleId, {
        ...(body.StartTime === undefined ? {} : { startTime: body.StartTime }),
        ...(body.Interval === undefined ? {} : { interval: body.Interval }),
        runOnce: body.RunOnce ?? false,
      });
      return started.ok ? view(scope, cycleId) : started;
    },
  }),
  accountEndpoint({
    method: "put",
    path: "/cycles/{cycleId}/deactivate",
    permission: "cycles.run",
    tag: TAG,
    summary: "Stop a cycle",
    params,
    query: { finishQueuedTransactions: flag().optional() },
    errors: [409],
    answer: cycleSchema,
    handle: async ({ scope, params: { cycleId }, query }) => {
      const stopped = await deactivateCycle(scope, cycleId, {
        finishQueuedTransactions: query.finishQueuedTransactions ?? false,
      });
      return stopped.ok ? view(scope, cycleId) : stopped;
    },
  }),
];
