import { boolean, guidKey, index, json, number, string, table, timestamp, uniqueIndex } from "../columns";

export const users = table(
  "users",
  {
    id: guidKey(),
    /** Lower case; the name to sign in with. */
    email: string("email").notNull(),
    name: string("name").notNull(),
    passwordHash: string("password_hash"),
    isInstanceAdministrator: boolean("is_instance_administrator").notNull().default(false),
    createdAt: timestamp("created_at").notNull(),
    disabledAt: timestamp("disabled_at"),
    passwordChangedAt: timestamp("password_changed_at"),
  },
  (t) => [uniqueIndex("users_email").on(t.email)],
);

/** A user's role in a partner (accountId null) or in one account. */
export const memberships = table(
  "memberships",
  {
    id: guidKey(),
    userId: string("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    partnerId: string("partner_id").notNull(),
    accountId: string("account_id"),
    role: string("role").notNull(),
    createdAt: timestamp("created_at").notNull(),
  },
  (t) => [
    uniqueIndex("memberships_user_place").on(t.userId, t.partnerId, t.accountId),
    index("memberships_partner").on(t.partnerId, t.accountId),
  ],
);

export const sessions = table(
  "sessions",
  {
    id: guidKey(),
    userId: string("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: timestamp("created_at").notNull(),
    lastSeenAt: timestamp("last_seen_at").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
    revokedAt: timestamp("revoked_at"),
    ip: string("ip"),
    userAgent: string("user_agent"),
  },
  (t) => [index("sessions_user").on(t.userId)],
);

export const invitations = table(
  "invitations",
  {
    id: guidKey(),
    tokenHash: string("token_hash").notNull(),
    partnerId: string("partner_id").notNull(),
    accountId: string("account_id"),
    email: string("email").notNull(),
    role: string("role").notNull(),
    createdAt: timestamp("created_at").notNull(),
    createdBy: string("created_by").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
    acceptedAt: timestamp("accepted_at"),
    revokedAt: timestamp("revoked_at"),
  },
  (t) => [uniqueIndex("invitations_token").on(t.tokenHash), index("invitations_partner").on(t.partnerId, t.accountId)],
);

/** Setup tokens: one customer, one installed connector, no account. */
export const connectLinks = table(
  "connect_links",
  {
    id: guidKey(),
    /** The part in the URL, public; the token is typed separately and stored hashed. */
    publicId: string("public_id").notNull(),
    tokenHash: string("token_hash").notNull(),
    partnerId: string("partner_id").notNull(),
    accountId: string("account_id").notNull(),
    accountConnectorId: number("account_connector_id").notNull(),
    attributedTo: string("attributed_to"),
    createdAt: timestamp("created_at").notNull(),
    createdBy: string("created_by").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
    openedAt: timestamp("opened_at"),
    consumedAt: timestamp("consumed_at"),
    completedAt: timestamp("completed_at"),
    revokedAt: timestamp("revoked_at"),
    opened: json<{ ip: string | null; userAgent: string | null }>("opened"),
    /** Hash of the cookie of the browser that typed the token. */
    browserHash: string("browser_hash"),
  },
  (t) => [uniqueIndex("connect_links_public").on(t.publicId), index("connect_links_connector").on(t.accountConnectorId)],
);

/** Client credentials of a partner for the REST API (RFC 6749 section 2.3.1). The secret is shown once and kept hashed. */
export const apiClients = table(
  "api_clients",
  {
    id: guidKey(),
    partnerId: string("partner_id").notNull(),
    name: string("name").notNull(),
    clientId: string("client_id").notNull(),
    secretHash: string("secret_hash").notNull(),
    last4: string("last4"),
    access: string("access").$type<"full" | "read">().notNull(),
    createdAt: timestamp("created_at").notNull(),
    createdBy: string("created_by").notNull(),
    lastUsedAt: timestamp("last_used_at"),
  },
  (t) => [uniqueIndex("api_clients_client_id").on(t.clientId), index("api_clients_partner").on(t.partnerId)],
);

/** Access tokens of API clients, hashed; gone with their client. */
export const accessTokens = table(
  "access_tokens",
  {
    id: guidKey(),
    tokenHash: string("token_hash").notNull(),
    apiClientId: string("api_client_id")
      .notNull()
      .references(() => apiClients.id, { onDelete: "cascade" }),
    partnerId: string("partner_id").notNull(),
    /** Null where the token is good for every account of the partner. */
    accountId: string("account_id"),
    access: string("access").$type<"full" | "read">().notNull(),
    last4: string("last4"),
    createdAt: timestamp("created_at").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
    ip: string("ip"),
  },
  (t) => [
    uniqueIndex("access_tokens_hash").on(t.tokenHash),
    index("access_tokens_client").on(t.apiClientId),
    index("access_tokens_expiry").on(t.expiresAt),
  ],
);

/** Tokens by which a partner's backend signs one of its users in for a moment: five minutes, once. */
export const signInTokens = table(
  "sign_in_tokens",
  {
    id: guidKey(),
    tokenHash: string("token_hash").notNull(),
    partnerId: string("partner_id").notNull(),
    accountId: string("account_id").notNull(),
    username: string("username").notNull(),
    createdAt: timestamp("created_at").notNull(),
    createdBy: string("created_by").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
    consumedAt: timestamp("consumed_at"),
    /** Hash of the cookie of the browser that used it; gone once that is finished with. */
    browserHash: string("browser_hash"),
  },
  (t) => [uniqueIndex("sign_in_tokens_hash").on(t.tokenHash), index("sign_in_tokens_expiry").on(t.expiresAt)],
);

/** The first answer to a POST with an Idempotency-Key, for a day; encrypted, since some answers show a token once. */
export const idempotentAnswers = table(
  "idempotent_answers",
  {
    id: guidKey(),
    apiClientId: string("api_client_id")
      .notNull()
      .references(() => apiClients.id, { onDelete: "cascade" }),
    key: string("key").notNull(),
    requestHash: string("request_hash").notNull(),
    /** Null while the first request is under way. */
    answer: string("answer"),
    createdAt: timestamp("created_at").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
  },
  (t) => [uniqueIndex("idempotent_answers_key").on(t.apiClientId, t.key), index("idempotent_answers_expiry").on(t.expiresAt)],
);
