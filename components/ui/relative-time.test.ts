import { describe, expect, it } from "vitest";
import { absoluteTime, relativeTime, shortDate } from "./relative-time";

const NOW = Date.UTC(2025, 10, 22, 12, 0, 0);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("relativeTime", () => {
  it.each([
    [0, "just now"],
    [-44 * SECOND, "just now"],
    [20 * SECOND, "just now"],
    [40 * SECOND, "in a moment"],
    [-50 * SECOND, "1 minute ago"],
    [-5 * MINUTE, "5 minutes ago"],
    [-59.7 * MINUTE, "1 hour ago"],
    [-2 * HOUR, "2 hours ago"],
    [3 * DAY, "in 3 days"],
    [-1 * DAY, "1 day ago"],
    [-10 * DAY, "1 week ago"],
    [-40 * DAY, "1 month ago"],
    [-800 * DAY, "2 years ago"],
  ])("%d ms is %s", (difference, words) => {
    expect(relativeTime(NOW + difference, NOW)).toBe(words);
  });

  it("never goes back to a smaller unit with a larger count", () => {
    expect(relativeTime(NOW - 59 * MINUTE, NOW)).toBe("59 minutes ago");
    expect(relativeTime(NOW - 23 * HOUR, NOW)).toBe("23 hours ago");
  });
});

it("says the full date in the zone asked for", () => {
  const text = absoluteTime(Date.UTC(2025, 2, 12, 13, 2, 7), "Europe/Berlin");
  expect(text).toContain("12 Mar 2025");
  expect(text).toContain("14:02:07");
  expect(text).toMatch(/CET|GMT\+1/);
});

it("says the year only where it is not this one", () => {
  expect(shortDate(Date.UTC(2025, 2, 12), NOW, "UTC")).toBe("12 Mar");
  expect(shortDate(Date.UTC(2024, 2, 12), NOW, "UTC")).toBe("12 Mar 2024");
});
