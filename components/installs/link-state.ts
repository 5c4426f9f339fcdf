import type { LinkView } from "@/lib/oauth/types";
import type { State } from "../ui/state-tag";

/** Where a connect link stands, in a word. In: the link and the time, both in milliseconds. */
export function linkState(
  link: LinkView,
  now: number,
): { readonly label: string; readonly state: State; readonly isOpen: boolean } {
  if (link.completedAt !== null) return { label: "Completed", state: "ok", isOpen: false };
  if (link.revokedAt !== null) return { label: "Revoked", state: "off", isOpen: false };
  if (link.openedAt !== null) return { label: "Opened", state: "accent", isOpen: true };
  if (link.expiresAt <= now) return { label: "Expired", state: "off", isOpen: false };
  return { label: "Waiting", state: "wait", isOpen: true };
}
