import { preparedQuery, reader, remembered, rowsOf } from "@/db/client";
import { and, asc, desc, eq, gt, isNull, or, sql } from "@/db/query";
import { accounts, invitations, memberships, partners, sessions, signInTokens, users } from "@/db/schema";
import { now } from "@/lib/kernel/clock";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { soon, type Soon } from "@/lib/kernel/soon";
import type { Permission } from "./policy";
import { accountScopeFor, narrowScope, partnerScopeFor } from "./scopes";
import { tokenHash } from "./tokens";
import type { AccountScope, Actor, PartnerScope, SignedIn } from "./types";

const sessionQuery = () =>
  preparedQuery("access.session", (db) =>
    db
      .select({
        sessionId: sessions.id,
        userId: users.id,
        email: users.email,
        name: users.name,
        isInstanceAdministrator: users.isInstanceAdministrator,
        lastSeenAt: sessions.lastSeenAt,
        expiresAt: sessions.expiresAt,
      })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(and(eq(sessions.id, sql.placeholder("id")), isNull(sessions.revokedAt), isNull(users.disabledAt)))
      .prepare(),
  );

const membershipQuery = () =>
  preparedQuery("access.memberships", (db) =>
    db
      .select({ partnerId: memberships.partnerId, accountId: memberships.accountId, role: memberships.role })
      .from(memberships)
      .innerJoin(partners, eq(partners.id, memberships.partnerId))
      .where(and(eq(memberships.userId, sql.placeholder("userId")), isNull(partners.disabledAt)))
      .prepare(),
  );

/** The person of a session, with roles as they are now; null when the session is revoked, expired or unknown. */
export async function signedInBySession(sessionId: string): Promise<(SignedIn & { lastSeenAt: number }) | null> {
  const found = await remembered("access.session", sessionId, () => readSession(sessionId), { isSettled: true });
  return found && found.expiresAt > now() ? found : null;
}

async function readSession(sessionId: string) {
  const [row] = await sessionQuery().execute({ id: sessionId });
  if (!row) return null;
  const found = await membershipQuery().execute({ userId: row.userId });
  return { ...row, memberships: found as unknown as SignedIn["memberships"] };
}

/** Scope of one account for a partner's person or for a person of that account. Errors: 404 for anybody else's. */
export async function accountScope(
  who: SignedIn,
  actor: Actor,
  accountId: string,
  permission: Permission,
): Promise<Result<AccountScope>> {
  if (who.memberships.some((m) => m.accountId === accountId)) return accountScopeFor(who, actor, accountId, permission);
  const partner = partnerScopeFor(who, actor, permission);
  if (!partner.ok) return partner;
  return accountOfPartner(partner.value, accountId);
}

/** Narrows to an account that is proved to be this partner's. Errors: `object.not_found`. */
export async function accountOfPartner(scope: PartnerScope, accountId: string): Promise<Result<AccountScope>> {
  const [row] = await reader()
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.id, accountId), eq(accounts.partnerId, scope.partnerId), isNull(accounts.deletedAt)));
  return row && isWithin(scope, row.id) ? ok(narrowScope(scope, row.id)) : noAccount;
}

const noAccount = fail("object.not_found", "There is no such account.");
const isWithin = (scope: PartnerScope, accountId: string): boolean =>
  scope.onlyAccountId === undefined || scope.onlyAccountId === accountId;

const externalIdQuery = () =>
  preparedQuery("access.account_by_external_id", (db) =>
    db
      .select({ id: accounts.id })
      .from(accounts)
      .where(
        and(
          eq(accounts.partnerId, sql.placeholder("partnerId")),
          or(eq(accounts.externalId, sql.placeholder("externalId")), eq(accounts.id, sql.placeholder("externalId"))),
          isNull(accounts.deletedAt),
        ),
      )
      .orderBy(desc(eq(accounts.externalId, sql.placeholder("externalId"))))
      .limit(1)
      .prepare(),
  );

/**
 * Narrows to the account of that API ID, or else of that id in the console's addresses. Errors: `object.not_found`, also for one
 * that a restricted token isn't for.
 */
