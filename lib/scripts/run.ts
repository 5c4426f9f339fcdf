import { fail, ok, type Failure, type Result } from "@/lib/kernel/result";
import {
  DEFAULT_LIMITS,
  levelsInOrder,
  type ScriptEvent,
  type ScriptLevel,
  type ScriptLimits,
  type ScriptVariable,
} from "./constants";
import { Placeholders } from "./placeholders";
import { runJob } from "./pool";
import type { ScriptAnswer, ScriptCapabilities, ScriptError, ScriptJob, ScriptSignal } from "./types";

export type ScriptVariables = Partial<Record<ScriptVariable, unknown>>;

interface RunInput {
  readonly variables?: ScriptVariables;
  /** The secrets of this run, already marked in the variables. */
  readonly placeholders?: Placeholders;
  /** Whether a request that carries a secret may go to this address (S-41). Without it none may. */
  readonly allowSecretTo?: (url: URL) => boolean;
  readonly capabilities?: ScriptCapabilities;
  readonly limits?: Partial<ScriptLimits>;
  /** Scripts of one account, run and connector may share a context; absent: a fresh one. */
  readonly contextKey?: string;
  /** Whose scripts these are, such as the account: one owner never takes all threads. */
  readonly owner?: string;
}

export interface EventInput extends RunInput {
  readonly event: ScriptEvent;
  readonly scripts: Partial<Record<ScriptLevel, string | null>>;
}

export interface EventOutcome {
  /** What the caller does next: go on, stop (a function returned false), get a new access token, or start a new session. */
  readonly signal: ScriptSignal;
  /** What the last function returned. */
  readonly returned: unknown;
  /** All variables as the scripts left them; secrets in them are still markers. */
  readonly variables: ScriptVariables;
  /** Fit to be shown: markers are masked. */
  readonly console: readonly string[];
  /** Levels that had a function for the event. */
  readonly ran: readonly ScriptLevel[];
}

/** What providers send, and so where a secret of this run may be echoed. A script writes the other variables itself. */
const FROM_PROVIDER: readonly ScriptVariable[] = ["method_response", "method_response_headers", "method_error"];

/**
 * Runs one event at the levels that have a script, in the documented order (domain.md section 7). In: the scripts, variables and secrets of the
 * call, and what it may do. Out: what the scripts left, or `script.failed` with a {@link ScriptError} and the console in its details.
 */
export async function runEvent(input: EventInput): Promise<Result<EventOutcome>> {
  const scripts = levelsInOrder(input.event).flatMap((level) => {
    const source = input.scripts[level];
    return source ? [{ level, source }] : [];
  });
  if (!scripts.some(({ source }) => source.includes(input.event))) {
    return ok({ signal: "continue", returned: null, variables: input.variables ?? {}, console: [], ran: [] });
  }
  return perform(input, { scripts, event: input.event, expression: null });
}

/** Evaluates an inline script, the text of a mapping after its `=`. Out: its value as JSON has it, or `script.failed`. */
export async function evaluateExpression(expression: string, input: RunInput = {}): Promise<Result<unknown>> {
  const result = await perform(input, { scripts: [], event: null, expression });
  return result.ok ? ok(result.value.returned) : result;
}

/** What the Script Testing page shows of a run. */
export interface ScriptTestReport {
  readonly ok: boolean;
  readonly outcome: EventOutcome | null;
  readonly error: ScriptError | null;
  readonly console: readonly string[];
  readonly durationMs: number;
}

/** Runs one script alone, at the connector's level, with made-up variables. An event that it has no function for is an error. */
export async function testScript(input: Omit<EventInput, "scripts"> & { readonly script: string }): Promise<ScriptTestReport> {
  const started = performance.now();
  const result = await perform(input, {
    scripts: [{ level: "connector", source: input.script }],
    event: input.event,
    expression: null,
  });
  const durationMs = Math.round(performance.now() - started);
  if (!result.ok) {
    const { error, console } = result.error.details as unknown as { error: ScriptError; console: readonly string[] };
    return { ok: false, outcome: null, error, console, durationMs };
  }
  const { value } = result;
  if (value.ran.length > 0 || value.signal === "refresh" || value.signal === "session") {
    return {
      ok: true,
      outcome: { ...value, variables: input.placeholders?.mask(value.variables) ?? value.variables },
      error: null,
      console: value.console,
      durationMs,
    };
  }
  const error: ScriptError = { kind: "error", message: `The script has no function ${input.event}.`, level: null, line: null };
  return { ok: false, outcome: null, error, console: value.console, durationMs };
}

