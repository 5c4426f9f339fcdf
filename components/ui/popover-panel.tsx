"use client";

import { Popover as Base } from "@base-ui/react/popover";
import clsx from "clsx";
import type { RefObject } from "react";
import type { PopoverProps } from "./popover";

interface PopoverRootProps extends PopoverProps {
  triggerRef: RefObject<HTMLElement | null>;
  defaultOpen: boolean;
}

export function PopoverRoot({
  trigger,
  triggerRef,
  title,
  titleHidden = false,
  open,
  defaultOpen,
  onOpenChange,
  align = "start",
  className,
  children,
}: PopoverRootProps) {
  return (
    <Base.Root open={open} defaultOpen={defaultOpen} onOpenChange={(next) => onOpenChange?.(next)}>
      <Base.Trigger ref={triggerRef as RefObject<HTMLButtonElement | null>} render={trigger} />
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
