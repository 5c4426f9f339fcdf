import type { FailureOwner } from "@/lib/kernel/errors";
import { guidKey, index, json, number, sealed, string, table, timestamp, uniqueIndex } from "../columns";
import { accountConnectors } from "./installs";

export const oauthAttempts = table(
  "oauth_attempts",
  {
    id: guidKey(),
    /** SHA-256 of `state` (OAuth 2) or of the request token (OAuth 1). */
    stateHash: string("state_hash").notNull(),
    partnerId: string("partner_id").notNull(),
    accountConnectorId: number("account_connector_id")
      .notNull()
      .references(() => accountConnectors.id, { onDelete: "cascade" }),
    /** Who started: user:…, link:…, token:…; the same has to finish (S-22). */
    startedBy: string("started_by").notNull(),
    startedByName: string("started_by_name").notNull(),
    browserHash: string("browser_hash").notNull(),
    /** PKCE verifier, or the OAuth 1 request token secret. */
    sealedVerifier: sealed("sealed_verifier").notNull(),
    redirectUri: string("redirect_uri").notNull(),
    issuer: string("issuer"),
    scopes: json<string[]>("scopes").notNull(),
    returnTo: json<{ kind: "popup" | "tab"; path: string; targetOrigin?: string; callbackMessage?: string }>(
      "return_to",
    ).notNull(),
    createdAt: timestamp("created_at").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
    consumedAt: timestamp("consumed_at"),
    outcome: string("outcome"),
    outcomeOwner: string("outcome_owner").$type<FailureOwner>(),
    outcomeMessage: string("outcome_message"),
  },
  (t) => [uniqueIndex("oauth_attempts_state").on(t.stateHash), index("oauth_attempts_expiry").on(t.expiresAt)],
);

/** Written before a refresh call, closed with the save, so that a crash in between is seen. */
export const refreshJournal = table(
  "refresh_journal",
  {
    id: guidKey(),
    credentialId: string("credential_id").notNull(),
    generation: number("generation").notNull(),
    fence: number("fence").notNull(),
    owner: string("owner").notNull(),
    startedAt: timestamp("started_at").notNull(),
    closedAt: timestamp("closed_at"),
    outcome: string("outcome"),
  },
  (t) => [index("refresh_journal_open").on(t.credentialId, t.closedAt)],
);

/** A partner's own fault seen on some connection: one per partner and connector, closed when it heals. */
export const partnerIncidents = table(
  "partner_incidents",
  {
    id: guidKey(),
    partnerId: string("partner_id").notNull(),
    connectorId: number("connector_id").notNull(),
    code: string("code").notNull(),
    message: string("message").notNull(),
    openedAt: timestamp("opened_at").notNull(),
    lastSeenAt: timestamp("last_seen_at").notNull(),
    occurrences: number("occurrences").notNull().default(1),
    closedAt: timestamp("closed_at"),
  },
  (t) => [index("partner_incidents_open").on(t.partnerId, t.connectorId, t.closedAt)],
);
