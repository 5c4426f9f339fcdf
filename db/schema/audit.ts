import { guidKey, index, json, number, string, table, timestamp, uniqueIndex } from "../columns";

/** Append-only, hash-chained per chain: a partner's id, or "instance". */
export const auditEntries = table(
  "audit_entries",
  {
    id: guidKey(),
    chain: string("chain").notNull(),
    sequence: number("sequence").notNull(),
    at: timestamp("at").notNull(),
    actorType: string("actor_type").notNull(),
    actorId: string("actor_id").notNull(),
    actorName: string("actor_name").notNull(),
    action: string("action").notNull(),
    objectType: string("object_type").notNull(),
    objectId: string("object_id").notNull(),
    objectName: string("object_name").notNull(),
    accountId: string("account_id"),
    details: json<Record<string, unknown>>("details").notNull(),
    ip: string("ip"),
    requestId: string("request_id"),
    previousHash: string("previous_hash").notNull(),
    hash: string("hash").notNull(),
  },
  (t) => [uniqueIndex("audit_chain_sequence").on(t.chain, t.sequence), index("audit_chain_at").on(t.chain, t.at)],
);
