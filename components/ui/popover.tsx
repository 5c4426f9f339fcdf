"use client";

import { useState, type ReactNode } from "react";
import { EarlyTrigger, type TriggerElement } from "./early-trigger";
import { lazily } from "./lazily";

const parts = lazily(() => import("./popover-panel"));

export interface PopoverProps {
  trigger: TriggerElement;
  /** Names the popover; hidden where `titleHidden`. */
  title: string;
  titleHidden?: boolean;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: "start" | "center" | "end";
  className?: string;
  children: ReactNode;
}

/** A small panel beside what opened it, for filters and explanations. Its code comes when the page is idle, or with the first press. */
export function Popover({ trigger, onOpenChange, ...rest }: PopoverProps) {
  const loaded = parts.use();
  const [early, setEarly] = useState(false);
  return (
    <EarlyTrigger
      trigger={trigger}
      whole={
        loaded &&
        ((ref) => (
          <loaded.PopoverRoot {...rest} onOpenChange={onOpenChange} trigger={trigger} triggerRef={ref} defaultOpen={early} />
        ))
      }
      onClick={() => {
        setEarly(true);
        onOpenChange?.(true);
        parts.load();
      }}
    />
  );
}
