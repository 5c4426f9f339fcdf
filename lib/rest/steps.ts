import { z } from "@hono/zod-openapi";
import type { AccountScope } from "@/lib/access/types";
import { stepSetupOf } from "@/lib/cycles/data";
import type { Mapping, Slot, StepSetup } from "@/lib/cycles/types";
import { accountEndpoint } from "@/lib/doors/rest";
import { guidId, integerId } from "@/lib/doors/rest-input";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { runTrigger } from "@/lib/run/trigger";
import { boundConnector } from "./account-connector-view";
import { triggerSchema, triggersOf, type ShownConnector } from "./connector-view";
import { prerequisiteSchema, prerequisiteView } from "./cycle-view";
import { installedNumbers, numbered } from "./numbers";

export const TAG = "Step setup";
export const params = { stepId: guidId("stepId") };
export const noStep = fail("object.not_found", "There is no such step.");
export const noSlot = (what: string) => fail("object.not_found", `There is no such ${what}.`);

const slotSchema = z
  .object({
    Id: z.int(),
    Name: z.string(),
    Description: z.string().nullable(),
    IsOptional: z.boolean(),
    DataType: z.string(),
    TriggerName: z.string().nullable(),
    Values: z.array(z.string()),
    DisplayOrder: z.int(),
    Triggers: z.array(triggerSchema),
    TargetType: z.string(),
    TargetName: z.string(),
  })
  .openapi("MappedSlot");

const mapping = {
  MappingType: z.string().nullable(),
  SourceFieldId: z.int().nullable(),
  SourceFieldPath: z.string().nullable(),
  SourceStepId: z.uuid().nullable(),
  VariableName: z.string().nullable(),
  TriggerValue: z.string().nullable(),
  TriggerValueDisplayName: z.string().nullable(),
  Value: z.string().nullable().openapi({ description: "Null for a secret." }),
  IsLaunchVisible: z.boolean(),
};
export const parameterMappingSchema = z
  .object({ Parameter: slotSchema, IsEntityIdentifier: z.boolean(), IsAuthParameter: z.boolean(), ...mapping })
  .openapi("ParameterMapping");
export const fieldMappingSchema = z.object({ Field: slotSchema, ...mapping }).openapi("FieldMapping");

const sourceSchema = z
  .object({
    StepId: z.uuid(),
    StepName: z.string(),
    Id: z.int(),
    Name: z.string(),
    ConnectorField: z.string(),
    DataType: z.string(),
  })
  .openapi("SourceField");

const credentialSchema = z
  .object({
    Name: z.string(),
    Source: z.enum(["Step", "Account", "Partner", "Definition", "Missing"]),
    StepId: z.uuid().optional(),
    MappingType: z.string().optional(),
    IsSensitive: z.boolean(),
  })
  .openapi("EffectiveCredential");

/** A step with the numbers of its slots. */
export interface NumberedStep {
  readonly setup: StepSetup;
  readonly connector: ShownConnector | null;
  readonly parameters: readonly { readonly id: number; readonly slot: Slot }[];
  readonly fields: readonly { readonly id: number; readonly slot: Slot }[];
}

/** Numbers of what steps put out: by step and path. */
export const sourceNumber = (stepId: string, path: string): number => numbered(`step/${stepId}`, [path]).get(path) ?? 0;

export async function stepOf(scope: AccountScope, stepId: string): Promise<Result<NumberedStep>> {
  const setup = await stepSetupOf(scope, stepId);
  if (!setup) return noStep;
  const bound = setup.connection ? await boundConnector(scope, setup.connection.id) : null;
  const connector = bound?.ok ? bound.value.connector : null;
  const numbers = bound?.ok
    ? installedNumbers(bound.value.connector.definition, setup.method?.id, bound.value.installed.customFields)
    : null;
  const auth = numbered(
    `connector/${connector?.definition.slug ?? ""}/authentication`,
    setup.authentication.map((slot) => slot.name),
  );
  return ok({
    setup,
    connector,
    parameters: [
      ...setup.parameters.map((slot) => ({ id: numbers?.parameters.get(slot.name) ?? 0, slot })),
      ...setup.authentication.map((slot) => ({ id: auth.get(slot.name) ?? 0, slot })),
    ],
    fields: setup.fields.map((slot) => ({ id: numbers?.requestFields.get(slot.name) ?? 0, slot })),
  });
}

const mappingView = (m: Mapping) => ({
  MappingType: m.mappingType,
  SourceFieldId: m.sourceStepId === null || m.sourceField === null ? null : sourceNumber(m.sourceStepId, m.sourceField),
  SourceFieldPath: m.sourceField,
  SourceStepId: m.sourceStepId,
  VariableName: m.variable,
  TriggerValue: m.triggerValue,
  TriggerValueDisplayName: m.triggerValueDisplayName,
  Value: m.value,
  IsLaunchVisible: m.isLaunchVisible,
});

function slotView(step: NumberedStep, { id, slot }: NumberedStep["parameters"][number], order: number) {
  const { connector, setup } = step;
  const triggers = connector && slot.lookup ? triggersOf(connector, setup.connection?.id ?? null) : [];
  return {
    Id: id,
    Name: slot.title,
    Description: slot.description,
    IsOptional: !slot.required,
    DataType: slot.dataType,
    TriggerName: slot.lookup,
    Values: [...slot.values],
    DisplayOrder: order + 1,
    Triggers: triggers.filter((t) => t.Name === slot.lookup).map((t) => ({ ...t, EntityId: id })),
    TargetType: slot.kind === "Authentication" ? "Authentication" : slot.target,
    TargetName: slot.name,
  };
}

