import type { AccountScope } from "@/lib/access/types";
import type { TokenSet } from "@/lib/auth-methods/token-response";
import { storeGrant } from "@/lib/installs/mutations";
import { sealCredential } from "@/lib/installs/sealing";
import { expose } from "@/lib/kernel/expose";
import type { Result } from "@/lib/kernel/result";
import { Secret } from "@/lib/kernel/secret";
import type { ValueChange } from "@/lib/partners/types";
import { formatDateTime } from "@/lib/platform/dates";
import type { OpenedConnection } from "./values";

/** Values that arrived with a token or a redirect, as changes of properties. */
export const arrivedValues = (properties: Readonly<Record<string, string | Secret>>): ValueChange[] =>
  Object.entries(properties).map(([name, value]) => ({
    kind: "set",
    name,
    value: value instanceof Secret ? expose(value) : value,
    isSecret: value instanceof Secret,
  }));

/** Sentence for the timeline: scopes, and until when. */
function described(tokens: TokenSet, asked: readonly string[]): string {
  const scopes = tokens.grantedScopes ?? asked;
  const until = tokens.expiresAt === null ? "It has no end." : `Good until ${formatDateTime(tokens.expiresAt)}.`;
  const kept = tokens.refreshTokenIgnored
    ? " The refresh token lives less than twelve hours and was ignored."
    : tokens.refreshToken
      ? ""
      : tokens.expiresAt === null
        ? ""
        : " No refresh token came: it will need the customer again then.";
  return `${scopes.length > 0 ? `Scopes: ${scopes.join(", ")}. ` : ""}${until}${kept}`;
}

/** The credential record of a token set, ready to be sealed. */
export const credentialOf = (tokens: TokenSet, asked: readonly string[]) => ({
  values: {
    accessToken: expose(tokens.accessToken),
    ...(tokens.refreshToken ? { refreshToken: expose(tokens.refreshToken) } : {}),
    ...(tokens.tokenType ? { tokenType: tokens.tokenType } : {}),
  },
  secretNames: ["accessToken", "refreshToken"],
  expiresAt: tokens.expiresAt,
  refreshExpiresAt: tokens.refreshExpiresAt,
  isRefreshable: tokens.refreshToken !== null,
  scopes: tokens.grantedScopes ?? asked,
});

/** Seals and stores what a provider granted. Errors: `object.not_found` when the connection was deleted meanwhile. */
export async function keepGrant(
  scope: AccountScope,
  opened: OpenedConnection,
  tokens: TokenSet,
  asked: readonly string[],
  arrived: Readonly<Record<string, string | Secret>>,
): Promise<Result<null>> {
  const sealed = await sealCredential(scope.partnerId, credentialOf(tokens, asked));
  return storeGrant(scope, opened.install.id, sealed, arrivedValues({ ...arrived, ...tokens.properties }), {
    title: `Connected by ${scope.actor.name}`,
    detail: described(tokens, asked),
    connectedAs: null,
  });
}
