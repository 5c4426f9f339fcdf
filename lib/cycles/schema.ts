import { z } from "zod";
import {
  COLLECTION_SPLIT_TYPES,
  CONDITION_OPERATORS,
  CYCLE_STATUSES,
  DELAY_UNITS,
  EDGE_TYPES,
  INTERVALS,
  MAPPING_TYPES,
  SLOT_KINDS,
  STEP_ERROR_ACTIONS,
  TRIGGER_KINDS,
} from "./constants";

const id = z.string().min(1).max(100);
const name = z.string().trim().min(1, "A name is required.").max(200, "A name has at most 200 characters.");
const description = z.string().trim().max(4000).nullable();
/** Longest text of a script, a body or a typed value. */
const LONG = 100_000;

export const cyclesFilterSchema = z.object({
  query: z.string().trim().max(200).catch("").default(""),
  account: z.string().max(100).catch("").default(""),
  status: z.enum(CYCLE_STATUSES).nullable().catch(null).default(null),
  deleted: z.coerce.boolean().catch(false).default(false),
});
export type CyclesFilter = z.output<typeof cyclesFilterSchema>;

export const cycleSettingsSchema = z.object({
  name,
  description,
  stepErrorAction: z.enum(STEP_ERROR_ACTIONS),
  collectionSplitType: z.enum(COLLECTION_SPLIT_TYPES),
  logStepDataRequests: z.boolean(),
  shareable: z.boolean(),
  tags: z.array(z.string().trim().min(1).max(100)).max(50),
  successRetentionHours: z.int().min(0).max(8760).nullable(),
  erroredRetentionHours: z.int().min(0).max(8760).nullable(),
  interval: z.literal([...INTERVALS]).nullable(),
  startTime: z.int().nullable(),
});
export type CycleSettingsInput = z.output<typeof cycleSettingsSchema>;

export const newCycleSchema = z.object({
  name,
  description: description.default(null),
  trigger: z.enum(TRIGGER_KINDS).default("Manual"),
  ...cycleSettingsSchema.omit({ name: true, description: true }).partial().shape,
});
export type NewCycle = z.output<typeof newCycleSchema>;

export const exitSchema = z.object({ stepId: id, exit: z.enum(EDGE_TYPES) });
export type Exit = z.output<typeof exitSchema>;

const position = z.object({ left: z.int().min(-100_000).max(100_000), top: z.int().min(-100_000).max(100_000) });

export const stepChangeSchema = z.object({
  name,
  description,
  trigger: z.enum(TRIGGER_KINDS),
  accountConnectorId: z.int().nullable(),
  methodId: z.string().max(200).nullable(),
  errorAction: z.enum(STEP_ERROR_ACTIONS).nullable(),
  collectionSplitType: z.enum(COLLECTION_SPLIT_TYPES).nullable(),
  script: z.string().max(LONG).nullable(),
  rawBody: z.string().max(LONG).nullable(),
  operator: z.enum(CONDITION_OPERATORS).nullable(),
  delay: z.object({ unit: z.enum(DELAY_UNITS).nullable(), interval: z.int().min(0).max(100_000).nullable() }).nullable(),
  position,
});
export type StepChange = Partial<z.output<typeof stepChangeSchema>>;

export const newStepSchema = z.object({
  kind: z.enum(["Action", "Condition", "Delay", "Transform"]),
  name: name.optional(),
  ...stepChangeSchema.omit({ name: true, trigger: true }).partial().shape,
  /** The exit it follows, and whatever followed there comes after it; null: connected later. */
  after: exitSchema.nullable(),
});
export type NewStep = z.output<typeof newStepSchema>;

export const edgeInputSchema = z.object({ headStepId: id, tailStepId: id, type: z.enum(EDGE_TYPES) });

/** One slot of Step Setup. `keepSecret`: the typed secret that is stored stays. */
export const mappingInputSchema = z.object({
  kind: z.enum(SLOT_KINDS),
  name: z.string().min(1).max(500),
  mappingType: z.enum(MAPPING_TYPES).nullable(),
  value: z.string().max(LONG).nullish(),
  keepSecret: z.boolean().optional(),
  sourceStepId: id.nullish(),
  sourceField: z.string().max(500).nullish(),
  variable: z.string().max(200).nullish(),
  triggerValue: z.string().max(2000).nullish(),
  triggerValueDisplayName: z.string().max(2000).nullish(),
  isLaunchVisible: z.boolean().optional(),
});
export type MappingInput = z.output<typeof mappingInputSchema>;

export const variableInputSchema = z.object({
  /** Null: a new one, named after its display name. */
  systemName: z
    .string()
    .regex(/^[A-Za-z_][\w-]*$/, "Letters, digits, _ and - only, not starting with a digit.")
    .max(100)
    .nullable(),
  displayName: name,
  description: description.default(null),
  /** Undefined: as it is. */
  value: z.string().max(LONG).nullish(),
  values: z.array(z.string().max(500)).max(200).default([]),
  isSensitive: z.boolean().default(false),
  isLaunchVisible: z.boolean().default(false),
});
export type VariableInput = z.output<typeof variableInputSchema>;

const inAccount = { accountId: id };
/** It becomes part of an address, whose cache is told that it is stale. */
export const cycleIdSchema = id.regex(/^[\w-]+$/, "This is no id of a cycle.");
const inCycle = { ...inAccount, cycleId: cycleIdSchema };
const inStep = { ...inCycle, stepId: id };

/** The inputs of the actions, each with the account it acts in. */
export const createCycleInput = z.object({ ...inAccount, ...newCycleSchema.shape });
export const cycleInput = z.object(inCycle);
export const updateCycleInput = z.object({ ...inCycle, ...cycleSettingsSchema.partial().shape });
export const copyCycleInput = z.object({ ...inCycle, name });
export const addStepInput = z.object({ ...inCycle, ...newStepSchema.shape });
export const updateStepInput = z.object({ ...inStep, ...stepChangeSchema.partial().shape });
export const moveStepInput = z.object({ ...inStep, after: exitSchema });
export const stepInput = z.object(inStep);
export const connectStepsInput = z.object({ ...inCycle, ...edgeInputSchema.shape });
export const edgeInput = z.object({ ...inCycle, edgeId: id });
export const saveStepSetupInput = z.object({
  ...inStep,
  mappings: z.array(mappingInputSchema).max(1000),
  step: stepChangeSchema.partial().default({}),
});
export const externalAuthenticationInput = z.object({ ...inStep, on: z.boolean() });
export const saveVariableInput = z.object({ ...inCycle, variable: variableInputSchema });
export const variableInput = z.object({ ...inCycle, systemName: z.string().min(1).max(100) });
