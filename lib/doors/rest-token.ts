import type { Context } from "hono";
import { addressAllowed } from "@/lib/api-clients/policy";
import { provedToken } from "@/lib/api-clients/data";
import type { ProvedToken } from "@/lib/api-clients/types";
import { accountByExternalId } from "@/lib/access/data";
import type { Permission } from "@/lib/access/policy";
import { IP_HEADER, REQUEST_ID_HEADER } from "@/lib/access/request";
import { clientScope } from "@/lib/access/scopes";
import type { AccountScope, PartnerScope } from "@/lib/access/types";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { soon, type Soon } from "@/lib/kernel/soon";
import { env } from "@/lib/platform/env";
import { limit } from "@/lib/platform/rate-limit";

export const ACCOUNT_HEADER = "x-cyclr-account";

const noToken = fail("auth.required", "A bearer token is missing. Get one at /oauth/token.");
const badToken = fail("auth.invalid_token", "This token is unknown, has ended or was revoked.");
const noHeader = fail("auth.required", "The header X-Cyclr-Account is missing.");
const wrongAccount = fail("access.denied", "This token is for another account.");
const wrongAddress = fail("access.address", "This address may not use the API. Ask an owner of the partner's team.");

/** Header values arrive a character per byte; an account's id may be any text. */
const headerText = (value: string): string =>
  /[\u0080-\u00ff]/.test(value) ? Buffer.from(value, "latin1").toString("utf8") : value;

/** The token of an Authorization header (RFC 6750). */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  /^bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];

const unlimited = ok(null);

/** Counts a request of a credential set. Errors: `rate.limited`. */
export function countRequest(apiClientId: string): Soon<Result<unknown>> {
  const { apiRate } = env();
  return apiRate > 0 ? limit("api", apiClientId, { points: apiRate, durationSeconds: 60 }) : unlimited;
}

/**
 * Who a request is from, by its bearer token (RFC 6750), and whether it may. Out: the partner's scope. Errors: `auth.required`,
 * `auth.invalid_token`, `access.address`, `rate.limited`, `access.denied`.
 */
export function provePartner(c: Context, permission: Permission): Soon<Result<PartnerScope>> {
  const bearer = bearerOf(c.req.header("authorization"));
  if (bearer === undefined) return noToken;
  return soon(provedToken(bearer), (token) => {
    if (!token) return badToken;
    const ip = c.req.header(IP_HEADER) ?? null;
    if (!addressAllowed(ip, token.apiRanges)) return wrongAddress;
    return soon(countRequest(token.apiClientId), (allowed) => (allowed.ok ? scopeOf(c, token, ip, permission) : allowed));
  });
}

function scopeOf(c: Context, token: ProvedToken, ip: string | null, permission: Permission): Result<PartnerScope> {
  const account = c.req.header(ACCOUNT_HEADER);
  if (account && token.accountId !== null && ![token.accountExternalId, token.accountId].includes(headerText(account)))
    return wrongAccount;
  const requestId = c.req.header(REQUEST_ID_HEADER) ?? null;
  const scope = clientScope(token, { type: "client", id: token.apiClientId, name: token.clientName, ip, requestId });
  if (!scope.permissions.has(permission))
    return fail("access.denied", token.access === "read" ? "This token may only read." : "This token may not do this.");
  return ok(scope);
}

/** The account that a request names in its header. Errors: `auth.required` without one, `object.not_found`. */
export function proveAccount(c: Context, scope: PartnerScope): Soon<Result<AccountScope>> {
  const account = c.req.header(ACCOUNT_HEADER)?.trim();
  return account ? accountByExternalId(scope, headerText(account)) : noHeader;
}
