import type { AccountScope, Actor } from "@/lib/access/types";
import { systemPartnerScope } from "@/lib/access/scopes";
import { accountOfPartner } from "@/lib/access/data";
import { sameHash, tokenHash } from "@/lib/access/tokens";
import { parseAuthorizationResponse } from "@/lib/auth-methods/authorization-request";
import { tokenRequest } from "@/lib/auth-methods/token-request";
import { classifyTokenFailure } from "@/lib/auth-methods/failures";
import { recordCall } from "@/lib/installs/mutations";
import { now } from "@/lib/kernel/clock";
import type { FailureOwner } from "@/lib/kernel/errors";
import { fail, ok, type Failure, type Result } from "@/lib/kernel/result";
import { open } from "@/lib/vault/open";
import { accountOfConnection } from "@/lib/installs/data";
import { exchange } from "./exchange";
import { keepGrant } from "./grant";
import { finishHandshake, handshakeOf } from "./handshake";
import { closeAttempt, completeLink, consumeAttempt, type Attempt, finishSignInToken } from "./mutations";
import { attemptByState, linkById } from "./data";
import { callbackId } from "./redirect-uri";
import { openConnection, type OpenedConnection } from "./values";

export interface CallbackRequest {
  /** Last part of the callback's path. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly browserHash: string | null;
  /** `user:…` of the session in this browser; null where nobody is signed in. */
  readonly person: string | null;
}

const ownerOf = (failure: Failure): FailureOwner => (failure.details?.owner as FailureOwner | undefined) ?? "provider";

/** The scope of the person who started an attempt, for the moment of finishing it. */
async function attemptScope(attempt: Attempt): Promise<Result<AccountScope>> {
  const [type, id] = [
    attempt.startedBy.slice(0, attempt.startedBy.indexOf(":")),
    attempt.startedBy.slice(attempt.startedBy.indexOf(":") + 1),
  ];
  const partner = systemPartnerScope(attempt.partnerId);
  const accountId = await accountOfConnection(partner, attempt.accountConnectorId);
  if (!accountId) return fail("object.not_found", "This connection was deleted while you signed in.");
  if (type === "link" && !(await linkById(id))) {
    return fail("access.denied", "This connect link has ended. Nothing was stored.", { details: { owner: "policy" } });
  }
  const scope = await accountOfPartner(partner, accountId);
  return scope.ok ? ok({ ...scope.value, actor: { type: type as Actor["type"], id, name: attempt.startedByName } }) : scope;
}

/**
 * Finishes an attempt (RFC 6749 section 4.1.2, RFC 9207, RFC 9700 section 2.1; RFC 5849 section 2.2). It is accepted only in
 * the browser and by the person that started it, at the redirect URI it was started with, from the issuer it was sent to; once.
 * Out: the attempt's id, whose stored outcome tells the rest. Errors: `oauth.attempt_unknown` when there is nothing to tell of.
 */
export async function finishAttempt(request: CallbackRequest): Promise<Result<{ attemptId: string }>> {
  const state = request.query.get("state");
  const unknown = fail(
    "oauth.attempt_unknown",
    "This sign-in is not known here, was finished before, or took too long. Start it again.",
  );
  const handshake = handshakeOf(request.id, request.query);
  const known = (state && (await attemptByState(tokenHash(state)))) || (handshake && (await attemptByState(handshake)));
  if (!known) return unknown;
  // A browser that didn't start it learns nothing and spends nothing (S-22).
  if (!request.browserHash || !sameHash(request.browserHash, known.browserHash)) {
    return fail("oauth.browser_mismatch", "This sign-in was started in another browser. Finish it there, or start again here.");
  }
  if (known.startedBy.startsWith("user:") && request.person !== known.startedBy) {
    return fail(
      "oauth.browser_mismatch",
      "This sign-in was started by somebody else. Sign in as the person who started it, or start again.",
    );
  }
  const attempt = await consumeAttempt(known.stateHash);
  if (!attempt) return known.consumedAt === null && known.expiresAt <= now() ? expired(known) : unknown;
  const outcome = await complete(attempt, request);
  await closeAttempt(
    attempt.id,
    outcome.ok
      ? { code: "ok", owner: null, message: null }
      : { code: outcome.error.code, owner: ownerOf(outcome.error), message: outcome.error.message },
  );
  return ok({ attemptId: attempt.id });
}

