"use client";

import clsx from "clsx";
import type { ComponentProps, ReactNode } from "react";
import { useFieldControl } from "./field";

/** The box around every single-line control. */
export const controlBox = (small = false): string =>
  clsx(
    "flex w-full min-w-0 items-center gap-2 rounded-md border border-control bg-surface text-ink transition-[border-color,box-shadow]",
    small ? "min-h-7 px-2 text-xs" : "min-h-8.5 px-2.5 text-base sm:text-sm",
    // The transparent outline shows where forced colours take the ring away.
    "focus-within:border-accent focus-within:ring-3 focus-within:ring-ring focus-within:outline-2 focus-within:outline-transparent",
    "has-aria-invalid:border-bad has-disabled:bg-sunken has-disabled:text-ink-2 has-[input:read-only]:bg-sunken",
  );

export interface InputProps extends Omit<ComponentProps<"input">, "prefix" | "size"> {
  /** Fixed text inside the box, before and after what is typed. */
  prefix?: ReactNode;
  suffix?: ReactNode;
  /** A lucide icon at the start. */
  icon?: ReactNode;
  /** At the end: a `Kbd`, a small button. */
  trailing?: ReactNode;
  /** For identifiers, URLs and secrets. */
  mono?: boolean;
  small?: boolean;
}

/** A single-line input. Inside a `Field` it takes its name, help and error from there. */
export function Input({ prefix, suffix, icon, trailing, mono = false, small = false, className, ...rest }: InputProps) {
  const wiring = useFieldControl(rest);
  return (
    <div className={clsx(controlBox(small), className)}>
      {icon && (
        <span aria-hidden className="flex text-ink-2 [&_svg]:size-4">
          {icon}
        </span>
      )}
      {prefix && <span className="shrink-0 text-ink-3">{prefix}</span>}
      <input
        {...rest}
        {...wiring}
        className={clsx("w-full min-w-0 flex-1 bg-transparent py-1 outline-none", mono && "font-mono tracking-[-0.01em]")}
      />
      {suffix && <span className="max-w-1/2 shrink-0 truncate text-ink-3">{suffix}</span>}
      {trailing}
    </div>
  );
}
