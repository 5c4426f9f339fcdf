/** Functions a script may define, by the name of the moment they run at. Names are case-sensitive. */
export const SCRIPT_EVENTS = [
  "before_webhook",
  "after_webhook",
  "before_action",
  "after_action",
  "after_action_paging",
  "after_error",
  "action_condition",
  "before_oauth2_authorise",
  "before_oauth2_token",
  "after_oauth2_token",
  "before_oauth2_refresh",
  "after_oauth2_refresh",
] as const;
export type ScriptEvent = (typeof SCRIPT_EVENTS)[number];

export const SCRIPT_LEVELS = ["connector", "method", "step"] as const;
export type ScriptLevel = (typeof SCRIPT_LEVELS)[number];

/** Every variable a script can name. One that has no value at an event is undefined there, not unknown. */
export const SCRIPT_VARIABLES = [
  "method_endpoint",
  "method_request",
  "method_request_headers",
  "method_request_parameters",
  "method_request_mergefields",
  "method_response",
  "method_response_headers",
  "method_response_fields",
  "method_response_fields_in_use",
  "method_auth_value",
  "method_error",
  "script_parameters",
  "cycle_variables",
  "cycle_id",
  "cycle_step_id",
  "cyclr_account_id",
  "external_account_id",
  "last_successful_run_date",
  "next_last_successful_run_date",
  "action_data",
  "script_execution_context",
  "statusCode",
  "reasonPhrase",
  "transaction_id",
] as const;
export type ScriptVariable = (typeof SCRIPT_VARIABLES)[number];

/** What is offered while typing a script, besides the events and variables. */
export const SCRIPT_FUNCTIONS = [
  "http_request",
  "btoa",
  "atob",
  "cyclr_sign",
  "cyclr_csv_parse",
  "cyclr_xml_serialize",
  "cyclr_xml_deserialize",
  "AuthRefreshException",
  "AuthSessionException",
  "moment",
  "CryptoJS",
  "console.log",
] as const;

/** Levels in the order they run in: "before" events from the method outwards, all others from the connector inwards. */
export const levelsInOrder = (event: ScriptEvent): readonly ScriptLevel[] =>
  event.startsWith("before") ? ["method", "connector", "step"] : ["connector", "method", "step"];

export interface ScriptLimits {
  /** For one event at all levels, its requests included. */
  readonly timeMs: number;
  readonly memoryBytes: number;
  readonly maxRequests: number;
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  /** Of all variables together, as JSON, on the way in and on the way out. */
  readonly maxDataBytes: number;
}

const MEBIBYTE = 1024 * 1024;
export const DEFAULT_LIMITS: ScriptLimits = {
  timeMs: 60_000,
  memoryBytes: 128 * MEBIBYTE,
  maxRequests: 20,
  maxRequestBytes: MEBIBYTE,
  maxResponseBytes: 4 * MEBIBYTE,
  maxDataBytes: 4 * MEBIBYTE,
};

export const MAX_CONSOLE_LINES = 500;
export const MAX_CONSOLE_LINE = 4000;
/** Contexts that one thread keeps for runs that go on. */
export const KEPT_CONTEXTS = 8;
