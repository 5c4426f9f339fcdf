import { and, count, eq, gt, isNull, ne } from "@/db/query";
import { invitations, memberships, sessions, signInTokens, users } from "@/db/schema";
import { reader } from "@/db/client";
import { transact, type Transaction } from "@/db/transact";
import { INSTANCE_CHAIN, recordAudit } from "@/lib/audit/mutations";
import { DAY, now } from "@/lib/kernel/clock";
import { guid, randomToken } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { invitationByToken, userByEmail } from "./data";
import { hashPassword, passwordMatches } from "./passwords";
import type { AccountRole, PartnerRole } from "./constants";
import { passwordSchema, personNameSchema } from "./schema";
import { tokenHash } from "./tokens";
import type { AccountScope, Actor, PartnerScope } from "./types";

export const SESSION_LIFETIME = 14 * DAY;
const INVITATION_LIFETIME = 7 * DAY;

/** Uses a sign-in token up for a session. Out: whether it was this call that did. */
export async function consumeForSession(tokenId: string): Promise<boolean> {
  return transact(async (tx) => {
    const at = now();
    const taken = await tx
      .update(signInTokens)
      .set({ consumedAt: at })
      .where(and(eq(signInTokens.id, tokenId), isNull(signInTokens.consumedAt), gt(signInTokens.expiresAt, at)))
      .returning({ id: signInTokens.id });
    return taken.length > 0;
  });
}

/** Opens a session for a person who proved who they are. Out: its id. */
export async function openSession(
  userId: string,
  from: { ip: string | null; userAgent: string | null; name: string },
): Promise<string> {
  const id = guid();
  await transact(async (tx) => {
    const at = now();
    await tx.insert(sessions).values({
      id,
      userId,
      createdAt: at,
      lastSeenAt: at,
      expiresAt: at + SESSION_LIFETIME,
      ip: from.ip,
      userAgent: from.userAgent?.slice(0, 300) ?? null,
    });
    await recordAudit(tx, {
      chain: INSTANCE_CHAIN,
      actor: { type: "user", id: userId, name: from.name, ip: from.ip },
      action: "session.opened",
      object: { type: "user", id: userId, name: from.name },
    });
  });
  return id;
}

export async function touchSession(sessionId: string): Promise<void> {
  await transact(async (tx) => {
    await tx.update(sessions).set({ lastSeenAt: now() }).where(eq(sessions.id, sessionId));
  });
}

/** Ends a session on signing out. */
export async function closeSession(sessionId: string): Promise<void> {
  await transact(async (tx) => {
    await tx
      .update(sessions)
      .set({ revokedAt: now() })
      .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt)));
  });
}

/** Ends one session of this person at once. Errors: `object.not_found` for somebody else's. */
export async function revokeSession(actor: Actor, sessionId: string): Promise<Result<null>> {
  return transact(async (tx) => {
    const changed = await tx
      .update(sessions)
      .set({ revokedAt: now() })
      .where(and(eq(sessions.id, sessionId), eq(sessions.userId, actor.id), isNull(sessions.revokedAt)))
      .returning({ id: sessions.id });
    if (changed.length === 0) return fail("object.not_found", "There is no such session.");
    await recordAudit(tx, {
      chain: INSTANCE_CHAIN,
      actor,
      action: "session.revoked",
      object: { type: "session", id: sessionId, name: actor.name },
    });
    return ok(null);
  });
}

export interface NewUser {
  email: string;
  name: string;
  passwordHash: string | null;
  isInstanceAdministrator?: boolean;
}

export async function insertUser(tx: Transaction, user: NewUser): Promise<string> {
  const id = guid();
  await tx
    .insert(users)
    .values({ id, ...user, email: user.email.trim().toLowerCase(), createdAt: now(), passwordChangedAt: now() });
  return id;
}

export async function insertMembership(
  tx: Transaction,
  member: { userId: string; partnerId: string; accountId: string | null; role: PartnerRole | AccountRole },
): Promise<void> {
  await tx.insert(memberships).values({ id: guid(), ...member, createdAt: now() });
}

