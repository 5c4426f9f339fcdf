import { DAY, now as clock } from "@/lib/kernel/clock";
import type { FailureOwner } from "@/lib/kernel/errors";
import type { ConnectionState } from "./constants";

export interface ConnectionFacts {
  readonly disabledAt: number | null;
  readonly needsCredential: boolean;
  readonly hasCredential: boolean;
  readonly isRefreshable: boolean;
  readonly expiresAt: number | null;
  readonly lastErrorAt: number | null;
  readonly lastErrorOwner: FailureOwner | null;
  readonly lastVerifiedAt: number | null;
}

/** In: what is stored of a connection, and the time in milliseconds. Out: its state. */
export function connectionState(facts: ConnectionFacts, now = clock()): ConnectionState {
  if (facts.disabledAt !== null) return "Disabled";
  if (facts.needsCredential && !facts.hasCredential) return "NotAuthenticated";
  const errorStands = facts.lastErrorAt !== null && facts.lastErrorAt > (facts.lastVerifiedAt ?? 0);
  if (errorStands && facts.lastErrorOwner === "customer") return "NeedsReconnect";
  if (errorStands && facts.lastErrorOwner === "partner") return "WaitingOnPartner";
  if (facts.expiresAt !== null && !facts.isRefreshable) {
    if (facts.expiresAt <= now) return "NeedsReconnect";
    if (facts.expiresAt - now < 7 * DAY) return "Expiring";
  }
  if (errorStands && facts.lastErrorOwner === "provider") return "ProviderDown";
  return "Connected";
}
