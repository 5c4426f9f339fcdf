import "server-only";
import { unstable_rethrow } from "next/navigation";
import { createSafeActionClient, DEFAULT_SERVER_ERROR_MESSAGE } from "next-safe-action";
import { z } from "zod";
import { accountScope } from "@/lib/access/data";
import type { Permission } from "@/lib/access/policy";
import { instanceScopeFor, partnerScopeFor } from "@/lib/access/scopes";
import { currentPerson } from "@/lib/access/session";
import type { Failure, Result } from "@/lib/kernel/result";
import { log } from "@/lib/platform/log";

/** An expected failure before the action's own work; it reaches the browser as `serverError`. */
class Refused extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

const client = createSafeActionClient({
  defineMetadataSchema: () => z.object({ action: z.string(), permission: z.string() }),
  defaultValidationErrorsShape: "flattened",
  handleServerError(error): Failure {
    if (error instanceof Refused) return error.failure;
    unstable_rethrow(error);
    log().error({ err: error }, "action failed");
    return { code: "internal", message: DEFAULT_SERVER_ERROR_MESSAGE };
  },
});

function granted<T>(result: Result<T>): T {
  if (!result.ok) throw new Refused(result.error);
  return result.value;
}

async function person() {
  const current = await currentPerson();
  if (!current) throw new Refused({ code: "auth.required", message: "Your session has ended. Sign in again." });
  return current;
}

/** An action of the partner console. No action exists without its permission. In ctx: the partner's scope. */
export const partnerAction = (action: string, permission: Permission) =>
  client.metadata({ action, permission }).use(async ({ next }) => {
    const { who, actor } = await person();
    return next({ ctx: { scope: granted(partnerScopeFor(who, actor, permission)) } });
  });

const accountInput = z.object({ accountId: z.string().min(1).max(100) });

/** An action in one account, by the partner's people or by the account's own. Its input names `accountId`. */
export const accountAction = (action: string, permission: Permission) =>
  client.metadata({ action, permission }).use(async ({ next, clientInput }) => {
    const { who, actor } = await person();
    const input = accountInput.safeParse(clientInput);
    if (!input.success) throw new Refused({ code: "request.invalid", message: "The account is missing." });
    return next({ ctx: { scope: granted(await accountScope(who, actor, input.data.accountId, permission)) } });
  });

/** An action of the instance's administrator. */
export const adminAction = (action: string) =>
  client.metadata({ action, permission: "instance" }).use(async ({ next }) => {
    const { who, actor } = await person();
    return next({ ctx: { scope: granted(instanceScopeFor(who, actor)) } });
  });

/** An action of any signed-in person on what is their own. */
export const personAction = (action: string) =>
  client.metadata({ action, permission: "self" }).use(async ({ next }) => {
    const { who, actor } = await person();
    return next({ ctx: { who, actor } });
  });

/** An action that needs no session: it carries its own proof, such as an invitation's token. */
export const publicAction = (action: string) => client.metadata({ action, permission: "public" });
