import { and, eq, gt, inArray, isNull, lt, ne, or } from "@/db/query";
import { accountConnectors, connectLinks, credentials, oauthAttempts, partners, refreshJournal, signInTokens } from "@/db/schema";
import { transact, type Transaction } from "@/db/transact";
import { linkScope } from "@/lib/access/scopes";
import { tokenHash } from "@/lib/access/tokens";
import type { AccountScope, Actor } from "@/lib/access/types";
import type { AuditAction } from "@/lib/audit/constants";
import { recordAudit } from "@/lib/audit/mutations";
import { insertEvent, type NewEvent } from "@/lib/installs/mutations";
import { DAY, MINUTE, now } from "@/lib/kernel/clock";
import type { FailureOwner } from "@/lib/kernel/errors";
import { guid, randomToken } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import type { SealedText } from "@/lib/kernel/secret";
import { announceConnection } from "@/lib/webhooks/mutations";
import type { ConnectLink } from "./data";
import { linkToken, normalToken } from "./link-token";

export const ATTEMPT_LIFETIME = 10 * MINUTE;

/** Keeps in the audit that a call was stopped because its host is none of the connector's (S-41). In: the sentence, without a value. */
export async function auditBlocked(scope: AccountScope, connection: { id: number; name: string }, reason: string): Promise<void> {
  const { partnerId, accountId, actor } = scope;
  const object = { type: "connection", id: connection.id, name: connection.name };
  await transact((tx) =>
    recordAudit(tx, { chain: partnerId, actor, action: "connector.call_blocked", object, accountId, details: { reason } }),
  );
}

/** Tells the timeline, once for each end, that the customer will be needed. In: which end, and the line. */
export async function warnOfEnd(
  scope: AccountScope,
  id: number,
  credential: { readonly id: string; readonly ends: number },
  event: NewEvent,
): Promise<void> {
  await transact(async (tx) => {
    const isNews = or(isNull(credentials.warnedFor), ne(credentials.warnedFor, credential.ends));
    const [told] = await tx
      .update(credentials)
      .set({ warnedFor: credential.ends })
      .where(and(eq(credentials.id, credential.id), eq(credentials.accountConnectorId, id), isNews))
      .returning({ id: credentials.id });
    if (!told) return;
    insertEvent(tx, scope, id, event);
    const [connection] = await tx
      .select({ name: accountConnectors.name })
      .from(accountConnectors)
      .where(eq(accountConnectors.id, id));
    const ExpiresUtc = new Date(credential.ends).toISOString();
    await announceConnection(tx, scope, "connector.expiring", { id, name: connection?.name ?? "" }, { ExpiresUtc });
  });
}

export type Attempt = typeof oauthAttempts.$inferSelect;

export async function insertAttempt(attempt: typeof oauthAttempts.$inferInsert): Promise<void> {
  await transact(async (tx) => {
    // Some OAuth 1 servers give the same request token again until it is used: the newer attempt takes the older one's place.
    await tx
      .delete(oauthAttempts)
      .where(or(lt(oauthAttempts.expiresAt, now() - DAY), eq(oauthAttempts.stateHash, attempt.stateHash)));
    await tx.insert(oauthAttempts).values(attempt);
  });
}

/** Takes an attempt, once: of many callbacks with the same state one gets it, the others null (S-20). */
export async function consumeAttempt(stateHash: string): Promise<Attempt | null> {
  return transact(async (tx) => {
    const [row] = await tx
      .update(oauthAttempts)
      .set({ consumedAt: now() })
      .where(and(eq(oauthAttempts.stateHash, stateHash), isNull(oauthAttempts.consumedAt), gt(oauthAttempts.expiresAt, now())))
      .returning();
    return row ?? null;
  });
}

/** Keeps how an attempt ended, for the page that tells. */
export async function closeAttempt(
  id: string,
  outcome: { code: string; owner: FailureOwner | null; message: string | null },
): Promise<void> {
  await transact(async (tx) => {
    await tx
      .update(oauthAttempts)
      .set({ outcome: outcome.code, outcomeOwner: outcome.owner, outcomeMessage: outcome.message })
      .where(eq(oauthAttempts.id, id));
  });
}

