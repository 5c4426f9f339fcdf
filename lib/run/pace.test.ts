import { beforeEach, describe, expect, it } from "vitest";
import { soon, type Soon } from "@/lib/kernel/soon";
import { dropSingleton } from "@/lib/platform/singleton";
import { heard, turn } from "./pace";

beforeEach(() => dropSingleton("paces"));

const timed = async (work: () => Soon<unknown>): Promise<number> => {
  const since = performance.now();
  await work();
  return performance.now() - since;
};

describe("the pace of an account connector", () => {
  it("queues what is too fast, in order", async () => {
    const order: number[] = [];
    const took = await timed(() =>
      Promise.all([1, 2, 3, 4].map(async (n) => soon(turn(1, { requestsPerSecond: 20 }, "Acme"), () => order.push(n)))),
    );
    expect(order).toEqual([1, 2, 3, 4]);
    expect(took).toBeGreaterThan(140);
    expect(took).toBeLessThan(1500);
  });

  it("counts each account connector by itself, and none without a limit", async () => {
    await turn(1, { secondsBetween: 5 }, "Acme");
    expect(await timed(() => turn(2, { secondsBetween: 5 }, "Acme"))).toBeLessThan(100);
    expect(await timed(() => Promise.all(Array.from({ length: 100 }, async () => turn(3, undefined, "Acme"))))).toBeLessThan(200);
  });

  it("refuses a wait longer than half a minute", async () => {
    for (let i = 0; i < 1; i += 1) await turn(1, { secondsBetween: 40 }, "Acme");
    expect(await turn(1, { secondsBetween: 40 }, "Acme")).toMatchObject({
      ok: false,
      error: { code: "rate.limited", details: { owner: "provider", retryable: true } },
    });
  });

  it("rests after a 429: as long as Retry-After says, else a minute", async () => {
    heard(1, 429, "1");
    expect(await timed(() => turn(1, undefined, "Acme"))).toBeGreaterThan(800);
    heard(2, 429, null);
    expect(await turn(2, undefined, "Acme")).toMatchObject({ error: { code: "rate.limited" } });
    heard(3, 500, "9");
    expect(await timed(() => turn(3, undefined, "Acme"))).toBeLessThan(100);
  });
});
