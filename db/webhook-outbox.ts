import { eq } from "drizzle-orm";
import { now } from "@/lib/kernel/clock";
import { guid } from "@/lib/kernel/ids";
import { accounts, webhookDeliveries, webhookEndpoints } from "./schema";
import type { Transaction } from "./transact";

/**
 * Queues a message to every endpoint of the partner that asked for the event, inside the transaction of what happened. In: whose it
 * is, and its facts by the names of the REST API; never a secret.
 */
export async function queueMessages(
  tx: Transaction,
  scope: { readonly partnerId: string; readonly accountId: string },
  event: string,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const endpoints = await tx
    .select({ id: webhookEndpoints.id, events: webhookEndpoints.events })
    .from(webhookEndpoints)
    .where(eq(webhookEndpoints.partnerId, scope.partnerId));
  const listening = endpoints.filter((e) => e.events.includes(event));
  if (listening.length === 0) return;
  const [account] = await tx.select({ externalId: accounts.externalId }).from(accounts).where(eq(accounts.id, scope.accountId));
  const at = now();
  const data = { AccountId: account?.externalId ?? null, ...facts };
  for (const endpoint of listening) {
    await tx.insert(webhookDeliveries).values({
      id: guid(),
      endpointId: endpoint.id,
      partnerId: scope.partnerId,
      event,
      payload: { type: event, timestamp: new Date(at).toISOString(), data },
      createdAt: at,
      state: "pending",
      attempts: [],
      nextAttemptAt: at,
    });
  }
}