/** What a try to take the right to exchange found. */
export type Lease =
  | { readonly state: "taken"; readonly fence: number; readonly journalId: string; readonly lost: number }
  | { readonly state: "busy" }
  /** Another exchange has already replaced this generation, or the credential is gone. */
  | { readonly state: "moved" };

const sameGeneration = (credentialId: string, generation: number) =>
  and(eq(credentials.id, credentialId), eq(credentials.generation, generation));

/**
 * Takes the right to exchange one generation of a credential, and journals the attempt before any call is made (S-27,
 * S-28). In: who asks, and for how long in milliseconds: longer than the call may take. Out: with the lease, how many
 * earlier attempts of this generation were never closed, which is what a crash between call and save leaves.
 */
export async function takeLease(credentialId: string, generation: number, owner: string, milliseconds: number): Promise<Lease> {
  return transact(async (tx) => {
    const [row] = await tx.select().from(credentials).where(sameGeneration(credentialId, generation));
    if (!row) return { state: "moved" };
    if (row.leaseOwner !== null && (row.leaseUntil ?? 0) > now()) return { state: "busy" };
    const open = await tx
      .select({ id: refreshJournal.id })
      .from(refreshJournal)
      .where(
        and(
          eq(refreshJournal.credentialId, credentialId),
          eq(refreshJournal.generation, generation),
          isNull(refreshJournal.closedAt),
        ),
      );
    const fence = row.fence + 1;
    const journalId = guid();
    await tx
      .update(credentials)
      .set({ leaseOwner: owner, leaseUntil: now() + milliseconds, fence })
      .where(eq(credentials.id, credentialId));
    await tx.insert(refreshJournal).values({ id: journalId, credentialId, generation, fence, owner, startedAt: now() });
    return { state: "taken", fence, journalId, lost: open.length };
  });
}

export interface Exchanged {
  readonly sealed: SealedText;
  readonly last4: Record<string, string | null>;
  readonly expiresAt: number | null;
  readonly refreshExpiresAt: number | null;
  readonly refreshObtainedAt: number | null;
  readonly isRefreshable: boolean;
  readonly scopes: string[] | null;
}

/**
 * Saves the outcome of an exchange where its generation is still the stored one, and closes the journal with it. A good
 * answer is saved also after the lease was overrun: nobody else has replaced the generation, so it is the valid chain.
 * Out: false where the generation has moved on or the credential is gone.
 */
export async function saveExchange(
  lease: { credentialId: string; generation: number; journalId: string },
  exchanged: Exchanged,
): Promise<boolean> {
  return transact(async (tx) => {
    const saved = await tx
      .update(credentials)
      .set({
        ...exchanged,
        generation: lease.generation + 1,
        obtainedAt: now(),
        leaseOwner: null,
        leaseUntil: null,
        refreshFailures: 0,
        nextRefreshAt: null,
      })
      .where(sameGeneration(lease.credentialId, lease.generation))
      .returning({ id: credentials.id });
    await tx
      .update(refreshJournal)
      .set({ closedAt: now(), outcome: saved.length > 0 ? "saved" : "superseded" })
      .where(eq(refreshJournal.id, lease.journalId));
    await tx
      .update(refreshJournal)
      .set({ closedAt: now(), outcome: "superseded" })
      .where(
        and(
          eq(refreshJournal.credentialId, lease.credentialId),
          eq(refreshJournal.generation, lease.generation),
          isNull(refreshJournal.closedAt),
        ),
      );
    return saved.length > 0;
  });
}

/**
 * Closes a failed exchange. Only the holder of the lease may: a late failure must not undo what its successor does.
 * In: when to try again (ms), or null for never; whether the refresh token is of no more use. Out: whether it was the holder.
 */
