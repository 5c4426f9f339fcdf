import type { PartnerScope } from "@/lib/access/types";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { egress } from "@/lib/platform/egress";
import type { ScriptEvent } from "@/lib/scripts/constants";
import { Placeholders } from "@/lib/scripts/placeholders";
import { testScript, type ScriptVariables } from "@/lib/scripts/run";
import type { ScriptTest } from "./types";

const written = (value: unknown): string => JSON.stringify(value ?? null, null, 2);

function variablesOf(text: string): Result<ScriptVariables> {
  const wrong = (message: string) => fail("request.invalid", message, { fields: { variables: message } });
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return ok(value);
    return wrong("The variables have to be a JSON object.");
  } catch (error) {
    return wrong(`The variables aren't JSON: ${error instanceof Error ? error.message : "they can't be read"}`);
  }
}

/**
 * Runs a script on made-up variables, under the limits of a real call. `method_auth_value` is a marker there as it is in a call, and
 * leaves for no host. In: event, source, variables as JSON. Out: how it went, also where it failed. Errors: `request.invalid`.
 */
export async function runScriptTest(
  scope: PartnerScope,
  input: { readonly event: ScriptEvent; readonly script: string; readonly variables: string },
): Promise<Result<ScriptTest>> {
  const variables = variablesOf(input.variables);
  if (!variables.ok) return variables;
  const placeholders = new Placeholders();
  const { method_auth_value: auth, ...others } = variables.value;
  const report = await testScript({
    event: input.event,
    script: input.script,
    placeholders,
    variables: { ...others, ...(typeof auth === "string" ? { method_auth_value: placeholders.mark(auth) } : {}) },
    owner: scope.partnerId,
    capabilities: {
      httpRequest: async (request) => {
        const answer = await egress({ ...request, purpose: "script" });
        if (!answer.ok) throw new Error(answer.error.message);
        return { status: answer.value.status, headers: answer.value.headers, text: answer.value.text() };
      },
    },
  });
  const { outcome, error } = report;
  return ok({
    ok: report.ok,
    durationMs: report.durationMs,
    console: report.console,
    signal: outcome?.signal ?? null,
    returned: outcome ? written(placeholders.mask(outcome.returned)) : null,
    variables: outcome ? written(outcome.variables) : null,
    error: error ? { message: error.message, kind: error.kind, line: error.line } : null,
  });
}