/** Writes an invitation. Out: the token for its link, shown once, and when it ends. */
export async function insertInvitation(
  tx: Transaction,
  actor: Actor,
  to: { partnerId: string; accountId: string | null; email: string; role: PartnerRole | AccountRole },
): Promise<{ token: string; expiresAt: number }> {
  const token = randomToken(192);
  const expiresAt = now() + INVITATION_LIFETIME;
  const id = guid();
  const email = to.email.trim().toLowerCase();
  await tx
    .insert(invitations)
    .values({ id, tokenHash: tokenHash(token), ...to, email, createdAt: now(), createdBy: actor.name, expiresAt });
  await recordAudit(tx, {
    chain: to.partnerId,
    actor,
    action: "invitation.created",
    object: { type: "invitation", id, name: email },
    accountId: to.accountId,
    details: { role: to.role },
  });
  return { token, expiresAt };
}

async function invite(
  scope: PartnerScope | AccountScope,
  accountId: string | null,
  input: { email: string; role: PartnerRole | AccountRole },
): Promise<Result<{ token: string; expiresAt: number }>> {
  const email = input.email.trim().toLowerCase();
  return transact(async (tx) => {
    const [taken] = await tx
      .select({ id: memberships.id })
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(
        and(
          eq(users.email, email),
          eq(memberships.partnerId, scope.partnerId),
          accountId === null ? isNull(memberships.accountId) : eq(memberships.accountId, accountId),
        ),
      );
    if (taken)
      return fail("object.conflict", "This person is a member already.", {
        fields: { email: "This person is a member already." },
      });
    return ok(await insertInvitation(tx, scope.actor, { partnerId: scope.partnerId, accountId, email, role: input.role }));
  });
}

/** Invites a person to the partner's team. Out: the token for the link, shown once. Errors: `object.conflict`. */
export const invitePartnerPerson = (scope: PartnerScope, input: { email: string; role: PartnerRole }) =>
  invite(scope, null, input);
/** Invites a person to one account. Errors: `object.conflict`. */
export const inviteAccountPerson = (scope: AccountScope, input: { email: string; role: AccountRole }) =>
  invite(scope, scope.accountId, input);

const placeOf = (accountId: string | null) =>
  accountId === null ? isNull(invitations.accountId) : eq(invitations.accountId, accountId);

export async function revokeInvitation(scope: PartnerScope, accountId: string | null, id: string): Promise<Result<null>> {
  return transact(async (tx) => {
    const changed = await tx
      .update(invitations)
      .set({ revokedAt: now() })
      .where(
        and(
          eq(invitations.id, id),
          eq(invitations.partnerId, scope.partnerId),
          placeOf(accountId),
          isNull(invitations.acceptedAt),
          isNull(invitations.revokedAt),
        ),
      )
      .returning({ email: invitations.email });
    if (!changed[0]) return fail("object.not_found", "There is no such invitation.");
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "invitation.revoked",
      object: { type: "invitation", id, name: changed[0].email },
      accountId,
    });
    return ok(null);
  });
}

/** What a new person still has to mend, by field. */
function newPersonProblem(person: { name: string; password: string }): ReturnType<typeof fail> | null {
  const name = personNameSchema.safeParse(person.name);
  const password = passwordSchema.safeParse(person.password);
  const fields = {
    ...(name.success ? {} : { name: name.error.issues[0]?.message ?? "Name is required." }),
    ...(password.success ? {} : { password: password.error.issues[0]?.message ?? "Password is required." }),
  };
  const first = Object.values(fields)[0];
  return first === undefined ? null : fail("request.invalid", first, { fields });
}

/** Changes a person's own password and ends their other sessions. Errors: `auth.invalid_credentials`. */
export async function changePassword(
  actor: Actor,
  sessionId: string,
  input: { current: string; next: string },
): Promise<Result<null>> {
  const [user] = await reader().select().from(users).where(eq(users.id, actor.id));
  if (!user || !(await passwordMatches(user.passwordHash, input.current))) {
    return fail("auth.invalid_credentials", "The current password is wrong.", {
      fields: { current: "This isn't your password." },
    });
  }
  const passwordHash = await hashPassword(input.next);
  return transact(async (tx) => {
    await tx.update(users).set({ passwordHash, passwordChangedAt: now() }).where(eq(users.id, actor.id));
    await tx
      .update(sessions)
      .set({ revokedAt: now() })
      .where(and(eq(sessions.userId, actor.id), ne(sessions.id, sessionId), isNull(sessions.revokedAt)));
    await recordAudit(tx, {
      chain: INSTANCE_CHAIN,
      actor,
      action: "password.changed",
      object: { type: "user", id: actor.id, name: actor.name },
    });
    return ok(null);
  });
}

/**
 * Takes an invitation. A person who is new gives a name and a password; one who is known proves the password they have.
 * Errors: `object.not_found` for an unknown, used or expired token alike; `auth.invalid_credentials`.
 */
