import type { ReturnTarget } from "@/lib/oauth/types";

export type TargetOutcome = { readonly ok: true } | { readonly ok: false; readonly code: string; readonly description: string };

/** The words of RFC 6749 section 4.1.2.1 where there is one, else the stable code. */
const errorOf = (code: string): string => (code === "oauth.denied" ? "access_denied" : code);

/** The page that opened this window or frames it; null where nobody did. */
function listener(): Window | null {
  if (window.opener) return window.opener as Window;
  return window.parent === window ? null : window.parent;
}

/** Whether the page at the target is told by a message; else the browser is sent there. */
export const isTold = (target: ReturnTarget): boolean => target.callbackMessage !== null && listener() !== null;

/** Tells the page at the target, and no other (S-24): the message it asked for, or what went wrong. */
export function tell(target: ReturnTarget, outcome: TargetOutcome): void {
  listener()?.postMessage(
    outcome.ok
      ? target.callbackMessage
      : { type: "connectorauth", status: "error", error: errorOf(outcome.code), errorDescription: outcome.description },
    target.origin,
  );
}

/** The address that the browser is sent back to. */
export const addressOf = (target: ReturnTarget, outcome: TargetOutcome): string =>
  outcome.ok
    ? `${target.origin}/`
    : `${target.origin}/?${new URLSearchParams({ error: errorOf(outcome.code), error_description: outcome.description })}`;