export async function closeFailedExchange(
  lease: { credentialId: string; generation: number; fence: number; journalId: string },
  failure: { code: string; nextRefreshAt: number | null; isSpent: boolean },
): Promise<boolean> {
  return transact(async (tx) => {
    await tx.update(refreshJournal).set({ closedAt: now(), outcome: failure.code }).where(eq(refreshJournal.id, lease.journalId));
    const [row] = await tx
      .select({ failures: credentials.refreshFailures })
      .from(credentials)
      .where(and(sameGeneration(lease.credentialId, lease.generation), eq(credentials.fence, lease.fence)));
    if (!row) return false;
    await tx
      .update(credentials)
      .set({
        leaseOwner: null,
        leaseUntil: null,
        refreshFailures: row.failures + 1,
        nextRefreshAt: failure.nextRefreshAt,
        ...(failure.isSpent ? { isRefreshable: false } : {}),
      })
      .where(eq(credentials.id, lease.credentialId));
    // With nothing left to try, what earlier crashes left open is over as well.
    if (failure.isSpent) {
      await tx
        .update(refreshJournal)
        .set({ closedAt: now(), outcome: "lost" })
        .where(
          and(
            eq(refreshJournal.credentialId, lease.credentialId),
            eq(refreshJournal.generation, lease.generation),
            isNull(refreshJournal.closedAt),
          ),
        );
    }
    return true;
  });
}

/** Who acts through a link, as audit and timelines name them. */
export const linkActor = (link: ConnectLink, from: { ip?: string | null; requestId?: string | null } = {}): Actor => ({
  type: "link",
  id: link.id,
  name: link.attributedTo ?? `Connect link of ${link.createdBy}`,
  ...from,
});

type LinkKey = Pick<ConnectLink, "id" | "accountConnectorId">;

/** Named by the connection it is for: that is what people look for. */
async function auditLink(tx: Transaction, scope: AccountScope, action: AuditAction, link: LinkKey): Promise<void> {
  const [connection] = await tx
    .select({ name: accountConnectors.name })
    .from(accountConnectors)
    .where(eq(accountConnectors.id, link.accountConnectorId));
  const object = { type: "link", id: link.id, name: connection?.name ?? "" };
  await recordAudit(tx, { chain: scope.partnerId, actor: scope.actor, action, object, accountId: scope.accountId });
}

/**
 * Makes a link for one connection (S-52). In: how long it can be opened, in milliseconds, and who will use it, if that is known. Out: its public part, and the token that is
 * typed separately, shown this once. Errors: 404.
 */
export async function insertLink(
  scope: AccountScope,
  accountConnectorId: number,
  lifetime: number,
  attributedTo: string | null = null,
): Promise<Result<{ linkId: string; publicId: string; token: string; expiresAt: number }>> {
  const link = { id: guid(), publicId: randomToken(128), token: linkToken(), expiresAt: now() + lifetime };
  return transact(async (tx) => {
    const [connection] = await tx
      .select({ id: accountConnectors.id })
      .from(accountConnectors)
      .where(
        and(
          eq(accountConnectors.id, accountConnectorId),
          eq(accountConnectors.partnerId, scope.partnerId),
          eq(accountConnectors.accountId, scope.accountId),
        ),
      );
    if (!connection) return fail("object.not_found", "There is no such connection.");
    await tx.insert(connectLinks).values({
      id: link.id,
      publicId: link.publicId,
      tokenHash: tokenHash(normalToken(link.token)),
      partnerId: scope.partnerId,
      accountId: scope.accountId,
      accountConnectorId,
      attributedTo,
      createdAt: now(),
      createdBy: scope.actor.name,
      expiresAt: link.expiresAt,
    });
    insertEvent(tx, scope, accountConnectorId, { kind: "link", outcome: "ok", title: "Connect link made" });
    await auditLink(tx, scope, "link.created", { id: link.id, accountConnectorId });
    return ok({ linkId: link.id, publicId: link.publicId, token: link.token, expiresAt: link.expiresAt });
  });
}

