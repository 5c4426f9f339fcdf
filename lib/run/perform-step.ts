import { hash } from "node:crypto";
import type { MethodDefinition } from "@/lib/auth-methods/definition";
import type { Layer } from "@/lib/auth-methods/resolve";
import type { TemplateValue } from "@/lib/auth-methods/templates";
import { authMappings, mappedParameter, stepLayer } from "@/lib/cycles/credential";
import { mergeParts } from "@/lib/cycles/merge";
import type { CycleStep } from "@/lib/cycles/types";
import { isCredential } from "@/lib/auth-methods/registry";
import { DAY, HOUR, MINUTE, now, SECOND } from "@/lib/kernel/clock";
import type { FailureOwner } from "@/lib/kernel/errors";
import { fail, ok, type Failure, type Result } from "@/lib/kernel/result";
import { secret } from "@/lib/kernel/secret";
import { isLater, soon, type Soon } from "@/lib/kernel/soon";
import type { Stop } from "@/lib/kernel/stop";
import { usableConnection } from "@/lib/oauth/refresh";
import { openConnection, withStepValues, type OpenedConnection } from "@/lib/oauth/values";
import type { MethodCall } from "./call-scripts";
import { holds } from "./condition";
import { lastSuccessOf } from "./data";
import { matches, rawBody, transformed, valueOf, valuesOf, type MappedValues } from "./mapped-values";
import { isTooDeep, textOf } from "./paths";
import type { PlannedMapping, PlanStep } from "./plan";
import { methodCall } from "./policy";
import type { RunValues } from "./run-values";
import type { SentCall } from "./send";
import { sendPages } from "./send-pages";
import type { RunError } from "./types";

/** A step's failure, and what may help. */
export interface StepFailure extends Omit<RunError, "stepId"> {
  /** Milliseconds to wait before anything else is tried at this provider: it asked for that. */
  readonly wait: number | null;
  /** The same may work later. */
  readonly mayHelp: boolean;
}

/** What a step did. `call` is what it sent, where it got that far. */
export interface StepOutcome {
  readonly output: unknown;
  readonly exit: "Forward" | "True" | "False";
  /** Until when the run rests before it goes on. */
  readonly restUntil: number | null;
  readonly call: SentCall | null;
  readonly opened: OpenedConnection | null;
  readonly idempotencyKey: string | null;
  readonly failure: StepFailure | null;
}

const done = (output: unknown, exit: StepOutcome["exit"] = "Forward", restUntil: number | null = null): StepOutcome => ({
  output,
  exit,
  restUntil,
  call: null,
  opened: null,
  idempotencyKey: null,
  failure: null,
});

const CERTAIN = new Set(["request.invalid", "script.failed", "egress.blocked", "object.not_found", "vault.unreadable"]);

/** A failure before or instead of an answer. */
function failureOf(error: Failure): StepFailure {
  const owner = (error.details?.owner as FailureOwner | undefined) ?? ownerOf(error);
  const isMapped = Array.isArray(error.details?.mapped) && error.details.mapped.length > 0;
  return { code: error.code, message: error.message, owner, wait: null, mayHelp: !CERTAIN.has(error.code) && !isMapped };
}

const ownerOf = ({ code }: Failure): FailureOwner => {
  if (code.startsWith("provider.") || code === "rate.limited") return "provider";
  if (code === "egress.blocked" || code === "script.failed") return "policy";
  return code === "connector.not_authenticated" || code === "connector.values_missing" ? "customer" : "partner";
};

const failed = (error: Failure, more: Partial<StepOutcome> = {}): StepOutcome => ({
  ...done(null),
  ...more,
  failure: failureOf(error),
});

/** The same for every attempt at a step of a pass, and for no other (the definition's idempotency header). */
export const idempotencyKeyOf = (runId: string, stepId: string): string =>
  hash("sha256", `${runId}/${stepId}`, "hex").slice(0, 32);

/** The values that a step's authentication mappings came to, by parameter; undefined for one that is missing or empty. */
function credentialOf(
  values: RunValues,
  planned: PlanStep,
  { definition, authMethod }: Pick<OpenedConnection, "definition" | "authMethod">,
): Soon<Result<Layer<TemplateValue>>> {
  const inForce = authMappings(planned.step.mappings);
  return soon(valuesOf(values, planned.mappings, "Authentication"), (found) => {
    if (!found.ok) return found;
    return ok(
      stepLayer<TemplateValue>(definition, authMethod, inForce, (mapping) => {
        const text = textOf(found.value.given[mapping.name]);
        if (text === null || text.trim() === "") return undefined;
        values.hide(text);
        const parameter = mappedParameter(definition, authMethod, mapping.name);
        return parameter !== null && isCredential(authMethod, parameter) ? secret(text) : text;
      }),
    );
  });
}

