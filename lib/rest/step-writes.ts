import { z } from "@hono/zod-openapi";
import type { AccountScope } from "@/lib/access/types";
import { MAPPING_TYPES } from "@/lib/cycles/constants";
import { placeOfStep } from "@/lib/cycles/data";
import type { MappingInput } from "@/lib/cycles/schema";
import type { Slot, StepSetup } from "@/lib/cycles/types";
import { accountEndpoint } from "@/lib/doors/rest";
import { flag, integerId } from "@/lib/doors/rest-input";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { removeAuthenticationMappings, saveStepSetup } from "@/lib/steps/mutations";
import { literal } from "./cycles";
import {
  fieldMappingSchema,
  fieldView,
  noSlot,
  noStep,
  parameterMappingSchema,
  parameterView,
  params,
  sourceNumber,
  stepOf,
  TAG,
} from "./steps";

const text = z.string().max(100_000).nullish();
const ignored = z.unknown().optional().openapi({ description: "Ignored: the address says which slot is meant." });

const mappingBody = z
  .strictObject({
    MappingType: literal("MappingType", MAPPING_TYPES).nullish().openapi({ description: "Null removes the mapping." }),
    Value: text,
    SourceStepId: z.uuid("SourceStepId has to be a GUID.").nullish(),
    SourceFieldId: z.int().nullish().openapi({ description: "An Id of fieldsformapping." }),
    SourceFieldPath: z.string().max(500).nullish().openapi({ description: "A path, where no field is known yet." }),
    VariableName: z.string().max(200).nullish(),
    TriggerValue: text,
    TriggerValueDisplayName: text,
    IsLaunchVisible: flag().optional(),
    Parameter: ignored,
    Field: ignored,
    IsEntityIdentifier: ignored,
    IsAuthParameter: ignored,
  })
  .openapi("MappingInput");
type Body = z.output<typeof mappingBody>;

/** The path of a source field: as it was given, else by its number among the fields of that step. */
function sourceField(setup: StepSetup, body: Body): Result<string | null> {
  if (body.SourceFieldPath) return ok(body.SourceFieldPath);
  const { SourceFieldId: id, SourceStepId: stepId } = body;
  if (id === null || id === undefined) return ok(null);
  const source = setup.sources.find((s) => s.stepId === stepId?.toLowerCase());
  const field = source?.fields.find((f) => sourceNumber(source.stepId, f.path) === id);
  return field ? ok(field.path) : fail("request.invalid", "SourceFieldId: that step has no such field.");
}

function inputOf(setup: StepSetup, slot: Slot, body: Body): Result<MappingInput> {
  const mappingType = body.MappingType ?? null;
  const isListed = slot.values.length === 0 || slot.values.includes(body.Value ?? "");
  if (mappingType === "ValueList" && !isListed)
    return fail("request.invalid", `Value has to be one of ${slot.values.join(", ")}.`);
  const path = sourceField(setup, body);
  if (!path.ok) return path;
  return ok({
    kind: slot.kind,
    name: slot.name,
    mappingType,
    value: mappingType === null ? null : body.Value,
    sourceStepId: body.SourceStepId?.toLowerCase(),
    sourceField: path.value,
    variable: body.VariableName,
    triggerValue: body.TriggerValue,
    triggerValueDisplayName: body.TriggerValueDisplayName,
    ...(body.IsLaunchVisible === undefined ? {} : { isLaunchVisible: body.IsLaunchVisible }),
  });
}

type List = "parameters" | "fields";

/** Writes one slot of a step. Out: its place among the slots, read again. */
async function saveSlot(scope: AccountScope, stepId: string, list: List, id: number, body: Body) {
  const step = await stepOf(scope, stepId);
  if (!step.ok) return step;
  const entry = step.value[list].find((e) => e.id === id);
  if (!entry) return noSlot(list === "fields" ? "field" : "parameter");
  const input = inputOf(step.value.setup, entry.slot, body);
  if (!input.ok) return input;
  const saved = await saveStepSetup(scope, step.value.setup.cycle.id, stepId, { mappings: [input.value] });
  if (!saved.ok) return saved;
  const after = await stepOf(scope, stepId);
  if (!after.ok) return after;
  const index = after.value[list].findIndex((e) => e.id === id);
  // A removed authentication mapping of a step whose switch is off is shown no more: it is told as it was, unmapped.
  if (index >= 0) return ok({ step: after.value, index });
  const unmapped = { ...entry.slot.mapping, mappingType: null, value: null, secret: null, sourceStepId: null, sourceField: null };
  const cleared = { ...entry, slot: { ...entry.slot, mapping: { ...unmapped, variable: null } } };
  return ok({ step: { ...after.value, [list]: [...after.value[list], cleared] }, index: after.value[list].length });
}

export const stepWriteEndpoints = [
  accountEndpoint({
    method: "put",
    path: "/steps/{stepId}/parameters/{parameterId}",
    permission: "cycles.write",
    tag: TAG,
    summary: "Map a parameter of a step, or an authentication parameter",
    params: { ...params, parameterId: integerId("parameterId") },
    body: mappingBody,
    errors: [409],
    answer: parameterMappingSchema,
    handle: async ({ scope, params: { stepId, parameterId }, body }) => {
      const saved = await saveSlot(scope, stepId, "parameters", parameterId, body);
      if (!saved.ok) return saved;
      const [found] = parameterView(saved.value.step, saved.value.index);
      return found ? ok(found) : noSlot("parameter");
    },
  }),
  accountEndpoint({
    method: "put",
    path: "/steps/{stepId}/fieldmappings/{mappedFieldId}",
    permission: "cycles.write",
    tag: TAG,
    summary: "Map a field of a step",
    params: { ...params, mappedFieldId: integerId("fieldId") },
    body: mappingBody,
    errors: [409],
    answer: fieldMappingSchema,
    handle: async ({ scope, params: { stepId, mappedFieldId }, body }) => {
      const saved = await saveSlot(scope, stepId, "fields", mappedFieldId, body);
      if (!saved.ok) return saved;
      const [found] = fieldView(saved.value.step, saved.value.index);
      return found ? ok(found) : noSlot("field");
    },
  }),
  accountEndpoint({
    method: "delete",
    path: "/steps/{stepId}/authparameters",
    permission: "cycles.write",
    tag: TAG,
    summary: "Remove every authentication mapping of a step",
    params,
    errors: [409],
    answer: z.null(),
    handle: async ({ scope, params: { stepId } }) => {
      const place = await placeOfStep(scope, stepId);
      if (!place) return noStep;
      const removed = await removeAuthenticationMappings(scope, place.cycleId, stepId);
      return removed.ok ? ok(null) : removed;
    },
  }),
];
