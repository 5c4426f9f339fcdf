import type { ApiCall } from "@/lib/auth-methods/apply";
import type { ConnectorDefinition, RateLimit, Templates } from "@/lib/auth-methods/definition";
import { firstResolvable, lookup, mergeFields, type TemplateValues } from "@/lib/auth-methods/templates";
import { ok, type Result } from "@/lib/kernel/result";
import { Secret } from "@/lib/kernel/secret";
import type { Soon } from "@/lib/kernel/soon";
import { hasScript, scriptFailure, ScriptRoom, textEntries } from "@/lib/oauth/script-room";
import type { OpenedConnection } from "@/lib/oauth/values";
import type { Placeholders } from "@/lib/scripts/placeholders";
import type { ScriptVariables } from "@/lib/scripts/run";
import type { ScriptSignal } from "@/lib/scripts/types";

/** A call of a method, with what belongs to its scripts. */
export interface MethodCall extends ApiCall {
  /** The method's own script. */
  readonly script?: string;
  /** In place of the connector's own limit. */
  readonly rateLimit?: RateLimit;
  /** Values of parameters that only scripts read. */
  readonly scriptParameters?: Readonly<Record<string, string>>;
  /** The step that makes the call, where one does. */
  readonly step?: CallingStep;
  /** Entries of the answer's list are kept where these members have these values. */
  readonly filters?: readonly { readonly path: string; readonly value: string }[];
  /** Parameters of the connector that don't go with this method. */
  readonly unsent?: readonly string[];
  /** What scripts of the pages of one answer hand on to each other. */
  readonly carried?: { actionData?: unknown };
}

/** What the scripts of a call know of the step that makes it (domain section 7), and its own script. */
export interface CallingStep {
  readonly script: string | null;
  readonly facts: () => Soon<
    Pick<
      ScriptVariables,
      "cycle_id" | "cycle_step_id" | "transaction_id" | "last_successful_run_date" | "script_execution_context"
    >
  >;
  /** Variables of the cycle by name; credentials among them are markers of the call's own. */
  readonly variables: (placeholders: Placeholders) => Readonly<Record<string, unknown>>;
}

/** What the caller does because of a script: nothing, fetch a new token, or run the look-up again; then try once more. */
export type Signal = Exclude<ScriptSignal, "continue" | "stop"> | null;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A call as the scripts leave it, before its credential is put in. Markers have become secrets again. */
export interface ScriptedCall {
  readonly definition: ConnectorDefinition;
  readonly request: ApiCall;
  /** Headers that stand whatever the credential's own placement says; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** What a log has to hide besides the connection's own secrets. */
  secrets(): readonly string[];
  /** The answer as the scripts leave it. Out: the body, whether it counts as a success, and what to do. Errors: `script.failed`. */
  after(answer: Answer): Promise<Result<AfterCall>>;
  /** All pages of an answer as one, as `after_action_paging` leaves it. Errors: `script.failed`. */
  afterPages(body: string): Promise<Result<AfterPages>>;
}

export interface AfterPages {
  readonly body: string;
  /** What is to count as the last successful run from now on (ms), once this one succeeds; null: when it began. */
  readonly successAt: number | null;
}

export interface AfterCall {
  readonly body: string;
  readonly success: boolean;
  readonly signal: Signal;
  /** Which exit a script chose (`action_condition`); null where none did. */
  readonly exit: boolean | null;
}

const CALL_EVENTS = ["before_action", "after_action", "after_action_paging", "after_error", "action_condition"] as const;

const AFTER_SUCCESS = ["after_action", "action_condition"] as const;
const AFTER_ERROR = ["after_error"] as const;

/** Any address: what is substituted here is checked against the allowed hosts as it is put together. */
const NOWHERE = "https://call.invalid/";

interface Shown {
  readonly values: Record<string, string>;
  readonly hidden: Record<string, Templates> | undefined;
}

const NOTHING: Shown = { values: {}, hidden: undefined };

