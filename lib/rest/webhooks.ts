import { z } from "@hono/zod-openapi";
import type { PartnerScope } from "@/lib/access/types";
import { pageOf, partnerEndpoint, partnerList } from "@/lib/doors/rest";
import { guidId } from "@/lib/doors/rest-input";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { MAX_ENDPOINTS, WEBHOOK_EVENTS } from "@/lib/webhooks/constants";
import { deliveriesTo, endpointOf, listEndpoints } from "@/lib/webhooks/data";
import { changeEndpoint, createEndpoint, deleteEndpoint, replaceSecret, sendAgain } from "@/lib/webhooks/mutations";
import { newEndpointSchema } from "@/lib/webhooks/schema";
import type { WebhookDeliveryView, WebhookEndpointView } from "@/lib/webhooks/types";
import { utc } from "./account-connector-view";
import { wholePartner } from "./accounts";

const TAG = "Webhooks";
const PATH = "/webhooks";
const params = { webhookId: guidId("webhookId") };

const Events = z.array(z.enum(WEBHOOK_EVENTS));
const Secret = z.string().openapi({ description: "Signs what is sent, as Standard Webhooks says. Shown this once." });

const webhookSchema = z
  .object({ Id: z.uuid(), Url: z.string(), Events, SecretLast4: z.string().nullable(), CreatedAtUtc: z.string().nullable() })
  .openapi("Webhook");
const newWebhookSchema = webhookSchema.extend({ Secret }).openapi("NewWebhook");
const deliverySchema = z
  .object({
    Id: z.uuid(),
    Event: z.enum(WEBHOOK_EVENTS),
    State: z.enum(["Pending", "Delivered", "Failed"]),
    CreatedAtUtc: z.string().nullable(),
    NextAttemptAtUtc: z.string().nullable(),
    Attempts: z.array(
      z.object({
        AtUtc: z.string().nullable(),
        Status: z.int().nullable().openapi({ description: "Null where nothing answered." }),
        DurationMs: z.int(),
        Problem: z.string().nullable(),
      }),
    ),
  })
  .openapi("WebhookDelivery");

const { url, events } = newEndpointSchema.shape;
const input = z.strictObject({ Url: url, Events: events }).openapi("WebhookInput");
const change = z.strictObject({ Url: url.optional(), Events: events.optional() }).openapi("WebhookChange");

const view = (endpoint: WebhookEndpointView): z.input<typeof webhookSchema> => ({
  Id: endpoint.id,
  Url: endpoint.url,
  Events: [...endpoint.events],
  SecretLast4: endpoint.last4,
  CreatedAtUtc: utc(endpoint.createdAt),
});

const STATES = { pending: "Pending", delivered: "Delivered", failed: "Failed" } as const;

const deliveryView = (delivery: WebhookDeliveryView): z.input<typeof deliverySchema> => ({
  Id: delivery.id,
  Event: delivery.event as (typeof WEBHOOK_EVENTS)[number],
  State: STATES[delivery.state],
  CreatedAtUtc: utc(delivery.createdAt),
  NextAttemptAtUtc: utc(delivery.nextAttemptAt),
  Attempts: delivery.attempts.map((attempt) => ({
    AtUtc: utc(attempt.at),
    Status: attempt.status,
    DurationMs: Math.round(attempt.durationMs),
    Problem: attempt.problem,
  })),
});

const noWebhook = fail("object.not_found", "There is no such webhook.");

/** An endpoint of the partner, for a token that is for all of it. Errors: `access.denied`, `object.not_found`. */
async function endpointFor(scope: PartnerScope, id: string): Promise<Result<WebhookEndpointView>> {
  const whole = wholePartner(scope);
  if (!whole.ok) return whole;
  const endpoint = await endpointOf(scope, id);
  return endpoint ? ok(endpoint) : noWebhook;
}

