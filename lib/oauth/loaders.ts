import "server-only";
import { sameHash } from "@/lib/access/tokens";
import { now } from "@/lib/kernel/clock";
import { requirePartner } from "@/lib/access/loaders";
import { kindOf } from "@/lib/auth-methods/registry";
import { connectorOf } from "@/lib/catalog/data";
import { partnerOf } from "@/lib/partners/data";
import { browserHash } from "./browser";
import { attemptById } from "./data";
import type { Attempt } from "./mutations";
import { callbackUrl } from "./redirect-uri";
import type { AttemptStatus } from "./types";

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
  const partner = await partnerOf(attempt);
  return {
    brand: {
      name: partner.branding.displayName ?? partner.name,
      slug: partner.slug,
      logoUrl: partner.branding.logo ?? null,
      colour: partner.branding.accent ?? null,
      supportUrl: partner.branding.supportUrl ?? null,
    },
    attemptId: attempt.id,
    status: statusOf(attempt),
    returnTo: { kind: attempt.returnTo.kind, path: attempt.returnTo.path },
    startedBy: attempt.startedBy.startsWith("link:") ? ("link" as const) : ("user" as const),
    connection: { id: connection.id, name: connection.name, accountId: connection.accountId },
    connector,
  };
}

/** The callback URL to register for a connector; null where no method of it sends anybody to a provider. */
export async function loadCallbackUrl(slug: string): Promise<string | null> {
  const { scope } = await requirePartner(`/connectors/${slug}`, "library.read");
  const connector = await connectorOf(scope, slug);
  const interactive = connector?.definition.authMethods.some((method) => kindOf(method).interactive(method));
  return connector && interactive ? callbackUrl(scope.partnerId, connector.id) : null;
}
