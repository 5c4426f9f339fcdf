import { fail, ok, type Result } from "@/lib/kernel/result";
import { limit } from "@/lib/platform/rate-limit";
import { holderOfSignInToken, userByEmail } from "./data";
import { consumeForSession, openSession } from "./mutations";
import { passwordMatches } from "./passwords";
import type { RequestOrigin } from "./request";

/**
 * Checks a password sign-in and opens a session. Errors: `auth.locked` after ten tries for one e-mail address or
 * fifty from one network address within fifteen minutes; `auth.invalid_credentials` alike for unknown and wrong (S-50).
 */
export async function checkSignIn(
  email: string,
  password: string,
  from: RequestOrigin,
): Promise<Result<{ user: { id: string; email: string; name: string }; sessionId: string }>> {
  const name = email.trim().toLowerCase().slice(0, 254);
  const window = { durationSeconds: 15 * 60 };
  for (const check of [
    await limit("sign-in-email", name, { points: 10, ...window }),
    await limit("sign-in-ip", from.ip ?? "unknown", { points: 50, ...window }),
  ]) {
    if (!check.ok) return fail("auth.locked", "Too many tries. Wait fifteen minutes, then try again.");
  }
  const user = await userByEmail(name);
  const matches = await passwordMatches(user?.disabledAt === null ? user.passwordHash : null, password.slice(0, 200));
  if (!user || !matches) return fail("auth.invalid_credentials", "The e-mail address or the password is wrong.");
  const sessionId = await openSession(user.id, { ...from, name: user.name });
  return ok({ user: { id: user.id, email: user.email, name: user.name }, sessionId });
}

/**
 * Opens a session for the person whom a sign-in token of the API names, and uses the token up. Errors: `auth.locked` after fifty tries
 * from one network address; `auth.invalid_token` for unknown, used and ended ones alike.
 */
export async function signInWithToken(
  token: string,
  from: RequestOrigin,
): Promise<Result<{ user: { id: string; email: string; name: string }; sessionId: string }>> {
  const tries = await limit("sign-in-token", from.ip ?? "unknown", { points: 50, durationSeconds: 15 * 60 });
  if (!tries.ok) return fail("auth.locked", "Too many tries. Wait fifteen minutes, then try again.");
  const holder = await holderOfSignInToken(token.slice(0, 200));
  if (!holder || !(await consumeForSession(holder.tokenId)))
    return fail("auth.invalid_token", "The token is unknown, was used or has ended.");
  const { userId: id, email, name } = holder;
  return ok({ user: { id, email, name }, sessionId: await openSession(id, { ...from, name }) });
}
