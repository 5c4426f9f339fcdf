"use client";

import { useSyncExternalStore } from "react";

/** Code that a page needs for what answers to a press or a pointer, and not to be shown. */
export interface Lazily<T> {
  /** Its module once it is there, null before and on the server. Whoever asks has it fetched when the page is idle. */
  use: () => T | null;
  /** Fetches it now. Failed fetches are tried again by the next one who asks. */
  load: () => void;
}

let pressed = false;
if (typeof window !== "undefined") {
  window.addEventListener("pointerdown", () => (pressed = true), true);
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => (pressed = false), true);
}

/** Between pressing and letting go of a button it must not be replaced: the press would be lost. */
function unlessPressed(go: () => void): void {
  if (pressed) setTimeout(() => unlessPressed(go), 30);
  else go();
}

const whenIdle = (go: () => void): void => {
  if ("requestIdleCallback" in window) window.requestIdleCallback(go, { timeout: 2_000 });
  else setTimeout(go, 200);
};

/** In: an `import()`. The module is fetched once for all who use it. */
export function lazily<T>(bring: () => Promise<T>): Lazily<T> {
  let found: T | null = null;
  let isUnderWay = false;
  const listeners = new Set<() => void>();
  const load = (): void => {
    if (isUnderWay) return;
    isUnderWay = true;
    bring().then(
      (module) =>
        unlessPressed(() => {
          found = module;
          for (const notify of listeners) notify();
        }),
      () => (isUnderWay = false),
    );
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    if (!found) whenIdle(load);
    return () => listeners.delete(listener);
  };
  return {
    use: () =>
      useSyncExternalStore(
        subscribe,
        () => found,
        () => null,
      ),
    load,
  };
}
