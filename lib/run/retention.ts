import { purgeDeletedCycles } from "@/lib/cycles/mutations";
import { HOUR, MINUTE, now } from "@/lib/kernel/clock";
import { log } from "@/lib/platform/log";
import { purgeTransactions } from "./mutations";

const EVERY = HOUR;
const FIRST = MINUTE;

/** Removes runs whose time is over and cycles that were deleted long ago, once. Out: how many runs. */
export async function purge(): Promise<number> {
  let removed = 0;
  for (let n = -1; n !== 0;) {
    n = await purgeTransactions(now());
    removed += n;
  }
  await purgeDeletedCycles();
  return removed;
}

/** Starts the background removal. Out: how to stop it. */
export function startRetention(): () => void {
  const run = () =>
    void purge()
      .then((removed) => removed > 0 && log().info({ removed }, "runs were removed after their time"))
      .catch((error: unknown) => log().error({ err: error }, "old runs were not removed"));
  const first = setTimeout(run, FIRST);
  const timer = setInterval(run, EVERY);
  first.unref();
  timer.unref();
  return () => {
    clearTimeout(first);
    clearInterval(timer);
  };
}