/** A step's connection, whether the step brings the token itself, and what adds its values to a connection that was opened anew. */
interface StepConnection {
  readonly opened: OpenedConnection;
  readonly bringsToken: boolean;
  readonly put: (opened: OpenedConnection) => Result<OpenedConnection>;
}

/** The connection of a step with what the step brings; `put` does the same again after a renewal. */
function openFor(values: RunValues, planned: PlanStep): Soon<Result<StepConnection>> {
  const id = planned.step.accountConnectorId;
  if (id === null) return fail("object.not_found", "This step has no connection. Choose one in Step Setup.");
  const { scope } = values.plan;
  if (authMappings(planned.step.mappings).length > 0) return openMapped(values, planned, id);
  return soon(usableConnection(scope, id), (first) =>
    first.ok ? ok({ opened: first.value, bringsToken: false, put: ok<OpenedConnection> }) : first,
  );
}

async function openMapped(values: RunValues, planned: PlanStep, id: number): Promise<Result<StepConnection>> {
  const { scope } = values.plan;
  const first = await openConnection(scope, id);
  if (!first.ok) return first;
  const layer = await credentialOf(values, planned, first.value);
  if (!layer.ok) return layer;
  const brought = layer.value;
  const bringsToken = Object.keys(brought).some((name) => isCredential(first.value.authMethod, name));
  const base = bringsToken || !first.value.credential ? first : await usableConnection(scope, id);
  if (!base.ok) return base;
  const put = (opened: OpenedConnection) => withStepValues(opened, brought);
  const opened = put(base.value);
  return opened.ok ? ok({ opened: opened.value, bringsToken, put }) : opened;
}

const NO_FIELDS: Result<MappedValues> = ok({ given: {}, ignored: new Set() });

interface StepCall {
  readonly method: MethodDefinition;
  readonly call: MethodCall;
}

function callOf(values: RunValues, planned: PlanStep, opened: OpenedConnection, key: string): Soon<Result<StepCall>> {
  const { step, mappings } = planned;
  const method = opened.definition.methods.find((m) => m.id === step.methodId);
  if (!method) return fail("object.not_found", `${opened.definition.name} no longer has the method of this step.`);
  return soon(valuesOf(values, mappings, "Parameter"), (parameters): Soon<Result<StepCall>> => {
    if (!parameters.ok) return parameters;
    // What was mapped to a field that is gone, such as a custom one that was removed, is left out.
    const isThere = ({ slot, name }: PlannedMapping) => slot !== "Field" || method.requestFields.some((f) => f.path === name);
    const filling = step.rawBody === null ? valuesOf(values, mappings.filter(isThere), "Field") : NO_FIELDS;
    return soon(filling, (fields) =>
      fields.ok ? stepCall(values, step, method, key, { parameters: parameters.value, fields: fields.value }) : fields,
    );
  });
}

const both = (a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> =>
  a.size === 0 ? b : b.size === 0 ? a : new Set([...a, ...b]);

function stepCall(
  values: RunValues,
  step: CycleStep,
  method: MethodDefinition,
  key: string,
  { parameters, fields }: { readonly parameters: MappedValues; readonly fields: MappedValues },
): Result<StepCall> {
  const texts: Record<string, string> = {};
  for (const name of Object.keys(parameters.given)) texts[name] = textOf(parameters.given[name]) ?? "";
  const required = step.rawBody === null ? method : { ...method, requestFields: [] };
  const request = methodCall(required, {
    parameters: texts,
    fields: fields.given,
    ignored: both(parameters.ignored, fields.ignored),
  });
  if (!request.ok) return { ok: false, error: { ...request.error, details: { owner: "partner", ...request.error.details } } };
  const body = step.rawBody === null ? ok(request.value.body) : rawBody(values, mergeParts(step.rawBody));
  if (!body.ok) return body;
  const header = method.idempotencyHeader;
  const { cycle, variables } = values.plan;
  const headers: Record<string, string> = { ...request.value.headers };
  if (header !== undefined) headers[header] = key;
  const { path, mergeFields, query, headerTemplates, queryTemplates, bodyFormat, script, rateLimit, scriptParameters } =
    request.value;
  // Written out: a call is made of the same members in the same order, and what reads them is quick.
  const call: MethodCall = {
    method: method.httpMethod,
    path,
    mergeFields,
    headers,
    query,
    headerTemplates,
    queryTemplates,
    body: body.value,
    bodyFormat,
    script,
    rateLimit,
    scriptParameters,
    filters: request.value.filters,
    unsent: request.value.unsent,
    step: {
      script: step.script,
      facts: () =>
        soon(lastSuccessOf(cycle.id), (last) => ({
          cycle_id: cycle.id,
          cycle_step_id: step.id,
          transaction_id: values.run.id,
          script_execution_context: values.run.isTest ? "STEP_TESTING" : "RUNNING_TRANSACTION",
          last_successful_run_date: last === null ? null : new Date(last).toISOString(),
        })),
      variables: (placeholders) => values.shown(variables, placeholders) as Record<string, unknown>,
    },
  };
  return ok({ method, call });
}

/** What later steps see of an answer: JSON as it is, a form or other text under `text`. */
function outputOf(body: string): unknown {
  if (body.trim() === "") return {};
  if (isTooDeep(body)) return { text: body };
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return { text: body };
  }
}

