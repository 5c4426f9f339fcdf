import type { AuthMethod } from "./definition";
import { splitScopes } from "./field-schema";
import { lookup, textOf, type TemplateValues } from "./templates";

/** The scopes to ask for: the partner's list in place of the default, with those that can't be left out. In: the method and its values. */
export function requestedScopes(method: AuthMethod, values: TemplateValues): readonly string[] {
  const scopes = method.oauth2?.scopes ?? method.oauth1?.scopes;
  const entered = splitScopes(textOf(lookup(values, "scopes")) ?? "");
  const chosen = entered.length > 0 ? entered : (scopes?.default ?? []);
  return [...new Set([...chosen, ...(scopes?.required ?? [])])];
}

export function requestedOptionalScopes(method: AuthMethod, values: TemplateValues): readonly string[] {
  const entered = splitScopes(textOf(lookup(values, "optionalScopes")) ?? "");
  return entered.length > 0 ? entered : (method.oauth2?.scopes?.optionalDefault ?? []);
}

/** Plain words for the scopes about to be asked for, for the page before the sign-in. Scopes without a title stand for themselves. */
export const scopeTitles = (method: AuthMethod, scopes: readonly string[]): readonly string[] =>
  scopes.map((s) => method.oauth2?.scopes?.titles?.[s] ?? s);

const ALIASES: Readonly<Record<string, string>> = {
  email: "https://www.googleapis.com/auth/userinfo.email",
  profile: "https://www.googleapis.com/auth/userinfo.profile",
};

/**
 * Required scopes that were not granted (S-26). Providers answer with a longer form (`https://graph.microsoft.com/User.Read`), in
 * another case, or leave out `openid` and `offline_access`, which show themselves by the tokens they bring. In: granted scopes, null
 * where the answer names none (RFC 6749 section 5.1: as asked). Out: what is missing.
 */
export function missingScopes(
  required: readonly string[],
  granted: readonly string[] | null,
  tokens: { readonly refreshToken: boolean; readonly idToken: boolean },
): readonly string[] {
  if (granted === null) return [];
  const known = granted.map((s) => s.toLowerCase());
  return required.filter((scope) => {
    const wanted = scope.toLowerCase();
    if (known.includes(wanted) || known.some((s) => s.endsWith(`/${wanted}`))) return false;
    if (wanted === "offline_access") return !tokens.refreshToken;
    if (wanted === "openid") return !tokens.idToken;
    const alias = ALIASES[wanted];
    return alias === undefined || !known.includes(alias);
  });
}
