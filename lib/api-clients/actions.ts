"use server";

import { revalidatePath } from "next/cache";
import { partnerAction } from "@/lib/doors/action";
import { ok } from "@/lib/kernel/result";
import { createApiClient, deleteApiClient, revokeToken, saveApiSettings } from "./mutations";
import { apiRangesSchema, createClientSchema, deleteClientSchema, revokeTokenSchema, targetOriginsSchema } from "./schema";

const PAGE = "/settings/api";

/** Makes a credential set. Out: the client id, and the secret this once. */
export const createApiClientAction = partnerAction("api_client.create", "api.write")
  .inputSchema(createClientSchema)
  .action(async ({ parsedInput, ctx }) => {
    const made = await createApiClient(ctx.scope, parsedInput);
    if (!made.ok) return made;
    revalidatePath(PAGE);
    return ok({ clientId: made.value.clientId, clientSecret: made.value.clientSecret });
  });

/** Deletes a credential set and ends its tokens. */
export const deleteApiClientAction = partnerAction("api_client.delete", "api.write")
  .inputSchema(deleteClientSchema)
  .action(async ({ parsedInput, ctx }) => {
    const done = await deleteApiClient(ctx.scope, parsedInput.id);
    if (done.ok) revalidatePath(PAGE);
    return done;
  });

export const revokeTokenAction = partnerAction("access_token.revoke", "api.write")
  .inputSchema(revokeTokenSchema)
  .action(async ({ parsedInput, ctx }) => {
    const done = await revokeToken(ctx.scope, parsedInput.id);
    if (done.ok) revalidatePath(PAGE);
    return done;
  });

/** From where the API may be used. */
export const saveApiRangesAction = partnerAction("api_settings.save_ranges", "api.write")
  .inputSchema(apiRangesSchema)
  .action(async ({ parsedInput, ctx }) => {
    const done = await saveApiSettings(ctx.scope, parsedInput);
    if (done.ok) revalidatePath(PAGE);
    return done;
  });

/** Where browsers may be sent back to after authenticating. */
export const saveTargetOriginsAction = partnerAction("api_settings.save_origins", "api.write")
  .inputSchema(targetOriginsSchema)
  .action(async ({ parsedInput, ctx }) => {
    const done = await saveApiSettings(ctx.scope, parsedInput);
    if (done.ok) revalidatePath(PAGE);
    return done;
  });
