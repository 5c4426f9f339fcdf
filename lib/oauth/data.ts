import { reader, remembered } from "@/db/client";
import { and, asc, desc, eq, gt, isNull, lt, or, type SQL } from "@/db/query";
import { accountConnectors, connectLinks, connectors, credentials, oauthAttempts, partners, signInTokens } from "@/db/schema";
import type { AccountScope } from "@/lib/access/types";
import { now } from "@/lib/kernel/clock";
import type { Soon } from "@/lib/kernel/soon";

/** An attempt by the hash of its state, consumed or not. */
export async function attemptByState(stateHash: string) {
  const [row] = await reader().select().from(oauthAttempts).where(eq(oauthAttempts.stateHash, stateHash));
  return row ?? null;
}

/** An attempt with the names its result page shows. */
export async function attemptById(id: string) {
  const [row] = await reader()
    .select({
      attempt: oauthAttempts,
      connection: { id: accountConnectors.id, name: accountConnectors.name, accountId: accountConnectors.accountId },
      connector: { name: connectors.name, slug: connectors.slug },
    })
    .from(oauthAttempts)
    .innerJoin(accountConnectors, eq(accountConnectors.id, oauthAttempts.accountConnectorId))
    .innerJoin(connectors, eq(connectors.id, accountConnectors.connectorId))
    .where(eq(oauthAttempts.id, id));
  return row ?? null;
}

/** Where a credential stands: its generation and whether somebody is exchanging it. Null when it is gone. */
export async function credentialState(credentialId: string) {
  const [row] = await reader()
    .select({ generation: credentials.generation, leaseUntil: credentials.leaseUntil, leaseOwner: credentials.leaseOwner })
    .from(credentials)
    .where(eq(credentials.id, credentialId));
  return row ?? null;
}

/** Connections whose token ends before `until` (ms) and may be renewed by now, soonest first. */
export async function renewable(until: number, at: number, limit: number) {
  return reader()
    .select({ id: accountConnectors.id, partnerId: accountConnectors.partnerId, accountId: accountConnectors.accountId })
    .from(credentials)
    .innerJoin(accountConnectors, eq(accountConnectors.id, credentials.accountConnectorId))
    .where(
      and(
        eq(credentials.isRefreshable, true),
        isNull(accountConnectors.disabledAt),
        lt(credentials.expiresAt, until),
        or(isNull(credentials.nextRefreshAt), lt(credentials.nextRefreshAt, at)),
      ),
    )
    .orderBy(asc(credentials.expiresAt))
    .limit(limit);
}

export type ConnectLink = typeof connectLinks.$inferSelect;

/** A link that wasn't revoked, of a connection that is still there and a partner that wasn't switched off. */
async function standingLink(where: SQL | undefined): Promise<ConnectLink | null> {
  const [row] = await reader()
    .select({ link: connectLinks })
    .from(connectLinks)
    .innerJoin(partners, eq(partners.id, connectLinks.partnerId))
    .innerJoin(accountConnectors, eq(accountConnectors.id, connectLinks.accountConnectorId))
    .where(and(where, isNull(connectLinks.revokedAt), isNull(partners.disabledAt)));
  return row?.link ?? null;
}

/** A link that somebody can still open; null for an unknown, used, revoked or expired one alike. */
export const openableLink = (publicId: string): Promise<ConnectLink | null> =>
  standingLink(and(eq(connectLinks.publicId, publicId), isNull(connectLinks.consumedAt), gt(connectLinks.expiresAt, now())));

/** A link that was opened at `since` (ms) or later, whoever opened it. */
export const openedLink = (publicId: string, since: number): Promise<ConnectLink | null> =>
  standingLink(and(eq(connectLinks.publicId, publicId), gt(connectLinks.consumedAt, since)));

/** A link that may still do its work. */
export const linkById = (id: string): Promise<ConnectLink | null> => standingLink(eq(connectLinks.id, id));

/** The links of a connection, newest first; never a token. */
export async function linksOf(scope: AccountScope, accountConnectorId: number) {
  return reader()
    .select({
      id: connectLinks.id,
      createdAt: connectLinks.createdAt,
      createdBy: connectLinks.createdBy,
      expiresAt: connectLinks.expiresAt,
      openedAt: connectLinks.openedAt,
      opened: connectLinks.opened,
      completedAt: connectLinks.completedAt,
      revokedAt: connectLinks.revokedAt,
    })
    .from(connectLinks)
    .where(
      and(
        eq(connectLinks.partnerId, scope.partnerId),
        eq(connectLinks.accountId, scope.accountId),
        eq(connectLinks.accountConnectorId, accountConnectorId),
      ),
    )
    .orderBy(desc(connectLinks.createdAt))
    .limit(50);
}

export type SignInToken = typeof signInTokens.$inferSelect;

/** A sign-in token by its hash, used or not, of a partner that isn't disabled. */
export async function signInTokenByHash(hash: string): Promise<SignInToken | null> {
  const [row] = await reader()
    .select({ token: signInTokens })
    .from(signInTokens)
    .innerJoin(partners, eq(partners.id, signInTokens.partnerId))
    .where(and(eq(signInTokens.tokenHash, hash), isNull(partners.disabledAt)));
  return row?.token ?? null;
}

export async function signInTokenById(id: string): Promise<SignInToken | null> {
  const [row] = await reader().select().from(signInTokens).where(eq(signInTokens.id, id));
  return row ?? null;
}

const MOST_OPENED = 500;

/**
 * What was opened of a connection, as long as nobody has changed anything that it was opened from. In: how to open it where it wasn't yet,
 * and whether not even a change of another process in this very moment may be missed.
 */
export const openedBefore = <T>(key: string, open: () => Soon<T>, isCertain: boolean): Soon<T> =>
  remembered("oauth.opened", key, open, { most: MOST_OPENED, isSettled: true, isCertain });
