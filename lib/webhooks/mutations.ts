import { randomBytes } from "node:crypto";
import { and, asc, count, eq, lt, lte } from "@/db/query";
import { webhookDeliveries, webhookEndpoints } from "@/db/schema";
import { transact, type Transaction } from "@/db/transact";
import { queueMessages } from "@/db/webhook-outbox";
import type { PartnerScope } from "@/lib/access/types";
import type { AuditAction } from "@/lib/audit/constants";
import { recordAudit } from "@/lib/audit/mutations";
import { DAY, MINUTE, now } from "@/lib/kernel/clock";
import { guid } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { lastFour, secret } from "@/lib/kernel/secret";
import { seal } from "@/lib/vault/seal";
import { MAX_ENDPOINTS, WEBHOOK_EVENTS, type WebhookEvent } from "./constants";
import { nextWait } from "./policy";
import type { DeliveryAttempt } from "./types";

/** How long deliveries are kept. */
const KEPT = 30 * DAY;
/** How long the secret before a rotation goes on signing. */
const OVERLAP = DAY;
/** Longer than an attempt may take, so that a crash leaves nothing behind for good. */
const LEASE = MINUTE;

const noEndpoint = fail("object.not_found", "There is no such endpoint.");

const newSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/** Both secrets of an endpoint are sealed under one name, so that the old one stays readable in its new place. */
const sealAt = (partnerId: string, row: string) => ({ partnerId, table: "webhook_endpoints", row, field: "secret" });

const isEvent = (event: string): event is WebhookEvent => (WEBHOOK_EVENTS as readonly string[]).includes(event);

/**
 * Queues a message about an installed connector to every endpoint of the partner that asked for the event, inside the transaction of
 * what happened; anything that is no event is left. In: further facts, by the names of the REST API; never a secret.
 */
export async function announceConnection(
  tx: Transaction,
  scope: { readonly partnerId: string; readonly accountId: string },
  event: string,
  connection: { readonly id: number; readonly name: string },
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  if (!isEvent(event)) return;
  await queueMessages(tx, scope, event, { AccountConnectorId: connection.id, Name: connection.name, ...more });
}

const audited = (tx: Transaction, scope: PartnerScope, action: AuditAction, endpoint: { id: string; url: string }) =>
  recordAudit(tx, {
    chain: scope.partnerId,
    actor: scope.actor,
    action,
    object: { type: "webhook_endpoint", id: endpoint.id, name: new URL(endpoint.url).host },
  });

const mine = (scope: PartnerScope, id: string) =>
  and(eq(webhookEndpoints.id, id), eq(webhookEndpoints.partnerId, scope.partnerId));

/** Adds an endpoint. Out: its signing secret, shown this once. Errors: `object.conflict` at ten. */
export async function createEndpoint(
  scope: PartnerScope,
  input: { url: string; events: WebhookEvent[] },
): Promise<Result<{ id: string; secret: string }>> {
  const id = guid();
  const plain = newSecret();
  const sealedSecret = await seal(sealAt(scope.partnerId, id), secret(plain));
  return transact(async (tx) => {
    const [held] = await tx.select({ n: count() }).from(webhookEndpoints).where(eq(webhookEndpoints.partnerId, scope.partnerId));
    if ((held?.n ?? 0) >= MAX_ENDPOINTS)
      return fail("object.conflict", `There are ${MAX_ENDPOINTS} endpoints already. Remove one first.`);
    await tx.insert(webhookEndpoints).values({
      id,
      partnerId: scope.partnerId,
      url: input.url,
      events: input.events,
      sealedSecret,
      last4: lastFour(plain),
      createdAt: now(),
      createdBy: scope.actor.name,
    });
    await audited(tx, scope, "webhook_endpoint.created", { id, url: input.url });
    return ok({ id, secret: plain });
  });
}

/** Where an endpoint is, and what it is told of; what isn't given stays as it is. Errors: 404. */
export async function changeEndpoint(
  scope: PartnerScope,
  id: string,
  change: { url?: string | undefined; events?: WebhookEvent[] | undefined },
): Promise<Result<null>> {
  return transact(async (tx) => {
    const [row] = await tx.select().from(webhookEndpoints).where(mine(scope, id));
    if (!row) return noEndpoint;
    const url = change.url ?? row.url;
    await tx
      .update(webhookEndpoints)
      .set({ url, events: change.events ?? row.events })
      .where(mine(scope, id));
    await audited(tx, scope, "webhook_endpoint.updated", { id, url });
    return ok(null);
  });
}