export const parameterView = (step: NumberedStep, index: number): z.input<typeof parameterMappingSchema>[] => {
  const entry = step.parameters[index];
  return entry
    ? [
        {
          Parameter: slotView(step, entry, index),
          IsEntityIdentifier: false,
          IsAuthParameter: entry.slot.kind === "Authentication",
          ...mappingView(entry.slot.mapping),
        },
      ]
    : [];
};
export const fieldView = (step: NumberedStep, index: number): z.input<typeof fieldMappingSchema>[] => {
  const entry = step.fields[index];
  return entry ? [{ Field: slotView(step, entry, index), ...mappingView(entry.slot.mapping) }] : [];
};

const read = <R extends z.ZodType>(path: string, summary: string, answer: R, of: (step: NumberedStep) => z.input<R>) =>
  accountEndpoint({
    method: "get",
    path: `/steps/{stepId}/${path}`,
    permission: "cycles.read",
    tag: TAG,
    summary,
    params,
    answer,
    handle: async ({ scope, params: { stepId } }) => {
      const step = await stepOf(scope, stepId);
      return step.ok ? ok(of(step.value)) : step;
    },
  });

export const stepEndpoints = [
  read("prerequisites", "List what keeps a step from running", z.array(prerequisiteSchema), ({ setup }) =>
    setup.prerequisites.map(prerequisiteView),
  ),
  read("parameters", "List the parameters of a step with their mappings", z.array(parameterMappingSchema), (step) =>
    step.parameters.flatMap((_, index) => parameterView(step, index)),
  ),
  accountEndpoint({
    method: "get",
    path: "/steps/{stepId}/parameters/{parameterId}",
    permission: "cycles.read",
    tag: TAG,
    summary: "Read a parameter of a step with its mapping",
    params: { ...params, parameterId: integerId("parameterId") },
    answer: parameterMappingSchema,
    handle: async ({ scope, params: { stepId, parameterId } }) => {
      const step = await stepOf(scope, stepId);
      if (!step.ok) return step;
      const [found] = parameterView(
        step.value,
        step.value.parameters.findIndex((p) => p.id === parameterId),
      );
      return found ? ok(found) : noSlot("parameter");
    },
  }),
  accountEndpoint({
    method: "post",
    path: "/steps/{stepId}/parameters/{parameterId}/lookup",
    permission: "installs.call",
    tag: TAG,
    summary: "Run a look-up for a parameter of a step",
    params: { ...params, parameterId: integerId("parameterId") },
    body: z.strictObject({ TriggerId: z.int("TriggerId has to be an integer.") }).openapi("LookupRequest"),
    errors: [502, 504],
    answer: z.array(z.object({ Name: z.string(), Value: z.string() }).openapi("Choice")),
    handle: async ({ scope, params: { stepId, parameterId }, body }) => {
      const step = await stepOf(scope, stepId);
      if (!step.ok) return step;
      const { connector, parameters, setup } = step.value;
      if (!parameters.some((p) => p.id === parameterId)) return noSlot("parameter");
      const lookup = connector?.definition.lookups[body.TriggerId - 1];
      if (!lookup || !setup.connection) return noSlot("trigger");
      const choices = await runTrigger(scope, setup.connection.id, lookup);
      return choices.ok ? ok(choices.value.map((c) => ({ Name: c.name, Value: c.value }))) : choices;
    },
  }),
  read("fieldsformapping", "List fields of earlier steps that may be mapped", z.array(sourceSchema), ({ setup }) =>
    setup.sources.flatMap((source) =>
      source.fields.map((field) => ({
        StepId: source.stepId,
        StepName: source.name,
        Id: sourceNumber(source.stepId, field.path),
        Name: field.title,
        ConnectorField: field.path,
        DataType: field.dataType,
      })),
    ),
  ),
  read("fieldmappings", "List the fields of a step with their mappings", z.array(fieldMappingSchema), (step) =>
    step.fields.flatMap((_, index) => fieldView(step, index)),
  ),
  accountEndpoint({
    method: "get",
    path: "/steps/{stepId}/fieldmappings/{mappedFieldId}",
    permission: "cycles.read",
    tag: TAG,
    summary: "Read a field of a step with its mapping",
    params: { ...params, mappedFieldId: integerId("fieldId") },
    answer: fieldMappingSchema,
    handle: async ({ scope, params: { stepId, mappedFieldId } }) => {
      const step = await stepOf(scope, stepId);
      if (!step.ok) return step;
      const [found] = fieldView(
        step.value,
        step.value.fields.findIndex((f) => f.id === mappedFieldId),
      );
      return found ? ok(found) : noSlot("field");
    },
  }),
  accountEndpoint({
    method: "post",
    path: "/steps/{stepId}/fieldmappings/lookup",
    permission: "cycles.write",
    tag: TAG,
    summary: "Read the fields of a step anew",
    description: "As the installed release of the connector has them; no connector names a method that would find more.",
    params,
    answer: z.array(fieldMappingSchema),
    handle: async ({ scope, params: { stepId } }) => {
      const step = await stepOf(scope, stepId);
      return step.ok ? ok(step.value.fields.flatMap((_, index) => fieldView(step.value, index))) : step;
    },
  }),
  read(
    "effectivecredential",
    "Say which layer supplies each value of a step's credential",
    z.array(credentialSchema),
    ({ setup }) =>
      setup.effectiveCredential.map((c) => ({
        Name: c.name,
        Source: c.source,
        ...(c.stepId === undefined ? {} : { StepId: c.stepId }),
        ...(c.mappingType === undefined ? {} : { MappingType: c.mappingType }),
        IsSensitive: c.isSensitive,
      })),
  ),
];
