import { boolean, guidKey, index, json, number, sealed, string, table, timestamp, uniqueIndex } from "../columns";
import { connectors } from "./catalog";

export const partners = table(
  "partners",
  {
    id: guidKey(),
    name: string("name").notNull(),
    slug: string("slug").notNull(),
    externalAuthenticationEnabled: boolean("external_authentication_enabled").notNull().default(false),
    /** What customers see instead of Keyway. */
    branding: json<{ displayName?: string; accent?: string; logo?: string; supportUrl?: string }>("branding").notNull(),
    /** Addresses (CIDR) from which the REST API may be used; everywhere where empty. */
    apiRanges: json<string[]>("api_ranges").notNull().default([]),
    /** Origins to which a browser may be sent back after authenticating through a page of the partner's own. */
    targetOrigins: json<string[]>("target_origins").notNull().default([]),
    /** A browser that brings a token of the REST API may start signing in without pressing a button first. */
    startsAutomatically: boolean("starts_automatically").notNull().default(false),
    createdAt: timestamp("created_at").notNull(),
    disabledAt: timestamp("disabled_at"),
  },
  (t) => [uniqueIndex("partners_slug").on(t.slug)],
);

/** A partner has saved the Authentication Settings of a connector. */
export const partnerSetups = table(
  "partner_setups",
  {
    id: guidKey(),
    partnerId: string("partner_id")
      .notNull()
      .references(() => partners.id),
    connectorId: number("connector_id")
      .notNull()
      .references(() => connectors.id),
    savedAt: timestamp("saved_at").notNull(),
    savedBy: string("saved_by").notNull(),
  },
  (t) => [uniqueIndex("partner_setups_connector").on(t.partnerId, t.connectorId)],
);

export const partnerValues = table(
  "partner_values",
  {
    id: guidKey(),
    setupId: string("setup_id")
      .notNull()
      .references(() => partnerSetups.id, { onDelete: "cascade" }),
    name: string("name").notNull(),
    /** Plain values here, secrets in `sealed`; exactly one of both. */
    value: string("value"),
    sealed: sealed("sealed"),
    last4: string("last4"),
    setAt: timestamp("set_at").notNull(),
    setBy: string("set_by").notNull(),
  },
  (t) => [uniqueIndex("partner_values_name").on(t.setupId, t.name)],
);

export const accounts = table(
  "accounts",
  {
    id: guidKey(),
    partnerId: string("partner_id")
      .notNull()
      .references(() => partners.id),
    /** The id that the partner chose, sent as X-Cyclr-Account. */
    externalId: string("external_id").notNull(),
    name: string("name").notNull(),
    description: string("description"),
    timezone: string("timezone").notNull().default("UTC"),
    parentAccountId: string("parent_account_id"),
    auditInfo: string("audit_info"),
    taskAuditInfo: string("task_audit_info"),
    stepDataSuccessRetentionHours: number("step_data_success_retention_hours"),
    stepDataErroredRetentionHours: number("step_data_errored_retention_hours"),
    /** Runs that go on at the same time; as many as the instance says where null. */
    concurrentTransactions: number("concurrent_transactions"),
    transactionErrorWebhookEnabled: boolean("transaction_error_webhook_enabled").notNull().default(false),
    transactionErrorWebhookUrl: string("transaction_error_webhook_url"),
    transactionErrorWebhookIncludeWarnings: boolean("transaction_error_webhook_include_warnings").notNull().default(false),
    createdAt: timestamp("created_at").notNull(),
    deletedAt: timestamp("deleted_at"),
  },
  (t) => [uniqueIndex("accounts_external").on(t.partnerId, t.externalId), index("accounts_name").on(t.partnerId, t.name)],
);
