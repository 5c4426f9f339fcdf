import { and, eq, isNull, lt } from "@/db/query";
import { memberships, sessions, signInTokens, users } from "@/db/schema";
import { transact, type Transaction } from "@/db/transact";
import { insertMembership, insertUser } from "@/lib/access/mutations";
import { hashPassword } from "@/lib/access/passwords";
import { tokenHash } from "@/lib/access/tokens";
import type { AccountScope, PartnerScope } from "@/lib/access/types";
import { recordAudit } from "@/lib/audit/mutations";
import { DAY, MINUTE, now } from "@/lib/kernel/clock";
import { guid, randomToken } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";

/** How long a sign-in token is good for. */
export const SIGN_IN_TOKEN_LIFETIME = 5 * MINUTE;

const taken = fail("request.invalid", "This user name is taken.");
const unknown = fail("object.not_found", "There is no such user.");

const normal = (userName: string): string => userName.trim().toLowerCase();

async function known(tx: Transaction, userName: string) {
  const [user] = await tx
    .select()
    .from(users)
    .where(eq(users.email, normal(userName)));
  if (!user) return null;
  return { user, seats: await tx.select().from(memberships).where(eq(memberships.userId, user.id)) };
}

type Known = NonNullable<Awaited<ReturnType<typeof known>>>;

/** A person whom this partner alone knows, and only as a customer: nobody else's password or seat may depend on them. */
const isOwn = ({ user, seats }: Known, partnerId: string): boolean =>
  !user.isInstanceAdministrator && seats.length > 0 && seats.every((s) => s.partnerId === partnerId && s.accountId !== null);

/**
 * The user of that name as one of the account's, made where nobody has the name. Somebody whom another partner knows too is never
 * taken in: whoever made that user could sign in here. Errors: `request.invalid`.
 */
async function accountUser(
  tx: Transaction,
  scope: AccountScope,
  userName: string,
  passwordHash: string | null,
): Promise<Result<{ userId: string; isNew: boolean }>> {
  const found = await known(tx, userName);
  if (found && !isOwn(found, scope.partnerId)) return taken;
  if (found?.seats.some((s) => s.accountId === scope.accountId)) return ok({ userId: found.user.id, isNew: false });
  const name = userName.trim();
  const userId = found?.user.id ?? (await insertUser(tx, { email: name, name, passwordHash }));
  await insertMembership(tx, { userId, partnerId: scope.partnerId, accountId: scope.accountId, role: "administrator" });
  await recordAudit(tx, {
    chain: scope.partnerId,
    actor: scope.actor,
    action: "member.added",
    object: { type: "user", id: userId, name },
    accountId: scope.accountId,
    details: { role: "administrator" },
  });
  return ok({ userId, isNew: found === null });
}

/** Adds a user to an account. Errors: `request.invalid` where the name is somebody's of another partner or of a team. */
export async function addAccountUser(
  scope: AccountScope,
  input: { readonly userName: string; readonly password: string },
): Promise<Result<null>> {
  const passwordHash = await hashPassword(input.password);
  return transact(async (tx) => {
    const added = await accountUser(tx, scope, input.userName, passwordHash);
    return added.ok ? ok(null) : added;
  });
}

/** Sets the password of a user whom only this partner's accounts know, and ends their sessions. Errors: 404 for everybody else. */
export async function setUserPassword(
  scope: PartnerScope,
  input: { readonly userName: string; readonly password: string },
): Promise<Result<null>> {
  const passwordHash = await hashPassword(input.password);
  return transact(async (tx) => {
    const found = await known(tx, input.userName);
    if (!found || !isOwn(found, scope.partnerId)) return unknown;
    const { user } = found;
    await tx.update(users).set({ passwordHash, passwordChangedAt: now() }).where(eq(users.id, user.id));
    await tx
      .update(sessions)
      .set({ revokedAt: now() })
      .where(and(eq(sessions.userId, user.id), isNull(sessions.revokedAt)));
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "password.set",
      object: { type: "user", id: user.id, name: user.email },
    });
    return ok(null);
  });
}

/**
 * Makes a token that signs a user of an account in for one purpose: five minutes, once; an unknown user is made. Out: the token, shown
 * this once. Errors: `request.invalid`.
 */
export async function createSignInToken(
  scope: AccountScope,
  username: string,
): Promise<Result<{ token: string; expiresAt: number }>> {
  const token = randomToken(256);
  const id = guid();
  return transact(async (tx) => {
    const at = now();
    const user = await accountUser(tx, scope, username, null);
    if (!user.ok) return user;
    await tx.delete(signInTokens).where(lt(signInTokens.expiresAt, at - DAY));
    const expiresAt = at + SIGN_IN_TOKEN_LIFETIME;
    await tx.insert(signInTokens).values({
      id,
      tokenHash: tokenHash(token),
      partnerId: scope.partnerId,
      accountId: scope.accountId,
      username: username.trim(),
      createdAt: at,
      createdBy: scope.actor.name,
      expiresAt,
    });
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "sign_in_token.created",
      object: { type: "user", id: user.value.userId, name: username.trim() },
      accountId: scope.accountId,
    });
    return ok({ token, expiresAt });
  });
}
