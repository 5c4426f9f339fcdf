import type { AccountScope } from "@/lib/access/types";
import { tokenHash } from "@/lib/access/tokens";
import type { Prepared } from "@/lib/auth-methods/apply";
import {
  accessTokenRequest,
  oauth1AuthorizationUrl,
  parseAccessToken,
  parseOAuth1Callback,
  parseTemporaryCredentials,
  temporaryCredentialsRequest,
  type OAuth1Token,
} from "@/lib/auth-methods/oauth1-handshake";
import { requestedScopes } from "@/lib/auth-methods/scopes";
import { classifyTransportFailure, failureResult } from "@/lib/auth-methods/failures";
import { storeGrant } from "@/lib/installs/mutations";
import { sealCredential } from "@/lib/installs/sealing";
import { now, SECOND } from "@/lib/kernel/clock";
import { expose } from "@/lib/kernel/expose";
import { fail, ok, type Result } from "@/lib/kernel/result";
import type { Secret } from "@/lib/kernel/secret";
import { redactor } from "@/lib/kernel/redact";
import { formatDateTime } from "@/lib/platform/dates";
import { sendOAuth } from "./exchange";
import { arrivedValues } from "./grant";
import { oauth1Signer } from "./oauth1-signer";
import { httpTrace } from "./trace";
import type { OpenedConnection } from "./values";

/** Under what an attempt is found again: the request token at the callback it was asked for, so that no other server's token finds it. */
export const handshakeHash = (callbackId: string, token: string): string => tokenHash(`${callbackId} ${token}`);

/** What the provider calls back with: the hash of its request token. Null where the answer names none. */
export function handshakeOf(callbackId: string, query: URLSearchParams): string | null {
  const { token } = parseOAuth1Callback(query);
  return token === null || token === "" ? null : handshakeHash(callbackId, token);
}

const inputOf = ({ definition, authMethod, connector }: OpenedConnection) => ({
  definition,
  authMethod,
  values: connector.values,
  sources: connector.sources,
  signer: oauth1Signer,
});

async function send(
  opened: OpenedConnection,
  prepared: Result<Prepared>,
  parse: (answer: { status: number; body: string }) => Result<OAuth1Token>,
): Promise<Result<OAuth1Token>> {
  if (!prepared.ok) return prepared;
  const redact = redactor([...prepared.value.secrets]);
  const answer = await sendOAuth(prepared.value);
  if (!answer.ok) {
    const failed = failureResult(classifyTransportFailure(answer.error.code, opened.definition.name));
    const trace = httpTrace(prepared.value, null, redact);
    return failed.ok ? failed : fail(failed.error.code, failed.error.message, { details: { ...failed.error.details, trace } });
  }
  const { status } = answer.value;
  const body = answer.value.text();
  const parsed = parse({ status, body });
  if (parsed.ok) return parsed;
  // An answer that is refused may still hold a token.
  const kept = new URLSearchParams(body.trim()).has("oauth_token") ? null : body;
  const trace = httpTrace(prepared.value, { status, body: kept }, redact);
  return fail(parsed.error.code, parsed.error.message, { details: { ...parsed.error.details, trace } });
}

/** Temporary credentials and where the browser goes with them (RFC 5849 sections 2.1 and 2.2). Errors: those of the provider. */
export async function beginHandshake(
  opened: OpenedConnection,
): Promise<
  Result<{ readonly token: Secret; readonly tokenSecret: Secret; readonly url: string; readonly scopes: readonly string[] }>
> {
  const input = inputOf(opened);
  const temporary = await send(opened, temporaryCredentialsRequest({ ...input, callbackUrl: opened.redirectUri }), (answer) =>
    parseTemporaryCredentials({ ...input, ...answer }),
  );
  if (!temporary.ok) return temporary;
  const { token, tokenSecret } = temporary.value;
  const url = oauth1AuthorizationUrl({ ...input, token });
  if (!url.ok) return url;
  return ok({ token, tokenSecret, url: url.value, scopes: requestedScopes(opened.authMethod, opened.connector.values) });
}

/**
 * Finishes a handshake with what came to the callback (RFC 5849 sections 2.2 and 2.3): exchanges the verifier and stores the
 * token pair. Errors: `oauth.denied`, `oauth.provider_error`, those of the token endpoint, `object.not_found`.
 */
export async function finishHandshake(
  scope: AccountScope,
  opened: OpenedConnection,
  query: URLSearchParams,
  tokenSecret: Secret,
): Promise<Result<null>> {
  const { definition, authMethod } = opened;
  const { token, verifier, denied } = parseOAuth1Callback(query);
  if (denied)
    return fail("oauth.denied", `You declined at ${definition.name}. Nothing was stored.`, { details: { owner: "customer" } });
  if (token === null || verifier === null) {
    return fail("oauth.provider_error", `${definition.name} sent you back without a verifier.`, {
      details: { owner: "provider" },
    });
  }
  const input = inputOf(opened);
  const granted = await send(opened, accessTokenRequest({ ...input, token, tokenSecret, verifier }), (answer) =>
    parseAccessToken({ ...input, ...answer }),
  );
  if (!granted.ok) return granted;
  const { lifetime } = authMethod;
  const expiresAt = lifetime?.source === "fixed" && lifetime.seconds !== undefined ? now() + lifetime.seconds * SECOND : null;
  const sealed = await sealCredential(scope.partnerId, {
    values: { accessToken: expose(granted.value.token), accessTokenSecret: expose(granted.value.tokenSecret) },
    secretNames: ["accessToken", "accessTokenSecret"],
    expiresAt,
    refreshExpiresAt: null,
    isRefreshable: false,
    scopes: [...requestedScopes(authMethod, opened.connector.values)],
  });
  return storeGrant(scope, opened.install.id, sealed, arrivedValues(granted.value.properties), {
    title: `Connected by ${scope.actor.name}`,
    detail:
      expiresAt === null ? "It has no end." : `Good until ${formatDateTime(expiresAt)}. It will need the customer again then.`,
    connectedAs: null,
  });
}
