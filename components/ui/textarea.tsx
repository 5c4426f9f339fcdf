"use client";

import clsx from "clsx";
import type { ComponentProps } from "react";
import { useFieldControl } from "./field";

/** A box for several lines; grows with what is typed where the browser can. */
export function Textarea({ mono = false, rows = 4, className, ...rest }: ComponentProps<"textarea"> & { mono?: boolean }) {
  const wiring = useFieldControl(rest);
  return (
    <textarea
      {...rest}
      {...wiring}
      rows={rows}
      className={clsx(
        "field-sizing-content max-h-96 w-full min-w-0 rounded-md border border-control bg-surface px-2.5 py-2 text-base text-ink outline-none sm:text-sm",
        "focus:border-accent focus:ring-3 focus:ring-ring aria-invalid:border-bad read-only:bg-sunken disabled:bg-sunken disabled:text-ink-2",
        mono && "font-mono tracking-[-0.01em]",
        className,
      )}
      style={{ minHeight: `${rows * 1.4 + 1}rem`, ...rest.style }}
    />
  );
}
