import { z } from "@hono/zod-openapi";
import type { AccountScope } from "@/lib/access/types";
import { methodGuid } from "@/lib/auth-methods/identifiers";
import { COLLECTION_SPLIT_TYPES, EDGE_TYPES, STEP_ERROR_ACTIONS, STEP_KINDS, TRIGGER_KINDS } from "@/lib/cycles/constants";
import { cycleOf, placeOfStep } from "@/lib/cycles/data";
import type { StepChange } from "@/lib/cycles/schema";
import type { Cycle } from "@/lib/cycles/types";
import { accountEndpoint } from "@/lib/doors/rest";
import { flag, guidId } from "@/lib/doors/rest-input";
import { fail, ok, type Result } from "@/lib/kernel/result";
import {
  addStep,
  connectSteps,
  disconnectSteps,
  removeStep,
  removeVariable,
  saveVariable,
  setExternalAuthentication,
  updateStep,
} from "@/lib/steps/mutations";
import { boundConnector } from "./account-connector-view";
import { stepSchema, stepView } from "./cycle-view";
import { edgeSchema, edgeView, literal, noCycle, variableSchema, variableView } from "./cycles";
import { methodPlace } from "./numbers";

const TAG = "Cycles";
const params = { cycleId: guidId("cycleId") };
const stepParams = { ...params, stepId: guidId("stepId") };
const noStep = fail("object.not_found", "There is no such step.");

/** The number that clients of this API know an action by. */
const ACTION_NUMBER = 4;
const actionType = z
  .union([z.literal(ACTION_NUMBER).transform(() => "Action" as const), literal("ActionType", STEP_KINDS)], {
    error: `ActionType has to be one of ${STEP_KINDS.join(", ")}.`,
  })
  .openapi({ description: `One of ${STEP_KINDS.join(", ")}; ${ACTION_NUMBER} for Action.` });
const position = z.int().min(-100_000).max(100_000).optional();
const ignored = z.unknown().optional().openapi({ description: "Ignored." });

const stepFields = {
  Description: z.string().max(4000).nullish(),
  DisplayPositionLeft: position,
  DisplayPositionTop: position,
  AccountConnectorId: z.int().nullish(),
  MethodId: z.int().min(1).nullish().openapi({ description: "The method's number in the release that is installed." }),
  MethodUniqueIdentifier: z.string().max(100).nullish(),
  StepErrorAction: literal("StepErrorAction", STEP_ERROR_ACTIONS).nullish(),
  CollectionSplitType: literal("CollectionSplitType", COLLECTION_SPLIT_TYPES).nullish(),
};
const newStep = z
  .strictObject({
    Name: z.string().trim().min(1).max(200).optional(),
    ActionType: actionType,
    ...stepFields,
    AfterStepId: z.uuid("AfterStepId has to be a GUID.").nullish().openapi({ description: "Puts it behind that step." }),
  })
  .openapi("NewStep");
const changedStep = z
  .strictObject({
    Name: z.string().trim().min(1).max(200).optional(),
    ActionType: actionType.optional(),
    TriggerType: literal("TriggerType", TRIGGER_KINDS).nullish(),
    ...stepFields,
    UseExternalAuthentication: flag().optional(),
    Id: ignored,
    AccountConnector: ignored,
    Method: ignored,
  })
  .openapi("ChangedStep");

type Change = Partial<z.output<typeof changedStep>>;

/** The method that a body names, in the definition of the connector that the step uses or is to use. */
async function methodId(
  scope: AccountScope,
  connection: number | null,
  body: Change,
): Promise<Result<string | null | undefined>> {
  const { MethodId: number, MethodUniqueIdentifier: guid } = body;
  if (number === undefined && guid === undefined) return ok(undefined);
  if ((number ?? null) === null && (guid ?? null) === null) return ok(null);
  const bound = connection === null ? null : await boundConnector(scope, connection);
  if (!bound?.ok) return fail("request.invalid", "A method needs the AccountConnectorId of its connector.");
  const { definition } = bound.value.connector;
  const found = definition.methods.find((m, index) =>
    guid ? methodGuid(definition.slug, m) === guid.toLowerCase() : methodPlace(number ?? 0).index === index,
  );
  return found ? ok(found.id) : fail("object.not_found", "There is no such method.");
}

