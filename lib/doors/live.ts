import "server-only";
import { unstable_rethrow } from "next/navigation";
import type { Permission } from "@/lib/access/policy";
import { partnerScopeFor } from "@/lib/access/scopes";
import { currentPerson } from "@/lib/access/session";
import type { PartnerScope } from "@/lib/access/types";
import { ERROR_STATUS } from "@/lib/kernel/errors";
import { fail, type Failure } from "@/lib/kernel/result";
import { log } from "@/lib/platform/log";

/** Answers of this door are for one person and one moment. */
const HEADERS = { "cache-control": "no-store" };

const answer = (error: Failure) =>
  Response.json({ error: { code: error.code, message: error.message } }, { status: ERROR_STATUS[error.code], headers: HEADERS });

/**
 * A GET handler of `app/api/live` for the partner's console. In: the permission, and what reads with the scope it mints.
 * Out: its value as JSON, or the response that it made itself; 401 without a session, 403 or 404 as the scope says, 500 for what is unexpected.
 */
export const partnerLive =
  <T>(permission: Permission, read: (scope: PartnerScope, query: URLSearchParams) => Promise<T>) =>
  async (request: Request): Promise<Response> => {
    try {
      const person = await currentPerson();
      if (!person) return answer(fail("auth.required", "Your session has ended. Sign in again.").error);
      const scope = partnerScopeFor(person.who, person.actor, permission);
      if (!scope.ok) return answer(scope.error);
      const value = await read(scope.value, new URL(request.url).searchParams);
      return value instanceof Response ? value : Response.json(value, { headers: HEADERS });
    } catch (error) {
      unstable_rethrow(error);
      log().error({ err: error }, "live read failed");
      return answer(fail("internal", "Something went wrong here. It was logged.").error);
    }
  };
