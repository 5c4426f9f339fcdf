import { reader } from "@/db/client";
import { and, asc, count, desc, eq } from "@/db/query";
import { webhookDeliveries, webhookEndpoints } from "@/db/schema";
import type { PartnerScope } from "@/lib/access/types";
import type { WebhookDeliveryView, WebhookEndpointView } from "./types";

const endpointColumns = {
  id: webhookEndpoints.id,
  url: webhookEndpoints.url,
  events: webhookEndpoints.events,
  last4: webhookEndpoints.last4,
  createdAt: webhookEndpoints.createdAt,
  createdBy: webhookEndpoints.createdBy,
};

/** One endpoint of the partner, never its secret; null for an unknown one and for somebody else's alike. */
export async function endpointOf(scope: PartnerScope, id: string): Promise<WebhookEndpointView | null> {
  const [row] = await reader()
    .select(endpointColumns)
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.id, id), eq(webhookEndpoints.partnerId, scope.partnerId)));
  return (row as WebhookEndpointView | undefined) ?? null;
}

/** The partner's endpoints, oldest first; never a secret. */
export async function listEndpoints(scope: PartnerScope): Promise<WebhookEndpointView[]> {
  const rows = await reader()
    .select(endpointColumns)
    .from(webhookEndpoints)
    .where(eq(webhookEndpoints.partnerId, scope.partnerId))
    .orderBy(asc(webhookEndpoints.createdAt));
  return rows as WebhookEndpointView[];
}

const deliveriesWhere = (scope: PartnerScope, endpointId?: string) =>
  and(
    eq(webhookDeliveries.partnerId, scope.partnerId),
    eq(webhookEndpoints.partnerId, scope.partnerId),
    endpointId === undefined ? undefined : eq(webhookEndpoints.id, endpointId),
  );

const deliveries = (scope: PartnerScope, endpointId?: string) =>
  reader()
    .select({
      id: webhookDeliveries.id,
      endpointUrl: webhookEndpoints.url,
      event: webhookDeliveries.event,
      createdAt: webhookDeliveries.createdAt,
      state: webhookDeliveries.state,
      attempts: webhookDeliveries.attempts,
      nextAttemptAt: webhookDeliveries.nextAttemptAt,
    })
    .from(webhookDeliveries)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookDeliveries.endpointId))
    .where(deliveriesWhere(scope, endpointId))
    .orderBy(desc(webhookDeliveries.createdAt), desc(webhookDeliveries.id));

/** The last deliveries to all endpoints of the partner, newest first. */
export const listDeliveries = async (scope: PartnerScope): Promise<WebhookDeliveryView[]> => deliveries(scope).limit(50);

/** One page of the deliveries to an endpoint, newest first, and how many there are in all. */
export async function deliveriesTo(
  scope: PartnerScope,
  endpointId: string,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ rows: WebhookDeliveryView[]; total: number }> {
  const [counted] = await reader()
    .select({ n: count() })
    .from(webhookDeliveries)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookDeliveries.endpointId))
    .where(deliveriesWhere(scope, endpointId));
  return { rows: await deliveries(scope, endpointId).limit(limit).offset(offset), total: counted?.n ?? 0 };
}