export async function acceptInvitation(
  token: string,
  person: { name: string; password: string },
): Promise<Result<{ email: string }>> {
  const found = await invitationByToken(token);
  const gone = fail("object.not_found", "This invitation was used, withdrawn or has expired. Ask for a new one.");
  if (!found) return gone;
  const { invitation } = found;
  const existing = await userByEmail(invitation.email);
  if (existing && !(await passwordMatches(existing.passwordHash, person.password))) {
    return fail("auth.invalid_credentials", "You have an account already: enter the password you sign in with.", {
      fields: { password: "This isn't the password of your account." },
    });
  }
  const problem = existing ? null : newPersonProblem(person);
  if (problem) return problem;
  const passwordHash = existing ? null : await hashPassword(person.password);
  return transact(async (tx) => {
    const taken = await tx
      .update(invitations)
      .set({ acceptedAt: now() })
      .where(and(eq(invitations.id, invitation.id), isNull(invitations.acceptedAt), isNull(invitations.revokedAt)))
      .returning({ id: invitations.id });
    if (taken.length === 0) return gone;
    const userId = existing?.id ?? (await insertUser(tx, { email: invitation.email, name: person.name, passwordHash }));
    await insertMembership(tx, {
      userId,
      partnerId: invitation.partnerId,
      accountId: invitation.accountId,
      role: invitation.role as PartnerRole | AccountRole,
    });
    await recordAudit(tx, {
      chain: invitation.partnerId,
      actor: { type: "user", id: userId, name: existing?.name ?? person.name },
      action: "invitation.accepted",
      object: { type: "user", id: userId, name: invitation.email },
      accountId: invitation.accountId,
      details: { role: invitation.role },
    });
    return ok({ email: invitation.email });
  });
}

async function ownersLeft(tx: Transaction, partnerId: string): Promise<number> {
  const [row] = await tx
    .select({ n: count() })
    .from(memberships)
    .where(and(eq(memberships.partnerId, partnerId), isNull(memberships.accountId), eq(memberships.role, "owner")));
  return row?.n ?? 0;
}

const memberOf = (scope: PartnerScope, accountId: string | null, membershipId: string) =>
  and(
    eq(memberships.id, membershipId),
    eq(memberships.partnerId, scope.partnerId),
    accountId === null ? isNull(memberships.accountId) : eq(memberships.accountId, accountId),
  );

/** Changes a member's role at once, also for open sessions. Errors: 404; `object.conflict` for the last owner. */
export async function changeRole(
  scope: PartnerScope,
  accountId: string | null,
  membershipId: string,
  role: PartnerRole | AccountRole,
): Promise<Result<null>> {
  return transact(async (tx) => {
    const [before] = await tx
      .select({ role: memberships.role, email: users.email, userId: users.id })
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(memberOf(scope, accountId, membershipId));
    if (!before) return fail("object.not_found", "There is no such person.");
    if (before.role === "owner" && role !== "owner" && (await ownersLeft(tx, scope.partnerId)) === 1) {
      return fail("object.conflict", "A team needs an owner. Make somebody else owner first.");
    }
    await tx.update(memberships).set({ role }).where(eq(memberships.id, membershipId));
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "member.role_changed",
      object: { type: "user", id: before.userId, name: before.email },
      accountId,
      details: { from: before.role, to: role },
    });
    return ok(null);
  });
}

/** Takes a person out and ends their sessions. Errors: 404; `object.conflict` for the last owner. */
export async function removeMember(scope: PartnerScope, accountId: string | null, membershipId: string): Promise<Result<null>> {
  return transact(async (tx) => {
    const [member] = await tx
      .select({ role: memberships.role, email: users.email, userId: users.id })
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(memberOf(scope, accountId, membershipId));
    if (!member) return fail("object.not_found", "There is no such person.");
    if (member.role === "owner" && (await ownersLeft(tx, scope.partnerId)) === 1) {
      return fail("object.conflict", "A team needs an owner. Make somebody else owner first.");
    }
    await tx.delete(memberships).where(eq(memberships.id, membershipId));
    await tx
      .update(sessions)
      .set({ revokedAt: now() })
      .where(and(eq(sessions.userId, member.userId), isNull(sessions.revokedAt)));
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "member.removed",
      object: { type: "user", id: member.userId, name: member.email },
      accountId,
    });
    return ok(null);
  });
}

/** One transaction for what the files of this room write together. */
export const inTransaction = transact;
