import { z } from "@hono/zod-openapi";
import type { AccountScope } from "@/lib/access/types";
import { connectorOf } from "@/lib/catalog/data";
import { cycleOf, listCycles, prerequisitesOf, stepsOf } from "@/lib/cycles/data";
import { createCycle, deleteCycle, updateCycle } from "@/lib/cycles/mutations";
import { COLLECTION_SPLIT_TYPES, STEP_ERROR_ACTIONS } from "@/lib/cycles/constants";
import type { Cycle, CycleVariable } from "@/lib/cycles/types";
import { accountEndpoint, accountList, pageOf } from "@/lib/doors/rest";
import { flag, guidId } from "@/lib/doors/rest-input";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { boundConnector } from "./account-connector-view";
import { cycleSchema, cycleView, prerequisiteSchema, prerequisiteView, stepSchema, stepView } from "./cycle-view";
import { retention } from "./retention";

const TAG = "Cycles";
const params = { cycleId: guidId("cycleId") };
export const noCycle = fail("object.not_found", "There is no such cycle.");
const none = (what: string) => fail("object.not_found", `There is no such ${what}.`);

/** A literal in any case, and with spaces that people write in it. */
export const literal = <T extends string>(name: string, values: readonly T[]) =>
  z
    .string()
    .max(50)
    .transform((text, context): T => {
      const known = values.find((value) => value.toLowerCase() === text.replace(/\s/g, "").toLowerCase());
      if (known) return known;
      context.addIssue(`${name} has to be one of ${values.join(", ")}.`);
      return z.NEVER;
    })
    .openapi({ enum: [...values] });

const fields = {
  Description: z.string().max(4000).nullish(),
  Shareable: flag().optional(),
  StepErrorAction: literal("StepErrorAction", STEP_ERROR_ACTIONS).optional(),
  CollectionSplitType: literal("CollectionSplitType", COLLECTION_SPLIT_TYPES).optional(),
  LogStepDataRequests: flag().optional(),
  StepDataSuccessRetentionHours: retention("StepDataSuccessRetentionHours"),
  StepDataErroredRetentionHours: retention("StepDataErroredRetentionHours"),
  Tags: z.array(z.string().trim().min(1).max(100)).max(50).nullish(),
};
const name = z.string({ error: "Name is required." }).trim().min(1, "Name is required.").max(200);
const ignored = z.unknown().optional().openapi({ description: "Ignored." });
const newCycle = z.strictObject({ Name: name, ...fields }).openapi("NewCycle");
const changedCycle = z
  .strictObject({
    Name: name.optional(),
    ...fields,
    Id: ignored,
    CreatedOnUtc: ignored,
    Status: ignored,
    TasksUsed: ignored,
    ErrorCount: ignored,
    WarningCount: ignored,
    Connectors: ignored,
    LastSuccessfulRunDate: ignored,
    InProgressTransactionCount: ignored,
    ContinueOnStepError: ignored,
    TemplateId: ignored,
    WebhookUrl: ignored,
  })
  .openapi("ChangedCycle");

/** What was sent, by the names of the settings. */
function settings(body: Partial<z.output<typeof changedCycle>>) {
  const given = {
    name: body.Name,
    description: body.Description,
    shareable: body.Shareable,
    stepErrorAction: body.StepErrorAction,
    collectionSplitType: body.CollectionSplitType,
    logStepDataRequests: body.LogStepDataRequests,
    successRetentionHours: body.StepDataSuccessRetentionHours,
    erroredRetentionHours: body.StepDataErroredRetentionHours,
    tags: body.Tags ?? undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof typeof given]?: NonNullable<(typeof given)[K]>;
  };
}

async function view(scope: AccountScope, id: string): Promise<Result<z.input<typeof cycleSchema>>> {
  const cycle = await cycleOf(scope, id);
  return cycle ? ok(await cycleView(scope, cycle)) : noCycle;
}

const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Every cycle of the account, whole. */
async function cyclesOf(scope: AccountScope): Promise<Cycle[]> {
  const rows = await listCycles(scope, { query: "", account: "", status: null, deleted: false });
  const found = await Promise.all(rows.map((row) => cycleOf(scope, row.id)));
  return found.flatMap((cycle) => cycle ?? []);
}

export const edgeSchema = z
  .object({ Id: z.uuid(), HeadStepId: z.uuid(), TailStepId: z.uuid(), EdgeType: z.string() })
  .openapi("Edge");