export const webhookEndpoints = [
  partnerList({
    path: PATH,
    permission: "settings.read",
    tag: TAG,
    summary: "List webhooks",
    answer: webhookSchema,
    handle: async ({ scope, paging }) => {
      const whole = wholePartner(scope);
      return whole.ok ? ok(pageOf((await listEndpoints(scope)).map(view), paging)) : whole;
    },
  }),
  partnerEndpoint({
    method: "post",
    path: PATH,
    permission: "webhooks.write",
    tag: TAG,
    summary: "Add a webhook",
    description: `What happens is sent to its address, signed as Standard Webhooks says. A partner can have ${MAX_ENDPOINTS}.`,
    body: input,
    errors: [409],
    answer: newWebhookSchema,
    handle: async ({ scope, body }) => {
      const whole = wholePartner(scope);
      if (!whole.ok) return whole;
      const made = await createEndpoint(scope, { url: body.Url, events: body.Events });
      if (!made.ok) return made;
      const endpoint = await endpointOf(scope, made.value.id);
      return endpoint ? ok({ ...view(endpoint), Secret: made.value.secret }) : noWebhook;
    },
  }),
  partnerEndpoint({
    method: "get",
    path: `${PATH}/{webhookId}`,
    permission: "settings.read",
    tag: TAG,
    summary: "Read a webhook",
    params,
    answer: webhookSchema,
    handle: async ({ scope, params: { webhookId } }) => {
      const found = await endpointFor(scope, webhookId);
      return found.ok ? ok(view(found.value)) : found;
    },
  }),
  partnerEndpoint({
    method: "put",
    path: `${PATH}/{webhookId}`,
    permission: "webhooks.write",
    tag: TAG,
    summary: "Change a webhook",
    description: "What is left out stays as it is.",
    params,
    body: change,
    answer: webhookSchema,
    handle: async ({ scope, params: { webhookId }, body }) => {
      const whole = wholePartner(scope);
      if (!whole.ok) return whole;
      const saved = await changeEndpoint(scope, webhookId, { url: body.Url, events: body.Events });
      const endpoint = saved.ok ? await endpointOf(scope, webhookId) : null;
      return endpoint ? ok(view(endpoint)) : noWebhook;
    },
  }),
  partnerEndpoint({
    method: "delete",
    path: `${PATH}/{webhookId}`,
    permission: "webhooks.write",
    tag: TAG,
    summary: "Remove a webhook with its deliveries",
    params,
    answer: z.null(),
    handle: async ({ scope, params: { webhookId } }) => {
      const whole = wholePartner(scope);
      if (!whole.ok) return whole;
      return (await deleteEndpoint(scope, webhookId)).ok ? ok(null) : noWebhook;
    },
  }),
  partnerEndpoint({
    method: "post",
    path: `${PATH}/{webhookId}/secret`,
    permission: "webhooks.write",
    tag: TAG,
    summary: "Make a new signing secret",
    description: "The secret before goes on signing beside it for a day.",
    params,
    answer: z.object({ Secret }).openapi("WebhookSecret"),
    handle: async ({ scope, params: { webhookId } }) => {
      const whole = wholePartner(scope);
      if (!whole.ok) return whole;
      const made = await replaceSecret(scope, webhookId);
      return made.ok ? ok({ Secret: made.value.secret }) : noWebhook;
    },
  }),
  partnerList({
    path: `${PATH}/{webhookId}/deliveries`,
    permission: "settings.read",
    tag: TAG,
    summary: "List what was sent to a webhook, newest first",
    params,
    answer: deliverySchema,
    handle: async ({ scope, params: { webhookId }, paging }) => {
      const found = await endpointFor(scope, webhookId);
      if (!found.ok) return found;
      const { rows, total } = await deliveriesTo(scope, webhookId, paging);
      return ok({ rows: rows.map(deliveryView), total });
    },
  }),
  partnerEndpoint({
    method: "post",
    path: `${PATH}/{webhookId}/deliveries/{deliveryId}/resend`,
    permission: "webhooks.write",
    tag: TAG,
    summary: "Send a message again, in a new series of tries",
    params: { ...params, deliveryId: guidId("deliveryId") },
    answer: z.null(),
    handle: async ({ scope, params: { webhookId, deliveryId } }) => {
      const found = await endpointFor(scope, webhookId);
      return found.ok ? sendAgain(scope, deliveryId, webhookId) : found;
    },
  }),
];
