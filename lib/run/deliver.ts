import { SECOND, now } from "@/lib/kernel/clock";
import { expose } from "@/lib/kernel/expose";
import { egress } from "@/lib/platform/egress";
import { log } from "@/lib/platform/log";
import { VERSION } from "@/lib/platform/version";
import { open } from "@/lib/vault/open";
import { recordAttempt, takeDue } from "@/lib/webhooks/mutations";
import { signatures } from "@/lib/webhooks/policy";

const EVERY = 2 * SECOND;
const AT_ONCE = 10;
const TIMEOUT = 15 * SECOND;

type Due = Awaited<ReturnType<typeof takeDue>>[number];

/** The secrets that sign for an endpoint now, the newest first. */
async function secretsOf({ endpoint }: Due): Promise<string[]> {
  const at = { partnerId: endpoint.partnerId, table: "webhook_endpoints", row: endpoint.id, field: "secret" };
  const previous = endpoint.previousUntil !== null && endpoint.previousUntil > now() ? endpoint.sealedPreviousSecret : null;
  const found: string[] = [];
  for (const sealed of [endpoint.sealedSecret, previous]) {
    const opened = sealed === null ? null : await open(at, sealed);
    if (opened?.ok) found.push(expose(opened.value));
  }
  return found;
}

async function deliver(due: Due): Promise<void> {
  const { delivery, endpoint } = due;
  const at = now();
  const secrets = await secretsOf(due);
  if (secrets.length === 0) {
    await recordAttempt(delivery.id, { at, status: null, durationMs: 0, problem: "The signing secret can't be opened." });
    return;
  }
  const body = JSON.stringify(delivery.payload);
  const timestamp = Math.floor(at / 1000);
  const answer = await egress({
    method: "POST",
    url: endpoint.url,
    body,
    purpose: "webhook",
    timeoutMs: TIMEOUT,
    maxBytes: 64 * 1024,
    headers: {
      "content-type": "application/json",
      "user-agent": `Keyway/${VERSION}`,
      "webhook-id": delivery.id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signatures(secrets, { id: delivery.id, timestamp, body }),
    },
  });
  await recordAttempt(
    delivery.id,
    answer.ok
      ? { at, status: answer.value.status, durationMs: answer.value.durationMs, problem: null }
      : { at, status: null, durationMs: now() - at, problem: answer.error.message },
  );
}

/** Sends what is due, once. Out: how many. */
export async function deliverDue(): Promise<number> {
  const due = await takeDue(AT_ONCE);
  await Promise.all(
    due.map((each) => deliver(each).catch((error: unknown) => log().error({ err: error }, "a webhook could not be sent"))),
  );
  return due.length;
}

/** Starts sending webhooks. Out: how to stop it, which waits for what is under way. */
export function startDeliveries(): () => Promise<void> {
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = running
      .then(async () => {
        while (!stopped && (await deliverDue()) === AT_ONCE);
      })
      .catch((error: unknown) => log().error({ err: error }, "sending webhooks failed"));
  }, EVERY);
  timer.unref();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
}
