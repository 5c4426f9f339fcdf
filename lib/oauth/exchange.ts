import type { Prepared } from "@/lib/auth-methods/apply";
import { classifyTransportFailure, failureResult } from "@/lib/auth-methods/failures";
import { hostAllowed } from "@/lib/auth-methods/hosts";
import { parseTokenResponse, type TokenSet } from "@/lib/auth-methods/token-response";
import { now } from "@/lib/kernel/clock";
import { redactor } from "@/lib/kernel/redact";
import { ok, type Result } from "@/lib/kernel/result";
import { egress, type EgressResponse } from "@/lib/platform/egress";
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

/** Sends a token request and reads the answer. Out: the result and a trace without secrets for the timeline. */
export async function exchange(
  opened: OpenedConnection,
  prepared: Prepared,
): Promise<{ result: Result<TokenSet>; trace: HttpTrace }> {
  const answer = await sendOAuth(prepared);
  if (!answer.ok) {
    const failure = classifyTransportFailure(answer.error.code, opened.definition.name);
    return { result: failureResult(failure), trace: httpTrace(prepared, null, redactor([...prepared.secrets])) };
  }
  const body = answer.value.text();
  const parsed = parseTokenResponse({
    definition: opened.definition,
    authMethod: opened.authMethod,
    status: answer.value.status,
    body,
    receivedAt: now(),
    retryAfter: answer.value.headers["retry-after"] ?? null,
  });
  const trace = httpTrace(
    prepared,
    { status: answer.value.status, body: parsed.ok ? null : body },
    redactor([...prepared.secrets]),
  );
  return { result: parsed.ok ? ok(parsed.value) : parsed, trace };
}
