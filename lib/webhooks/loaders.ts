import "server-only";
import { requirePartner } from "@/lib/access/loaders";
import { listDeliveries, listEndpoints } from "./data";

/** Webhooks as Settings > API shows them; no secret in it. */
export async function loadWebhooks() {
  const { scope } = await requirePartner("/settings/api", "settings.read");
  return { endpoints: await listEndpoints(scope), deliveries: await listDeliveries(scope) };
}
