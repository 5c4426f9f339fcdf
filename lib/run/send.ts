import { applyAuth, type ApiCall, type Prepared } from "@/lib/auth-methods/apply";
import { classifyApiFailure, classifyTransportFailure, failureResult, type ClassifiedFailure } from "@/lib/auth-methods/failures";
import { hostAllowed } from "@/lib/auth-methods/hosts";
import { missingValuesError } from "@/lib/auth-methods/resolve";
import { textOf } from "@/lib/auth-methods/templates";
import { expose } from "@/lib/kernel/expose";
import { redactHeaders, redactor, redactUrl } from "@/lib/kernel/redact";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { Secret } from "@/lib/kernel/secret";
import { oauth1Signer } from "@/lib/oauth/oauth1-signer";
import type { OpenedConnection } from "@/lib/oauth/values";
import { egress } from "@/lib/platform/egress";

/** Largest body of an answer that is read, and how many redirects a call follows within the definition's hosts. */
const MAX_BYTES = 5 * 1024 * 1024;
const MAX_REDIRECTS = 3;

/** What was sent and what came back, with every secret replaced; safe to show, store and log. */
export interface RedactedCall {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly body: string | null;
  };
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: string };
  readonly durationMs: number;
}

export interface SentCall {
  readonly call: RedactedCall;
  /** The body as it came, for look-ups and later steps of the same run. */
  readonly body: string;
  /** Null where the provider accepted the call. */
  readonly failure: ClassifiedFailure | null;
}

/** Every secret text of a connection: none of them may show anywhere, also where a provider echoes one. */
function secretsOf(opened: OpenedConnection, prepared: Prepared): string[] {
  const held = Object.values(opened.connector.values).flatMap((v) => (v instanceof Secret ? [expose(v)] : []));
  return [...new Set([...held, ...prepared.secrets])].filter((s) => textOf(s) !== "");
}

/**
 * Sends one call with a connection's credential, to the hosts its definition allows (S-41). Errors: what is missing, by
 * name; `egress.blocked`, `provider.timeout`, `provider.unavailable`. An answer of any status is not an error here.
 */
export async function sendCall(opened: OpenedConnection, request: ApiCall, timeoutMs = 30_000): Promise<Result<SentCall>> {
  if (opened.authMethod.type !== "None" && !opened.credential) {
    return fail("connector.not_authenticated", `Account connector '${opened.install.name}' is not authenticated.`);
  }
  if (opened.install.disabledAt !== null)
    return fail("connector.not_authenticated", `Account connector '${opened.install.name}' is switched off.`);
  const missing = missingValuesError(opened.resolved);
  if (missing) return missing;
  const prepared = applyAuth({
    definition: opened.definition,
    authMethod: opened.authMethod,
    values: opened.connector.values,
    sources: opened.connector.sources,
    request,
    oauth1Signer,
  });
  if (!prepared.ok) return prepared;
  const answer = await egress({
    ...prepared.value.request,
    purpose: "method",
    timeoutMs,
    maxBytes: MAX_BYTES,
    maxRedirects: MAX_REDIRECTS,
    mayCall: (url) => hostAllowed(url, prepared.value.allowedHosts),
    sensitiveHeaders: Object.keys(prepared.value.request.headers),
  });
  if (!answer.ok) return failureResult(classifyTransportFailure(answer.error.code, opened.definition.name));
  const redact = redactor(secretsOf(opened, prepared.value));
  const body = answer.value.text();
  const { status } = answer.value;
  const answered = { status, body, provider: opened.definition.name, retryAfter: answer.value.headers["retry-after"] ?? null };
  return ok({
    body,
    failure: status >= 200 && status < 300 ? null : classifyApiFailure(answered),
    call: {
      request: {
        method: prepared.value.request.method,
        url: redact(redactUrl(prepared.value.request.url)),
        headers: redact(redactHeaders({ ...prepared.value.request.headers })),
        body: prepared.value.request.body === undefined ? null : redact(prepared.value.request.body),
      },
      response: { status, headers: redact(redactHeaders({ ...answer.value.headers })), body: redact(body) },
      durationMs: answer.value.durationMs,
    },
  });
}
