import type { AuthType } from "@/lib/auth-methods/definition";
import type { FailureOwner } from "@/lib/kernel/errors";
import { boolean, guidKey, index, json, number, sealed, serialKey, string, table, timestamp, uniqueIndex } from "../columns";
import { connectors, releases } from "./catalog";
import { accounts, partners } from "./partners";

/** One custom field, by the names of the REST API. */
export interface CustomFieldValues {
  readonly connectorField: string | null;
  readonly systemField: string | null;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly dataType: string | null;
  readonly methodUniqueIdentifier: string | null;
  readonly dataTypeFormat: string | null;
  readonly entityIdentifier: string | null;
  readonly forRequestFormat: boolean;
}

export const accountConnectors = table(
  "account_connectors",
  {
    id: serialKey(),
    partnerId: string("partner_id")
      .notNull()
      .references(() => partners.id),
    accountId: string("account_id")
      .notNull()
      .references(() => accounts.id),
    connectorId: number("connector_id")
      .notNull()
      .references(() => connectors.id),
    releaseId: number("release_id")
      .notNull()
      .references(() => releases.id),
    name: string("name").notNull(),
    description: string("description"),
    /** Id of the authentication method in the definition; fixed for the life of the installation. */
    authMethodId: string("auth_method_id").notNull(),
    authType: string("auth_type").$type<AuthType>().notNull(),
    disabledAt: timestamp("disabled_at"),
    createdAt: timestamp("created_at").notNull(),
    createdBy: string("created_by").notNull(),
    lastUsedAt: timestamp("last_used_at"),
    lastVerifiedAt: timestamp("last_verified_at"),
    lastVerification: json<{ status: number; durationMs: number; method: string }>("last_verification"),
    lastErrorAt: timestamp("last_error_at"),
    lastErrorCode: string("last_error_code"),
    lastErrorOwner: string("last_error_owner").$type<FailureOwner>(),
    lastErrorMessage: string("last_error_message"),
    connectedAs: string("connected_as"),
  },
  (t) => [
    uniqueIndex("account_connectors_name").on(t.accountId, t.name),
    index("account_connectors_partner").on(t.partnerId, t.connectorId),
  ],
);

export const accountProperties = table(
  "account_properties",
  {
    id: serialKey(),
    /** The row's name in sealing, known before the row has an id. */
    sealKey: string("seal_key").notNull(),
    accountConnectorId: number("account_connector_id")
      .notNull()
      .references(() => accountConnectors.id, { onDelete: "cascade" }),
    name: string("name").notNull(),
    value: string("value"),
    sealed: sealed("sealed"),
    last4: string("last4"),
    setAt: timestamp("set_at").notNull(),
    setBy: string("set_by").notNull(),
  },
  (t) => [uniqueIndex("account_properties_name").on(t.accountConnectorId, t.name)],
);

/** What authenticates an installed connector: one sealed record of the type's values. */
export const credentials = table(
  "credentials",
  {
    id: guidKey(),
    accountConnectorId: number("account_connector_id")
      .notNull()
      .references(() => accountConnectors.id, { onDelete: "cascade" }),
    /** Rises with every exchange; a save names the generation it replaces. */
    generation: number("generation").notNull(),
    sealed: sealed("sealed").notNull(),
    last4: json<Record<string, string | null>>("last4").notNull(),
    obtainedAt: timestamp("obtained_at").notNull(),
    obtainedBy: string("obtained_by").notNull(),
    expiresAt: timestamp("expires_at"),
    refreshExpiresAt: timestamp("refresh_expires_at"),
    /** When the refresh token came: one that is not replaced at a refresh keeps its own age. */
    refreshObtainedAt: timestamp("refresh_obtained_at"),
    /** The end of which the timeline has already warned. */
    warnedFor: timestamp("warned_for"),
    isRefreshable: boolean("is_refreshable").notNull().default(false),
    scopes: json<string[]>("scopes"),
    /** Exclusive right to exchange: owner, until when, and a number that rises with each grant. */
    leaseOwner: string("lease_owner"),
    leaseUntil: timestamp("lease_until"),
    fence: number("fence").notNull().default(0),
    refreshFailures: number("refresh_failures").notNull().default(0),
    nextRefreshAt: timestamp("next_refresh_at"),
  },
  (t) => [uniqueIndex("credentials_account_connector").on(t.accountConnectorId), index("credentials_expiry").on(t.expiresAt)],
);

/** One timeline per connection: connect, refresh, test, call, link, revoke. Never a secret. */
export const connectionEvents = table(
  "connection_events",
  {
    id: guidKey(),
    accountConnectorId: number("account_connector_id")
      .notNull()
      .references(() => accountConnectors.id, { onDelete: "cascade" }),
    at: timestamp("at").notNull(),
    kind: string("kind").$type<"connect" | "refresh" | "test" | "call" | "link" | "revoke" | "settings" | "cycle">().notNull(),
    outcome: string("outcome").$type<"ok" | "warn" | "bad">().notNull(),
    title: string("title").notNull(),
    detail: string("detail"),
    http: json<{ request: string; response: string }>("http"),
    owner: string("owner").$type<FailureOwner>(),
    actorName: string("actor_name").notNull(),
    requestId: string("request_id"),
  },
  (t) => [index("connection_events_time").on(t.accountConnectorId, t.at)],
);

/** Fields that a customer's own system has beyond the definition's, as the REST API is told of them. */
export const customFields = table(
  "custom_fields",
  {
    id: serialKey(),
    accountConnectorId: number("account_connector_id")
      .notNull()
      .references(() => accountConnectors.id, { onDelete: "cascade" }),
    field: json<CustomFieldValues>("field").notNull(),
  },
  (t) => [index("custom_fields_connector").on(t.accountConnectorId)],
);