/** Templates that hold no secret, rendered; the others stay with the definition. */
function shown(templates: Readonly<Record<string, Templates>> | undefined, values: TemplateValues): Shown {
  if (!templates) return NOTHING;
  const out = { values: {} as Record<string, string>, hidden: {} as Record<string, Templates> };
  for (const [name, template] of Object.entries(templates)) {
    const isSecret = mergeFields(template).some((field) => lookup(values, field) instanceof Secret);
    const rendered = isSecret ? null : firstResolvable(template, values);
    if (rendered?.ok) out.values[name] = rendered.value;
    else out.hidden[name] = template;
  }
  return out;
}

function lowerCase(values: Readonly<Record<string, string>>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name of Object.keys(values)) out[name.toLowerCase()] = values[name] ?? "";
  return out;
}

const isEmpty = (value: unknown): boolean => typeof value === "object" && value !== null && Object.keys(value).length === 0;

/**
 * Runs `before_action` at the levels that have a script. Out: the call as they leave it; null where there is no script at all, and
 * then nothing was asked of a thread. Errors: `script.failed`; `details.signal` says that a new token or session is wanted.
 */
export function beforeCall(opened: OpenedConnection, request: MethodCall): Soon<Result<ScriptedCall> | null> {
  const { definition } = opened;
  const scripts = { connector: definition.script ?? null, method: request.script ?? null, step: request.step?.script ?? null };
  return hasScript(scripts, CALL_EVENTS) ? scriptedCall(opened, request, scripts) : null;
}

async function scriptedCall(
  opened: OpenedConnection,
  request: MethodCall,
  scripts: ConstructorParameters<typeof ScriptRoom>[1],
): Promise<Result<ScriptedCall>> {
  const { step } = request;
  const room = new ScriptRoom(opened, scripts, request.carried);
  const { definition, connector } = opened;
  const fixed = { headers: shown(definition.headers, connector.values), query: shown(definition.query, connector.values) };
  const own = {
    headers: shown(request.headerTemplates, connector.values),
    query: shown(request.queryTemplates, connector.values),
  };
  const given = {
    headers: { ...fixed.headers.values, ...own.headers.values, ...request.headers },
    query: { ...fixed.query.values, ...own.query.values, ...request.query },
    mergeFields: { ...request.mergeFields },
    body: request.body ?? {},
  };
  const common: ScriptVariables = {
    method_endpoint: request.path,
    method_auth_value: room.authValue(),
    script_parameters: request.scriptParameters ?? {},
    script_execution_context: "CONNECTOR_TESTING",
    ...(await step?.facts()),
    cycle_variables: step?.variables(room.placeholders) ?? {},
  };
  const outcome = await room.run("before_action", {
    ...common,
    method_request_headers: given.headers,
    method_request_parameters: given.query,
    method_request_mergefields: given.mergeFields,
    method_request: given.body,
  });
  if (!outcome.ok) return outcome;
  const { signal, variables } = outcome.value;
  if (signal === "stop") return scriptFailure("The script stopped this call.");
  if (signal !== "continue") return scriptFailure("The script asked for a new sign-in before the call.", { signal });

  const left = {
    headers: textEntries(variables.method_request_headers),
    query: queryOf(variables.method_request_parameters),
    mergeFields: textEntries(variables.method_request_mergefields),
    body: variables.method_request,
  };
  const isText = typeof left.body === "string";
  const type = request.bodyFormat === "form" ? "application/x-www-form-urlencoded" : "application/json";
  const untyped = isText && !("content-type" in lowerCase(left.headers));
  const headers = untyped ? { ...left.headers, "Content-Type": type } : left.headers;
  const { placeholders } = room;
  const first = placeholders.substitute({ url: NOWHERE, headers, body: left.body ?? null }, () => true);
  if (!first.ok) return scriptFailure(first.error.message);
  const rest = placeholders.substitute(
    { url: NOWHERE, headers: {}, body: { query: left.query, mergeFields: left.mergeFields } },
    () => true,
  );
  if (!rest.ok) return scriptFailure(rest.error.message);
  const { query, mergeFields: fields } = rest.value.body;
  const body: unknown = request.body === undefined && isEmpty(first.value.body) ? undefined : first.value.body;
  const isUnchanged = definition.headers === undefined && definition.query === undefined;
  const written = lowerCase(first.value.headers);
  const before = lowerCase(fixed.headers.values);
  return ok({
    definition: isUnchanged ? definition : { ...definition, headers: fixed.headers.hidden, query: fixed.query.hidden },
    request: {
      method: request.method,
      path: request.path,
      bodyFormat: request.bodyFormat,
      headers: first.value.headers,
      headerTemplates: own.headers.hidden,
      query,
      queryTemplates: own.query.hidden,
      mergeFields: fields,
      body,
    },
    headers: changed(written, before),
    secrets: () => placeholders.plaintexts(),
    after: (answer) =>
      afterCall(room, { ...common, method_request: left.body, method_request_mergefields: left.mergeFields }, answer),
    afterPages: (body) =>
      afterPages(
        room,
        {
          ...common,
          method_request_headers: left.headers,
          method_request_parameters: left.query,
          method_request_mergefields: left.mergeFields,
        },
        body,
      ),
  });
}

