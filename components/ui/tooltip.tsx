"use client";

import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { useHydrated } from "./hydrated";

/** One provider at the root lets neighbouring tooltips follow each other without delay. */
export const TooltipProvider = Base.Provider;

/** Words that appear on hover and on focus of one focusable element. It describes; it never holds the only name. */
export function Tooltip({
  content,
  children,
  side = "top",
}: {
  content: ReactNode;
  children: ReactElement;
  side?: "top" | "bottom" | "left" | "right";
}) {
  if (!useHydrated()) return children;
  return (
    <Base.Root>
      <Base.Trigger render={children} />
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
