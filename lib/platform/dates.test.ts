import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, now } from "@/lib/kernel/clock";
import { formatDate, formatDateTime, formatRelative, isoTimestamp, parseRetryAfter, parseTimestamp } from "./dates";

const AT = Date.UTC(2026, 2, 4, 14, 5, 6, 7);

describe("dates", () => {
  it("writes and reads the wire form", () => {
    expect(isoTimestamp(AT)).toBe("2026-03-04T14:05:06.007Z");
    expect(parseTimestamp("2026-03-04T15:05:06.007+01:00")).toBe(AT);
    expect(parseTimestamp("tomorrow-ish")).toBeNull();
  });

  it("writes for people, in their time zone", () => {
    expect(formatDateTime(AT)).toBe("4 Mar 2026, 14:05 UTC");
    expect(formatDateTime(AT, "America/New_York")).toContain("4 Mar 2026, 09:05");
    expect(formatDate(AT)).toBe("4 Mar 2026");
  });

  it("says how long ago", () => {
    expect(formatRelative(AT - 20_000, AT)).toBe("just now");
    expect(formatRelative(AT - 3 * HOUR, AT)).toBe("3 hours ago");
    expect(formatRelative(AT + 2 * DAY + MINUTE, AT)).toBe("in 2 days");
  });

  it("reads Retry-After in both forms", () => {
    expect(parseRetryAfter("120")).toBe(120_000);
    const at = parseRetryAfter(new Date(now() + 90_000).toUTCString());
    expect(at).toBeGreaterThan(88_000);
    expect(at).toBeLessThanOrEqual(90_000);
    expect(parseRetryAfter("Wed, 21 Oct 2015 07:28:00 GMT")).toBe(0);
    expect(parseRetryAfter("soon")).toBeNull();
    expect(parseRetryAfter(undefined)).toBeNull();
  });
});
