import { z } from "@hono/zod-openapi";
import { accountByExternalId } from "@/lib/access/data";
import { removeMember } from "@/lib/access/mutations";
import { passwordSchema } from "@/lib/access/schema";
import type { PartnerScope } from "@/lib/access/types";
import { partnerEndpoint } from "@/lib/doors/rest";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { accountUsers } from "@/lib/tenants/data";
import { addAccountUser, createSignInToken, setUserPassword } from "@/lib/tenants/mutations";
import { accountId, wholePartner } from "./accounts";

const TAG = "Users";

const userName = z
  .string({ error: "UserName is required." })
  .trim()
  .min(1, "UserName is required.")
  .max(254, "UserName can have at most 254 characters.")
  .regex(/^[^\p{Cc}]*$/u, "UserName can't contain control characters.");

const withPassword = z.strictObject({ UserName: userName, Password: passwordSchema }).openapi("User");

const signInToken = z.object({ Token: z.string(), ExpiresAtUtc: z.string() }).openapi("SignInToken");

async function newSignInToken(scope: PartnerScope, id: string, username: string): Promise<Result<z.input<typeof signInToken>>> {
  const account = await accountByExternalId(scope, id);
  if (!account.ok) return account;
  const made = await createSignInToken(account.value, username);
  return made.ok ? ok({ Token: made.value.token, ExpiresAtUtc: new Date(made.value.expiresAt).toISOString() }) : made;
}

export const userEndpoints = [
  partnerEndpoint({
    method: "get",
    path: "/accounts/{accountId}/users",
    permission: "people.read",
    tag: TAG,
    summary: "List the user names of an account",
    params: { accountId },
    answer: z.array(z.string()),
    handle: async ({ scope, params }) => {
      const account = await accountByExternalId(scope, params.accountId);
      if (!account.ok) return account;
      return ok((await accountUsers(account.value)).map((user) => user.userName));
    },
  }),
  partnerEndpoint({
    method: "put",
    path: "/accounts/{accountId}/users",
    permission: "people.write",
    tag: TAG,
    summary: "Add a user to an account",
    description: "An unknown user is made with this password; a known one keeps theirs.",
    params: { accountId },
    body: withPassword,
    answer: z.null(),
    handle: async ({ scope, params, body }) => {
      const account = await accountByExternalId(scope, params.accountId);
      return account.ok ? addAccountUser(account.value, { userName: body.UserName, password: body.Password }) : account;
    },
  }),
  partnerEndpoint({
    method: "delete",
    path: "/accounts/{accountId}/users",
    permission: "people.write",
    tag: TAG,
    summary: "Take a user out of an account",
    params: { accountId },
    body: z.strictObject({ UserName: userName }).openapi("UserName"),
    answer: z.null(),
    handle: async ({ scope, params, body }) => {
      const account = await accountByExternalId(scope, params.accountId);
      if (!account.ok) return account;
      const user = (await accountUsers(account.value)).find((u) => u.userName === body.UserName.toLowerCase());
      if (!user) return fail("object.not_found", "There is no such user.");
      return removeMember(scope, account.value.accountId, user.membershipId);
    },
  }),
  partnerEndpoint({
    method: "put",
    path: "/users",
    permission: "people.write",
    tag: TAG,
    summary: "Set the password of a user",
    description: "Of a user whom only accounts of this partner know.",
    body: withPassword,
    answer: z.null(),
    handle: async ({ scope, body }) => {
      const whole = wholePartner(scope);
      return whole.ok ? setUserPassword(scope, { userName: body.UserName, password: body.Password }) : whole;
    },
  }),
  partnerEndpoint({
    method: "post",
    path: "/accounts/tokens",
    permission: "links.write",
    tag: TAG,
    summary: "Make a sign-in token, with the account in the body",
    description: "The older form of POST /accounts/{accountId}/signintoken.",
    body: z.strictObject({ AccountId: accountId, Username: userName }).openapi("AccountTokenRequest"),
    answer: signInToken,
    handle: ({ scope, body }) => newSignInToken(scope, body.AccountId, body.Username),
  }),
  partnerEndpoint({
    method: "post",
    path: "/accounts/{accountId}/signintoken",
    permission: "links.write",
    tag: TAG,
    summary: "Make a sign-in token for a user of an account",
    description: "Good for five minutes and one use. An unknown user is made.",
    params: { accountId },
    body: z.strictObject({ Username: userName }).openapi("SignInTokenRequest"),
    answer: signInToken,
    handle: ({ scope, params, body }) => newSignInToken(scope, params.accountId, body.Username),
  }),
];
