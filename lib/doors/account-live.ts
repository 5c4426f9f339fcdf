import "server-only";
import { unstable_rethrow } from "next/navigation";
import { accountScope } from "@/lib/access/data";
import type { Permission } from "@/lib/access/policy";
import { currentPerson } from "@/lib/access/session";
import type { AccountScope } from "@/lib/access/types";
import { ERROR_STATUS } from "@/lib/kernel/errors";
import { fail, type Failure } from "@/lib/kernel/result";
import { log } from "@/lib/platform/log";

/** Answers of this door are for one person and one moment. */
const HEADERS = { "cache-control": "no-store" };

const answer = (error: Failure) =>
  Response.json({ error: { code: error.code, message: error.message } }, { status: ERROR_STATUS[error.code], headers: HEADERS });

/**
 * A GET read of `app/api/live` in one account. In: the account's id, the permission, and what reads with the scope.
 * Out: its value as JSON; 401 without a session, 403 or 404 as the scope says, 404 for null.
 */
export async function accountLive<T>(
  accountId: string,
  permission: Permission,
  read: (scope: AccountScope) => Promise<T | null>,
): Promise<Response> {
  try {
    const person = await currentPerson();
    if (!person) return answer(fail("auth.required", "Your session has ended. Sign in again.").error);
    const scope = await accountScope(person.who, person.actor, accountId, permission);
    if (!scope.ok) return answer(scope.error);
    const value = await read(scope.value);
    if (value === null) return answer(fail("object.not_found", "There is nothing here.").error);
    return Response.json(value, { headers: HEADERS });
  } catch (error) {
    unstable_rethrow(error);
    log().error({ err: error }, "live read failed");
    return answer(fail("internal", "Something went wrong here. It was logged.").error);
  }
}
