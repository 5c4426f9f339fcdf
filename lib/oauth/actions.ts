"use server";

import { revalidatePath } from "next/cache";
import { headers } from "next/headers";
import { forbidden } from "next/navigation";
import { requestOrigin } from "@/lib/access/request";
import { accountAction, publicAction } from "@/lib/doors/action";
import { saveTypedValues } from "@/lib/installs/save-values";
import { MINUTE } from "@/lib/kernel/clock";
import { ok, type Result } from "@/lib/kernel/result";
import { env } from "@/lib/platform/env";
import { limit } from "@/lib/platform/rate-limit";
import { startAttempt, type StartedAttempt } from "./authorize";
import { bindBrowser } from "./browser";
import { retryConnectorAuth, startConnectorAuth } from "./connector-auth";
import { isFinished, LINK_DENIED, linkSession } from "./link-session";
import { consumeLink, insertLink, revokeLink } from "./mutations";
import { deauthenticate, uninstall } from "./revoke";
import {
  connectionSchema,
  connectorAuthSchema,
  createLinkSchema,
  linkSaveSchema,
  linkStartSchema,
  openLinkSchema,
  retryConnectorAuthSchema,
  revokeLinkSchema,
  startAttemptSchema,
} from "./schema";

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

/** Makes a connect link for one connection. Out: the link, and the token to be handed over apart from it; both this once. */
export const createLinkAction = accountAction("connection.create_link", "links.write")
  .inputSchema(createLinkSchema)
  .action(async ({ parsedInput: { id, minutes }, ctx }): Promise<Result<{ url: string; token: string; expiresAt: number }>> => {
    const made = await insertLink(ctx.scope, id, minutes * MINUTE);
    if (!made.ok) return made;
    revalidatePath("/", "layout");
    const { publicId, token, expiresAt } = made.value;
    return ok({ url: `${new URL(env().publicUrl).origin}/connect/${publicId}`, token, expiresAt });
  });

export const revokeLinkAction = accountAction("connection.revoke_link", "links.write")
  .inputSchema(revokeLinkSchema)
  .action(async ({ parsedInput: { id, linkId }, ctx }) => {
    const done = await revokeLink(ctx.scope, id, linkId);
    if (done.ok) revalidatePath("/", "layout");
    return done;
  });

/** A link ends long before its token could be guessed; an address may be a whole company's. */
const WINDOW = { durationSeconds: 15 * 60 };
const TRIES_PER_LINK = { points: 10, ...WINDOW };
const TRIES_PER_ADDRESS = { points: 50, ...WINDOW };

/**
 * Opens a connect link with the token that was typed: here it is consumed, once (S-52). Every reason why it can't be answers 403 with
 * the same page. Tries are limited per link and per address.
 */
export const openLinkAction = publicAction("link.open")
  .inputSchema(openLinkSchema)
  .action(async ({ parsedInput: { publicId, token } }): Promise<Result<null>> => {
    const from = requestOrigin(await headers());
    for (const allowed of [
      await limit("link", publicId, TRIES_PER_LINK),
      await limit("link-ip", from.ip ?? "unknown", TRIES_PER_ADDRESS),
    ])
      if (!allowed.ok) return allowed;
    const link = await consumeLink(publicId, token, { hash: await bindBrowser(), ...from });
    if (!link) forbidden();
    revalidatePath(`/connect/${publicId}`);
    return ok(null);
  });

/** Starts signing in for the holder of a link, at the one connection it is for. */
export const linkStartAction = publicAction("link.sign_in")
  .inputSchema(linkStartSchema)
  .action(async ({ parsedInput: { publicId, kind } }): Promise<Result<StartedAttempt>> => {
    const session = await linkSession(publicId);
    if (!session.ok) return session;
    const { link, scope } = session.value;
    if (await isFinished(link, scope)) return LINK_DENIED;
    const returnTo = { kind, path: `/connect/${publicId}` };
    return startAttempt(scope, link.accountConnectorId, { hash: await bindBrowser(), returnTo });
  });

/** Stores what the holder of a link typed for the one connection it is for. */
export const linkSaveAction = publicAction("link.save_values")
  .inputSchema(linkSaveSchema)
  .action(async ({ parsedInput: { publicId, values, purpose } }): Promise<Result<{ id: number }>> => {
    const session = await linkSession(publicId);
    if (!session.ok) return session;
    const { link, scope } = session.value;
    if (await isFinished(link, scope)) return LINK_DENIED;
    return saveTypedValues(scope, link.accountConnectorId, values, purpose);
  });

/** Starts what a partner's backend sent this browser for; here the token is consumed. */
export const startConnectorAuthAction = publicAction("connectorauth.start")
  .inputSchema(connectorAuthSchema)
  .action(async ({ parsedInput }) => startConnectorAuth(parsedInput));

/** Starts once more after a failure, in the browser that used the token. */
export const retryConnectorAuthAction = publicAction("connectorauth.retry")
  .inputSchema(retryConnectorAuthSchema)
  .action(async ({ parsedInput }) => retryConnectorAuth(parsedInput.attemptId));
