/** What a failed sign-in or test call is to be called, and the one thing that helps. */
export interface FailureWords {
  readonly title: string;
  readonly text: string;
  readonly fix: "signIn" | "tab" | "edit" | "settings" | "test" | "later";
  readonly fixLabel: string;
}

export interface FailureContext {
  /** The provider's name. */
  readonly provider: string;
  readonly partner: string;
  /** Partner's people can open the settings; a customer can't. */
  readonly audience: "partner" | "customer";
  readonly interactive: boolean;
  /** The app credentials are the account's own. */
  readonly ownClient: boolean;
}

export interface FailureFacts {
  readonly code: string;
  readonly owner?: string | null | undefined;
  readonly message?: string | null | undefined;
}

type Words = Omit<FailureWords, "fix" | "fixLabel">;

const again = (c: FailureContext, words: Words): FailureWords =>
  c.interactive
    ? { ...words, fix: "signIn", fixLabel: `Sign in to ${c.provider} again` }
    : { ...words, fix: "edit", fixLabel: "Enter it again" };

/** The details are for those who can act on them: a customer learns whose it is, not what to look at in settings they can't open. */
const partners = (c: FailureContext, title: string, what: string): FailureWords =>
  c.audience === "partner"
    ? { title, text: `${what} It is yours to fix: no customer can.`, fix: "settings", fixLabel: "Open authentication settings" }
    : {
        title,
        text: `${c.partner} has to fix it; you have done nothing wrong. What you entered is kept.`,
        fix: "later",
        fixLabel: "Finish later",
      };

/**
 * Words for a failure, by its code and whose it is. Each of the ways a sign-in can fail has its own, and one button that helps.
 * In: the failure as the server tells it (or `popup.blocked`, `popup.closed`, which only the browser knows), and who reads it.
 */
export function failureWords(failure: FailureFacts, c: FailureContext): FailureWords {
  const { provider: p } = c;
  switch (failure.code) {
    case "popup.blocked":
      return {
        title: "Your browser blocked the sign-in window",
        text: `Nothing is lost. ${p} can be opened in this tab instead.`,
        fix: "tab",
        fixLabel: "Continue in this tab",
      };
    case "popup.closed":
      return {
        title: "The sign-in window was closed",
        text: `${p} sent no answer, so nothing was connected. Open it again and finish signing in there.`,
        fix: "signIn",
        fixLabel: "Open it again",
      };
    case "oauth.denied":
      return {
        title: `You declined at ${p}`,
        text: "Nothing was stored. If that was not what you meant, sign in again and agree.",
        fix: "signIn",
        fixLabel: `Sign in to ${p} again`,
      };
    case "oauth.scope_missing":
      return {
        title: "A permission is missing",
        text: failure.message ?? `${p} did not grant everything that is needed. Sign in again and leave every permission ticked.`,
        fix: "signIn",
        fixLabel: "Sign in again and grant it",
      };
    case "oauth.attempt_expired":
      return {
        title: "The sign-in took too long",
        text: "It was open for more than ten minutes and was closed for safety. Nothing was stored.",
        fix: "signIn",
        fixLabel: "Start again",
      };
    case "oauth.attempt_unknown":
      return {
        title: "This sign-in is over",
        text: "It was finished before, or is not known here.",
        fix: "signIn",
        fixLabel: "Start again",
      };
    case "oauth.browser_mismatch":
      return {
        title: "This sign-in belongs to another browser",
        text: failure.message ?? "It was started in another browser or by somebody else. Finish it there, or start again here.",
        fix: "signIn",
        fixLabel: "Start again here",
      };
    case "oauth.issuer_mismatch":
      return {
        title: "The answer came from somewhere else",
        text: `It did not come from the server of ${p} that you were sent to, so it was refused. Nothing was stored.`,
        fix: "signIn",
        fixLabel: "Start again",
      };
    case "oauth.client_rejected":
      return c.ownClient || failure.owner === "customer"
        ? {
            title: `${p} refused the app's client id or secret`,
            text: "They were entered for this account. Check both where the app is registered, then enter them again.",
            fix: "edit",
            fixLabel: "Change client id and secret",
          }
        : partners(c, `${p} refused the app of ${c.partner}`, failure.message ?? `${p} doesn't accept the client id and secret.`);
    case "oauth.grant_rejected":
      return again(c, {
        title: `${p} no longer accepts this sign-in`,
        text: "It expired, was used up or was revoked. Nothing was stored.",
      });
    case "provider.unavailable":
    case "provider.timeout":
    case "rate.limited":
      return {
        title: failure.code === "rate.limited" ? `${p} asks to wait` : `${p} can't answer at the moment`,
        text: `The fault is at ${p}, not with what you entered. Wait a minute, then try again.`,
        ...(c.interactive ? { fix: "signIn" as const, fixLabel: "Try again" } : { fix: "test" as const, fixLabel: "Test again" }),
      };
    case "provider.rejected":
      return failure.owner === "customer"
        ? again(c, {
            title: c.interactive ? `${p} refused the test call` : `${p} doesn't accept what you entered`,
            text: failure.message ?? "Check it at the provider.",
          })
        : { title: `${p} refused the test call`, text: failure.message ?? "", fix: "test", fixLabel: "Test again" };
    case "oauth.provider_error":
      if (failure.owner !== "partner") break;
      return partners(c, `${p} refused the sign-in`, failure.message ?? `${p} doesn't accept the request.`);
    case "connector.values_missing":
      return failure.owner === "partner"
        ? partners(c, `${p} is not set up yet`, failure.message ?? "A value is missing.")
        : { title: "A value is missing", text: failure.message ?? "", fix: "edit", fixLabel: "Enter it" };
    case "egress.blocked":
      return {
        title: "This address may not be called",
        text: failure.message ?? "Check the address you entered.",
        fix: "edit",
        fixLabel: "Change what was entered",
      };
    default:
  }
  return {
    title: `${p} could not be connected`,
    text: failure.message ?? "Something failed. Nothing was stored.",
    ...(c.interactive ? { fix: "signIn" as const, fixLabel: "Try again" } : { fix: "test" as const, fixLabel: "Test again" }),
  };
}

const OWNERS: Record<string, (c: Pick<FailureContext, "partner" | "audience">) => string> = {
  customer: (c) => (c.audience === "customer" ? "Yours to fix" : "The customer's to fix"),
  partner: (c) => (c.audience === "partner" ? "Yours to fix" : `${c.partner}'s to fix`),
  provider: () => "The provider's fault",
  policy: () => "Refused by a safety rule",
};

/** Whose a failure is, in a few words; null where nobody's. */
export const ownerWords = (owner: string | null | undefined, c: Pick<FailureContext, "partner" | "audience">): string | null =>
  owner ? (OWNERS[owner]?.(c) ?? null) : null;
