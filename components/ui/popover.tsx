"use client";

import { Popover as Base } from "@base-ui/react/popover";
import clsx from "clsx";
import type { ReactElement, ReactNode } from "react";
import { useHydrated } from "./hydrated";

export interface PopoverProps {
  trigger: ReactElement;
  /** Names the popover; hidden where `titleHidden`. */
  title: string;
  titleHidden?: boolean;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: "start" | "center" | "end";
  className?: string;
  children: ReactNode;
}

/** A small panel beside what opened it, for filters and explanations. */
export function Popover({
  trigger,
  title,
  titleHidden = false,
  open,
  onOpenChange,
  align = "start",
  className,
  children,
}: PopoverProps) {
  if (!useHydrated()) return trigger;
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange?.(next)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} align={align} className="z-50">
          <Base.Popup
            className={clsx(
              "float-in max-h-(--available-height) w-80 max-w-(--available-width) overflow-y-auto rounded-lg border border-line bg-surface p-3.5 shadow-overlay outline-none",
              className,
            )}
          >
            <Base.Title className={titleHidden ? "sr-only" : "mb-2 text-sm font-semibold"}>{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
