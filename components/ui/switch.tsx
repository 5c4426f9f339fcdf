"use client";

import { Switch as Base } from "@base-ui/react/switch";
import clsx from "clsx";
import { useId, type ReactNode } from "react";
import { useFieldGroup } from "./field";

export interface SwitchProps {
  checked?: boolean;
  defaultChecked?: boolean;
  onCheckedChange?: (checked: boolean) => void;
  /** Words at the right; inside a `Field` its label is used instead. */
  label?: ReactNode;
  description?: ReactNode;
  "aria-label"?: string;
  name?: string;
  disabled?: boolean;
  className?: string;
}

/** On or off, at once or with the form it stands in. */
export function Switch({ label, description, className, onCheckedChange, ...rest }: SwitchProps) {
  const id = useId();
  const group = useFieldGroup();
  const track = (
    <Base.Root
      {...group}
      {...rest}
      onCheckedChange={(checked) => onCheckedChange?.(checked)}
      aria-labelledby={label ? `${id}-label` : rest["aria-label"] ? undefined : group["aria-labelledby"]}
      aria-describedby={description ? `${id}-description` : group["aria-describedby"]}
      className={clsx(
        "relative inline-flex h-5 w-8.5 shrink-0 items-center rounded-full bg-control p-0.5 transition-colors data-checked:bg-accent data-disabled:opacity-55",
        "before:absolute before:-inset-0.5",
        "forced-colors:border",
        !label && className,
      )}
    >
      <Base.Thumb className="size-4 rounded-full bg-surface transition-[translate] data-checked:translate-x-3.5 data-checked:bg-on-accent forced-colors:bg-[CanvasText]" />
    </Base.Root>
  );
  if (!label) return track;
  return (
    <label className={clsx("flex cursor-pointer items-start gap-3.5", className)}>
      {track}
      <span className="min-w-0">
        <span id={`${id}-label`} className="font-medium">
          {label}
        </span>
        {description && (
          <span id={`${id}-description`} className="block text-sm text-ink-2">
            {description}
          </span>
        )}
      </span>
    </label>
  );
}