/** What a body changes; what it leaves out stays as the step has it. */
async function changeOf(scope: AccountScope, body: Change, step: Cycle["steps"][number] | null): Promise<Result<StepChange>> {
  const connection = step?.accountConnectorId ?? null;
  const at = body.AccountConnectorId === undefined ? connection : body.AccountConnectorId;
  const method = await methodId(scope, at, body);
  if (!method.ok) return method;
  const given = {
    name: body.Name,
    description: body.Description,
    accountConnectorId: body.AccountConnectorId,
    methodId: method.value,
    errorAction: body.StepErrorAction,
    collectionSplitType: body.CollectionSplitType,
    trigger: body.TriggerType ?? undefined,
    position:
      body.DisplayPositionLeft === undefined && body.DisplayPositionTop === undefined
        ? undefined
        : { left: body.DisplayPositionLeft ?? step?.positionLeft ?? 0, top: body.DisplayPositionTop ?? step?.positionTop ?? 0 },
  };
  return ok(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as StepChange);
}

async function shownStep(scope: AccountScope, cycleId: string, stepId: string): Promise<Result<z.input<typeof stepSchema>>> {
  const step = (await cycleOf(scope, cycleId))?.steps.find((s) => s.id === stepId);
  return step ? ok(await stepView(scope, step)) : noStep;
}

async function changeStep(scope: AccountScope, cycleId: string, stepId: string, body: z.output<typeof changedStep>) {
  const cycle = await cycleOf(scope, cycleId);
  if (!cycle) return noCycle;
  const step = cycle.steps.find((s) => s.id === stepId);
  if (!step) return noStep;
  if (body.ActionType !== undefined && body.ActionType !== step.kind)
    return fail("request.invalid", `ActionType of a step is fixed; this one is ${step.kind}.`);
  const change = await changeOf(scope, body, step);
  if (!change.ok) return change;
  const saved = Object.keys(change.value).length > 0 ? await updateStep(scope, cycleId, stepId, change.value) : ok(null);
  if (!saved.ok) return saved;
  const external = body.UseExternalAuthentication;
  const switched =
    external === undefined || external === step.useExternalAuthentication
      ? ok(null)
      : await setExternalAuthentication(scope, cycleId, stepId, external);
  return switched.ok ? shownStep(scope, cycleId, stepId) : switched;
}

const variableFields = {
  DisplayName: z.string().trim().min(1).max(200).optional(),
  Value: z.string().max(100_000).nullish(),
  MappingType: literal("MappingType", ["StaticValue"]).nullish(),
  IsSensitive: flag().optional(),
  SystemName: z.string().max(100).optional(),
};
const variableBody = z.strictObject(variableFields).openapi("VariableInput");
const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Makes or changes a variable by its SystemName, else by its DisplayName. */
async function upsertVariable(scope: AccountScope, cycleId: string, body: z.output<typeof variableBody>, name?: string) {
  const cycle = await cycleOf(scope, cycleId);
  if (!cycle) return noCycle;
  const wanted = name ?? body.SystemName;
  const old = cycle.variables.find((v) =>
    wanted === undefined ? sameText(v.displayName, body.DisplayName ?? "") : sameText(v.systemName, wanted),
  );
  if (name !== undefined && !old) return fail("object.not_found", "There is no such variable.");
  const displayName = body.DisplayName ?? old?.displayName;
  if (displayName === undefined) return fail("request.invalid", "DisplayName is required.");
  const saved = await saveVariable(scope, cycleId, {
    systemName: old?.systemName ?? null,
    displayName,
    description: old?.description ?? null,
    value: body.Value,
    values: [...(old?.values ?? [])],
    isSensitive: body.IsSensitive ?? false,
    isLaunchVisible: old?.isLaunchVisible ?? false,
  });
  if (!saved.ok) return saved;
  const made = (await cycleOf(scope, cycleId))?.variables.find((v) => v.systemName === saved.value);
  return made ? ok(variableView(made)) : noCycle;
}

