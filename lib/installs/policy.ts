import { DAY, now as clock } from "@/lib/kernel/clock";
import type { FailureOwner } from "@/lib/kernel/errors";
import type { ConnectionState } from "./constants";

export interface ConnectionFacts {
  readonly disabledAt: number | null;
  readonly needsCredential: boolean;
  readonly hasCredential: boolean;
  readonly isRefreshable: boolean;
  readonly expiresAt: number | null;
  readonly refreshExpiresAt: number | null;
  readonly refreshObtainedAt: number | null;
  readonly lastErrorAt: number | null;
  readonly lastErrorOwner: FailureOwner | null;
  readonly lastVerifiedAt: number | null;
}

/** What of a credential says when it will need the customer. Times in milliseconds. */
export type CredentialLife = Pick<ConnectionFacts, "isRefreshable" | "expiresAt" | "refreshExpiresAt" | "refreshObtainedAt">;

/**
 * When a credential that can't go on by itself will need the customer, and from when that is told: a week ahead; for a refresh token at the
 * latest half its life, so that one that each refresh replaces is never announced. Null: never, or it renews itself.
 */
export function customerNeededAt(life: CredentialLife): { readonly at: number; readonly warnAt: number } | null {
  if (!life.isRefreshable) return life.expiresAt === null ? null : { at: life.expiresAt, warnAt: life.expiresAt - 7 * DAY };
  const ends = life.refreshExpiresAt;
  if (ends === null) return null;
  const half = life.refreshObtainedAt === null ? 7 * DAY : (ends - life.refreshObtainedAt) / 2;
  // The last access token outlives the refresh token that it was had with.
  return { at: Math.max(ends, life.expiresAt ?? 0), warnAt: ends - Math.min(7 * DAY, half) };
}

/** When the state of a connection changes next by time alone (ms); null: never. In: what is stored of its credential, and the time in milliseconds. */
export function stateChangesAt(life: CredentialLife, now = clock()): number | null {
  const needed = customerNeededAt(life);
  if (!needed) return null;
  // A state begins after `warnAt` and at `at`.
  const times = [needed.warnAt + 1, needed.at].filter((time) => time > now);
  return times.length === 0 ? null : Math.min(...times);
}

/** In: what is stored of a connection, and the time in milliseconds. Out: its state. */
export function connectionState(facts: ConnectionFacts, now = clock()): ConnectionState {
  if (facts.disabledAt !== null) return "Disabled";
  if (facts.needsCredential && !facts.hasCredential) return "NotAuthenticated";
  const errorStands = facts.lastErrorAt !== null && facts.lastErrorAt > (facts.lastVerifiedAt ?? 0);
  if (errorStands && facts.lastErrorOwner === "customer") return "NeedsReconnect";
  if (errorStands && facts.lastErrorOwner === "partner") return "WaitingOnPartner";
  const needed = customerNeededAt(facts);
  if (needed && needed.at <= now) return "NeedsReconnect";
  if (needed && needed.warnAt < now) return "Expiring";
  if (errorStands && facts.lastErrorOwner === "provider") return "ProviderDown";
  return "Connected";
}
