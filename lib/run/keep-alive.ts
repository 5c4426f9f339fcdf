import { accountOfPartner } from "@/lib/access/data";
import { systemPartnerScope } from "@/lib/access/scopes";
import { endingUnannounced } from "@/lib/installs/data";
import { customerNeededAt } from "@/lib/installs/policy";
import { DAY, MINUTE, now } from "@/lib/kernel/clock";
import { renewable } from "@/lib/oauth/data";
import { warnOfEnd } from "@/lib/oauth/mutations";
import { usableConnection } from "@/lib/oauth/refresh";
import { formatDateTime } from "@/lib/platform/dates";
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
      try {
        const result = await usableConnection(scope.value, next.id);
        if (!result.ok) log().info({ connection: next.id, code: result.error.code }, "a renewal was refused");
      } catch (error) {
        log().error({ err: error, connection: next.id }, "a renewal failed");
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return due.length;
}

/** The longest that an end is announced ahead. */
const ANNOUNCED = 7 * DAY;

/** Tells the timelines of credentials that only the customer can renew when that will be; each end once. Out: how many were told. */
export async function announceEnds(): Promise<number> {
  const ending = await endingUnannounced(now(), ANNOUNCED, 4 * BATCH);
  let told = 0;
  for (const found of ending) {
    const needed = customerNeededAt(found);
    if (!needed || needed.warnAt > now()) continue;
    const scope = await accountOfPartner(systemPartnerScope(found.partnerId), found.accountId);
    if (!scope.ok) continue;
    await warnOfEnd(
      scope.value,
      found.id,
      { id: found.credentialId, ends: found.ends },
      {
        kind: "refresh",
        outcome: "warn",
        title: `The customer is needed before ${formatDateTime(needed.at)}`,
        detail: "The credential ends then and can't be renewed without signing in again.",
        owner: "customer",
      },
    );
    told += 1;
  }
  return told;
}

/** Starts the background renewal. Out: how to stop it, which waits for what is under way. */
export function startKeepAlive(): () => Promise<void> {
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  const tick = () => {
    running = running
      .then(async () => {
        if (!stopped) await renewDue();
        if (!stopped) await announceEnds();
      })
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
