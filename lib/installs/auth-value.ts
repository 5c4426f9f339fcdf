import type { AuthMethod } from "@/lib/auth-methods/definition";
import { kindOf } from "@/lib/auth-methods/registry";
import { refreshTokenUsable } from "@/lib/auth-methods/token-response";
import { now } from "@/lib/kernel/clock";
import { fail, ok, type Result } from "@/lib/kernel/result";
import type { CredentialFacts } from "./sealing";

/** What a type whose credential is typed needs before it counts as one. */
const NEEDED: Partial<Record<AuthMethod["type"], readonly string[]>> = { Basic: ["username"] };

/**
 * The credential that an `AuthValue` of the API holds: a plain key, base64 of `username:password`, a token, or JSON of tokens; `"{}"`
 * stands for a token that is fetched when it is needed. A refresh token that lives less than twelve hours is ignored.
 * Errors: `request.invalid`; `connector.method_unsupported` where the connector authenticates with nothing.
 */
export function credentialFromAuthValue(method: AuthMethod, text: string): Result<CredentialFacts> {
  const kind = kindOf(method);
  if (method.type === "None") return fail("connector.method_unsupported", "This connector needs no AuthValue.");
  const parsed = kind.parseAuthValue(text, method);
  if (!parsed.ok) return parsed;
  const { expiresAt, refreshExpiresAt } = parsed.value;
  const values = { ...parsed.value.values };
  if (values.refreshToken !== undefined && !refreshTokenUsable(refreshExpiresAt, now())) delete values.refreshToken;
  const isFetched = method.oauth2 !== undefined && method.oauth2.grant !== "AuthorisationCode";
  const lacks = (NEEDED[method.type] ?? []).some((name) => (values[name] ?? "") === "");
  if (lacks || (Object.keys(values).length === 0 && !isFetched))
    return fail("request.invalid", "AuthValue holds nothing that authenticates this connector.");
  return ok({
    values,
    secretNames: kind.credentialNames(method).filter((name) => name !== "username" && values[name] !== undefined),
    expiresAt,
    refreshExpiresAt: values.refreshToken === undefined ? null : refreshExpiresAt,
    isRefreshable: values.refreshToken !== undefined || isFetched,
    scopes: null,
  });
}