export const edgeView = (edge: Cycle["edges"][number]) => ({
  Id: edge.id,
  HeadStepId: edge.headStepId,
  TailStepId: edge.tailStepId,
  EdgeType: edge.type,
});

export const variableSchema = z
  .object({
    DisplayName: z.string(),
    SystemName: z.string(),
    Value: z.string().nullable().openapi({ description: "Null for a sensitive one." }),
    MappingType: z.string(),
    IsSensitive: z.boolean(),
  })
  .openapi("Variable");
export const variableView = (v: CycleVariable) => ({
  DisplayName: v.displayName,
  SystemName: v.systemName,
  Value: v.value,
  MappingType: "StaticValue",
  IsSensitive: v.isSensitive,
});

const read = <R extends z.ZodType>(
  path: string,
  summary: string,
  answer: R,
  of: (scope: AccountScope, cycle: Cycle) => Promise<z.input<R>>,
) =>
  accountEndpoint({
    method: "get",
    path,
    permission: "cycles.read",
    tag: TAG,
    summary,
    params,
    answer,
    handle: async ({ scope, params: { cycleId } }) => {
      const cycle = await cycleOf(scope, cycleId);
      return cycle ? ok(await of(scope, cycle)) : noCycle;
    },
  });

export const cycleEndpoints = [
  accountList({
    path: "/cycles",
    permission: "cycles.read",
    tag: TAG,
    summary: "List cycles",
    query: {
      includeIcons: flag().optional(),
      connectorName: z.string().max(200).optional(),
      connectorVersion: z.string().max(100).optional(),
      tag: z.string().max(100).optional(),
    },
    answer: cycleSchema,
    handle: async ({ scope, query, paging }) => {
      const cycles = (await cyclesOf(scope)).filter((c) => query.tag === undefined || c.tags.includes(query.tag));
      cycles.sort((a, b) => (paging.orderBy === "id" ? a.id.localeCompare(b.id) : a.name.localeCompare(b.name)));
      if (!paging.ascending) cycles.reverse();
      const { connectorName, connectorVersion } = query;
      if (connectorName === undefined && connectorVersion === undefined) {
        const page = pageOf(cycles, paging);
        return ok({
          rows: await Promise.all(page.rows.map((c) => cycleView(scope, c as Cycle, query.includeIcons))),
          total: page.total,
        });
      }
      const views = await Promise.all(cycles.map((c) => cycleView(scope, c, query.includeIcons)));
      const fitting = views.filter((v) =>
        v.Connectors.some(
          (c) =>
            (connectorName === undefined || sameText(c.Name, connectorName)) &&
            (connectorVersion === undefined || c.Version === connectorVersion),
        ),
      );
      return ok(pageOf(fitting, paging));
    },
  }),
  accountEndpoint({
    method: "post",
    path: "/cycles",
    permission: "cycles.write",
    tag: TAG,
    summary: "Create a cycle",
    body: newCycle,
    answer: cycleSchema,
    status: 201,
    handle: async ({ scope, body }) => {
      const made = await createCycle(scope, {
        ...settings(body),
        name: body.Name,
        description: body.Description ?? null,
        trigger: "Manual",
      });
      return made.ok ? view(scope, made.value.id) : made;
    },
  }),
  accountEndpoint({
    method: "get",
    path: "/cycles/upgradeable",
    permission: "cycles.read",
    tag: TAG,
    summary: "List cycles that use a connector of which there is a newer release",
    answer: z.array(cycleSchema),
    handle: async ({ scope }) => {
      const cycles = await cyclesOf(scope);
      const rows = await listCyclesWithOldReleases(scope, cycles);
      return ok(await Promise.all(rows.map((c) => cycleView(scope, c))));
    },
  }),
  accountEndpoint({
    method: "get",
    path: "/cycles/{cycleId}",
    permission: "cycles.read",
    tag: TAG,
    summary: "Read a cycle",
    params,
    answer: cycleSchema,
    handle: ({ scope, params: { cycleId } }) => view(scope, cycleId),
  }),
  accountEndpoint({
    method: "put",
    path: "/cycles/{cycleId}",
    permission: "cycles.write",
    tag: TAG,
    summary: "Change a cycle",
    params,
    body: changedCycle,
    errors: [409],
    answer: cycleSchema,
    handle: async ({ scope, params: { cycleId }, body }) => {
      const saved = await updateCycle(scope, cycleId, settings(body));
      return saved.ok ? view(scope, cycleId) : saved;
    },
  }),
  accountEndpoint({
    method: "delete",
    path: "/cycles/{cycleId}",
    permission: "cycles.write",
    tag: TAG,
    summary: "Delete a cycle that doesn't run",
    params,
    errors: [409],
    answer: z.null(),
    handle: ({ scope, params: { cycleId } }) => deleteCycle(scope, cycleId),
  }),
  accountEndpoint({
    method: "get",
    path: "/cycles/{cycleId}/prerequisites",
    permission: "cycles.read",
    tag: TAG,
    summary: "List what keeps a cycle from running",
    params,
    answer: z.array(prerequisiteSchema),
    handle: async ({ scope, params: { cycleId } }) => {
      const found = await prerequisitesOf(scope, cycleId);
      return found ? ok(found.map(prerequisiteView)) : noCycle;
    },
  }),
  accountEndpoint({
    method: "get",
    path: "/cycles/{cycleId}/steps",
    permission: "cycles.read",
    tag: TAG,
    summary: "List the steps of a cycle in the order of its flow",
    params,
    query: { filter: z.string().max(50).optional().openapi({ description: "A kind of step, such as action." }) },
    answer: z.array(stepSchema),
    handle: async ({ scope, params: { cycleId }, query }) => {
      const steps = await stepsOf(scope, cycleId);
      if (!steps) return noCycle;
      const fitting = steps.filter((s) => query.filter === undefined || sameText(s.kind, query.filter));
      return ok(await Promise.all(fitting.map((s) => stepView(scope, s))));
    },
  }),
  accountEndpoint({
    method: "get",
    path: "/cycles/{cycleId}/steps/{stepId}",
    permission: "cycles.read",
    tag: TAG,
    summary: "Read a step",
    params: { ...params, stepId: guidId("stepId") },
    answer: stepSchema,
    handle: async ({ scope, params: { cycleId, stepId } }) => {
      const step = (await cycleOf(scope, cycleId))?.steps.find((s) => s.id === stepId);
      return step ? ok(await stepView(scope, step)) : none("step");
    },
  }),
  read("/cycles/{cycleId}/edges", "List the edges of a cycle", z.array(edgeSchema), async (_scope, cycle) =>
    cycle.edges.map(edgeView),
  ),
  accountEndpoint({
    method: "get",
    path: "/cycles/{cycleId}/edges/{edgeId}",
    permission: "cycles.read",
    tag: TAG,
    summary: "Read an edge",
    params: { ...params, edgeId: guidId("edgeId") },
    answer: edgeSchema,
    handle: async ({ scope, params: { cycleId, edgeId } }) => {
      const edge = (await cycleOf(scope, cycleId))?.edges.find((e) => e.id === edgeId);
      return edge ? ok(edgeView(edge)) : none("edge");
    },
  }),
  read("/cycles/{cycleId}/variables", "List the variables of a cycle", z.array(variableSchema), async (_scope, cycle) =>
    cycle.variables.map(variableView),
  ),
  accountEndpoint({
    method: "get",
    path: "/cycles/{cycleId}/variables/{name}",
    permission: "cycles.read",
    tag: TAG,
    summary: "Read a variable",
    params: { ...params, name: z.string().min(1).max(200) },
    answer: variableSchema,
    handle: async ({ scope, params: { cycleId, name: wanted } }) => {
      const variable = (await cycleOf(scope, cycleId))?.variables.find((v) => sameText(v.systemName, wanted));
      return variable ? ok(variableView(variable)) : none("variable");
    },
  }),
];

/** Cycles with a connector that is bound to another release than the one that is installed now. */
async function listCyclesWithOldReleases(scope: AccountScope, cycles: readonly Cycle[]): Promise<Cycle[]> {
  const old = new Map<number, boolean>();
  for (const id of new Set(cycles.flatMap((c) => c.steps.flatMap((s) => s.accountConnectorId ?? [])))) {
    const bound = await boundConnector(scope, id);
    const live = bound.ok ? await connectorOf(scope, bound.value.connector.id) : null;
    old.set(id, live !== null && bound.ok && live.releaseId !== bound.value.connector.releaseId);
  }
  return cycles.filter((c) => c.steps.some((s) => s.accountConnectorId !== null && old.get(s.accountConnectorId)));
}
