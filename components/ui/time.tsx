"use client";

import { useSyncExternalStore } from "react";
import { absoluteTime, relativeTime, shortDate } from "./relative-time";
import { Tooltip } from "./tooltip";

const listeners = new Set<() => void>();
let tick = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for every time on the page: it ticks while any is shown. */
function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    tick = Date.now();
    timer = setInterval(() => {
      tick = Date.now();
      for (const notify of listeners) notify();
    }, 30_000);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** The time now, to half a minute; null while the server's markup is taken over. */
export const useNow = (): number | null =>
  useSyncExternalStore(
    subscribe,
    () => (tick === 0 ? (tick = Date.now()) : tick),
    () => null,
  );

export interface TimeProps {
  /** Milliseconds since the epoch. */
  at: number;
  /** `relative` is "2 hours ago"; `date` is "12 Mar". */
  as?: "relative" | "date";
  /** Set to false inside links and buttons, where a second stop of the Tab key would be in the way. */
  focusable?: boolean;
  className?: string;
}

/** A moment in relative words; the full date, in the person's own zone, on hover and focus. */
export function Time({ at, as = "relative", focusable = true, className }: TimeProps) {
  const now = useNow();
  const iso = new Date(at).toISOString();
  // Before the browser takes over, both sides print the same UTC text, whatever their zones are.
  const words = now === null ? shortDate(at, at, "UTC") : as === "date" ? shortDate(at, now) : relativeTime(at, now);
  const full = now === null ? iso : absoluteTime(at);
  if (!focusable) {
    return (
      <time dateTime={iso} title={full} className={`whitespace-nowrap ${className ?? ""}`}>
        {words}
      </time>
    );
  }
  return (
    <Tooltip content={full}>
      <time dateTime={iso} tabIndex={0} className={`rounded-xs whitespace-nowrap ${className ?? ""}`}>
        {words}
      </time>
    </Tooltip>
  );
}
