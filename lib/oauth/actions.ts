"use server";

import { revalidatePath } from "next/cache";
import { accountAction } from "@/lib/doors/action";
import { startAttempt } from "./authorize";
import { bindBrowser } from "./browser";
import { deauthenticate, uninstall } from "./revoke";
import { connectionSchema, startAttemptSchema } from "./schema";

/** Starts signing in at the provider, bound to this browser and person (S-22). Out: where to go, and the attempt to follow. */
export const startAttemptAction = accountAction("connection.sign_in", "installs.write")
  .inputSchema(startAttemptSchema)
  .action(async ({ parsedInput: { id, returnTo }, ctx }) => startAttempt(ctx.scope, id, { hash: await bindBrowser(), returnTo }));

/** Removes the credential and revokes it at the provider where that is possible. Out: what was done, in a sentence. */
export const deauthenticateAction = accountAction("connection.deauthenticate", "installs.write")
  .inputSchema(connectionSchema)
  .action(async ({ parsedInput: { id }, ctx }) => {
    const done = await deauthenticate(ctx.scope, id);
    if (done.ok) revalidatePath("/", "layout");
    return done;
  });

/** Deletes an installation after revoking its credential. Out: what was done. */
export const uninstallAction = accountAction("connection.uninstall", "installs.write")
  .inputSchema(connectionSchema)
  .action(async ({ parsedInput: { id }, ctx }) => {
    const done = await uninstall(ctx.scope, id);
    if (done.ok) revalidatePath("/", "layout");
    return done;
  });
