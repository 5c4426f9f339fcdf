import type { AccountScope } from "@/lib/access/types";
import { placeOfStep } from "@/lib/cycles/data";
import { now } from "@/lib/kernel/clock";
import { guid } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { Stop } from "@/lib/kernel/stop";
import { openConnection } from "@/lib/oauth/values";
import { partnerOf } from "@/lib/partners/data";
import { performStep, type StepOutcome } from "./perform-step";
import { planOf, type PlanStep } from "./plan";
import { RunValues } from "./run-values";
import type { StepTest } from "./types";

const TEST_MS = 60_000;

function sampleOf(text: string): Result<Record<string, unknown>> {
  const wrong = (message: string) => fail("request.invalid", message, { fields: { sample: message } });
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return ok(value as Record<string, unknown>);
    return wrong("The sample has to be a JSON object with the steps' aliases as names.");
  } catch {
    return wrong("The sample isn't JSON.");
  }
}

/** A step may be tried with the connector's credential, or where it brings its own and may. */
async function mayTry(scope: AccountScope, { step }: PlanStep): Promise<Result<null>> {
  if (step.kind !== "Action" || step.accountConnectorId === null) return ok(null);
  const opened = await openConnection(scope, step.accountConnectorId);
  if (!opened.ok) return opened;
  const { authMethod, credential, install } = opened.value;
  if (authMethod.type === "None" || credential) return ok(null);
  if (step.useExternalAuthentication && (await partnerOf(scope)).externalAuthenticationEnabled) return ok(null);
  return fail("connector.not_authenticated", `Account connector '${install.name}' is not authenticated.`);
}

/**
 * Does one step for real with made-up outputs of the steps before it. In: the sample as JSON, an object by the steps' aliases. Out: what
 * was sent and came back, with every secret and credential replaced. Errors: 404, `request.invalid`, `connector.not_authenticated`.
 */
export async function testStep(scope: AccountScope, stepId: string, sample: string): Promise<Result<StepTest>> {
  const place = await placeOfStep(scope, stepId);
  if (!place || place.accountId !== scope.accountId) return fail("object.not_found", "There is no such step.");
  const given = sampleOf(sample);
  if (!given.ok) return given;
  const plan = await planOf({ ...scope, cycleId: place.cycleId });
  if (!plan.ok) return plan;
  const planned = plan.value.steps.get(stepId);
  if (!planned) return fail("object.not_found", "There is no such step.");
  const allowed = await mayTry(scope, planned);
  if (!allowed.ok) return allowed;
  const values = new RunValues(plan.value, { id: guid(), startedAt: now(), isTest: true });
  for (const [alias, output] of Object.entries(given.value)) {
    const id = plan.value.byAlias.get(alias);
    if (id !== undefined) values.put(id, output);
  }
  const stop = new Stop();
  const patience = setTimeout(() => stop.ask(), TEST_MS);
  let outcome: StepOutcome;
  try {
    outcome = await performStep(values, planned, stop);
  } finally {
    clearTimeout(patience);
  }
  values.put(stepId, outcome.output);
  const { call, failure } = outcome;
  const output = values.kept(stepId, call ? call.redact(outcome.output) : outcome.output);
  return ok({
    request: call ? values.redact(call.call.request) : null,
    response: call ? values.redact(call.call.response) : null,
    durationMs: call?.call.durationMs ?? null,
    output,
    exit: outcome.exit,
    error: failure ? { code: failure.code, message: values.redact(failure.message), owner: failure.owner, stepId } : null,
  });
}
