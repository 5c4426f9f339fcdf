import { DAY, HOUR, MINUTE, now, SECOND } from "@/lib/kernel/clock";

/** ISO 8601 in UTC with milliseconds. In: milliseconds since the epoch. */
export const isoTimestamp = (at: number): string => new Date(at).toISOString();

/** Reads an ISO 8601 or RFC 9110 date. Out: milliseconds since the epoch, or null where it is no date. */
export function parseTimestamp(value: string): number | null {
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

/** Reads `Retry-After` (RFC 9110 section 10.2.3), in seconds or as a date. Out: milliseconds to wait from now, or null. */
export function parseRetryAfter(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * SECOND;
  const at = parseTimestamp(value);
  return at === null ? null : Math.max(0, at - now());
}

const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let made = formatters.get(key);
  if (!made) formatters.set(key, (made = new Intl.DateTimeFormat("en-GB", options)));
  return made;
}

/** "4 Mar 2026, 14:05 UTC". In: milliseconds since the epoch, an IANA time zone. */
export const formatDateTime = (at: number, timeZone = "UTC"): string =>
  formatter({
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    timeZone,
    timeZoneName: "short",
  }).format(at);

/** "4 Mar 2026". */
export const formatDate = (at: number, timeZone = "UTC"): string =>
  formatter({ day: "numeric", month: "short", year: "numeric", timeZone }).format(at);

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "3 hours ago", "in 2 days", "just now" within a minute. In: milliseconds since the epoch. */
export function formatRelative(at: number, from = now()): string {
  const distance = at - from;
  for (const [unit, length] of UNITS) {
    if (Math.abs(distance) >= length) return relative.format(Math.trunc(distance / length), unit);
  }
  return "just now";
}
