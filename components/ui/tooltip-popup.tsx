"use client";

import { Tooltip as Base } from "@base-ui/react/tooltip";
import { useSyncExternalStore, type RefObject } from "react";
import type { TooltipProps } from "./tooltip";

/** Milliseconds until a tooltip opens, and for how long after one has closed the next one opens at once. */
const DELAY = 300;
const WARM = 400;

let isWarm = false;
let cooling: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function setWarm(warm: boolean): void {
  isWarm = warm;
  for (const notify of listeners) notify();
}

/** Neighbouring tooltips follow each other without delay. */
function told(open: boolean): void {
  clearTimeout(cooling);
  if (open) setWarm(true);
  else cooling = setTimeout(() => setWarm(false), WARM);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function TooltipRoot({
  content,
  children,
  side = "top",
  triggerRef,
}: TooltipProps & { triggerRef: RefObject<HTMLElement | null> }) {
  const delay = useSyncExternalStore(
    subscribe,
    () => (isWarm ? 0 : DELAY),
    () => DELAY,
  );
  return (
    <Base.Root onOpenChange={told}>
      <Base.Trigger ref={triggerRef as RefObject<HTMLButtonElement | null>} render={children} delay={delay} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} side={side} className="z-50">
          <Base.Popup className="float-in max-w-72 rounded-md bg-ink px-2.5 py-1.5 text-xs text-bg shadow-overlay">
            {content}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
