import "server-only";
import { headers } from "next/headers";
import { exactOrigin } from "@/lib/api-clients/schema";
import { apiSettingsOf } from "@/lib/api-clients/data";
import { requestOrigin } from "@/lib/access/request";
import { linkScope } from "@/lib/access/scopes";
import { sameHash, tokenHash } from "@/lib/access/tokens";
import type { AccountScope } from "@/lib/access/types";
import { kindOf } from "@/lib/auth-methods/registry";
import { connectionOf } from "@/lib/installs/data";
import { MINUTE, now } from "@/lib/kernel/clock";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { startAttempt } from "./authorize";
import { bindBrowser, browserHash } from "./browser";
import { attemptById, signInTokenByHash, signInTokenById, type SignInToken } from "./data";
import { LINK_DENIED } from "./link-session";
import { consumeSignInToken, finishSignInToken, type Attempt } from "./mutations";
import { connectWithoutPerson } from "./refresh";
import { connectorAuthSchema, type ConnectorAuthInput } from "./schema";
import type { ConnectorAuthStarted } from "./types";
import { openConnection } from "./values";

/** Where the page stands; what an attempt of it comes back to. */
const PAGE = "/connectorauth/updateaccountconnectoroauth";
/** How long after using the token the same browser may try again. */
const SESSION = 30 * MINUTE;

/** Of this browser, and not finished with. */
const isHeld = (token: SignInToken, browser: string | null): boolean =>
  token.consumedAt !== null &&
  token.consumedAt > now() - SESSION &&
  token.browserHash !== null &&
  browser !== null &&
  sameHash(token.browserHash, browser);

const isFresh = (token: SignInToken): boolean => token.consumedAt === null && token.expiresAt > now();

/** An origin of the partner's allow-list, written exactly as it stands there (S-24). */
export async function allowedTarget(scope: { readonly partnerId: string }, text: string): Promise<string | null> {
  const origin = exactOrigin(text);
  if (origin === null || text.replace(/\/$/, "") !== origin) return null;
  return (await apiSettingsOf(scope)).targetOrigins.includes(origin) ? origin : null;
}

async function scopeOf(token: SignInToken, accountConnectorId: number): Promise<AccountScope> {
  const { ip, requestId } = requestOrigin(await headers());
  const actor = { type: "token" as const, id: token.id, name: token.username, ip, requestId };
  return linkScope(token.partnerId, token.accountId, accountConnectorId, actor);
}

interface TokenRequest {
  readonly token: SignInToken;
  readonly scope: AccountScope;
  readonly input: ConnectorAuthInput;
}

/**
 * What an address asks for, where all of it holds together: a token that is good or this browser's own, a connector of its account, an
 * allowed origin. Reading changes nothing. Null for every reason not to, alike.
 */
export async function tokenRequest(query: unknown): Promise<TokenRequest | null> {
  const parsed = connectorAuthSchema.safeParse(query);
  if (!parsed.success) return null;
  const token = await signInTokenByHash(tokenHash(parsed.data.token));
  if (!token || !(isFresh(token) || isHeld(token, await browserHash()))) return null;
  const targetOrigin = await allowedTarget(token, parsed.data.targetOrigin);
  if (targetOrigin === null) return null;
  const scope = await scopeOf(token, parsed.data.id);
  return (await connectionOf(scope, parsed.data.id)) ? { token, scope, input: { ...parsed.data, targetOrigin } } : null;
}

/** Whether the partner lets a browser start without pressing a button. */
export const startsAutomatically = async (scope: AccountScope): Promise<boolean> =>
  (await apiSettingsOf(scope)).startsAutomatically;

/** Goes to the provider, or connects at once where no person has to consent. */
async function begin(scope: AccountScope, id: number, returnTo: Attempt["returnTo"]): Promise<Result<ConnectorAuthStarted>> {
  const opened = await openConnection(scope, id);
  if (!opened.ok) return opened;
  const { authMethod, definition } = opened.value;
  if (kindOf(authMethod).interactive(authMethod)) {
    const started = await startAttempt(scope, id, { hash: await bindBrowser(), returnTo });
    return started.ok ? ok({ url: started.value.url }) : started;
  }
  if (!authMethod.oauth2)
    return fail("connector.method_unsupported", `${definition.name} isn't connected by signing in.`, {
      details: { owner: "partner" },
    });
  const connected = await connectWithoutPerson(scope, id);
  if (!connected.ok) return connected;
  await finishSignInToken(scope.actor.id);
  return ok({ url: null });
}

/** Starts for the holder of a token, which is consumed here, once. Errors: {@link LINK_DENIED}, those of the sign-in. */
export async function startConnectorAuth(input: ConnectorAuthInput): Promise<Result<ConnectorAuthStarted>> {
  const request = await tokenRequest(input);
  if (!request) return LINK_DENIED;
  const { token, scope } = request;
  const { id, targetOrigin, callbackMessage } = request.input;
  const browser = await bindBrowser();
  if (isFresh(token) && !(await consumeSignInToken(token.id, browser))) return LINK_DENIED;
  return begin(scope, id, {
    kind: "tab",
    path: PAGE,
    targetOrigin,
    ...(callbackMessage === undefined ? {} : { callbackMessage }),
  });
}

/** Starts again after an attempt of this browser failed. Errors: {@link LINK_DENIED}, those of the sign-in. */
export async function retryConnectorAuth(attemptId: string): Promise<Result<ConnectorAuthStarted>> {
  const found = await attemptById(attemptId);
  const tokenId = /^token:(.+)$/.exec(found?.attempt.startedBy ?? "")?.[1];
  const token = tokenId === undefined ? null : await signInTokenById(tokenId);
  if (!found || !token || !isHeld(token, await browserHash())) return LINK_DENIED;
  const { accountConnectorId, returnTo } = found.attempt;
  return begin(await scopeOf(token, accountConnectorId), accountConnectorId, returnTo);
}