export function accountByExternalId(scope: PartnerScope, externalId: string): Soon<Result<AccountScope>> {
  const { partnerId } = scope;
  const found = remembered<{ id: string } | null>(
    "access.account_by_external_id",
    `${partnerId}/${externalId}`,
    () => soon(rowsOf(externalIdQuery(), { partnerId, externalId }), ([row]) => row ?? null),
    { isSettled: true },
  );
  return soon(found, (row) => (row && isWithin(scope, row.id) ? ok(narrowScope(scope, row.id)) : noAccount));
}

export async function userByEmail(email: string) {
  const [row] = await reader().select().from(users).where(eq(users.email, email.trim().toLowerCase()));
  return row ?? null;
}

export interface Person {
  readonly membershipId: string;
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly since: number;
}

const people = (partnerId: string, accountId: string | null): Promise<Person[]> =>
  reader()
    .select({
      membershipId: memberships.id,
      userId: users.id,
      name: users.name,
      email: users.email,
      role: memberships.role,
      since: memberships.createdAt,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.partnerId, partnerId),
        accountId === null ? isNull(memberships.accountId) : eq(memberships.accountId, accountId),
      ),
    )
    .orderBy(asc(users.name));

export const partnerPeople = (scope: PartnerScope): Promise<Person[]> => people(scope.partnerId, null);
export const accountPeople = (scope: AccountScope): Promise<Person[]> => people(scope.partnerId, scope.accountId);

const openInvitations = (partnerId: string, accountId: string | null) =>
  reader()
    .select({
      id: invitations.id,
      email: invitations.email,
      role: invitations.role,
      expiresAt: invitations.expiresAt,
      createdAt: invitations.createdAt,
    })
    .from(invitations)
    .where(
      and(
        eq(invitations.partnerId, partnerId),
        accountId === null ? isNull(invitations.accountId) : eq(invitations.accountId, accountId),
        isNull(invitations.acceptedAt),
        isNull(invitations.revokedAt),
        gt(invitations.expiresAt, now()),
      ),
    )
    .orderBy(desc(invitations.createdAt));

export const partnerInvitations = (scope: PartnerScope) => openInvitations(scope.partnerId, null);
export const accountInvitations = (scope: AccountScope) => openInvitations(scope.partnerId, scope.accountId);

/** An invitation that can still be taken; null for an unknown, used, revoked or expired one alike. */
export async function invitationByToken(token: string) {
  const [row] = await reader()
    .select({ invitation: invitations, partnerName: partners.name, branding: partners.branding, accountName: accounts.name })
    .from(invitations)
    .innerJoin(partners, eq(partners.id, invitations.partnerId))
    .leftJoin(accounts, eq(accounts.id, invitations.accountId))
    .where(
      and(
        eq(invitations.tokenHash, tokenHash(token)),
        isNull(invitations.acceptedAt),
        isNull(invitations.revokedAt),
        gt(invitations.expiresAt, now()),
      ),
    );
  return row ?? null;
}

/**
 * Whom a sign-in token would sign in: a person of its account, where it is neither used nor over. Null for every reason not to, alike.
 * Reading it uses nothing up.
 */
export async function holderOfSignInToken(token: string) {
  const [row] = await reader()
    .select({
      tokenId: signInTokens.id,
      userId: users.id,
      email: users.email,
      name: users.name,
      accountId: signInTokens.accountId,
      accountName: accounts.name,
      partnerName: partners.name,
      partnerSlug: partners.slug,
      branding: partners.branding,
    })
    .from(signInTokens)
    .innerJoin(partners, and(eq(partners.id, signInTokens.partnerId), isNull(partners.disabledAt)))
    .innerJoin(accounts, eq(accounts.id, signInTokens.accountId))
    .innerJoin(users, and(sql`${users.email} = lower(${signInTokens.username})`, isNull(users.disabledAt)))
    .innerJoin(memberships, and(eq(memberships.userId, users.id), eq(memberships.accountId, signInTokens.accountId)))
    .where(and(eq(signInTokens.tokenHash, tokenHash(token)), isNull(signInTokens.consumedAt), gt(signInTokens.expiresAt, now())));
  return row ?? null;
}

export const sessionsOf = (userId: string) =>
  reader()
    .select({
      id: sessions.id,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
      ip: sessions.ip,
      userAgent: sessions.userAgent,
    })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isNull(sessions.revokedAt), gt(sessions.expiresAt, now())))
    .orderBy(desc(sessions.lastSeenAt));
