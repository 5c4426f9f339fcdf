import { z } from "@hono/zod-openapi";
import type { AccountScope } from "@/lib/access/types";
import type { Cycle, CycleStep, Prerequisite } from "@/lib/cycles/types";
import { env } from "@/lib/platform/env";
import { incidentsOf, runCounts } from "@/lib/run/data";
import { boundConnector, utc, type BoundConnector } from "./account-connector-view";
import { methodSchema, methodView } from "./method-view";

/** A date that was never: what clients of this API know as "not yet". */
const NEVER = "0001-01-01T00:00:00";
/** More incidents than this aren't told apart. */
const MANY = 1000;

export const cycleSchema = z
  .object({
    Id: z.uuid(),
    CreatedOnUtc: z.string(),
    Name: z.string(),
    Description: z.string().nullable(),
    Status: z.string().openapi({ description: "Active, Paused or Stopping." }),
    TasksUsed: z.int().openapi({ description: "Transactions that ended in the last day." }),
    ErrorCount: z.int(),
    WarningCount: z.int(),
    Connectors: z.array(
      z.object({
        Id: z.int(),
        AccountConnectorId: z.int(),
        Name: z.string(),
        Version: z.string(),
        Authenticated: z.boolean(),
        StepCount: z.int(),
        Icon: z.string().nullable(),
      }),
    ),
    LastSuccessfulRunDate: z.string(),
    InProgressTransactionCount: z.int(),
    Shareable: z.boolean(),
    ContinueOnStepError: z.boolean(),
    StepErrorAction: z.string(),
    CollectionSplitType: z.string(),
    LogStepDataRequests: z.boolean(),
    StepDataSuccessRetentionHours: z.int().nullable(),
    StepDataErroredRetentionHours: z.int().nullable(),
    TemplateId: z.null(),
    Tags: z.array(z.string()),
    WebhookUrl: z.string().nullable().openapi({ description: "Where a webhook starts it; null where none does." }),
  })
  .openapi("Cycle");

export const stepSchema = z
  .object({
    Id: z.uuid(),
    Name: z.string(),
    Description: z.string().nullable(),
    ActionType: z.string(),
    TriggerType: z.string().nullable().openapi({ description: "How a trigger starts the cycle: Manual, Schedule or Webhook." }),
    DisplayPositionLeft: z.int(),
    DisplayPositionTop: z.int(),
    UseExternalAuthentication: z.boolean(),
    AccountConnector: z
      .object({
        Id: z.int(),
        Name: z.string(),
        Authenticated: z.boolean(),
        Connector: z.object({ Id: z.int(), Name: z.string() }),
      })
      .nullable(),
    Method: z.union([methodSchema, z.null()]),
  })
  .openapi("Step");

export const prerequisiteSchema = z
  .object({ ReasonCode: z.int(), Reason: z.string(), ObjectType: z.string(), ObjectId: z.string() })
  .openapi("Prerequisite");

export const prerequisiteView = (p: Prerequisite): z.input<typeof prerequisiteSchema> => ({
  ReasonCode: p.code,
  Reason: p.reason,
  ObjectType: p.objectType,
  ObjectId: p.objectId,
});

/** The installed connectors that a cycle's steps use, by id. */
async function connectorsOf(scope: AccountScope, steps: readonly CycleStep[]): Promise<Map<number, BoundConnector>> {
  const found = new Map<number, BoundConnector>();
  for (const id of new Set(steps.flatMap((s) => s.accountConnectorId ?? []))) {
    const bound = await boundConnector(scope, id);
    if (bound.ok) found.set(id, bound.value);
  }
  return found;
}

/** A cycle as JSON. In: whether the icons of its connectors come with it. */
export async function cycleView(scope: AccountScope, cycle: Cycle, icons = false): Promise<z.input<typeof cycleSchema>> {
  const counts = await runCounts(scope, cycle.id);
  const errors = await incidentsOf(scope, { cycle: cycle.id, level: "Error", limit: MANY });
  const warnings = await incidentsOf(scope, { cycle: cycle.id, level: "Warning", limit: MANY });
  const connectors = await connectorsOf(scope, cycle.steps);
  return {
    Id: cycle.id,
    CreatedOnUtc: utc(cycle.createdAt) ?? NEVER,
    Name: cycle.name,
    Description: cycle.description,
    Status: cycle.status,
    TasksUsed: counts.completed + counts.failed,
    ErrorCount: errors.length,
    WarningCount: warnings.length,
    Connectors: [...connectors.values()].map(({ installed, connector }) => ({
      Id: connector.id,
      AccountConnectorId: installed.id,
      Name: connector.definition.name,
      Version: connector.definition.apiVersion ?? "1.0",
      Authenticated: installed.isAuthenticated,
      StepCount: cycle.steps.filter((s) => s.accountConnectorId === installed.id).length,
      Icon: icons ? (connector.definition.icon ?? null) : null,
    })),
    LastSuccessfulRunDate: utc(cycle.lastSuccessfulRunAt) ?? NEVER,
    InProgressTransactionCount: counts.open,
    Shareable: cycle.shareable,
    ContinueOnStepError: cycle.stepErrorAction === "Ignore",
    StepErrorAction: cycle.stepErrorAction,
    CollectionSplitType: cycle.collectionSplitType,
    LogStepDataRequests: cycle.logStepDataRequests,
    StepDataSuccessRetentionHours: cycle.successRetentionHours,
    StepDataErroredRetentionHours: cycle.erroredRetentionHours,
    TemplateId: null,
    Tags: [...cycle.tags],
    WebhookUrl: cycle.webhook ? `${env().publicUrl}/webhooks/${cycle.webhook.key}` : null,
  };
}

export async function stepView(scope: AccountScope, step: CycleStep): Promise<z.input<typeof stepSchema>> {
  const bound = step.accountConnectorId === null ? null : await boundConnector(scope, step.accountConnectorId);
  const used = bound?.ok ? bound.value : null;
  const index = used ? used.connector.definition.methods.findIndex((m) => m.id === step.methodId) : -1;
  const method = used?.connector.definition.methods[index];
  return {
    Id: step.id,
    Name: step.name,
    Description: step.description,
    ActionType: step.kind,
    TriggerType: step.trigger,
    DisplayPositionLeft: step.positionLeft,
    DisplayPositionTop: step.positionTop,
    UseExternalAuthentication: step.useExternalAuthentication,
    AccountConnector: used && {
      Id: used.installed.id,
      Name: used.installed.name,
      Authenticated: used.installed.isAuthenticated,
      Connector: { Id: used.connector.id, Name: used.connector.definition.name },
    },
    Method: used && method ? methodView(used.connector, { method, index }, used.installed.id) : null,
  };
}