async function perform(
  input: RunInput,
  what: Pick<ScriptJob, "scripts" | "event" | "expression">,
): Promise<Result<EventOutcome>> {
  const limits = input.limits ? { ...DEFAULT_LIMITS, ...input.limits } : DEFAULT_LIMITS;
  const placeholders = input.placeholders ?? new Placeholders();
  const variables = writeVariables(input.variables ?? {}, placeholders);
  if (variables.length > limits.maxDataBytes) {
    const message = `The data of this call is more than the ${limits.maxDataBytes / 1024} KB that a script can take.`;
    return scriptFailed({ kind: "limit", message, level: null, line: null }, []);
  }
  const job = {
    ...what,
    contextKey: input.contextKey ?? null,
    variables,
    placeholders: placeholders.transfer(),
    limits,
    mayRequest: input.capabilities?.httpRequest !== undefined,
  };
  const started = performance.now();
  const answer = await runJob(job, input.owner ?? "", async (request, derived) => {
    placeholders.absorb(derived);
    return { value: await makeRequest(request, input, placeholders, limits, limits.timeMs - (performance.now() - started)) };
  });
  placeholders.absorb(answer.derived);
  return read(answer);
}

function writeVariables(variables: ScriptVariables, placeholders: Placeholders): string {
  if (FROM_PROVIDER.every((name) => variables[name] === undefined)) return JSON.stringify(variables);
  const own = { ...variables };
  const received: ScriptVariables = {};
  for (const name of FROM_PROVIDER) {
    received[name] = variables[name];
    delete own[name];
  }
  const parts = [JSON.stringify(own), placeholders.conceal(JSON.stringify(received))]
    .map((json) => json.slice(1, -1))
    .filter((json) => json !== "");
  return `{${parts.join(",")}}`;
}

function read(answer: ScriptAnswer): Result<EventOutcome> {
  if (!answer.outcome.ok) return scriptFailed(answer.outcome.error, answer.console);
  const data = parsed(answer.outcome.data) as Partial<EventOutcome>;
  return ok({
    signal: answer.outcome.signal,
    returned: data.returned ?? null,
    variables: data.variables ?? {},
    console: answer.console,
    ran: answer.outcome.ran,
  });
}

/** A key that changes an object's prototype is dropped here, before anything merges it. Asking for each key costs as much as the rest. */
const parsed = (json: string): unknown =>
  /__proto__|\\u00[2-7]/i.test(json)
    ? JSON.parse(json, (key, value: unknown) => (key === "__proto__" ? undefined : value))
    : JSON.parse(json);

function scriptFailed(error: ScriptError, console: readonly string[]): { readonly ok: false; readonly error: Failure } {
  const where = error.line === null ? "" : ` (${error.level ?? "script"}, line ${error.line})`;
  return fail("script.failed", `${error.message}${where}`, { details: { error, console } });
}

async function makeRequest(asked: unknown, input: RunInput, placeholders: Placeholders, limits: ScriptLimits, timeoutMs: number) {
  const httpRequest = input.capabilities?.httpRequest;
  if (!httpRequest) throw new Error("http_request isn't available here.");
  const written = writeRequest(asked);
  const request = placeholders.substitute(written, (url) => input.allowSecretTo?.(url) ?? false);
  if (!request.ok) throw new Error(request.error.message);
  const response = await httpRequest({
    ...request.value,
    timeoutMs: Math.max(1, Math.round(timeoutMs)),
    maxBytes: limits.maxResponseBytes,
  });
  const answer = { status_code: response.status, headers: response.headers, content: response.text, request: written };
  // Only a host that may have a secret can echo one; any other could have its guesses confirmed this way.
  if (!URL.canParse(request.value.url) || !input.allowSecretTo?.(new URL(request.value.url))) return answer;
  return JSON.parse(placeholders.conceal(JSON.stringify(answer))) as unknown;
}

/** A script's `{method, url, parameters, headers, data}` as a request. */
function writeRequest(asked: unknown): { method: string; url: string; headers: Record<string, string>; body: string | null } {
  if (typeof asked !== "object" || asked === null) throw new Error("http_request needs an object.");
  const { method, url, parameters, headers, data } = asked as Record<string, unknown>;
  if (typeof url !== "string" || url === "") throw new Error("http_request needs a url.");
  const query = pairs(parameters);
  const [address = "", fragment] = url.split("#", 2);
  const separator = query === "" ? "" : address.includes("?") ? "&" : "?";
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(typeof headers === "object" && headers !== null ? headers : {}))
    own[name] = String(value);
  const type = Object.entries(own).find(([name]) => name.toLowerCase() === "content-type")?.[1];
  let body: string | null = null;
  if (typeof data === "string") body = data;
  else if (data !== undefined && data !== null) {
    const form = type !== undefined && /x-www-form-urlencoded/i.test(type);
    body = form ? pairs(data) : JSON.stringify(data);
    if (type === undefined) own["Content-Type"] = "application/json";
  }
  return {
    method: typeof method === "string" && method !== "" ? method.toUpperCase() : "GET",
    url: `${address}${separator}${query}${fragment === undefined ? "" : `#${fragment}`}`,
    headers: own,
    body,
  };
}

const pairs = (values: unknown): string =>
  typeof values === "object" && values !== null
    ? Object.entries(values)
        .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value ?? ""))}`)
        .join("&")
    : "";
