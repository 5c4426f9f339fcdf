import { applyAuth, type Prepared } from "@/lib/auth-methods/apply";
import { classifyApiFailure, classifyTransportFailure, failureResult, type ClassifiedFailure } from "@/lib/auth-methods/failures";
import { hostAllowed } from "@/lib/auth-methods/hosts";
import { withoutShared } from "@/lib/auth-methods/shared-values";
import { missingForCall } from "@/lib/auth-methods/call-values";
import { missingValuesError } from "@/lib/auth-methods/resolve";
import { textOf } from "@/lib/auth-methods/templates";
import { expose } from "@/lib/kernel/expose";
import { redactHeaders, redactor, redactUrl } from "@/lib/kernel/redact";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { Secret } from "@/lib/kernel/secret";
import { isLater } from "@/lib/kernel/soon";
import type { Stop } from "@/lib/kernel/stop";
import { oauth1Signer } from "@/lib/oauth/oauth1-signer";
import type { OpenedConnection } from "@/lib/oauth/values";
import { egress } from "@/lib/platform/egress";
import { heard, turn } from "./pace";
import { beforeCall, type MethodCall, type ScriptedCall, type Signal } from "./call-scripts";

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
  /** Which exit a script of the call chose. */
  readonly exit: boolean | null;
  /** Hides what the call's secrets are, in whatever else is kept of it. */
  readonly redact: <T>(value: T) => T;
  /** What a script makes of all pages of an answer; null where there is none. */
  readonly afterPages: ScriptedCall["afterPages"] | null;
  /** What such a script set as the next last successful run (ms). */
  readonly successAt?: number | null;
}

export interface SendOptions {
  readonly timeoutMs?: number;
  /** Ends the call before its time. */
  readonly stop?: Stop;
  /** Further texts that nothing kept may hold. */
  readonly hidden?: readonly string[];
}

const MOST_REDACTORS = 200;
const redactors = new Map<string, <T>(value: T) => T>();

/** A redactor is a long expression: calls with the same secrets share it. */
function redactorFor(secrets: readonly string[]): <T>(value: T) => T {
  const key = secrets.join("\u0000");
  const held = redactors.get(key);
  if (held) return held;
  const [oldest] = redactors.keys();
  if (redactors.size >= MOST_REDACTORS && oldest !== undefined) redactors.delete(oldest);
  const made = redactor(secrets);
  redactors.set(key, made);
  return made;
}

const NONE: readonly string[] = [];

interface Masked {
  readonly of: OpenedConnection["connector"]["values"];
  readonly redact: <T>(value: T) => T;
}

/** By the secrets of a request: calls of one method share them for as long as nothing of the connection changes. */
const masked = new WeakMap<Prepared["secrets"], Masked>();

/** What hides the secrets of a connection and of a request of it, and `more`. */
function redactorOf(opened: OpenedConnection, prepared: Prepared, more: readonly string[]): <T>(value: T) => T {
  const held = more.length === 0 ? masked.get(prepared.secrets) : undefined;
  if (held?.of === opened.connector.values) return held.redact;
  const redact = redactorFor([...secretsOf(opened, prepared), ...more]);
  if (more.length === 0) masked.set(prepared.secrets, { of: opened.connector.values, redact });
  return redact;
}

/** What a step brings by mappings that came to nothing, or else what no layer has. */
function missingForStep(opened: OpenedConnection): Result<never> | null {
  const missing = missingForCall(opened.resolved, opened.definition, opened.authMethod);
  if (missing.length === 0) return null;
  const empty = missing.filter((m) => m.source === "Step");
  const titles = (empty.length > 0 ? empty : missing).map((m) => m.title).join(", ");
  const names = missing.map((m) => m.name);
  const message =
    empty.length > 0
      ? `${titles}: the mapping of this step came to nothing, so nothing was sent.`
      : `${missing.length === 1 ? "A value is" : "Values are"} missing: ${titles}`;
  return fail("connector.values_missing", message, {
    fields: Object.fromEntries(missing.map((m) => [m.name, `${m.title} is missing`])),
    details: { missing: names, mapped: empty.map((m) => m.name), owner: empty.length > 0 ? "partner" : "customer" },
  });
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
export async function sendCall(
  given: OpenedConnection,
  request: MethodCall,
  { timeoutMs = 30_000, stop, hidden = NONE }: SendOptions = {},
): Promise<Result<SentCall>> {
  const opened = request.unsent ? { ...given, definition: withoutShared(given.definition, request.unsent) } : given;
  if (opened.authMethod.type !== "None" && !opened.credential && !opened.isStep && !opened.isTrial) {
    return fail("connector.not_authenticated", `Account connector '${opened.install.name}' is not authenticated.`);
  }
  if (opened.install.disabledAt !== null)
    return fail("connector.not_authenticated", `Account connector '${opened.install.name}' is disabled.`);
  const missing = opened.isStep ? missingForStep(opened) : missingValuesError(opened.resolved);
  if (missing) return missing;
  const before = beforeCall(opened, request);
  const scripted = isLater(before) ? await before : before;
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
  if (!opened.isTrial) {
    const itsTurn = turn(id, request.rateLimit ?? opened.definition.rateLimit, opened.definition.name);
    const mayGo = isLater(itsTurn) ? await itsTurn : itsTurn;
    if (!mayGo.ok) return mayGo;
  }
  const { method, url, headers: sentHeaders, body: sentBody } = prepared.request;
  const answer = await egress({
    method,
    url,
    headers: sentHeaders,
    body: sentBody ?? null,
    purpose: "method",
    timeoutMs,
    maxBytes: MAX_BYTES,
    maxRedirects: MAX_REDIRECTS,
    mayCall: (address) => hostAllowed(address, prepared.allowedHosts),
    sensitiveHeaders: Object.keys(sentHeaders),
    stop,
  });
  if (!answer.ok) return failureResult(classifyTransportFailure(answer.error.code, opened.definition.name));
  const { status, headers } = answer.value;
  if (!opened.isTrial) heard(id, status, headers["retry-after"] ?? null);
  const text = answer.value.text();
  const left = scripted
    ? await scripted.value.after({ status, headers, body: text })
    : ok({ body: text, success: status >= 200 && status < 300, signal: null, exit: null });
  if (!left.ok) return left;
  const { body, success, signal, exit } = left.value;
  const redact = redactorOf(opened, prepared, scripted ? [...scripted.value.secrets(), ...hidden] : hidden);
  // An answer that a script takes for an ended sign-in is one, whatever its status says.
  const meant = signal === null ? status : 401;
  const answered = { status: meant, body, provider: opened.definition.name, retryAfter: headers["retry-after"] ?? null };
  return ok({
    body,
    signal,
    exit,
    redact,
    afterPages: scripted?.value.afterPages ?? null,
    failure: success ? null : classifyApiFailure(answered),
    call: {
      request: {
        method,
        url: redact(redactUrl(url)),
        headers: redact(redactHeaders(sentHeaders)),
        body: sentBody === undefined ? null : redact(sentBody),
      },
      response: { status, headers: redact(redactHeaders(headers)), body: redact(body) },
      durationMs: answer.value.durationMs,
    },
  });
}

/** A header that a script wrote stands, also where the credential would go into one of the same name. */
const withHeaders = (prepared: Prepared, headers: Readonly<Record<string, string>> | undefined): Prepared =>
  headers ? { ...prepared, request: { ...prepared.request, headers: { ...prepared.request.headers, ...headers } } } : prepared;
