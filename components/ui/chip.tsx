"use client";

import clsx from "clsx";
import { Glyph } from "./glyph";
import { Link } from "./link";
import type { ReactNode } from "react";
import { Tooltip } from "./tooltip";

export interface ChipProps {
  /** Chosen: coloured, with a cross that says it can be taken off. */
  on?: boolean;
  count?: number;
  icon?: ReactNode;
  /** Toggles by going to an address that has, or has not, this filter. */
  href?: string;
  onClick?: () => void;
  /** No cross where one of a row is always chosen. */
  exclusive?: boolean;
  disabled?: boolean;
  /** What its word means, on hover and focus. */
  meaning?: string;
  children: ReactNode;
}

const chipClass = (on: boolean) =>
  clsx(
    "inline-flex h-7 shrink-0 items-center gap-1.5 rounded-full border px-2.5 text-xs whitespace-nowrap transition-colors disabled:opacity-55 [&_svg]:size-3.5",
    on
      ? "border-transparent bg-accent-soft font-medium text-accent-ink"
      : "border-line-strong bg-surface text-ink-2 hover:bg-hover hover:text-ink",
  );

/** A filter to switch on and off: a link where the address holds the filters, else a toggle button. */
export function Chip({ on = false, count, icon, href, onClick, exclusive = false, disabled, meaning, children }: ChipProps) {
  const inside = (
    <>
      {icon}
      {children}
      {count !== undefined && (
        <span className={clsx("tabular-nums", on ? "text-accent-ink" : "text-ink-3")}>{count.toLocaleString("en")}</span>
      )}
      {on && !exclusive && <Glyph name="cross" className="-mr-0.5 size-3.5!" />}
    </>
  );
  if (href !== undefined) {
    return (
      <Link href={href} scroll={false} replace aria-current={on ? "true" : undefined} className={chipClass(on)}>
        {inside}
      </Link>
    );
  }
  const button = (
    <button type="button" aria-pressed={on} onClick={onClick} disabled={disabled} className={chipClass(on)}>
      {inside}
    </button>
  );
  return meaning === undefined ? button : <Tooltip content={meaning}>{button}</Tooltip>;
}
