import { accountOfPartner } from "@/lib/access/data";
import { systemPartnerScope } from "@/lib/access/scopes";
import { MINUTE, now } from "@/lib/kernel/clock";
import { renewable } from "@/lib/oauth/data";
import { usableConnection } from "@/lib/oauth/refresh";
import { log } from "@/lib/platform/log";

const EVERY = MINUTE;
/** Renewed before anybody asks, so that a call seldom waits for it; the exchange itself is the one that calls use too. */
const AHEAD = 15 * MINUTE;
const BATCH = 50;
const AT_ONCE = 4;

/** Renews what is about to end, once. Out: how many were looked at. */
export async function renewDue(): Promise<number> {
  const due = await renewable(now() + AHEAD, now(), BATCH);
  const queue = [...due];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const scope = await accountOfPartner(systemPartnerScope(next.partnerId), next.accountId);
      if (!scope.ok) continue;
      const result = await usableConnection(scope.value, next.id).catch((error: unknown) => {
        log().error({ err: error, connection: next?.id }, "a renewal failed");
        return null;
      });
      if (result && !result.ok) log().info({ connection: next.id, code: result.error.code }, "a renewal was refused");
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return due.length;
}

/** Starts the background renewal. Out: how to stop it, which waits for what is under way. */
export function startKeepAlive(): () => Promise<void> {
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  const tick = () => {
    running = running
      .then(() => (stopped ? 0 : renewDue()))
      .catch((error: unknown) => log().error({ err: error }, "the background renewal failed"));
  };
  const timer = setInterval(tick, EVERY);
  timer.unref();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
}