async function expired(attempt: Attempt): Promise<Result<{ attemptId: string }>> {
  await closeAttempt(attempt.id, {
    code: "oauth.attempt_expired",
    owner: "customer",
    message: "The sign-in took longer than ten minutes, so it was closed.",
  });
  return ok({ attemptId: attempt.id });
}

async function complete(attempt: Attempt, request: CallbackRequest): Promise<Result<null>> {
  const scope = await attemptScope(attempt);
  if (!scope.ok) return scope;
  const opened = await openConnection(scope.value, attempt.accountConnectorId);
  if (!opened.ok) return opened;
  const result = await grantFor(attempt, request, scope.value, opened.value);
  if (result.ok && scope.value.actor.type === "link") await completeLink(scope.value.actor.id);
  if (result.ok && scope.value.actor.type === "token") await finishSignInToken(scope.value.actor.id);
  if (!result.ok) {
    await recordCall(scope.value, attempt.accountConnectorId, {
      event: {
        kind: "connect",
        outcome: "bad",
        title: "Sign-in failed",
        detail: result.error.message,
        owner: ownerOf(result.error),
        http: (result.error.details?.trace as never) ?? null,
      },
      ...(ownerOf(result.error) === "partner"
        ? { failure: { code: result.error.code, owner: "partner" as const, message: result.error.message } }
        : {}),
    });
  }
  return result;
}

async function grantFor(
  attempt: Attempt,
  request: CallbackRequest,
  scope: AccountScope,
  opened: OpenedConnection,
): Promise<Result<null>> {
  const { definition, authMethod, connector } = opened;
  const mixUp = fail(
    "oauth.issuer_mismatch",
    "The answer came from another server than the one you were sent to. Nothing was stored.",
    { details: { owner: "policy" } },
  );
  if (
    request.id !== (await callbackId(attempt.partnerId, opened.install.connectorId)) ||
    opened.redirectUri !== attempt.redirectUri
  )
    return mixUp;
  const verifier = await open(
    { partnerId: attempt.partnerId, table: "oauth_attempts", row: attempt.id, field: "verifier" },
    attempt.sealedVerifier,
  );
  if (!verifier.ok) return verifier;
  if (authMethod.type === "OAuth1") return finishHandshake(scope, opened, request.query, verifier.value);
  const answer = parseAuthorizationResponse({ definition, authMethod, query: request.query });
  if (answer.issuer !== null && attempt.issuer !== null && answer.issuer !== attempt.issuer) return mixUp;
  if (answer.error !== null) return refused(definition.name, answer.error);
  if (answer.code === null)
    return fail("oauth.provider_error", `${definition.name} sent you back without a code.`, { details: { owner: "provider" } });
  const values = { ...connector.values, ...answer.properties };
  const prepared = tokenRequest({
    definition,
    authMethod,
    values,
    sources: connector.sources,
    grant: { type: "code", code: answer.code, redirectUri: attempt.redirectUri, codeVerifier: verifier.value },
  });
  if (!prepared.ok) return prepared;
  const { result, trace } = await exchange(opened, prepared.value, "token");
  if (!result.ok) return fail(result.error.code, result.error.message, { details: { ...result.error.details, trace } });
  if (result.value.missingScopes.length > 0) {
    return fail(
      "oauth.scope_missing",
      `${definition.name} did not grant ${result.value.missingScopes.join(", ")}. Sign in again and leave it ticked.`,
      {
        details: { owner: "customer" },
      },
    );
  }
  return keepGrant(scope, opened, result.value, attempt.scopes, answer.properties);
}

/** The provider's error at the authorization endpoint (RFC 6749 section 4.1.2.1); its free text is never shown. */
function refused(provider: string, error: string): Result<never> {
  if (error === "access_denied") {
    return fail("oauth.denied", `You declined at ${provider}. Nothing was stored.`, { details: { owner: "customer" } });
  }
  const failure = classifyTokenFailure({ status: 400, body: JSON.stringify({ error }), provider });
  return fail(failure.code, failure.message, { details: { owner: failure.owner } });
}
