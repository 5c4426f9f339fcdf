import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { singleton } from "./singleton";

export interface LimitRule {
  /** Attempts allowed per key within the duration. */
  readonly points: number;
  readonly durationSeconds: number;
  /** How long the key stays shut once the points are spent; the rest of the duration where absent. */
  readonly blockSeconds?: number;
}

const limiters = () => singleton("rate-limiters", () => new Map<string, RateLimiterMemory>());

function limiterFor(name: string, rule: LimitRule): RateLimiterMemory {
  const id = `${name}:${rule.points}:${rule.durationSeconds}:${rule.blockSeconds ?? ""}`;
  let limiter = limiters().get(id);
  if (!limiter) {
    limiter = new RateLimiterMemory({
      keyPrefix: id,
      points: rule.points,
      duration: rule.durationSeconds,
      ...(rule.blockSeconds === undefined ? {} : { blockDuration: rule.blockSeconds }),
    });
    limiters().set(id, limiter);
  }
  return limiter;
}

/** "40 seconds" or "3 minutes", rounded up. */
const inWords = (seconds: number): string =>
  seconds < 60 ? `${seconds} second${seconds === 1 ? "" : "s"}` : `${Math.ceil(seconds / 60)} minute${seconds <= 60 ? "" : "s"}`;

/**
 * Counts one attempt (S-50). In: the limit's name, the key it counts (an address, an e-mail), the rule.
 * Out: how many attempts are left, or `rate.limited` with `details.retryAfter` in seconds.
 */
export async function limit(name: string, key: string, rule: LimitRule): Promise<Result<{ readonly remaining: number }>> {
  try {
    const state = await limiterFor(name, rule).consume(key.toLowerCase());
    return ok({ remaining: state.remainingPoints });
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const retryAfter = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    return fail("rate.limited", `Too many attempts. Try again in ${inWords(retryAfter)}.`, { details: { retryAfter } });
  }
}

/** Forgets the attempts of a key, such as after a sign-in that worked. In: the same name, key and rule as for {@link limit}. */
export async function forgetAttempts(name: string, key: string, rule: LimitRule): Promise<void> {
  await limiterFor(name, rule).delete(key.toLowerCase());
}
