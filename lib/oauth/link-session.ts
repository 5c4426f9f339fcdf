import "server-only";
import { headers } from "next/headers";
import { requestOrigin } from "@/lib/access/request";
import { linkScope } from "@/lib/access/scopes";
import { sameHash } from "@/lib/access/tokens";
import type { AccountScope } from "@/lib/access/types";
import { MINUTE, now } from "@/lib/kernel/clock";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { connectionOf } from "@/lib/installs/data";
import { browserHash } from "./browser";
import { openedLink, type ConnectLink } from "./data";
import { linkActor } from "./mutations";

/** How long after typing the token the sign-in can be finished. */
const SESSION = 30 * MINUTE;

/** The one answer for every link that leads nowhere (S-52). */
export const LINK_DENIED = fail("access.denied", "403 – Forbidden: Access is denied.");

/** The right to authenticate one connector, for the browser that typed the link's token. Errors: {@link LINK_DENIED}. */
export async function linkSession(publicId: string): Promise<Result<{ link: ConnectLink; scope: AccountScope }>> {
  const hash = await browserHash();
  const link = await openedLink(publicId, now() - SESSION);
  if (!hash || !link?.browserHash || !sameHash(hash, link.browserHash)) return LINK_DENIED;
  const actor = linkActor(link, requestOrigin(await headers()));
  return ok({ link, scope: linkScope(link.partnerId, link.accountId, link.accountConnectorId, actor) });
}

/** Whether a link has done its work: somebody signed in, and it isn't known that this doesn't work. */
export async function isFinished(link: ConnectLink, scope: AccountScope): Promise<boolean> {
  if (link.completedAt === null) return false;
  const connection = await connectionOf(scope, link.accountConnectorId);
  return connection?.state !== "NeedsReconnect" && connection?.state !== "NotAuthenticated";
}
