import { INSTANCE_CHAIN, recordAudit } from "@/lib/audit/mutations";
import { randomToken } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { userByEmail } from "./data";
import { insertUser, inTransaction } from "./mutations";
import { hashPassword } from "./passwords";

/**
 * Makes an administrator of the instance, from its command line. Out: the password, which is told once.
 * Errors: `object.conflict` when somebody has this e-mail address.
 */
export async function makeAdministrator(person: { email: string; name: string }): Promise<Result<{ password: string }>> {
  if (await userByEmail(person.email))
    return fail("object.conflict", `There is somebody with the e-mail address ${person.email} already.`);
  const password = randomToken(120);
  const passwordHash = await hashPassword(password);
  return inTransaction(async (tx) => {
    const id = await insertUser(tx, { ...person, passwordHash, isInstanceAdministrator: true });
    await recordAudit(tx, {
      chain: INSTANCE_CHAIN,
      actor: { type: "system", id: "command-line", name: "Command line" },
      action: "administrator.created",
      object: { type: "user", id, name: person.email },
    });
    return ok({ password });
  });
}
