import { now } from "@/lib/kernel/clock";
import type { ErrorCode, FailureOwner } from "@/lib/kernel/errors";
import { fail, type Result } from "@/lib/kernel/result";
import { AADSTS, CODES, PHRASES, type Reason } from "./failure-codes";

/** Whose a failure is, what it is called, and what to say. */
export interface ClassifiedFailure {
  readonly owner: FailureOwner;
  readonly code: ErrorCode;
  readonly message: string;
  /** The provider's own short code, where it is one of the known words; never free text. */
  readonly providerCode: string | null;
  /** Trying again by itself may help. */
  readonly retryable: boolean;
  /** Only a new consent or credential helps. */
  readonly reauthenticate: boolean;
  /** Milliseconds to wait, where the provider says so. */
  readonly retryAfter: number | null;
}

export interface ProviderAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter?: string | null;
  /** The product's name in sentences. */
  readonly provider: string;
}

const OWNER: Readonly<Record<Reason, readonly [FailureOwner, ErrorCode, retryable: boolean, reauthenticate: boolean]>> = {
  grant: ["customer", "oauth.grant_rejected", false, true],
  client: ["partner", "oauth.client_rejected", false, false],
  redirect: ["partner", "oauth.client_rejected", false, false],
  scope: ["partner", "oauth.client_rejected", false, false],
  request: ["partner", "oauth.provider_error", false, false],
  denied: ["customer", "oauth.denied", false, true],
  busy: ["provider", "rate.limited", true, false],
  down: ["provider", "provider.unavailable", true, false],
  unauthorized: ["customer", "provider.rejected", false, true],
  forbidden: ["customer", "provider.rejected", false, false],
  rejected: ["provider", "provider.rejected", false, false],
};

const SENTENCE: Readonly<Record<Reason, (provider: string) => string>> = {
  grant: (p) => `${p} no longer accepts this sign-in: it expired, was used up or was revoked. Connect again.`,
  client: (p) => `${p} doesn't accept the client id and secret of this app. Check them in the authentication settings.`,
  redirect: (p) => `${p} doesn't know this callback URL. Register it exactly as the authentication settings show it.`,
  scope: (p) =>
    `${p} doesn't allow this app one of the scopes it asks for. Check the scopes in the authentication settings and in the app.`,
  request: (p) => `${p} doesn't accept the request for a token. Check the authentication settings.`,
  denied: (p) => `Access was not granted at ${p}.`,
  busy: (p) => `${p} asks to wait: too many requests.`,
  down: (p) => `${p} can't answer at the moment. It is tried again.`,
  unauthorized: (p) => `${p} doesn't accept this credential any more. Connect again.`,
  forbidden: (p) => `${p} knows this credential but doesn't let it do this.`,
  rejected: (p) => `${p} refused the request.`,
};

interface Read {
  readonly codes: readonly string[];
  readonly text: string;
}

const asText = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

const CODE_KEYS = [
  "error",
  "error_code",
  "errorCode",
  "code",
  "error_subcode",
  "type",
  "status",
  "sub_error",
  "reason",
  "key",
  "category",
];
const TEXT_KEYS = [
  "error_description",
  "errorMessage",
  "error_message",
  "message",
  "msg",
  "detail",
  "title",
  "error_reason",
  "description",
  "error",
];

function collect(value: unknown, codes: string[], texts: string[], depth: number): void {
  if (depth > 3 || typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    value.slice(0, 5).forEach((v) => (typeof v === "string" ? texts.push(v) : collect(v, codes, texts, depth + 1)));
    return;
  }
  const record = value as Record<string, unknown>;
  for (const key of CODE_KEYS) if (Object.hasOwn(record, key)) codes.push(asText(record[key]));
  for (const key of TEXT_KEYS) if (Object.hasOwn(record, key)) texts.push(asText(record[key]));
  for (const key of ["error", "errors", "Fault", "Error", "fault", "data", "meta", "context"]) {
    if (Object.hasOwn(record, key)) collect(record[key], codes, texts, depth + 1);
  }
}

function read(body: string): Read {
  const codes: string[] = [];
  const texts: string[] = [];
  const trimmed = body.trim();
  if (trimmed.startsWith("{") || trimmed.startsWith("[")) {
    try {
      collect(JSON.parse(trimmed), codes, texts, 0);
    } catch {
      texts.push(trimmed.slice(0, 2000));
    }
  } else if (/^[\w.]+=/.test(trimmed)) {
    const form = new URLSearchParams(trimmed);
    codes.push(form.get("error") ?? "", form.get("oauth_problem") ?? "");
    texts.push(form.get("error_description") ?? "");
  } else texts.push(trimmed.slice(0, 2000));
  return { codes: codes.filter((c) => c !== ""), text: texts.join(" ").slice(0, 4000) };
}

const wordOf = (code: string): string =>
  code
    .trim()
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[\s\-.]+/g, "_");

function fromCodes(answer: Read): { readonly reason: Reason; readonly code: string } | null {
  const aadsts = /AADSTS(\d{4,7})/.exec(answer.text)?.[1];
  if (aadsts !== undefined && AADSTS[aadsts]) return { reason: AADSTS[aadsts], code: `AADSTS${aadsts}` };
  for (const raw of answer.codes) {
    const code = wordOf(raw);
    const reason = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
    if (reason !== undefined) return { reason, code };
  }
  return null;
}

const fromText = (text: string): Reason | null => PHRASES.find(([pattern]) => pattern.test(text))?.[1] ?? null;

