/** What a step is. Every cycle has exactly one trigger. */
export const STEP_KINDS = ["Trigger", "Action", "Condition", "Delay", "Transform"] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export const TRIGGER_KINDS = ["Manual", "Schedule", "Webhook"] as const;
export type TriggerKind = (typeof TRIGGER_KINDS)[number];

/** How a slot gets its value (domain section 6); null is "not mapped yet". */
export const MAPPING_TYPES = ["Ignore", "StaticValue", "ValueList", "StepOutput", "Variable", "Lookup"] as const;
export type MappingType = (typeof MAPPING_TYPES)[number];

/** What a mapping fills: a parameter or a body field of the method, an authentication parameter, or an operand of a tool. */
export const SLOT_KINDS = ["Parameter", "Field", "Authentication", "Operand"] as const;
export type SlotKind = (typeof SLOT_KINDS)[number];

/** From a step to the next one; a condition has a True and a False exit instead of Forward. */
export const EDGE_TYPES = ["Forward", "True", "False"] as const;
export type EdgeType = (typeof EDGE_TYPES)[number];

export const STEP_ERROR_ACTIONS = ["Ignore", "Retry", "StopIntegration", "StopTransaction"] as const;
export type StepErrorAction = (typeof STEP_ERROR_ACTIONS)[number];

/** What happens after a step that returns a list: the rest once per item, for the first item alone, or once for all. */
export const COLLECTION_SPLIT_TYPES = ["All", "First", "None"] as const;
export type CollectionSplitType = (typeof COLLECTION_SPLIT_TYPES)[number];

/** `Stopping`: what is queued is finished, nothing new begins. */
export const CYCLE_STATUSES = ["Paused", "Active", "Stopping"] as const;
export type CycleStatus = (typeof CYCLE_STATUSES)[number];

/** Minutes between two scheduled runs. */
export const INTERVALS = [1, 5, 15, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 10080] as const;

export const CONDITION_OPERATORS = [
  "Equal",
  "NotEqual",
  "GreaterThan",
  "GreaterThanOrEqual",
  "LessThan",
  "LessThanOrEqual",
  "Contains",
  "NotContains",
  "StartsWith",
  "EndsWith",
  "IsEmpty",
  "IsNotEmpty",
  "Matches",
] as const;
export type ConditionOperator = (typeof CONDITION_OPERATORS)[number];
/** Operators that look at the left side alone. */
export const UNARY_OPERATORS: readonly ConditionOperator[] = ["IsEmpty", "IsNotEmpty"];

export const DELAY_UNITS = ["Seconds", "Minutes", "Hours", "Days"] as const;
export type DelayUnit = (typeof DELAY_UNITS)[number];

/** Reason codes of prerequisites, as the API has them. */
export const PREREQUISITE_CODES = {
  tooFewSteps: 10,
  notConnected: 11,
  unauthenticated: 20,
  missingMapping: 30,
  decisionCriteria: 31,
  missingParameter: 40,
  missingField: 41,
  webhookKey: 43,
  leftOperand: 50,
  rightOperand: 51,
  delayUnit: 60,
  delayInterval: 61,
} as const;
export type PrerequisiteCode = (typeof PREREQUISITE_CODES)[keyof typeof PREREQUISITE_CODES];

/** Deleted cycles can be brought back for so long. */
export const DELETED_CYCLES_KEPT_DAYS = 30;
/** Changes that can be undone. */
export const REVISIONS_KEPT = 50;
/** Stands where a run's credential was, in everything that is kept. */
export const CREDENTIAL_MARKER = "[credential]";
