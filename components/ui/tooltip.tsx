"use client";

import type { ReactNode } from "react";
import { EarlyTrigger, type TriggerElement } from "./early-trigger";
import { lazily } from "./lazily";

const parts = lazily(() => import("./tooltip-popup"));

export interface TooltipProps {
  content: ReactNode;
  children: TriggerElement;
  side?: "top" | "bottom" | "left" | "right";
}

/**
 * Words that appear on hover and on focus of one focusable element. It describes; it never holds the only name.
 * Its code comes when the page is idle.
 */
export function Tooltip(props: TooltipProps) {
  const loaded = parts.use();
  return (
    <EarlyTrigger trigger={props.children} whole={loaded && ((ref) => <loaded.TooltipRoot {...props} triggerRef={ref} />)} />
  );
}
