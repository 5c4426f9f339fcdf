import { HOUR, MINUTE, SECOND } from "@/lib/kernel/clock";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { secret, type Secret } from "@/lib/kernel/secret";
import type { AuthMethod, ConnectorDefinition } from "./definition";
import { classifyTokenFailure, failureResult } from "./failures";
import { connectorParameters, isCredential } from "./registry";
import { splitScopes } from "./field-schema";
import { missingScopes } from "./scopes";

/** A token as it was received. Times are milliseconds since the epoch. */
export interface TokenSet {
  readonly accessToken: Secret;
  /** Null: none came (a refresh then keeps the one it used), or it was ignored. */
  readonly refreshToken: Secret | null;
  /** One came that lives less than twelve hours: it must not be kept, nor an older one in its place. */
  readonly refreshTokenIgnored: boolean;
  readonly obtainedAt: number;
  /** Null: unknown or without end. */
  readonly expiresAt: number | null;
  readonly refreshExpiresAt: number | null;
  readonly tokenType: string | null;
  /** Null: the answer names none, so those that were asked for. */
  readonly grantedScopes: readonly string[] | null;
  /** Required scopes that weren't granted: not connected (S-26). */
  readonly missingScopes: readonly string[];
  /** Values that arrive with the token, by parameter name. */
  readonly properties: Readonly<Record<string, string | Secret>>;
}

