import { createHash } from "node:crypto";
import type { AccountScope } from "@/lib/access/types";
import { tokenHash } from "@/lib/access/tokens";
import { authorizationUrl, codeChallenge, expectedIssuer } from "@/lib/auth-methods/authorization-request";
import { kindOf } from "@/lib/auth-methods/registry";
import { missingValuesError } from "@/lib/auth-methods/resolve";
import { requestedScopes } from "@/lib/auth-methods/scopes";
import { recordCall } from "@/lib/installs/mutations";
import { now } from "@/lib/kernel/clock";
import type { FailureOwner } from "@/lib/kernel/errors";
import { expose } from "@/lib/kernel/expose";
import { guid, randomToken } from "@/lib/kernel/ids";
import { fail, ok, type Failure, type Result } from "@/lib/kernel/result";
import { secret, type Secret } from "@/lib/kernel/secret";
import { seal } from "@/lib/vault/seal";
import { beforeAuthorise } from "./exchange-scripts";
import { beginHandshake, handshakeHash } from "./handshake";
import { ATTEMPT_LIFETIME, insertAttempt, type Attempt } from "./mutations";
import { callbackId } from "./redirect-uri";
import type { HttpTrace } from "./trace";
import { openConnection, type OpenedConnection } from "./values";

/** SHA-256 of the ASCII form, as RFC 7636 section 4.2 asks. */
const sha256 = (text: string): Uint8Array => createHash("sha256").update(text, "ascii").digest();

export interface StartedAttempt {
  readonly attemptId: string;
  /** Where the browser goes: the provider's authorization endpoint with this attempt's state. */
  readonly url: string;
  readonly expiresAt: number;
}

/** What an attempt is known by at the callback and what it keeps until then. */
interface Begun {
  readonly url: string;
  readonly stateHash: string;
  /** The verifier of PKCE, or the secret of OAuth 1 temporary credentials. */
  readonly verifier: Secret;
  readonly issuer: string | null;
  readonly scopes: readonly string[];
}

async function beginCode(opened: OpenedConnection): Promise<Result<Begun>> {
  const { definition, authMethod, connector, redirectUri } = opened;
  const state = randomToken(192);
  const verifier = randomToken(384);
  const input = { definition, authMethod, values: connector.values, sources: connector.sources };
  const url = authorizationUrl({
    ...input,
    redirectUri,
    state,
    ...(authMethod.oauth2?.codeChallengeMethod === "S256" ? { codeChallenge: codeChallenge(verifier, sha256) } : {}),
  });
  if (!url.ok) return url;
  const issuer = expectedIssuer(input);
  if (!issuer.ok) return issuer;
  const scripted = await beforeAuthorise(opened, url.value, state);
  if (!scripted.ok) return scripted;
  return ok({
    url: scripted.value,
    stateHash: tokenHash(state),
    verifier: secret(verifier),
    issuer: issuer.value,
    scopes: requestedScopes(authMethod, connector.values),
  });
}

async function beginOAuth1(opened: OpenedConnection): Promise<Result<Begun>> {
  const begun = await beginHandshake(opened);
  if (!begun.ok) return begun;
  const { url, token, tokenSecret, scopes } = begun.value;
  const id = await callbackId(opened.install.partnerId, opened.install.connectorId);
  return ok({ url, stateHash: handshakeHash(id, expose(token)), verifier: tokenSecret, issuer: null, scopes });
}

/**
 * Starts an attempt to sign in at the provider: by authorization code (RFC 6749 section 4.1, RFC 7636, RFC 9700 section 2.1) or by
 * an OAuth 1.0a handshake (RFC 5849 section 2). In: who starts it, the hash of the browser's nonce, and where to return. Out: the
 * provider's URL. `state` and the verifier have 192 bits of their own; `state` is kept hashed, the verifier sealed.
 * Errors: `object.not_found`, `connector.values_missing`, `connector.method_unsupported`, `egress.blocked`, the provider's own.
 */
export async function startAttempt(
  scope: AccountScope,
  accountConnectorId: number,
  browser: { hash: string; returnTo: Attempt["returnTo"] },
): Promise<Result<StartedAttempt>> {
  const opened = await openConnection(scope, accountConnectorId);
  if (!opened.ok) return opened;
  const { definition, authMethod, redirectUri, resolved } = opened.value;
  if (!kindOf(authMethod).interactive(authMethod))
    return fail("connector.method_unsupported", `${definition.name} isn't connected by signing in.`);
  const missing = missingValuesError(resolved.filter((r) => !r.credential));
  if (missing) return missing;
  const begun = await (authMethod.type === "OAuth1" ? beginOAuth1(opened.value) : beginCode(opened.value));
  if (!begun.ok) {
    await tellFailure(scope, accountConnectorId, begun.error);
    const { trace: _trace, ...details } = begun.error.details ?? {};
    return fail(begun.error.code, begun.error.message, { ...begun.error, details });
  }

  const id = guid();
  const expiresAt = now() + ATTEMPT_LIFETIME;
  await insertAttempt({
    id,
    stateHash: begun.value.stateHash,
    partnerId: scope.partnerId,
    accountConnectorId,
    startedBy: `${scope.actor.type}:${scope.actor.id}`,
    startedByName: scope.actor.name,
    browserHash: browser.hash,
    sealedVerifier: await seal(
      { partnerId: scope.partnerId, table: "oauth_attempts", row: id, field: "verifier" },
      begun.value.verifier,
    ),
    redirectUri,
    issuer: begun.value.issuer,
    scopes: [...begun.value.scopes],
    returnTo: browser.returnTo,
    createdAt: now(),
    expiresAt,
  });
  return ok({ attemptId: id, url: begun.value.url, expiresAt });
}

/** A provider that refuses the request token answers here and now: that belongs into the timeline like any failed sign-in. */
async function tellFailure(scope: AccountScope, id: number, failure: Failure): Promise<void> {
  const owner = failure.details?.owner as FailureOwner | undefined;
  if (!owner) return;
  await recordCall(scope, id, {
    event: {
      kind: "connect",
      outcome: "bad",
      title: "Sign-in failed",
      detail: failure.message,
      owner,
      http: (failure.details?.trace as HttpTrace | undefined) ?? null,
    },
    ...(owner === "partner" ? { failure: { code: failure.code, owner, message: failure.message } } : {}),
  });
}
