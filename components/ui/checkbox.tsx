"use client";

import { Checkbox as Base } from "@base-ui/react/checkbox";
import clsx from "clsx";
import { Check, Minus } from "lucide-react";
import { useId, type ReactNode } from "react";

export interface CheckboxProps {
  checked?: boolean;
  defaultChecked?: boolean;
  indeterminate?: boolean;
  onCheckedChange?: (checked: boolean) => void;
  /** Without it `aria-label` is needed. */
  label?: ReactNode;
  description?: ReactNode;
  "aria-label"?: string;
  name?: string;
  value?: string;
  disabled?: boolean;
  className?: string;
}

/** A box to tick; the whole row, label included, is its target. */
export function Checkbox({ label, description, className, onCheckedChange, indeterminate, ...rest }: CheckboxProps) {
  const id = useId();
  const box = (
    <Base.Root
      {...rest}
      indeterminate={indeterminate}
      onCheckedChange={(checked) => onCheckedChange?.(checked)}
      aria-labelledby={label ? `${id}-label` : undefined}
      aria-describedby={description ? `${id}-description` : undefined}
      className={clsx(
        "relative mt-px flex size-4.5 shrink-0 items-center justify-center rounded-sm border border-control bg-surface text-on-accent",
        // The target is 24 by 24 even where the box is not (WCAG 2.5.8).
        "before:absolute before:-inset-1",
        "data-checked:border-accent data-checked:bg-accent data-indeterminate:border-accent data-indeterminate:bg-accent data-disabled:opacity-55",
        !label && className,
      )}
    >
      <Base.Indicator className="flex">
        {indeterminate ? (
          <Minus aria-hidden className="size-3.5" strokeWidth={3} />
        ) : (
          <Check aria-hidden className="size-3.5" strokeWidth={3} />
        )}
      </Base.Indicator>
    </Base.Root>
  );
  if (!label) return box;
  return (
    <label className={clsx("flex cursor-pointer items-start gap-2.5 text-sm", className)}>
      {box}
      <span className="min-w-0">
        <span id={`${id}-label`}>{label}</span>
        {description && (
          <span id={`${id}-description`} className="block text-xs text-ink-2">
            {description}
          </span>
        )}
      </span>
    </label>
  );
}
