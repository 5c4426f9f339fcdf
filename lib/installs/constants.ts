/** The one vocabulary of states of a connection (docs: connection states). */
export const CONNECTION_STATES = [
  "Connected",
  "Expiring",
  "NeedsReconnect",
  "WaitingOnPartner",
  "ProviderDown",
  "NotAuthenticated",
  "Disabled",
] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

export const STATE_WORDS: Record<
  ConnectionState,
  { label: string; tone: "ok" | "warn" | "bad" | "wait" | "off"; meaning: string }
> = {
  Connected: { label: "Connected", tone: "ok", meaning: "A credential is held and the last call with it was accepted." },
  Expiring: {
    label: "Expiring",
    tone: "warn",
    meaning: "The credential ends within seven days and can't be renewed without the customer.",
  },
  NeedsReconnect: {
    label: "Needs reconnect",
    tone: "bad",
    meaning: "The provider no longer accepts the credential. Only the customer can fix it, by reconnecting.",
  },
  WaitingOnPartner: {
    label: "Waiting on partner",
    tone: "wait",
    meaning: "The partner's own app credentials were refused. No customer can fix it.",
  },
  ProviderDown: {
    label: "Provider down",
    tone: "warn",
    meaning: "The provider didn't answer or answered with an error. It is tried again.",
  },
  NotAuthenticated: { label: "Not authenticated", tone: "off", meaning: "Installed, but no credential is held yet." },
  Disabled: { label: "Disabled", tone: "off", meaning: "Disabled by the partner. Nothing is called." },
};

const SIGN_IN_HELPS: readonly ConnectionState[] = ["NeedsReconnect", "NotAuthenticated", "Expiring"];
const UNTESTABLE: readonly ConnectionState[] = ["NotAuthenticated", "Disabled"];

/** What helps a connection in this state is a sign-in. */
export const needsSignIn = (state: ConnectionState): boolean => SIGN_IN_HELPS.includes(state);
/** Whether there is something that a test call could be made with. */
export const mayBeTested = (state: ConnectionState): boolean => !UNTESTABLE.includes(state);
