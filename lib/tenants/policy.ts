import { DAY } from "@/lib/kernel/clock";
import type { FailureOwner } from "@/lib/kernel/errors";
import type { CallDay } from "./types";

/**
 * Counts of calls as a row of days without gaps. In: the counts by day, outcome and owner; today in days since the epoch (UTC), and how
 * many days. Out: oldest first; a failure that is nobody's counts as the provider's, which answered it.
 */
export function callDays(
  counts: readonly { day: number; failed: boolean; owner: FailureOwner | null; count: number }[],
  today: number,
  days: number,
): CallDay[] {
  const empty = (day: number): CallDay => ({ at: day * DAY, answered: 0, customer: 0, partner: 0, provider: 0, policy: 0 });
  const byDay = new Map(Array.from({ length: days }, (_, i) => today - days + 1 + i).map((day) => [day, empty(day)]));
  for (const { day, failed, owner, count } of counts) {
    const held = byDay.get(day);
    const part = failed ? (owner ?? "provider") : "answered";
    if (held) byDay.set(day, { ...held, [part]: held[part] + count });
  }
  return [...byDay.values()];
}
