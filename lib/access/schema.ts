import { z } from "zod";
import { ACCOUNT_ROLES, PARTNER_ROLES } from "./constants";

export const signInSchema = z.object({
  email: z.email("E-mail has to be an e-mail address.").max(254),
  password: z.string().min(1, "Password is required.").max(200, "Password can have at most 200 characters."),
});

export const passwordSchema = z
  .string({ error: "Password is required." })
  .min(10, "Password needs at least 10 characters.")
  .max(200, "Password can have at most 200 characters.")
  .refine((p) => new Set(p).size >= 5, "Password repeats too few characters.");

export const personNameSchema = z.string().trim().min(1, "Name is required.").max(120, "Name can have at most 120 characters.");

/** A new person chooses a password; one who has an account proves the one they have. */
export const acceptInvitationSchema = z.object({
  token: z.string().min(1).max(100),
  name: z.string().trim().max(120, "Name can have at most 120 characters."),
  password: z.string().min(1, "Password is required.").max(200, "Password can have at most 200 characters."),
});

const email = z.email("E-mail has to be an e-mail address.").max(254);

export const invitePartnerSchema = z.object({ email, role: z.enum(PARTNER_ROLES) });
export const inviteAccountSchema = z.object({ accountId: z.string().min(1).max(100), email, role: z.enum(ACCOUNT_ROLES) });

const membership = z.object({ membershipId: z.string().min(1).max(100) });
export const partnerRoleSchema = membership.extend({ role: z.enum(PARTNER_ROLES) });
export const accountRoleSchema = membership.extend({ accountId: z.string().min(1).max(100), role: z.enum(ACCOUNT_ROLES) });
export const removePartnerMemberSchema = membership;
export const removeAccountMemberSchema = membership.extend({ accountId: z.string().min(1).max(100) });

const invitation = z.object({ invitationId: z.string().min(1).max(100) });
export const revokePartnerInvitationSchema = invitation;
export const revokeAccountInvitationSchema = invitation.extend({ accountId: z.string().min(1).max(100) });

export const revokeSessionSchema = z.object({ sessionId: z.string().min(1).max(100) });

export const changePasswordSchema = z
  .object({ current: z.string().min(1, "Current password is required.").max(200), next: passwordSchema })
  .refine((v) => v.current !== v.next, { path: ["next"], error: "New password has to differ from the current one." });
