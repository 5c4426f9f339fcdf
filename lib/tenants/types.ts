import type { FailureOwner } from "@/lib/kernel/errors";

/** What became of the calls of one day: answered, or failed by whose failure it was. */
export interface CallDay extends Readonly<Record<FailureOwner | "answered", number>> {
  /** The start of the day in UTC, in milliseconds since the epoch. */
  readonly at: number;
}
