import "server-only";
import { sameHash } from "@/lib/access/tokens";
import { connectionOf } from "@/lib/installs/data";
import { loadConnection, signInSubjectOf } from "@/lib/installs/loaders";
import { brandOf } from "@/lib/kernel/brand";
import { now } from "@/lib/kernel/clock";
import { requirePartner } from "@/lib/access/loaders";
import { kindOf } from "@/lib/auth-methods/registry";
import { connectorOf } from "@/lib/catalog/data";
import { inlineIcon } from "@/lib/custom-connectors/icon";
import { partnerOf } from "@/lib/partners/data";
import { browserHash } from "./browser";
import { startsAutomatically, tokenRequest } from "./connector-auth";
import { attemptById, linksOf, openableLink } from "./data";
import { isFinished, linkSession } from "./link-session";
import type { Attempt } from "./mutations";
import { callbackUrl } from "./redirect-uri";
import type { AttemptStatus } from "./types";

/** A connector with its icon in the page: who signs in here has no session, or may lose it on the way. */
async function shownConnector(scope: { readonly partnerId: string }, { name, slug }: { name: string; slug: string }) {
  const icon = (await connectorOf(scope, slug))?.definition.icon;
  return { name, slug, iconUrl: inlineIcon(icon) };
}

/** An attempt of this very browser; null for an unknown one and for any other browser's alike. */
async function ownAttempt(id: string) {
  const found = await attemptById(id);
  const hash = await browserHash();
  return found && hash && sameHash(hash, found.attempt.browserHash) ? found : null;
}

function statusOf(attempt: Attempt): AttemptStatus {
  if (attempt.outcome !== null)
    return { status: "done", code: attempt.outcome, owner: attempt.outcomeOwner, message: attempt.outcomeMessage };
  if (attempt.expiresAt > now()) return { status: "pending", expiresAt: attempt.expiresAt };
  return {
    status: "done",
    code: "oauth.attempt_expired",
    owner: "customer",
    message: "The sign-in took longer than ten minutes, so it was closed.",
  };
}

/** How an attempt stands, for the page that waits for it. */
export async function loadAttemptStatus(id: string): Promise<AttemptStatus | null> {
  const found = await ownAttempt(id);
  return found ? statusOf(found.attempt) : null;
}

/** The result page of an attempt, in the partner's branding. */
export async function loadResult(id: string) {
  const found = await ownAttempt(id);
  if (!found) return null;
  const { attempt, connection, connector } = found;
  return {
    brand: brandOf(await partnerOf(attempt)),
    attemptId: attempt.id,
    status: statusOf(attempt),
    returnTo: { kind: attempt.returnTo.kind, path: attempt.returnTo.path },
    target: attempt.returnTo.targetOrigin
      ? { origin: attempt.returnTo.targetOrigin, callbackMessage: attempt.returnTo.callbackMessage ?? null }
      : null,
    connection: { id: connection.id, name: connection.name, accountId: connection.accountId },
    connector: await shownConnector(attempt, connector),
  };
}

/** The callback URL to register for a connector; null where no method of it sends anybody to a provider. */
export async function loadCallbackUrl(slug: string): Promise<string | null> {
  const { scope } = await requirePartner(`/connectors/${slug}`, "library.read");
  const connector = await connectorOf(scope, slug);
  const interactive = connector?.definition.authMethods.some((method) => kindOf(method).interactive(method));
  return connector && interactive ? callbackUrl(scope.partnerId, connector.id) : null;
}

/**
 * The page of a connect link. Out: the question for its token, or, in the browser that typed it, the sign-in of its one connection;
 * null for everything else, which is answered alike. Reading never changes a link (S-52).
 */
export async function loadLink(publicId: string) {
  const session = await linkSession(publicId);
  if (session.ok) {
    const { link, scope } = session.value;
    const view = await connectionOf(scope, link.accountConnectorId);
    const subject = await signInSubjectOf(scope, link.accountConnectorId);
    if (!view || !subject) return null;
    return {
      phase: "signIn" as const,
      brand: brandOf(await partnerOf(link)),
      subject: { ...subject, connector: await shownConnector(scope, subject.connector), asksProvider: false },
      isCompleted: await isFinished(link, scope),
      connection: {
        id: view.id,
        name: view.name,
        connectedAs: view.connectedAs,
        scopes: view.scopes,
        expiresAt: view.expiresAt,
        isRefreshable: view.isRefreshable,
        hasCredential: view.hasCredential,
        /** Signed in since the link was opened, in another tab or before a reload. */
        isFresh: (view.obtainedAt ?? 0) > (link.consumedAt ?? 0),
      },
    };
  }
  const link = await openableLink(publicId);
  return link ? { phase: "token" as const, brand: brandOf(await partnerOf(link)) } : null;
}

/** The links of a connection, for the page of its settings. */
export async function loadLinks(id: string) {
  const { scope, page } = await loadConnection(id);
  return { page, links: await linksOf(scope, page.view.id) };
}

/** The page that a partner's backend sends a browser to with a sign-in token; null for everything that doesn't hold together. */
export async function loadConnectorAuth(query: Record<string, string | string[] | undefined>) {
  const request = await tokenRequest(query);
  if (!request) return null;
  const { scope, input } = request;
  const subject = await signInSubjectOf(scope, input.id);
  if (!subject) return null;
  return {
    brand: brandOf(await partnerOf(scope)),
    input,
    connector: await shownConnector(scope, subject.connector),
    accountName: subject.accountName,
    interactive: subject.form.interactive,
    grants: subject.form.grants,
    username: scope.actor.name,
    automatic: await startsAutomatically(scope),
  };
}
