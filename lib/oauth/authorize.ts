import { createHash } from "node:crypto";
import type { AccountScope } from "@/lib/access/types";
import { tokenHash } from "@/lib/access/tokens";
import { authorizationUrl, codeChallenge, expectedIssuer } from "@/lib/auth-methods/authorization-request";
import { missingValuesError } from "@/lib/auth-methods/resolve";
import { requestedScopes } from "@/lib/auth-methods/scopes";
import { now } from "@/lib/kernel/clock";
import { guid, randomToken } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { secret } from "@/lib/kernel/secret";
import { seal } from "@/lib/vault/seal";
import { ATTEMPT_LIFETIME, insertAttempt, type Attempt } from "./mutations";
import { openConnection } from "./values";

/** SHA-256 of the ASCII form, as RFC 7636 section 4.2 asks. */
const sha256 = (text: string): Uint8Array => createHash("sha256").update(text, "ascii").digest();

export interface StartedAttempt {
  readonly attemptId: string;
  /** Where the browser goes: the provider's authorization endpoint with this attempt's state. */
  readonly url: string;
  readonly expiresAt: number;
}

/**
 * Starts an authorization code attempt (RFC 6749 section 4.1, RFC 7636, RFC 9700 section 2.1). In: who starts it, the hash
 * of the browser's nonce, and where to return. Out: the provider's URL. `state` and the verifier have 192 bits of their
 * own; `state` is kept hashed, the verifier sealed.
 * Errors: `object.not_found`, `connector.values_missing`, `connector.method_unsupported`, `egress.blocked`.
 */
export async function startAttempt(
  scope: AccountScope,
  accountConnectorId: number,
  browser: { hash: string; returnTo: Attempt["returnTo"] },
): Promise<Result<StartedAttempt>> {
  const opened = await openConnection(scope, accountConnectorId);
  if (!opened.ok) return opened;
  const { definition, authMethod, connector, redirectUri, resolved } = opened.value;
  const oauth = authMethod.oauth2;
  if (oauth?.grant !== "AuthorisationCode")
    return fail("connector.method_unsupported", `${definition.name} isn't connected by signing in.`);
  const missing = missingValuesError(resolved.filter((r) => !r.credential));
  if (missing) return missing;

  const id = guid();
  const state = randomToken(192);
  const verifier = randomToken(384);
  const input = { definition, authMethod, values: connector.values, sources: connector.sources };
  const url = authorizationUrl({
    ...input,
    redirectUri,
    state,
    ...(oauth.codeChallengeMethod === "S256" ? { codeChallenge: codeChallenge(verifier, sha256) } : {}),
  });
  if (!url.ok) return url;
  const issuer = expectedIssuer(input);
  if (!issuer.ok) return issuer;
  const expiresAt = now() + ATTEMPT_LIFETIME;
  await insertAttempt({
    id,
    stateHash: tokenHash(state),
    partnerId: scope.partnerId,
    accountConnectorId,
    startedBy: `${scope.actor.type}:${scope.actor.id}`,
    startedByName: scope.actor.name,
    browserHash: browser.hash,
    sealedVerifier: await seal(
      { partnerId: scope.partnerId, table: "oauth_attempts", row: id, field: "verifier" },
      secret(verifier),
    ),
    redirectUri,
    issuer: issuer.value,
    scopes: [...requestedScopes(authMethod, connector.values)],
    returnTo: browser.returnTo,
    createdAt: now(),
    expiresAt,
  });
  return ok({ attemptId: id, url: url.value, expiresAt });
}
