import type { Prepared } from "@/lib/auth-methods/apply";
import type { AuthMethod } from "@/lib/auth-methods/definition";
import { hostAllowed } from "@/lib/auth-methods/hosts";
import { ok, type Result } from "@/lib/kernel/result";
import type { Placeholders } from "@/lib/scripts/placeholders";
import { hasScript, scriptFailure, ScriptRoom, textEntries } from "./script-room";
import type { OpenedConnection } from "./values";

/** Which exchange it is: of a code or of the application's or person's own credential, or of a refresh token. */
export type ExchangeKind = "token" | "refresh";

const BEFORE = { token: "before_oauth2_token", refresh: "before_oauth2_refresh" } as const;
const AFTER = { token: "after_oauth2_token", refresh: "after_oauth2_refresh" } as const;

/** Shorter secrets are hidden only where they are a whole value: inside other text they are found in words that are none. */
const MIN_INSIDE = 6;
const SECRET_MEMBER = /token|secret|password|assertion|jwt|code|key$|signature/i;
const PLAIN_MEMBER = /type|expires|scope/i;
const LOOKS_SECRET = /^[\w\-.~+/=|!]{24,}$/;

function hide(text: string, secrets: readonly string[], placeholders: Placeholders): string {
  const inside = secrets.filter((s) => s.length >= MIN_INSIDE).sort((a, b) => b.length - a.length);
  if (secrets.includes(text)) return placeholders.mark(text);
  for (const plain of inside) if (text.includes(plain)) text = text.replaceAll(plain, () => placeholders.mark(plain));
  return text;
}

const hideAll = (values: Readonly<Record<string, unknown>>, secrets: readonly string[], placeholders: Placeholders) =>
  Object.fromEntries(
    Object.entries(values).map(([name, v]) => [name, typeof v === "string" ? hide(v, secrets, placeholders) : v] as const),
  );

type Place = "json" | "form" | "query";

const placeOf = ({ request }: Prepared): Place =>
  request.body === undefined ? "query" : /json/i.test(request.headers["content-type"] ?? "") ? "json" : "form";

function parametersOf(prepared: Prepared, place: Place): Record<string, unknown> {
  if (place === "json") return JSON.parse(prepared.request.body ?? "{}") as Record<string, unknown>;
  return Object.fromEntries(
    place === "form" ? new URLSearchParams(prepared.request.body) : new URL(prepared.request.url).searchParams,
  );
}

/** What is secret in a token answer, by its name or by its look; a script sees markers there and everything else. */
function hideTokens(value: unknown, name: string, own: ReadonlySet<string>, placeholders: Placeholders): unknown {
  if (typeof value === "string") {
    const secret = own.has(name) || (SECRET_MEMBER.test(name) && !PLAIN_MEMBER.test(name)) || LOOKS_SECRET.test(value);
    return secret && value !== "" ? placeholders.mark(value) : value;
  }
  if (Array.isArray(value)) return value.map((entry) => hideTokens(entry, name, own, placeholders));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, hideTokens(entry, key, own, placeholders)]));
}

const lastMember = (path: string | undefined): string[] => (path === undefined ? [] : [path.slice(path.lastIndexOf(".") + 1)]);

const tokenMembers = (method: AuthMethod): ReadonlySet<string> =>
  new Set([
    ...lastMember(method.oauth2?.tokenResponse?.accessToken),
    ...lastMember(method.oauth2?.tokenResponse?.refreshToken),
    ...method.parameters.filter((p) => p.secret && p.source === "tokenResponse").flatMap((p) => lastMember(p.path ?? p.name)),
  ]);

function readAnswer(body: string): unknown {
  const text = body.trim();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return /^[^=&\s<]+=[^]*$/.test(text) ? Object.fromEntries(new URLSearchParams(text)) : body;
  }
}

export interface ScriptedExchange {
  readonly prepared: Prepared;
  /** The answer as the scripts leave it. In: status and body as they came. Out: the body to read. */
  after(status: number, body: string): Promise<Result<string>>;
}

/**
 * Runs the events around a token or refresh request (domain section 7). In: the request with everything in it. Out: the request as
 * the scripts leave it, with the secrets back in their places, for the token endpoint only. Null where there is no such script.
 */