/** The entries that aren't among those before. */
function changed(entries: Readonly<Record<string, string>>, before: Readonly<Record<string, string>>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name of Object.keys(entries)) if (before[name] !== entries[name]) out[name] = entries[name] ?? "";
  return out;
}

function queryOf(value: unknown): Record<string, string | readonly string[]> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, entry]): [string, string | string[]][] => {
      if (entry === undefined || entry === null) return [];
      return [[name, Array.isArray(entry) ? entry.map(String) : String(entry)]];
    }),
  );
}

/** The phrases of RFC 9110 section 15 that providers' APIs answer with. */
const PHRASES: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

async function afterPages(room: ScriptRoom, common: ScriptVariables, body: string): Promise<Result<AfterPages>> {
  const outcome = await room.run("after_action_paging", { ...common, method_response: parsed(body) });
  if (!outcome.ok) return outcome;
  const { signal, variables, ran } = outcome.value;
  if (signal !== "continue") return scriptFailure("The script stopped this call after its last page.");
  if (ran.length === 0) return ok({ body, successAt: null });
  const left = room.placeholders.revealAll(variables.method_response);
  const date = variables.next_last_successful_run_date;
  const at = typeof date === "string" || typeof date === "number" ? new Date(date).getTime() : Number.NaN;
  return ok({
    body: typeof left === "string" ? left : JSON.stringify(left ?? null),
    successAt: Number.isNaN(at) ? null : at,
  });
}

async function afterCall(
  room: ScriptRoom,
  common: ScriptVariables,
  { status, headers, body }: Answer,
): Promise<Result<AfterCall>> {
  const success = status >= 200 && status < 300;
  if (!room.has(success ? AFTER_SUCCESS : AFTER_ERROR)) return ok({ body, success, signal: null, exit: null });
  const reasonPhrase = PHRASES[status] ?? "";
  const outcome = await room.run(success ? "after_action" : "after_error", {
    ...common,
    statusCode: status,
    reasonPhrase,
    method_response_headers: headers,
    ...(success
      ? { method_response: parsed(body) }
      : { method_error: { statusCode: status, reasonPhrase, content: body, isError: true, isWarning: false, isSuccess: false } }),
  });
  if (!outcome.ok) return outcome;
  const { signal, variables, ran } = outcome.value;
  if (signal === "stop") return scriptFailure("The script stopped this call after its answer.");
  if (signal !== "continue") return ok({ body, success: false, signal, exit: null });
  if (success) {
    const left = ran.length === 0 ? undefined : room.placeholders.revealAll(variables.method_response);
    const text = ran.length === 0 ? body : typeof left === "string" ? left : JSON.stringify(left ?? null);
    const chosen = await room.run("action_condition", { ...common, statusCode: status, method_response: parsed(text) });
    if (!chosen.ok) return chosen;
    const exit = chosen.value.ran.length === 0 ? null : chosen.value.signal !== "stop" && Boolean(chosen.value.returned);
    return ok({ body: text, success, signal: null, exit });
  }
  if (ran.length === 0) return ok({ body, success, signal: null, exit: null });
  const error = variables.method_error as { isSuccess?: unknown; content?: unknown } | null | undefined;
  const content = room.placeholders.revealAll(error?.content);
  return ok({ body: typeof content === "string" ? content : body, success: error?.isSuccess === true, signal: null, exit: null });
}
