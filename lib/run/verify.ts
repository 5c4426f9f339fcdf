import type { AccountScope } from "@/lib/access/types";
import type { ApiCall } from "@/lib/auth-methods/apply";
import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { atPath } from "@/lib/auth-methods/token-response";
import { recordCall, saveLookup } from "@/lib/installs/mutations";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { Secret } from "@/lib/kernel/secret";
import { lookup } from "@/lib/auth-methods/templates";
import { connectWithoutPerson, usableConnection } from "@/lib/oauth/refresh";
import { openConnection, type OpenedConnection } from "@/lib/oauth/values";
import { sendFresh } from "./send-fresh";
import { failedBefore, keptHttp, standingFailure } from "./call";
import { methodCall } from "./policy";
import { sendCall, type SentCall } from "./send";

export interface Verification {
  readonly status: number;
  readonly durationMs: number;
  readonly method: string;
}

interface TestCall {
  readonly name: string;
  readonly request: ApiCall;
}

type HttpRequest = NonNullable<ConnectorDefinition["verification"]>;

const requestsOf = (request: HttpRequest): ApiCall[] =>
  [...(request.url ? [request.url] : []), ...(request.paths ?? [])].map((path) => ({
    method: request.method,
    path,
    ...(request.headers ? { headerTemplates: request.headers } : {}),
    ...(request.body === undefined ? {} : { body: request.body }),
  }));

/** The calls that show that a credential works, in the order in which they are tried. */
function testCalls(definition: ConnectorDefinition): TestCall[] {
  const method = definition.methods.find((m) => m.id === definition.testMethod);
  if (method) {
    const request = methodCall(method, { parameters: {}, fields: {} });
    return request.ok ? [{ name: method.name, request: request.value }] : [];
  }
  return definition.verification ? requestsOf(definition.verification).map((request) => ({ name: "Test call", request })) : [];
}

/** Runs the look-ups that follow authentication and keeps their values as properties (domain section 4). */
async function lookUp(scope: AccountScope, opened: OpenedConnection): Promise<Result<boolean>> {
  let found = false;
  for (const { request, save } of opened.definition.postConnect ?? []) {
    // A look-up that fills nothing this method uses would send its credential somewhere for nothing.
    const wanted = new Set(opened.resolved.flatMap((r) => (r.parameter.source === "postConnect" ? [r.name] : [])));
    if (!Object.keys(save).some((name) => wanted.has(name))) continue;
    let body: unknown = null;
    for (const call of requestsOf(request)) {
      const sent = await sendCall(opened, call);
      if (!sent.ok) return sent;
      if (sent.value.failure) continue;
      try {
        body = JSON.parse(sent.value.body);
      } catch {
        continue;
      }
      break;
    }
    const values = Object.entries(save).flatMap(([name, path]) => {
      const value = atPath(body, path);
      return typeof value === "string" || typeof value === "number"
        ? [{ kind: "set" as const, name, value: String(value), isSecret: false }]
        : [];
    });
    if (values.length === 0) continue;
    await saveLookup(scope, opened.install.id, values);
    found = true;
  }
  return ok(found);
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
