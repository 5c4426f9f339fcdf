import { guidKey, number, string, table, timestamp, uniqueIndex } from "../columns";

/** One data key per partner and version, wrapped by the master key. */
export const dataKeys = table(
  "data_keys",
  {
    id: guidKey(),
    partnerId: string("partner_id").notNull(),
    version: number("version").notNull(),
    wrapped: string("wrapped").notNull(),
    masterKeyId: string("master_key_id").notNull(),
    createdAt: timestamp("created_at").notNull(),
    retiredAt: timestamp("retired_at"),
  },
  (t) => [uniqueIndex("data_keys_partner_version").on(t.partnerId, t.version)],
);

/** Facts of this instance: schema version, key check, salts. One row a name. */
export const instanceFacts = table("instance_facts", {
  name: string("name").primaryKey(),
  value: string("value").notNull(),
  updatedAt: timestamp("updated_at").notNull(),
});