/** A refresh token is used only if it lives at least this long (domain section 4). */
export const REFRESH_TOKEN_MINIMUM = 12 * HOUR;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The member at a path such as `data.items[0].id`; a member whose name is the whole path comes first. */
export function atPath(root: unknown, path: string): unknown {
  if (isRecord(root) && Object.hasOwn(root, path)) return root[path];
  let value: unknown = root;
  for (const key of path
    .replace(/\[(\d+)\]/g, ".$1")
    .split(".")
    .filter((k) => k !== "")) {
    if (Array.isArray(value)) value = /^\d+$/.test(key) ? (value[Number(key)] as unknown) : undefined;
    else value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

function readBody(body: string): Record<string, unknown> | null {
  const trimmed = body.trim();
  try {
    const json: unknown = JSON.parse(trimmed);
    return isRecord(json) ? json : null;
  } catch {
    // Form-encoded answers come under any content type (GitHub's older default).
    return /^[^=&\s<]+=[^]*$/.test(trimmed) ? Object.fromEntries(new URLSearchParams(trimmed)) : null;
  }
}

const textAt = (root: unknown, path: string): string | null => {
  const value = atPath(root, path);
  return typeof value === "string" && value !== ""
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : null;
};

const numberAt = (root: unknown, path: string): number | null => {
  const value = Number(textAt(root, path) ?? Number.NaN);
  return Number.isFinite(value) && value > 0 ? value : null;
};

/** Seconds, milliseconds or a date, as milliseconds since the epoch. */
function instant(text: string | null): number | null {
  if (text === null) return null;
  if (/^\d+(\.\d+)?$/.test(text)) {
    const value = Number(text);
    return value === 0 ? null : value > 100_000_000_000 ? value : value * SECOND;
  }
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

const REFRESH_LIFETIMES = ["refresh_token_expires_in", "refresh_expires_in", "x_refresh_token_expires_in"];
const REFRESH_INSTANTS = ["refresh_token_expires_at", "refresh_expires_at", "RefreshExpires"];

/** Where members of this answer stand: the root, the provider's alternate root, the object that holds the access token. */
function rootsOf(body: Record<string, unknown>, config: NonNullable<AuthMethod["oauth2"]>["tokenResponse"]): readonly unknown[] {
  const path = config?.accessToken ?? "";
  const parent = path.includes(".") ? atPath(body, path.slice(0, path.lastIndexOf("."))) : undefined;
  const alternate = config?.alternateRoot === undefined ? undefined : atPath(body, config.alternateRoot);
  return [body, parent, alternate].filter((r) => isRecord(r));
}

const first = <T>(roots: readonly unknown[], pick: (root: unknown) => T | null): T | null => {
  for (const root of roots) {
    const found = pick(root);
    if (found !== null) return found;
  }
  return null;
};

function expiryOf(method: AuthMethod, roots: readonly unknown[], at: number): number | null {
  const config = method.oauth2?.tokenResponse;
  const { lifetime } = method;
  if (lifetime?.source === "unlimited") return null;
  if (lifetime?.source === "fixed" && lifetime.seconds !== undefined) return at + lifetime.seconds * SECOND;
  const unit = config?.expiresInUnit === "ms" ? 1 : SECOND;
  const seconds = first(roots, (r) => numberAt(r, config?.expiresIn ?? "expires_in"));
  if (seconds !== null) return at + seconds * unit;
  const names = config?.expiresAt === undefined ? ["expires_at", "expires_on"] : [config.expiresAt];
  const moment = first(roots, (r) => names.map((n) => instant(textAt(r, n))).find((t) => t !== null) ?? null);
  if (moment !== null) return moment;
  return lifetime?.seconds === undefined ? null : at + lifetime.seconds * SECOND;
}

function refreshExpiryOf(roots: readonly unknown[], at: number): number | null {
  const seconds = first(roots, (r) => REFRESH_LIFETIMES.map((n) => numberAt(r, n)).find((n) => n !== null) ?? null);
  return seconds === null
    ? first(roots, (r) => REFRESH_INSTANTS.map((n) => instant(textAt(r, n))).find((t) => t !== null) ?? null)
    : at + seconds * SECOND;
}

function scopesOf(roots: readonly unknown[], path: string): readonly string[] | null {
  const value = first(roots, (r) => atPath(r, path) ?? null);
  if (Array.isArray(value)) return value.filter((s): s is string => typeof s === "string");
  return typeof value === "string" && value !== "" ? splitScopes(value) : null;
}

/** A refresh token of known life under twelve hours is of no use (domain section 4). In: its end and when it was received. */
export const refreshTokenUsable = (refreshExpiresAt: number | null, receivedAt: number): boolean =>
  refreshExpiresAt === null || refreshExpiresAt - receivedAt >= REFRESH_TOKEN_MINIMUM;

/**
 * Reads the answer of a token endpoint (RFC 6749 section 5), in JSON or form, flat or nested. In: status and body as they came, when
 * it was received (ms). Out: the tokens and what came with them; else an error whose details say whose it is (`classifyTokenFailure`).
 */
export function parseTokenResponse(input: {
  readonly definition: ConnectorDefinition;
  readonly authMethod: AuthMethod;
  readonly status: number;
  readonly body: string;
  readonly receivedAt: number;
  readonly retryAfter?: string | null;
}): Result<TokenSet> {
  const { definition, authMethod, receivedAt: at } = input;
  const refused = (): Result<never> =>
    failureResult(
      classifyTokenFailure({
        status: input.status,
        body: input.body,
        provider: definition.name,
        retryAfter: input.retryAfter ?? null,
      }),
    );
  if (input.status < 200 || input.status > 299) return refused();
  const body = readBody(input.body);
  if (body === null)
    return fail("oauth.provider_error", `${definition.name} answered with something that isn't a token`, {
      details: { owner: "provider", retryable: true },
    });
  const config = authMethod.oauth2?.tokenResponse;
  const roots = rootsOf(body, config);
  const own = config?.accessToken;
  const token =
    first(roots, (r) => textAt(r, own ?? "access_token")) ??
    (own === undefined ? null : first(roots, (r) => textAt(r, own.slice(own.lastIndexOf(".") + 1))));
  if (token === null) return refused();
  const refresh = first(roots, (r) => textAt(r, config?.refreshToken ?? "refresh_token"));
  const refreshExpiresAt = refreshExpiryOf(roots, at);
  const usable = refresh !== null && refreshTokenUsable(refreshExpiresAt, at);
  const grantedScopes = scopesOf(roots, config?.scope ?? "scope");
  const idToken = first(roots, (r) => textAt(r, "id_token")) !== null;
  const required = authMethod.oauth2?.scopes?.required ?? [];
  return ok({
    accessToken: secret(token),
    refreshToken: usable ? secret(refresh) : null,
    refreshTokenIgnored: refresh !== null && !usable,
    obtainedAt: at,
    expiresAt: expiryOf(authMethod, roots, at),
    refreshExpiresAt: usable ? refreshExpiresAt : null,
    tokenType: first(roots, (r) => textAt(r, "token_type")),
    grantedScopes,
    missingScopes: missingScopes(required, grantedScopes, { refreshToken: refresh !== null, idToken }),
    properties: propertiesOf(definition, authMethod, roots),
  });
}

function propertiesOf(
  definition: ConnectorDefinition,
  method: AuthMethod,
  roots: readonly unknown[],
): Record<string, string | Secret> {
  const out: Record<string, string | Secret> = {};
  for (const p of connectorParameters(definition, method)) {
    if (p.source !== "tokenResponse" || isCredential(method, p.name)) continue;
    const value = first(roots, (r) => textAt(r, p.path ?? p.name));
    if (value !== null) out[p.name] = p.secret ? secret(value) : value;
  }
  return out;
}

/** Renewed ahead of its end by the smaller of fifteen minutes and half its life (S-29). */
export const REFRESH_AHEAD = 15 * MINUTE;

/** Whether a token has to be renewed now. All in milliseconds; a token without an end never. */
export function refreshDue(expiresAt: number | null, obtainedAt: number, now: number): boolean {
  if (expiresAt === null) return false;
  return now >= expiresAt - Math.min(REFRESH_AHEAD, Math.max(0, expiresAt - obtainedAt) / 2);
}

/** How a new access token is had: with the refresh token, by asking again without a person, or only by a person. */
export type Renewal = "refresh" | "reissue" | "reauthorise" | "never";

/** In: the method and whether a refresh token is held. Out: how its access token is renewed. */
export function renewalOf(method: AuthMethod, hasRefreshToken: boolean): Renewal {
  const renew = method.lifetime?.renew;
  const byItself = method.oauth2 !== undefined && method.oauth2.grant !== "AuthorisationCode";
  if (byItself) return hasRefreshToken && renew === "refresh_token" ? "refresh" : "reissue";
  if (renew === "none" || method.lifetime?.source === "unlimited") return "never";
  if (renew === "reauthorise" || method.oauth2 === undefined) return "reauthorise";
  return hasRefreshToken ? "refresh" : "reauthorise";
}
