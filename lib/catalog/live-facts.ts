import { connectorOf } from "./data";
import { hasUpdate } from "./policy";
import type { AvailableUpdate } from "./types";

/** What an installation shows of the live release of its connector: the icon, and whether it is a later major one than its own. */
export async function liveFacts(
  scope: { readonly partnerId: string },
  connectorId: number,
  installed: string,
): Promise<{ iconUrl: string | null; update: AvailableUpdate | null }> {
  const live = await connectorOf(scope, connectorId);
  const isBehind = live?.kind === "custom" && hasUpdate(installed, live.releaseNumber);
  return {
    iconUrl: live?.iconUrl ?? null,
    update: isBehind ? { uid: live.uid, from: installed, to: live.releaseNumber } : null,
  };
}
