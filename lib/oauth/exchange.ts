import type { Prepared } from "@/lib/auth-methods/apply";
import { classifyTransportFailure, failureResult } from "@/lib/auth-methods/failures";
import { hostAllowed } from "@/lib/auth-methods/hosts";
import { parseTokenResponse, type TokenSet } from "@/lib/auth-methods/token-response";
import { now } from "@/lib/kernel/clock";
import { redactor } from "@/lib/kernel/redact";
import { ok, type Result } from "@/lib/kernel/result";
import { egress, type EgressResponse } from "@/lib/platform/egress";
import { aroundExchange, type ExchangeKind } from "./exchange-scripts";
import { withClientOwner } from "./policy";
import { httpTrace, type HttpTrace } from "./trace";
import type { OpenedConnection } from "./values";

/** A token endpoint answers in seconds and in kilobytes, or not at all (S-25). */
export const TOKEN_TIMEOUT = 20_000;
const TOKEN_MAX_BYTES = 1024 * 1024;

/** Sends one request of the OAuth protocol: TLS, the configured host only, no redirect, bounded time and size (S-25). */
export async function sendOAuth(prepared: Prepared): Promise<Result<EgressResponse>> {
  return egress({
    ...prepared.request,
    purpose: "oauth",
    timeoutMs: TOKEN_TIMEOUT,
    maxBytes: TOKEN_MAX_BYTES,
    maxRedirects: 0,
    mayCall: (url) => hostAllowed(url, prepared.allowedHosts),
  });
}

/**
 * Sends a token request, with the connector's scripts around it, and reads the answer. Out: the result, and a trace without
 * secrets for the timeline.
 */
export async function exchange(
  opened: OpenedConnection,
  prepared: Prepared,
  kind: ExchangeKind,
): Promise<{ result: Result<TokenSet>; trace: HttpTrace | null }> {
  const scripted = await aroundExchange(opened, prepared, kind);
  if (scripted && !scripted.ok) return { result: scripted, trace: null };
  const sent = scripted?.value.prepared ?? prepared;
  const redact = redactor([...sent.secrets]);
  const answer = await sendOAuth(sent);
  if (!answer.ok) {
    const failure = classifyTransportFailure(answer.error.code, opened.definition.name);
    return { result: failureResult(failure), trace: httpTrace(sent, null, redact) };
  }
  const { status, headers } = answer.value;
  const read = (body: string) =>
    parseTokenResponse({
      definition: opened.definition,
      authMethod: opened.authMethod,
      status,
      body,
      receivedAt: now(),
      retryAfter: headers["retry-after"] ?? null,
    });
  const body = answer.value.text();
  const left = scripted ? await scripted.value.after(status, body) : ok(body);
  // A refresh token that was just replaced would be lost with the answer: a script that fails on it changes nothing then.
  const kept = !left.ok && kind === "refresh" ? read(body) : null;
  const parsed = kept?.ok ? kept : left.ok ? read(left.value) : left;
  const trace = httpTrace(sent, { status, body: parsed.ok || read(body).ok ? null : body }, redact);
  return { result: withClientOwner(parsed, opened.connector.sources), trace };
}
