import { fail, ok, type Result } from "@/lib/kernel/result";
import { limit } from "@/lib/platform/rate-limit";
import { userByEmail } from "./data";
import { openSession } from "./mutations";
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
