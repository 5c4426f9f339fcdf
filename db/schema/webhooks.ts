import { guidKey, index, json, number, sealed, string, table, timestamp } from "../columns";
import { partners } from "./partners";

/** Where a partner wants to be told of what happens. The signing secret is sealed; an older one goes on signing for a while. */
export const webhookEndpoints = table(
  "webhook_endpoints",
  {
    id: guidKey(),
    partnerId: string("partner_id")
      .notNull()
      .references(() => partners.id),
    url: string("url").notNull(),
    events: json<string[]>("events").notNull(),
    sealedSecret: sealed("sealed_secret").notNull(),
    last4: string("last4"),
    sealedPreviousSecret: sealed("sealed_previous_secret"),
    previousUntil: timestamp("previous_until"),
    createdAt: timestamp("created_at").notNull(),
    createdBy: string("created_by").notNull(),
    disabledAt: timestamp("disabled_at"),
  },
  (t) => [index("webhook_endpoints_partner").on(t.partnerId)],
);

/** One message to one endpoint with all attempts to deliver it. The id is the message's id on the wire. */
export const webhookDeliveries = table(
  "webhook_deliveries",
  {
    id: guidKey(),
    endpointId: string("endpoint_id")
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: "cascade" }),
    partnerId: string("partner_id").notNull(),
    event: string("event").notNull(),
    payload: json<Record<string, unknown>>("payload").notNull(),
    createdAt: timestamp("created_at").notNull(),
    state: string("state").$type<"pending" | "delivered" | "failed">().notNull(),
    attempts: json<{ at: number; status: number | null; durationMs: number; problem: string | null }[]>("attempts").notNull(),
    /** Attempts in the current series; sending again by hand starts a new one. */
    tries: number("tries").notNull().default(0),
    nextAttemptAt: timestamp("next_attempt_at"),
  },
  (t) => [
    index("webhook_deliveries_due").on(t.nextAttemptAt),
    index("webhook_deliveries_endpoint").on(t.endpointId, t.createdAt),
  ],
);
