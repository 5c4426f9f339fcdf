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
