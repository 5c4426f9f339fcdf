import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { index, json, number, serialKey, string, table, timestamp, uniqueIndex } from "../columns";

export const connectors = table(
  "connectors",
  {
    id: serialKey(),
    /** UniqueIdentifier of the API. */
    uid: string("uid").notNull(),
    slug: string("slug").notNull(),
    /** Null for what comes with Keyway. */
    partnerId: string("partner_id"),
    kind: string("kind").$type<"application" | "custom" | "utility">().notNull(),
    name: string("name").notNull(),
    liveReleaseId: number("live_release_id"),
    createdAt: timestamp("created_at").notNull(),
    updatedAt: timestamp("updated_at").notNull(),
    deletedAt: timestamp("deleted_at"),
  },
  (t) => [
    uniqueIndex("connectors_uid").on(t.uid),
    index("connectors_slug").on(t.slug),
    index("connectors_partner").on(t.partnerId),
  ],
);

export const releases = table(
  "releases",
  {
    id: serialKey(),
    connectorId: number("connector_id")
      .notNull()
      .references(() => connectors.id),
    number: string("number").notNull(),
    status: string("status").$type<"Draft" | "Live" | "Deprecated">().notNull(),
    definition: json<ConnectorDefinition>("definition").notNull(),
    contentHash: string("content_hash").notNull(),
    comments: string("comments").notNull().default(""),
    createdAt: timestamp("created_at").notNull(),
    promotedAt: timestamp("promoted_at"),
  },
  (t) => [index("releases_connector").on(t.connectorId, t.status)],
);
