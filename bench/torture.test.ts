import { describe, expect, it } from "vitest";
import { killInTheMiddle, stampede } from "./torture";

describe("S-27 across processes", () => {
  it(
    "2 processes x 25 callers x 8 generations make 8 exchanges, and every caller gets the same token",
    { timeout: 120_000 },
    async () => {
      expect(await stampede(2, 25, 8)).toEqual({ generations: 8, exchanges: 8, callers: 50, failures: [], split: 0 });
    },
  );
});

describe("S-28 kill -9 in the middle of a refresh", () => {
  it("loses no valid chain where the provider lets the refresh token be used again", { timeout: 120_000 }, async () => {
    expect(await killInTheMiddle(1, "after", false)).toMatchObject({ integrity: "ok", openJournal: 0, state: "Connected" });
  });

  it("asks the customer, and doesn't loop, where the lost reply held the only token", { timeout: 120_000 }, async () => {
    const left = await killInTheMiddle(1, "after", true);
    expect(left).toMatchObject({ integrity: "ok", openJournal: 0, state: "NeedsReconnect" });
    expect(left.exchanges).toBe(2);
  });
});