export const cycleWriteEndpoints = [
  accountEndpoint({
    method: "post",
    path: "/cycles/{cycleId}/steps",
    permission: "cycles.write",
    tag: TAG,
    summary: "Add a step to a cycle",
    params,
    body: newStep,
    errors: [409],
    answer: stepSchema,
    handle: async ({ scope, params: { cycleId }, body }) => {
      if (!(await cycleOf(scope, cycleId))) return noCycle;
      if (body.ActionType === "Trigger") return fail("request.invalid", "ActionType: a cycle has one trigger, change that one.");
      const change = await changeOf(scope, body, null);
      if (!change.ok) return change;
      const after = body.AfterStepId ? ({ stepId: body.AfterStepId.toLowerCase(), exit: "Forward" } as const) : null;
      const { trigger: _, ...rest } = change.value;
      const made = await addStep(scope, cycleId, { ...rest, kind: body.ActionType, after });
      return made.ok ? shownStep(scope, cycleId, made.value.id) : made;
    },
  }),
  accountEndpoint({
    method: "put",
    path: "/cycles/{cycleId}/steps/{stepId}",
    permission: "cycles.write",
    tag: TAG,
    summary: "Change a step",
    params: stepParams,
    body: changedStep,
    errors: [409],
    answer: stepSchema,
    handle: ({ scope, params: { cycleId, stepId }, body }) => changeStep(scope, cycleId, stepId, body),
  }),
  accountEndpoint({
    method: "put",
    path: "/steps/{stepId}",
    permission: "cycles.write",
    tag: TAG,
    summary: "Change a step, such as its Use External Authentication",
    params: { stepId: guidId("stepId") },
    body: changedStep,
    errors: [409],
    answer: stepSchema,
    handle: async ({ scope, params: { stepId }, body }) => {
      const place = await placeOfStep(scope, stepId);
      return place ? changeStep(scope, place.cycleId, stepId, body) : noStep;
    },
  }),
  accountEndpoint({
    method: "delete",
    path: "/cycles/{cycleId}/steps/{stepId}",
    permission: "cycles.write",
    tag: TAG,
    summary: "Remove a step",
    params: stepParams,
    errors: [409],
    answer: z.null(),
    handle: ({ scope, params: { cycleId, stepId } }) => removeStep(scope, cycleId, stepId),
  }),
  accountEndpoint({
    method: "post",
    path: "/cycles/{cycleId}/edges",
    permission: "cycles.write",
    tag: TAG,
    summary: "Connect two steps",
    params,
    body: z
      .strictObject({
        Id: ignored,
        HeadStepId: z.uuid("HeadStepId has to be a GUID."),
        TailStepId: z.uuid("TailStepId has to be a GUID."),
        EdgeType: literal("EdgeType", EDGE_TYPES).default("Forward"),
      })
      .openapi("NewEdge"),
    errors: [409],
    answer: edgeSchema,
    handle: async ({ scope, params: { cycleId }, body }) => {
      const [headStepId, tailStepId] = [body.HeadStepId.toLowerCase(), body.TailStepId.toLowerCase()];
      const made = await connectSteps(scope, cycleId, { headStepId, tailStepId, type: body.EdgeType });
      return made.ok ? ok(edgeView({ id: made.value.id, headStepId, tailStepId, type: body.EdgeType })) : made;
    },
  }),
  accountEndpoint({
    method: "delete",
    path: "/cycles/{cycleId}/edges/{edgeId}",
    permission: "cycles.write",
    tag: TAG,
    summary: "Remove an edge",
    params: { ...params, edgeId: guidId("edgeId") },
    errors: [409],
    answer: z.null(),
    handle: ({ scope, params: { cycleId, edgeId } }) => disconnectSteps(scope, cycleId, edgeId),
  }),
  accountEndpoint({
    method: "post",
    path: "/cycles/{cycleId}/variables",
    permission: "cycles.write",
    tag: TAG,
    summary: "Make a variable",
    params,
    body: variableBody,
    errors: [409],
    answer: variableSchema,
    handle: ({ scope, params: { cycleId }, body }) => upsertVariable(scope, cycleId, body),
  }),
  accountEndpoint({
    method: "patch",
    path: "/cycles/{cycleId}/variables",
    permission: "cycles.write",
    tag: TAG,
    summary: "Make or change several variables",
    params,
    body: z.array(variableBody).max(200),
    errors: [409],
    answer: z.array(variableSchema),
    handle: async ({ scope, params: { cycleId }, body }) => {
      for (const variable of body) {
        const saved = await upsertVariable(scope, cycleId, variable);
        if (!saved.ok) return saved;
      }
      const cycle = await cycleOf(scope, cycleId);
      return cycle ? ok(cycle.variables.map(variableView)) : noCycle;
    },
  }),
  accountEndpoint({
    method: "put",
    path: "/cycles/{cycleId}/variables/{name}",
    permission: "cycles.write",
    tag: TAG,
    summary: "Change a variable",
    params: { ...params, name: z.string().min(1).max(200) },
    body: variableBody,
    errors: [409],
    answer: variableSchema,
    handle: ({ scope, params: { cycleId, name }, body }) => upsertVariable(scope, cycleId, body, name),
  }),
  accountEndpoint({
    method: "delete",
    path: "/cycles/{cycleId}/variables/{name}",
    permission: "cycles.write",
    tag: TAG,
    summary: "Remove a variable",
    params: { ...params, name: z.string().min(1).max(200) },
    errors: [409],
    answer: z.null(),
    handle: async ({ scope, params: { cycleId, name } }) => {
      const variable = (await cycleOf(scope, cycleId))?.variables.find((v) => sameText(v.systemName, name));
      return removeVariable(scope, cycleId, variable?.systemName ?? name);
    },
  }),
];