/** Removes an endpoint with its deliveries. Errors: 404. */
export async function deleteEndpoint(scope: PartnerScope, id: string): Promise<Result<null>> {
  return transact(async (tx) => {
    const [row] = await tx.delete(webhookEndpoints).where(mine(scope, id)).returning({ url: webhookEndpoints.url });
    if (!row) return noEndpoint;
    await audited(tx, scope, "webhook_endpoint.deleted", { id, url: row.url });
    return ok(null);
  });
}

/** A new signing secret for an endpoint, shown this once; the old one goes on signing for a day. Errors: 404. */
export async function replaceSecret(scope: PartnerScope, id: string): Promise<Result<{ secret: string }>> {
  const plain = newSecret();
  const sealedSecret = await seal(sealAt(scope.partnerId, id), secret(plain));
  return transact(async (tx) => {
    const [row] = await tx.select().from(webhookEndpoints).where(mine(scope, id));
    if (!row) return noEndpoint;
    await tx
      .update(webhookEndpoints)
      .set({
        sealedSecret,
        sealedPreviousSecret: row.sealedSecret,
        previousUntil: now() + OVERLAP,
        last4: lastFour(plain),
      })
      .where(mine(scope, id));
    await audited(tx, scope, "webhook_endpoint.secret_replaced", { id, url: row.url });
    return ok({ secret: plain });
  });
}

/** Sends a message again, in a new series of tries; to `endpointId` alone where it is given. Errors: 404. */
export async function sendAgain(scope: PartnerScope, id: string, endpointId?: string): Promise<Result<null>> {
  return transact(async (tx) => {
    const [sent] = await tx
      .update(webhookDeliveries)
      .set({ state: "pending", tries: 0, nextAttemptAt: now() })
      .where(
        and(
          eq(webhookDeliveries.id, id),
          eq(webhookDeliveries.partnerId, scope.partnerId),
          endpointId === undefined ? undefined : eq(webhookDeliveries.endpointId, endpointId),
        ),
      )
      .returning({ endpointId: webhookDeliveries.endpointId });
    const [endpoint] = sent ? await tx.select().from(webhookEndpoints).where(mine(scope, sent.endpointId)) : [];
    if (!endpoint) return fail("object.not_found", "There is no such delivery.");
    await audited(tx, scope, "webhook_endpoint.message_resent", endpoint);
    return ok(null);
  });
}

/** Takes messages that are due, each for a minute. Out: with their endpoints, still sealed. */
export async function takeDue(limit: number) {
  const at = now();
  return transact(async (tx) => {
    await tx.delete(webhookDeliveries).where(lt(webhookDeliveries.createdAt, at - KEPT));
    const due = await tx
      .select({ delivery: webhookDeliveries, endpoint: webhookEndpoints })
      .from(webhookDeliveries)
      .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookDeliveries.endpointId))
      .where(and(eq(webhookDeliveries.state, "pending"), lte(webhookDeliveries.nextAttemptAt, at)))
      .orderBy(asc(webhookDeliveries.nextAttemptAt))
      .limit(limit);
    for (const { delivery } of due)
      await tx
        .update(webhookDeliveries)
        .set({ nextAttemptAt: at + LEASE })
        .where(eq(webhookDeliveries.id, delivery.id));
    return due;
  });
}

/** Keeps how an attempt went, and when the next one is. */
export async function recordAttempt(id: string, attempt: DeliveryAttempt): Promise<void> {
  await transact(async (tx) => {
    const [row] = await tx.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, id));
    if (!row) return;
    const isDelivered = attempt.status !== null && attempt.status >= 200 && attempt.status < 300;
    const tries = row.tries + 1;
    const wait = isDelivered ? null : nextWait(tries, Math.random());
    await tx
      .update(webhookDeliveries)
      .set({
        attempts: [...row.attempts, attempt].slice(-20),
        tries,
        state: isDelivered ? "delivered" : wait === null ? "failed" : "pending",
        nextAttemptAt: wait === null ? null : now() + wait,
      })
      .where(eq(webhookDeliveries.id, id));
  });
}
