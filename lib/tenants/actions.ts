"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { accountAction, adminAction, partnerAction } from "@/lib/doors/action";
import { ok } from "@/lib/kernel/result";
import {
  createAccount,
  createPartner,
  deleteAccount,
  saveBranding,
  setExternalAuthentication,
  setPartnerDisabled,
  updateAccount,
} from "@/lib/partners/mutations";
import { accountInputSchema, brandingInputSchema, partnerInputSchema } from "@/lib/partners/schema";
import { env } from "@/lib/platform/env";
import { accountChangeSchema, partnerSwitchSchema } from "./schema";

export const createAccountAction = partnerAction("account.create", "accounts.write")
  .inputSchema(accountInputSchema)
  .action(async ({ parsedInput, ctx }) => {
    const made = await createAccount(ctx.scope, parsedInput);
    if (!made.ok) return made;
    revalidatePath("/accounts");
    return ok({ id: made.value.id });
  });

export const updateAccountAction = accountAction("account.update", "accounts.write")
  .inputSchema(accountChangeSchema)
  .action(async ({ parsedInput, ctx }) => {
    const result = await updateAccount(ctx.scope, parsedInput);
    revalidatePath(`/accounts/${ctx.scope.accountId}`);
    return result;
  });

export const deleteAccountAction = accountAction("account.delete", "accounts.write")
  .inputSchema(z.object({ accountId: z.string().min(1).max(100) }))
  .action(async ({ ctx }) => {
    const result = await deleteAccount(ctx.scope);
    revalidatePath("/accounts");
    return result;
  });

export const saveBrandingAction = partnerAction("branding.save", "branding.write")
  .inputSchema(brandingInputSchema)
  .action(async ({ parsedInput, ctx }) => {
    const result = await saveBranding(ctx.scope, parsedInput);
    revalidatePath("/settings/branding");
    return result;
  });

export const createPartnerAction = adminAction("partner.create")
  .inputSchema(partnerInputSchema)
  .action(async ({ parsedInput, ctx }) => {
    const made = await createPartner(ctx.scope, parsedInput);
    if (!made.ok) return made;
    revalidatePath("/admin/partners");
    return ok({
      id: made.value.id,
      invitationUrl: `${new URL(env().publicUrl).origin}/invitation/${made.value.invitationToken}`,
    });
  });

/** The switch *External Authentication of Connectors* of a partner. */
export const setExternalAuthenticationAction = adminAction("partner.external_authentication")
  .inputSchema(partnerSwitchSchema)
  .action(async ({ parsedInput, ctx }) => {
    const result = await setExternalAuthentication(ctx.scope, parsedInput.partnerId, parsedInput.on);
    revalidatePath("/admin/partners");
    return result;
  });

export const setPartnerDisabledAction = adminAction("partner.disable")
  .inputSchema(partnerSwitchSchema)
  .action(async ({ parsedInput, ctx }) => {
    const result = await setPartnerDisabled(ctx.scope, parsedInput.partnerId, parsedInput.on);
    revalidatePath("/admin/partners");
    return result;
  });