/** Seconds or an HTTP date (RFC 9110 section 10.2.3), in milliseconds from `at`. */
export function retryAfterMs(header: string | null | undefined, at: number): number | null {
  if (!header) return null;
  if (/^\d+$/.test(header.trim())) return Number(header.trim()) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - at);
}

function classified(reason: Reason, code: string | null, answer: ProviderAnswer): ClassifiedFailure {
  const [owner, errorCode, retryable, reauthenticate] = OWNER[reason];
  const wait = reason === "busy" || reason === "down" ? retryAfterMs(answer.retryAfter, now()) : null;
  return {
    owner,
    code: errorCode,
    message: SENTENCE[reason](answer.provider),
    providerCode: code,
    retryable,
    reauthenticate,
    retryAfter: wait,
  };
}

/** What a code that is used for several things stands for in this answer. */
function refined(
  known: { readonly reason: Reason; readonly code: string },
  phrase: Reason | null,
  text: string,
  status: number,
): Reason {
  if (known.code.startsWith("AADSTS")) return known.reason;
  if (known.reason === "request") return phrase ?? "request";
  // Some answer a wrong callback with invalid_grant, a dead refresh token with unauthorized_client, a wrong secret with access_denied.
  if (known.reason === "grant" && phrase === "redirect") return "redirect";
  if (known.reason === "client" && /refresh[_ ]?token (is |was )?(invalid|expired|revoked)/i.test(text)) return "grant";
  if (known.reason === "denied") return phrase ?? (status === 401 ? "client" : "denied");
  return known.reason;
}

/**
 * Whose fault a failed token, refresh or revocation call is (domain section 8, RFC 6749 section 5.2). In: status and body as they came;
 * also a 200 that holds an error. Out: owner, code, sentence. The body itself is never repeated.
 */
export function classifyTokenFailure(answer: ProviderAnswer): ClassifiedFailure {
  const said = read(answer.body);
  const known = fromCodes(said);
  const phrase = fromText(said.text);
  if (answer.status === 429) return classified("busy", known?.code ?? null, answer);
  if (answer.status >= 500 && (known === null || known.reason === "down")) return classified("down", known?.code ?? null, answer);
  if (known) {
    return classified(refined(known, phrase, said.text, answer.status), known.code, answer);
  }
  if (phrase) return classified(phrase, null, answer);
  if (answer.status === 401) return classified("client", null, answer);
  if (answer.status === 408) return classified("down", null, answer);
  if (answer.status === 400 || answer.status === 403 || answer.status === 404) return classified("request", null, answer);
  return classified("rejected", null, answer);
}

const API_REVOKED = new Set([
  "token_revoked",
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "token_expired",
  "invalid_token",
  "expired_token",
  "expired_access_token",
  "invalid_session_id",
  "invalid_api_key",
  "api_key_expired",
  "unauthorized",
  "authentication_failure",
  "expired_authentication",
]);

/** Provider numbers that stand for a credential that is no longer good, by the key they come under. */
const API_NUMBERS: Readonly<Record<string, Reason>> = {
  "190": "unauthorized",
  "102": "unauthorized",
  "4": "busy",
  "17": "busy",
  "32": "busy",
  "613": "busy",
};

/**
 * Whose fault a failed API call is. In: status and body, also of a 200 with `ok: false` or an error code. Out: owner, code, sentence.
 */
export function classifyApiFailure(answer: ProviderAnswer): ClassifiedFailure {
  const said = read(answer.body);
  const words = said.codes.map(wordOf);
  const revoked = words.find((w) => API_REVOKED.has(w)) ?? null;
  if (answer.status === 429) return classified("busy", null, answer);
  if (answer.status >= 500 || answer.status === 408) return classified("down", null, answer);
  const busy = words.find((w) => CODES[w] === "busy");
  if (busy !== undefined) return classified("busy", busy, answer);
  if (answer.status === 401 || revoked !== null) return classified("unauthorized", revoked, answer);
  const graph = /OAuthException/.test(answer.body) ? words.find((w) => Object.hasOwn(API_NUMBERS, w)) : undefined;
  const number = graph === undefined ? undefined : API_NUMBERS[graph];
  if (number !== undefined) return classified(number, graph ?? null, answer);
  const scope = words.find((w) => CODES[w] === "scope");
  if (scope !== undefined) return classified("scope", scope, answer);
  if (answer.status === 403) return classified(/rate limit|quota/i.test(said.text) ? "busy" : "forbidden", null, answer);
  return classified("rejected", null, answer);
}

/** A call that never reached the provider or was not let out. In: what stopped it. */
export function classifyTransportFailure(code: ErrorCode, provider: string): ClassifiedFailure {
  const base = { providerCode: null, reauthenticate: false, retryAfter: null } as const;
  if (code === "egress.blocked") {
    return {
      ...base,
      owner: "policy",
      code,
      retryable: false,
      message: `The address of ${provider} isn't one that may be called.`,
    };
  }
  if (code === "script.failed")
    return { ...base, owner: "policy", code, retryable: false, message: `A script of ${provider} failed.` };
  const slow = code === "provider.timeout";
  return {
    ...base,
    owner: "provider",
    code,
    retryable: true,
    message: slow ? `${provider} took too long to answer.` : SENTENCE.down(provider),
  };
}

/** A classified failure as the error of a Result. Its details hold owner, provider code and whether a retry helps. */
export const failureResult = (failure: ClassifiedFailure): Result<never> =>
  fail(failure.code, failure.message, {
    details: {
      owner: failure.owner,
      providerCode: failure.providerCode,
      retryable: failure.retryable,
      reauthenticate: failure.reauthenticate,
      ...(failure.retryAfter === null ? {} : { retryAfter: failure.retryAfter }),
    },
  });
