import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetAttempts, limit, type LimitRule } from "./rate-limit";

const rule: LimitRule = { points: 3, durationSeconds: 60, blockSeconds: 900 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("limit (S-50)", () => {
  it("counts down, shuts with the time to wait, and opens again", async () => {
    for (const remaining of [2, 1, 0])
      expect(await limit("t1", "a@example.com", rule)).toEqual({ ok: true, value: { remaining } });
    expect(await limit("t1", "A@Example.com", rule)).toMatchObject({
      ok: false,
      error: { code: "rate.limited", message: "Too many attempts. Try again in 15 minutes.", details: { retryAfter: 900 } },
    });
    vi.advanceTimersByTime(120_000);
    expect(await limit("t1", "a@example.com", rule)).toMatchObject({ ok: false, error: { details: { retryAfter: 780 } } });
    vi.advanceTimersByTime(781_000);
    expect(await limit("t1", "a@example.com", rule)).toMatchObject({ ok: true });
  });

  it("keeps keys and names apart and forgets on request", async () => {
    for (let i = 0; i < 4; i += 1) await limit("t2", "one", rule);
    expect(await limit("t2", "two", rule)).toMatchObject({ ok: true });
    expect(await limit("t3", "one", rule)).toMatchObject({ ok: true });
    await forgetAttempts("t2", "one", rule);
    expect(await limit("t2", "one", rule)).toEqual({ ok: true, value: { remaining: 2 } });
  });
});