async function performAction(values: RunValues, planned: PlanStep, stop: Stop): Promise<StepOutcome> {
  const key = idempotencyKeyOf(values.run.id, planned.step.id);
  const opening = openFor(values, planned);
  const ready = isLater(opening) ? await opening : opening;
  if (!ready.ok) return failed(ready.error);
  const { opened, bringsToken, put } = ready.value;
  const calling = callOf(values, planned, opened, key);
  const request = isLater(calling) ? await calling : calling;
  if (!request.ok) return failed(request.error, { opened });
  const { method, call } = request.value;
  const more = { opened, idempotencyKey: method.idempotencyHeader === undefined ? null : key };
  const options = { stop, hidden: values.credentials() };
  // What came from outside is never renewed: there is nothing to renew it with.
  const sent = await sendPages(values.plan.scope, opened, { method, request: call }, options, put, { renew: !bringsToken });
  if (!sent.ok) return failed(sent.error, more);
  const { failure } = sent.value;
  const output = outputOf(sent.value.body);
  if (failure === null) {
    const exit = sent.value.exit === null ? "Forward" : sent.value.exit ? "True" : "False";
    const { idempotencyKey } = more;
    return { output, exit, restUntil: null, call: sent.value, opened, idempotencyKey, failure: null };
  }
  const message =
    bringsToken && failure.reauthenticate
      ? `${opened.definition.name} doesn't accept the credential that this run brought.`
      : failure.message;
  const isBusy = failure.code === "rate.limited";
  return {
    ...done(output),
    ...more,
    call: sent.value,
    failure: {
      code: failure.code,
      message,
      owner: failure.owner,
      wait: isBusy ? Math.min(failure.retryAfter ?? MINUTE, DAY) : null,
      mayHelp: failure.retryable || failure.reauthenticate || failure.owner !== "provider",
    },
  };
}

async function performCondition(values: RunValues, planned: PlanStep): Promise<StepOutcome> {
  const operand = async (name: string): Promise<Result<unknown>> => {
    const mapping = planned.mappings.find((m) => m.slot === "Operand" && m.name === name);
    return mapping ? valueOf(values, mapping.source) : ok(undefined);
  };
  const [left, right] = [await operand("left"), await operand("right")];
  if (!left.ok) return failed(left.error);
  if (!right.ok) return failed(right.error);
  const { operator } = planned.step;
  if (operator === null) return failed(fail("request.invalid", "This condition has no operator.").error);
  const result =
    operator === "Matches"
      ? await matches(values, textOf(left.value) ?? "", textOf(right.value) ?? "")
      : ok(holds(operator, left.value, right.value));
  if (!result.ok) return failed(result.error);
  return done({ result: result.value }, result.value ? "True" : "False");
}

const UNITS = { Seconds: SECOND, Minutes: MINUTE, Hours: HOUR, Days: DAY } as const;

function performDelay({ step }: PlanStep): StepOutcome {
  const until = now() + (step.delay?.interval ?? 0) * (step.delay?.unit ? UNITS[step.delay.unit] : 0);
  return done({ until: new Date(until).toISOString() }, "Forward", until);
}

/** Does one step. It never throws for anything that a provider, a script or a person's mapping does. */
export function performStep(values: RunValues, planned: PlanStep, stop: Stop): Soon<StepOutcome> {
  switch (planned.step.kind) {
    case "Action":
      return performAction(values, planned, stop);
    case "Condition":
      return performCondition(values, planned);
    case "Delay":
      return performDelay(planned);
    case "Transform": {
      const transforming = transformed(values, planned.step.script ?? "", planned.reads);
      return transforming.then((result) => (result.ok ? done(result.value) : failed(result.error)));
    }
    case "Trigger":
      return done(values.output(planned.step.id));
  }
}
