"use server";

import { revalidatePath } from "next/cache";
import { accountAction, partnerAction, personAction, publicAction } from "@/lib/doors/action";
import { fail } from "@/lib/kernel/result";
import { env } from "@/lib/platform/env";
import { limit } from "@/lib/platform/rate-limit";
import { systemPartnerScope } from "./scopes";
import {
  acceptInvitation,
  changePassword,
  changeRole,
  inviteAccountPerson,
  invitePartnerPerson,
  removeMember,
  revokeInvitation,
  revokeSession,
} from "./mutations";
import {
  acceptInvitationSchema,
  accountRoleSchema,
  changePasswordSchema,
  inviteAccountSchema,
  invitePartnerSchema,
  partnerRoleSchema,
  removeAccountMemberSchema,
  removePartnerMemberSchema,
  revokeAccountInvitationSchema,
  revokePartnerInvitationSchema,
  revokeSessionSchema,
} from "./schema";
import type { AccountScope, PartnerScope } from "./types";

/** The link that an invited person opens; shown once to the one who invites. */
const invitationUrl = (token: string): string => `${new URL(env().publicUrl).origin}/invitation/${token}`;

/** The partner's side of an account's scope, for what is kept per partner. */
const partnerOfAccount = (scope: AccountScope): PartnerScope => ({ ...systemPartnerScope(scope.partnerId), actor: scope.actor });

export const invitePartnerAction = partnerAction("people.invite", "people.write")
  .inputSchema(invitePartnerSchema)
  .action(async ({ parsedInput, ctx }) => {
    const made = await invitePartnerPerson(ctx.scope, parsedInput);
    if (!made.ok) return made;
    revalidatePath("/settings/people");
    return { ok: true as const, value: { url: invitationUrl(made.value.token), expiresAt: made.value.expiresAt } };
  });

export const inviteAccountAction = accountAction("account.people.invite", "people.write")
  .inputSchema(inviteAccountSchema)
  .action(async ({ parsedInput, ctx }) => {
    const made = await inviteAccountPerson(ctx.scope, parsedInput);
    if (!made.ok) return made;
    revalidatePath(`/accounts/${ctx.scope.accountId}`);
    return { ok: true as const, value: { url: invitationUrl(made.value.token), expiresAt: made.value.expiresAt } };
  });

export const changePartnerRoleAction = partnerAction("people.change_role", "people.write")
  .inputSchema(partnerRoleSchema)
  .action(async ({ parsedInput, ctx }) => {
    const result = await changeRole(ctx.scope, null, parsedInput.membershipId, parsedInput.role);
    revalidatePath("/settings/people");
    return result;
  });

export const changeAccountRoleAction = accountAction("account.people.change_role", "people.write")
  .inputSchema(accountRoleSchema)
  .action(async ({ parsedInput, ctx }) => {
    const result = await changeRole(partnerOfAccount(ctx.scope), ctx.scope.accountId, parsedInput.membershipId, parsedInput.role);
    revalidatePath(`/accounts/${ctx.scope.accountId}`);
    return result;
  });

export const removePartnerMemberAction = partnerAction("people.remove", "people.write")
  .inputSchema(removePartnerMemberSchema)
  .action(async ({ parsedInput, ctx }) => {
    const result = await removeMember(ctx.scope, null, parsedInput.membershipId);
    revalidatePath("/settings/people");
    return result;
  });

export const removeAccountMemberAction = accountAction("account.people.remove", "people.write")
  .inputSchema(removeAccountMemberSchema)
  .action(async ({ parsedInput, ctx }) => {
    const result = await removeMember(partnerOfAccount(ctx.scope), ctx.scope.accountId, parsedInput.membershipId);
    revalidatePath(`/accounts/${ctx.scope.accountId}`);
    return result;
  });

export const revokePartnerInvitationAction = partnerAction("people.revoke_invitation", "people.write")
  .inputSchema(revokePartnerInvitationSchema)
  .action(async ({ parsedInput, ctx }) => {
    const result = await revokeInvitation(ctx.scope, null, parsedInput.invitationId);
    revalidatePath("/settings/people");
    return result;
  });

export const revokeAccountInvitationAction = accountAction("account.people.revoke_invitation", "people.write")
  .inputSchema(revokeAccountInvitationSchema)
  .action(async ({ parsedInput, ctx }) => {
    const result = await revokeInvitation(partnerOfAccount(ctx.scope), ctx.scope.accountId, parsedInput.invitationId);
    revalidatePath(`/accounts/${ctx.scope.accountId}`);
    return result;
  });

/** Takes an invitation with its token as the proof; tries are limited per token. */
export const acceptInvitationAction = publicAction("invitation.accept")
  .inputSchema(acceptInvitationSchema)
  .action(async ({ parsedInput }) => {
    const allowed = await limit("invitation", parsedInput.token, { points: 10, durationSeconds: 900 });
    if (!allowed.ok) return fail("rate.limited", "Too many tries. Wait fifteen minutes, then try again.");
    return acceptInvitation(parsedInput.token, parsedInput);
  });

export const revokeSessionAction = personAction("session.revoke")
  .inputSchema(revokeSessionSchema)
  .action(async ({ parsedInput, ctx }) => {
    const result = await revokeSession(ctx.actor, parsedInput.sessionId);
    revalidatePath("/settings/profile");
    return result;
  });

export const changePasswordAction = personAction("password.change")
  .inputSchema(changePasswordSchema)
  .action(async ({ parsedInput, ctx }) => changePassword(ctx.actor, ctx.who.sessionId, parsedInput));
