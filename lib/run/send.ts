import { applyAuth, type Prepared } from "@/lib/auth-methods/apply";
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
import { heard, turn } from "./pace";
import { beforeCall, type Answer, type MethodCall, type ScriptedCall, type Signal } from "./call-scripts";

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
  /** What a script wants done before the call is tried once more. */
  readonly signal: Signal;
}

/** Every secret text of a connection: none of them may show anywhere, also where a provider echoes one. */
function secretsOf(opened: OpenedConnection, prepared: Prepared): string[] {
  const held = Object.values(opened.connector.values).flatMap((v) => (v instanceof Secret ? [expose(v)] : []));
  return [...new Set([...held, ...prepared.secrets])].filter((s) => textOf(s) !== "");
}

/**
 * Sends one call with a connection's credential, to the hosts its definition allows (S-41), with the connector's and the method's
 * scripts around it. Errors: what is missing, by name; `script.failed`; `egress.blocked`, `provider.timeout`, `provider.unavailable`. An answer of any status is not an error here.
 */
export async function sendCall(opened: OpenedConnection, request: MethodCall, timeoutMs = 30_000): Promise<Result<SentCall>> {
  if (opened.authMethod.type !== "None" && !opened.credential && !opened.isTrial) {
    return fail("connector.not_authenticated", `Account connector '${opened.install.name}' is not authenticated.`);
  }
  if (opened.install.disabledAt !== null)
    return fail("connector.not_authenticated", `Account connector '${opened.install.name}' is switched off.`);
  const missing = missingValuesError(opened.resolved);
  if (missing) return missing;
  const scripted = await beforeCall(opened, request);
  if (scripted && !scripted.ok) return scripted;
  const applied = applyAuth({
    definition: scripted?.value.definition ?? opened.definition,
    authMethod: opened.authMethod,
    values: opened.connector.values,
    sources: opened.connector.sources,
    request: scripted?.value.request ?? request,
    oauth1Signer,
  });
  if (!applied.ok) return applied;
  const prepared = withHeaders(applied.value, scripted?.value.headers);
  const { id } = opened.install;
  const mayGo = opened.isTrial
    ? ok(null)
    : await turn(id, request.rateLimit ?? opened.definition.rateLimit, opened.definition.name);
  if (!mayGo.ok) return mayGo;
  const answer = await egress({
    ...prepared.request,
    purpose: "method",
    timeoutMs,
    maxBytes: MAX_BYTES,
    maxRedirects: MAX_REDIRECTS,
    mayCall: (url) => hostAllowed(url, prepared.allowedHosts),
    sensitiveHeaders: Object.keys(prepared.request.headers),
  });
  if (!answer.ok) return failureResult(classifyTransportFailure(answer.error.code, opened.definition.name));
  const { status, headers } = answer.value;
  if (!opened.isTrial) heard(id, status, headers["retry-after"] ?? null);
  const left = await asLeft(scripted?.value, { status, headers, body: answer.value.text() });
  if (!left.ok) return left;
  const { body, success, signal } = left.value;
  const redact = redactor([...secretsOf(opened, prepared), ...(scripted?.value.secrets() ?? [])]);
  // An answer that a script takes for an ended sign-in is one, whatever its status says.
  const meant = signal === null ? status : 401;
  const answered = { status: meant, body, provider: opened.definition.name, retryAfter: headers["retry-after"] ?? null };
  return ok({
    body,
    signal,
    failure: success ? null : classifyApiFailure(answered),
    call: {
      request: {
        method: prepared.request.method,
        url: redact(redactUrl(prepared.request.url)),
        headers: redact(redactHeaders({ ...prepared.request.headers })),
        body: prepared.request.body === undefined ? null : redact(prepared.request.body),
      },
      response: { status, headers: redact(redactHeaders({ ...headers })), body: redact(body) },
      durationMs: answer.value.durationMs,
    },
  });
}

/** A header that a script wrote stands, also where the credential would go into one of the same name. */
const withHeaders = (prepared: Prepared, headers: Readonly<Record<string, string>> | undefined): Prepared =>
  headers ? { ...prepared, request: { ...prepared.request, headers: { ...prepared.request.headers, ...headers } } } : prepared;

async function asLeft(scripted: ScriptedCall | undefined, answer: Answer): ReturnType<ScriptedCall["after"]> {
  return scripted
    ? scripted.after(answer)
    : ok({ body: answer.body, success: answer.status >= 200 && answer.status < 300, signal: null });
}