/** Opens a link with its token, once: of many with the same token one gets it. Null for every reason not to. */
export async function consumeLink(
  publicId: string,
  token: string,
  browser: { hash: string; ip: string | null; userAgent: string | null; requestId: string | null },
): Promise<ConnectLink | null> {
  return transact(async (tx) => {
    const at = now();
    const [link] = await tx
      .update(connectLinks)
      .set({
        openedAt: at,
        consumedAt: at,
        browserHash: browser.hash,
        opened: { ip: browser.ip, userAgent: browser.userAgent?.slice(0, 300) ?? null },
      })
      .where(
        and(
          eq(connectLinks.publicId, publicId),
          eq(connectLinks.tokenHash, tokenHash(normalToken(token))),
          isNull(connectLinks.consumedAt),
          isNull(connectLinks.revokedAt),
          gt(connectLinks.expiresAt, at),
          inArray(connectLinks.partnerId, tx.select({ id: partners.id }).from(partners).where(isNull(partners.disabledAt))),
          inArray(connectLinks.accountConnectorId, tx.select({ id: accountConnectors.id }).from(accountConnectors)),
        ),
      )
      .returning();
    if (!link) return null;
    const scope = linkScope(link.partnerId, link.accountId, link.accountConnectorId, linkActor(link, browser));
    insertEvent(tx, scope, link.accountConnectorId, {
      kind: "link",
      outcome: "ok",
      title: "Connect link opened",
      detail: browser.ip ? `From ${browser.ip}.` : null,
    });
    await auditLink(tx, scope, "link.opened", link);
    return link;
  });
}

/** Notes that the holder of a link has connected; from then on it signs nobody in. */
export async function completeLink(id: string): Promise<void> {
  await transact(async (tx) => {
    const [link] = await tx
      .update(connectLinks)
      .set({ completedAt: now() })
      .where(and(eq(connectLinks.id, id), isNull(connectLinks.completedAt)))
      .returning();
    if (!link) return;
    const scope = linkScope(link.partnerId, link.accountId, link.accountConnectorId, linkActor(link));
    await auditLink(tx, scope, "link.completed", link);
  });
}

/** Ends a link that nobody has finished with. Errors: 404 for an unknown, finished or foreign one alike. */
export async function revokeLink(scope: AccountScope, accountConnectorId: number, id: string): Promise<Result<null>> {
  return transact(async (tx) => {
    const [link] = await tx
      .update(connectLinks)
      .set({ revokedAt: now() })
      .where(
        and(
          eq(connectLinks.id, id),
          eq(connectLinks.partnerId, scope.partnerId),
          eq(connectLinks.accountId, scope.accountId),
          eq(connectLinks.accountConnectorId, accountConnectorId),
          isNull(connectLinks.revokedAt),
          isNull(connectLinks.completedAt),
        ),
      )
      .returning();
    if (!link) return fail("object.not_found", "There is no such link to revoke.");
    insertEvent(tx, scope, accountConnectorId, { kind: "link", outcome: "ok", title: "Connect link revoked" });
    await auditLink(tx, scope, "link.revoked", link);
    return ok(null);
  });
}

/** Uses a sign-in token up, once, for one browser. Out: whether it was this call that did. */
export async function consumeSignInToken(id: string, browserHash: string): Promise<boolean> {
  return transact(async (tx) => {
    const at = now();
    const taken = await tx
      .update(signInTokens)
      .set({ consumedAt: at, browserHash })
      .where(and(eq(signInTokens.id, id), isNull(signInTokens.consumedAt), gt(signInTokens.expiresAt, at)))
      .returning({ id: signInTokens.id });
    return taken.length > 0;
  });
}

/** From here on the browser that used the token can't start again with it. */
export async function finishSignInToken(id: string): Promise<void> {
  await transact(async (tx) => {
    await tx.update(signInTokens).set({ browserHash: null }).where(eq(signInTokens.id, id));
  });
}
