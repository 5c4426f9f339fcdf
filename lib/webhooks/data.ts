import { reader } from "@/db/client";
import { and, asc, desc, eq } from "@/db/query";
import { webhookDeliveries, webhookEndpoints } from "@/db/schema";
import type { PartnerScope } from "@/lib/access/types";
import type { WebhookDeliveryView, WebhookEndpointView } from "./types";

/** The partner's endpoints, oldest first; never a secret. */
export async function listEndpoints(scope: PartnerScope): Promise<WebhookEndpointView[]> {
  const rows = await reader()
    .select({
      id: webhookEndpoints.id,
      url: webhookEndpoints.url,
      events: webhookEndpoints.events,
      last4: webhookEndpoints.last4,
      createdAt: webhookEndpoints.createdAt,
      createdBy: webhookEndpoints.createdBy,
    })
    .from(webhookEndpoints)
    .where(eq(webhookEndpoints.partnerId, scope.partnerId))
    .orderBy(asc(webhookEndpoints.createdAt));
  return rows as WebhookEndpointView[];
}

/** The last deliveries to all endpoints of the partner, newest first. */
export async function listDeliveries(scope: PartnerScope): Promise<WebhookDeliveryView[]> {
  return reader()
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
    .where(and(eq(webhookDeliveries.partnerId, scope.partnerId), eq(webhookEndpoints.partnerId, scope.partnerId)))
    .orderBy(desc(webhookDeliveries.createdAt))
    .limit(50);
}
