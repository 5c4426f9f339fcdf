import { describe, expect, it } from "vitest";
import { DAY } from "@/lib/kernel/clock";
import { callDays } from "./policy";

describe("calls by day", () => {
  const counts = [
    { day: 100, failed: false, owner: null, count: 3 },
    { day: 100, failed: true, owner: "customer" as const, count: 1 },
    { day: 100, failed: true, owner: null, count: 2 },
    { day: 98, failed: true, owner: "partner" as const, count: 4 },
    { day: 90, failed: false, owner: null, count: 9 },
  ];

  it("fills the days without calls, oldest first, and leaves out what is older", () => {
    const days = callDays(counts, 100, 3);
    expect(days.map((day) => day.at)).toEqual([98 * DAY, 99 * DAY, 100 * DAY]);
    expect(days.map((day) => day.answered)).toEqual([0, 0, 3]);
  });

  it("adds each failure to whose it is", () => {
    const [first, , last] = callDays(counts, 100, 3);
    expect(first).toMatchObject({ customer: 0, partner: 4, provider: 0, policy: 0 });
    expect(last).toMatchObject({ customer: 1, partner: 0, provider: 2, policy: 0 });
  });
});
