import type { ConnectionState } from "@/lib/installs/constants";
import { relativeTime } from "../ui/relative-time";

export interface StateFacts {
  readonly name: string;
  readonly accountName: string;
  readonly connectorName: string;
  readonly authType: string;
  readonly state: ConnectionState;
  readonly lastError: string | null;
  readonly lastVerifiedAt: number | null;
  readonly customerNeededAt: number | null;
  readonly isRefreshable?: boolean;
}

/**
 * The state of a connection in a plain sentence: what happened, whose it is, what to do. In: who reads it, the partner's name for
 * customers, and the time in milliseconds (null before the browser knows it: then without relative times).
 */
export function stateSentence(
  facts: StateFacts,
  reader: { audience: "partner" | "customer"; partner: string },
  now: number | null,
): string {
  const { connectorName: provider } = facts;
  const customer = reader.audience === "customer";
  const ago = (at: number) => (now === null ? "" : ` ${relativeTime(at, now)}`);
  switch (facts.state) {
    case "Connected":
      if (facts.lastError) return `${facts.lastError} The credential itself is still accepted.`;
      if (facts.lastVerifiedAt !== null) return `${provider} accepted the last call${ago(facts.lastVerifiedAt)}.`;
      return facts.authType === "None"
        ? `${provider} needs no credential. It hasn't been tested yet.`
        : "A credential is held. It hasn't been tested yet.";
    case "Expiring":
      return `The credential ends${facts.customerNeededAt === null ? " soon" : ago(facts.customerNeededAt)} and can't be renewed by itself: ${customer ? "reconnect" : `ask ${facts.accountName} to reconnect`} before then.`;
    case "NeedsReconnect":
      // What the provider's answer was told as may ask for it already.
      return `${(facts.lastError ?? "The credential has ended.").replace(/ Connect again\.$/, "")} ${customer ? "Reconnect" : `Reconnect, or ask ${facts.accountName} to`}: nothing else can fix it.`;
    case "WaitingOnPartner":
      return customer
        ? `${provider} refused the app of ${reader.partner}. They have to fix it; there is nothing for you to do.`
        : `${facts.lastError ?? `${provider} refused your app credentials.`} It is yours to fix: no customer can.`;
    case "ProviderDown":
      return `${facts.lastError ?? `${provider} didn't answer.`} The fault is at ${provider}; nothing has to be done here.`;
    case "NotAuthenticated":
      return customer ? "Installed, but not authenticated yet." : `Account connector '${facts.name}' is not authenticated.`;
    case "Disabled":
      return customer ? `Disabled by ${reader.partner}. Nothing is called.` : "Disabled. Nothing is called until you enable it.";
  }
}
