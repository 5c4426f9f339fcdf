"use server";

import { revalidatePath } from "next/cache";
import { partnerAction } from "@/lib/doors/action";
import { createEndpoint, deleteEndpoint, replaceSecret, sendAgain } from "./mutations";
import { newEndpointSchema, webhookIdSchema } from "./schema";

const PAGE = "/settings/api";

/** Adds an endpoint. Out: its signing secret, this once. */
export const createEndpointAction = partnerAction("webhook_endpoint.create", "webhooks.write")
  .inputSchema(newEndpointSchema)
  .action(async ({ parsedInput, ctx }) => {
    const made = await createEndpoint(ctx.scope, parsedInput);
    if (made.ok) revalidatePath(PAGE);
    return made;
  });

export const deleteEndpointAction = partnerAction("webhook_endpoint.delete", "webhooks.write")
  .inputSchema(webhookIdSchema)
  .action(async ({ parsedInput, ctx }) => {
    const done = await deleteEndpoint(ctx.scope, parsedInput.id);
    if (done.ok) revalidatePath(PAGE);
    return done;
  });

/** A new signing secret. Out: it, this once. */
export const replaceSecretAction = partnerAction("webhook_endpoint.replace_secret", "webhooks.write")
  .inputSchema(webhookIdSchema)
  .action(async ({ parsedInput, ctx }) => {
    const done = await replaceSecret(ctx.scope, parsedInput.id);
    if (done.ok) revalidatePath(PAGE);
    return done;
  });

/** Sends a message once more. */
export const sendAgainAction = partnerAction("webhook.send_again", "webhooks.write")
  .inputSchema(webhookIdSchema)
  .action(async ({ parsedInput, ctx }) => {
    const done = await sendAgain(ctx.scope, parsedInput.id);
    if (done.ok) revalidatePath(PAGE);
    return done;
  });
