const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, milliseconds: number][] = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["week", 7 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

const format = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/**
 * A moment as a person would say it: "2 hours ago", "in 3 days", "just now" within 45 seconds.
 * In: two times in milliseconds since the epoch.
 */
export function relativeTime(at: number, now: number): string {
  const difference = at - now;
  const size = Math.abs(difference);
  // The page's clock ticks every half minute: what has just happened may lie ahead of it.
  if (size < 45_000) return difference > 30_000 ? "in a moment" : "just now";
  for (const [unit, milliseconds] of STEPS) {
    // One percent early, so that 59 minutes and 40 seconds read as an hour and not as 60 minutes.
    if (size >= milliseconds * 0.99 || unit === "minute") {
      const count = Math.max(1, Math.round(size / milliseconds));
      return format.format(difference < 0 ? -count : count, unit);
    }
  }
  return "just now";
}

/**
 * The full date with the time zone: "12 Mar 2025, 14:02:07 CET".
 * In: milliseconds since the epoch; an IANA zone, the machine's where absent.
 */
export const absoluteTime = (at: number, timeZone?: string): string =>
  new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZone,
    timeZoneName: "short",
  }).format(at);

/** A day in short, with the year only where it is not this one: "12 Mar", "12 Mar 2024". In: milliseconds since the epoch. */
export function shortDate(at: number, now: number, timeZone?: string): string {
  const year = new Intl.DateTimeFormat("en-GB", { year: "numeric", timeZone });
  const sameYear = year.format(at) === year.format(now);
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: sameYear ? undefined : "numeric",
    timeZone,
  }).format(at);
}
