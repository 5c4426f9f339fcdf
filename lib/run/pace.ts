import { retryAfterMs } from "@/lib/auth-methods/failures";
import type { RateLimit } from "@/lib/auth-methods/definition";
import { MINUTE, now, SECOND } from "@/lib/kernel/clock";
import { fail, ok, type Result } from "@/lib/kernel/result";
import type { Soon } from "@/lib/kernel/soon";
import { singleton } from "@/lib/platform/singleton";

/** How one installed connector may call next, in milliseconds since the epoch. */
interface Pace {
  /** The first moment that no earlier call has taken. */
  nextAt: number;
  /** Until then the provider wants nothing: it answered 429. */
  heldUntil: number;
}

/** Longest wait of a call for its turn; what would wait longer is refused and can be tried again. */
const PATIENCE = 30 * SECOND;
/** What is waited after a 429 that doesn't say how long. */
const AFTER_429 = MINUTE;
const MAX_KEPT = 10_000;

const paces = () => singleton("paces", () => new Map<number, Pace>());

const interval = (limit: RateLimit | undefined): number =>
  limit === undefined ? 0 : "requestsPerSecond" in limit ? SECOND / limit.requestsPerSecond : limit.secondsBetween * SECOND;

function paceOf(id: number): Pace {
  const all = paces();
  const known = all.get(id);
  if (known) return known;
  if (all.size >= MAX_KEPT) for (const [old, pace] of all) if (Math.max(pace.nextAt, pace.heldUntil) < now()) all.delete(old);
  const made = { nextAt: 0, heldUntil: 0 };
  all.set(id, made);
  return made;
}

/**
 * Waits for the turn of one call of an installed connector, in the order of asking. In: its id and limit. Errors: `rate.limited`,
 * owned by the provider and with the wait in milliseconds, where the turn comes later than half a minute from now.
 */
export function turn(id: number, limit: RateLimit | undefined, provider: string): Soon<Result<null>> {
  const held = paces().get(id);
  if (limit === undefined && (held === undefined || held.heldUntil <= now())) return ok(null);
  const pace = paceOf(id);
  const at = Math.max(now(), limit === undefined ? 0 : pace.nextAt, pace.heldUntil);
  const wait = at - now();
  if (wait > PATIENCE) {
    const seconds = Math.ceil(wait / SECOND);
    return fail("rate.limited", `${provider} is called as fast as it may be. The next call can be made in ${seconds} s.`, {
      details: { owner: "provider", retryable: true, retryAfter: wait },
    });
  }
  if (limit !== undefined) pace.nextAt = at + interval(limit);
  return wait > 0 ? new Promise((resolve) => setTimeout(() => resolve(ok(null)), wait)) : ok(null);
}

/** To be told of every answer: after a 429 the connector rests for as long as its Retry-After says, else a minute. */
export function heard(id: number, status: number, retryAfter: string | null): void {
  if (status !== 429) return;
  const pace = paceOf(id);
  pace.heldUntil = Math.max(pace.heldUntil, now() + (retryAfterMs(retryAfter, now()) ?? AFTER_429));
}
