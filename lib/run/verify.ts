import type { AccountScope } from "@/lib/access/types";
import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { recordCall } from "@/lib/installs/mutations";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { Secret } from "@/lib/kernel/secret";
import { lookup } from "@/lib/auth-methods/templates";
import { connectWithoutPerson, usableConnection } from "@/lib/oauth/refresh";
import { openConnection, type OpenedConnection } from "@/lib/oauth/values";
import type { MethodCall } from "./call-scripts";
import { sendFresh } from "./send-fresh";
import { failedBefore, keptHttp, standingFailure } from "./call";
import { methodCall } from "./policy";
import { lookUp, requestsOf } from "./look-up";
import type { SentCall } from "./send";

export interface Verification {
  readonly status: number;
  readonly durationMs: number;
  readonly method: string;
}

interface TestCall {
  readonly name: string;
  readonly request: MethodCall;
}

/** The calls that show that a credential works, in the order in which they are tried. */
function testCalls(definition: ConnectorDefinition): TestCall[] {
  const method = definition.methods.find((m) => m.id === definition.testMethod);
  if (method) {
    const request = methodCall(method, { parameters: {}, fields: {} });
    return request.ok ? [{ name: method.name, request: request.value }] : [];
  }
  return definition.verification ? requestsOf(definition.verification).map((request) => ({ name: "Test call", request })) : [];
}

/** The connection with a good token; where no person has to consent and none is held yet, it is connected first. */
async function connected(scope: AccountScope, id: number): Promise<Result<OpenedConnection>> {
  const opened = await usableConnection(scope, id);
  if (!opened.ok) return opened;
  const { authMethod, credential, connector } = opened.value;
  const byItself = authMethod.oauth2 !== undefined && authMethod.oauth2.grant !== "AuthorisationCode";
  if (!byItself || (credential && lookup(connector.values, "accessToken") instanceof Secret)) return opened;
  const made = await connectWithoutPerson(scope, id);
  return made.ok ? openConnection(scope, id) : made;
}

/**
 * Checks that an authenticated connector works: the look-up after the install, then the test call. The result is kept as
 * last verified or last error. Out: status and time of the test call; null where the definition has none.
 * Errors: those of the call; a refusal by the provider is an error here, with whose it is.
 */
export async function verifyConnection(scope: AccountScope, id: number): Promise<Result<Verification | null>> {
  const first = await connected(scope, id);
  if (!first.ok) return first;
  const looked = await lookUp(scope, first.value);
  if (!looked.ok) return looked;
  const opened = looked.value ? await usableConnection(scope, id) : first;
  if (!opened.ok) return opened;
  let last: { name: string; result: Result<SentCall> } | null = null;
  for (const test of testCalls(opened.value.definition)) {
    last = { name: test.name, result: await sendFresh(scope, opened.value, test.request) };
    if (last.result.ok && last.result.value.failure === null) break;
  }
  if (!last)
    return opened.value.authMethod.type !== "None" && !opened.value.credential
      ? fail("connector.not_authenticated", `Account connector '${opened.value.install.name}' is not authenticated.`)
      : ok(null);
  return keep(scope, id, last.name, last.result);
}

async function keep(scope: AccountScope, id: number, name: string, result: Result<SentCall>): Promise<Result<Verification>> {
  if (!result.ok) {
    const failure = failedBefore(result.error);
    if (failure) {
      await recordCall(scope, id, {
        event: { kind: "test", outcome: "bad", title: "Test failed", detail: failure.message, owner: failure.owner },
        ...(failure.owner === "policy" ? {} : { failure }),
      });
    }
    return result;
  }
  const { call, failure } = result.value;
  const verification = { status: call.response.status, durationMs: call.durationMs, method: name };
  const standing = standingFailure(result.value);
  await recordCall(scope, id, {
    event: {
      kind: "test",
      outcome: failure ? "bad" : "ok",
      title: `${name} ${verification.status} in ${verification.durationMs} ms`,
      detail: failure?.message ?? null,
      http: keptHttp(call),
      owner: failure?.owner ?? null,
    },
    ...(failure ? {} : { verified: verification }),
    ...(standing ? { failure: standing } : {}),
  });
  return failure
    ? fail(failure.code, failure.message, { details: { owner: failure.owner, status: verification.status } })
    : ok(verification);
}