export async function aroundExchange(
  opened: OpenedConnection,
  prepared: Prepared,
  kind: ExchangeKind,
): Promise<Result<ScriptedExchange> | null> {
  const scripts = { connector: opened.definition.script ?? null };
  if (!hasScript(scripts, [BEFORE[kind], AFTER[kind]])) return null;
  const room = new ScriptRoom(opened, scripts);
  const before = await beforeExchange(room, prepared, kind);
  if (!before.ok) return before;
  const endpoint = new URL(prepared.request.url);
  return ok({
    prepared: before.value,
    after: async (status, body) => {
      const { placeholders } = room;
      const response = hideTokens(readAnswer(body), "", tokenMembers(opened.authMethod), placeholders);
      const outcome = await room.run(AFTER[kind], {
        method_endpoint: `${endpoint.origin}${endpoint.pathname}`,
        method_response: response,
        statusCode: status,
      });
      if (!outcome.ok) return outcome;
      if (outcome.value.signal !== "continue") return scriptFailure(`The script refused the answer in ${AFTER[kind]}.`);
      if (outcome.value.ran.length === 0) return ok(body);
      const left = placeholders.revealAll(outcome.value.variables.method_response);
      return ok(typeof left === "string" ? left : JSON.stringify(left ?? null));
    },
  });
}

async function beforeExchange(room: ScriptRoom, prepared: Prepared, kind: ExchangeKind): Promise<Result<Prepared>> {
  const { request, secrets, allowedHosts } = prepared;
  const { placeholders } = room;
  const place = placeOf(prepared);
  const endpoint = new URL(request.url);
  const hidden = secrets.filter((text) => !room.plaintexts.includes(text));
  const outcome = await room.run(BEFORE[kind], {
    method_endpoint: `${endpoint.origin}${endpoint.pathname}`,
    method_request_headers: hideAll(request.headers, hidden, placeholders),
    method_request: hideAll(parametersOf(prepared, place), hidden, placeholders),
  });
  if (!outcome.ok) return outcome;
  if (outcome.value.signal !== "continue") return scriptFailure(`The script stopped the request in ${BEFORE[kind]}.`);
  if (outcome.value.ran.length === 0) return ok(prepared);
  const { method_request_headers: headers, method_request: left } = outcome.value.variables;
  const written = {
    url: request.url,
    headers: Object.fromEntries(Object.entries(textEntries(headers)).map(([name, value]) => [name.toLowerCase(), value])),
    body: typeof left === "string" ? left : { ...(left as object | null) },
  };
  const revealed = placeholders.substitute(written, (url) => hostAllowed(url, allowedHosts));
  if (!revealed.ok) return scriptFailure(revealed.error.message);
  return ok({
    request: { method: request.method, ...placed(revealed.value, place, request.url) },
    secrets: [...new Set([...secrets, ...placeholders.plaintexts()])],
    allowedHosts,
  });
}

/** The parameters where the provider wants them. */
function placed(
  written: { readonly headers: Readonly<Record<string, string>>; readonly body: unknown },
  place: Place,
  address: string,
): { url: string; headers: Readonly<Record<string, string>>; body?: string } {
  const { headers, body } = written;
  if (typeof body === "string") return { url: address, headers, body };
  if (place === "json") return { url: address, headers, body: JSON.stringify(body) };
  const pairs = new URLSearchParams(textEntries(body)).toString();
  if (place === "form") return { url: address, headers, body: pairs };
  const url = new URL(address);
  url.search = pairs;
  return { url: url.href, headers };
}

/**
 * Runs `before_oauth2_authorise` over the address a browser is about to be sent to. Out: the address as the scripts leave it, which
 * has to stay at a host of the connector and to carry this attempt's `state`. Errors: `script.failed`.
 */
export async function beforeAuthorise(opened: OpenedConnection, url: string, state: string): Promise<Result<string>> {
  const scripts = { connector: opened.definition.script ?? null };
  if (!hasScript(scripts, ["before_oauth2_authorise"])) return ok(url);
  const room = new ScriptRoom(opened, scripts);
  const outcome = await room.run("before_oauth2_authorise", { method_endpoint: url });
  if (!outcome.ok) return outcome;
  if (outcome.value.signal !== "continue") return scriptFailure("The script stopped this sign-in.");
  const left = outcome.value.variables.method_endpoint;
  if (left === url) return ok(url);
  if (typeof left !== "string" || !URL.canParse(left) || !room.mayHaveSecret(left))
    return scriptFailure("The script leads to an address that the connector doesn't name.");
  // A browser keeps addresses in its history: no secret belongs there.
  if (room.placeholders.has(left)) return scriptFailure("The script put a secret into the address of the sign-in page.");
  if (![...new URL(left).searchParams.values()].includes(state))
    return scriptFailure("The script took the state out of the address of the sign-in page.");
  return ok(left);
}
