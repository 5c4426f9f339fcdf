"use client";

import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import clsx from "clsx";
import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { useFieldGroup } from "./field";

export interface SegmentedOption<T extends string> {
  value: T;
  label: string;
  icon?: ReactNode;
}

export interface SegmentedProps<T extends string> {
  options: readonly SegmentedOption<T>[];
  value?: T;
  defaultValue?: T;
  onValueChange?: (value: T) => void;
  /** Icons without words, for view switches; the words become the accessible names. */
  iconsOnly?: boolean;
  name?: string;
  disabled?: boolean;
  "aria-label"?: string;
  className?: string;
}

/** One of two to four choices that are worth seeing at once: a radio group drawn as joined buttons. */
export function Segmented<T extends string>({
  options,
  iconsOnly = false,
  className,
  onValueChange,
  ...rest
}: SegmentedProps<T>) {
  const group = useFieldGroup();
  return (
    <RadioGroup
      {...group}
      {...rest}
      aria-labelledby={rest["aria-label"] ? undefined : group["aria-labelledby"]}
      onValueChange={(value) => onValueChange?.(value as T)}
      className={clsx("flex w-fit max-w-full flex-wrap", className)}
    >
      {options.map((option, index) => (
        <Radio.Root
          key={option.value}
          value={option.value}
          aria-label={iconsOnly ? option.label : undefined}
          title={iconsOnly ? option.label : undefined}
          className={clsx(
            "group relative -ml-px inline-flex min-h-8.5 cursor-pointer items-center justify-center gap-1.75 border border-line-strong bg-surface text-sm font-medium",
            // By place: hidden inputs stand between the segments, so :first-child and :last-child miss.
            index === 0 && "ml-0! rounded-l-md",
            index === options.length - 1 && "rounded-r-md",
            iconsOnly ? "w-8.5" : "px-3",
            "hover:bg-hover focus-visible:z-20 data-checked:z-10 data-checked:border-accent data-checked:bg-accent-soft data-checked:text-accent-ink data-disabled:opacity-55 [&_svg]:size-4",
          )}
        >
          {iconsOnly ? option.icon : <Check aria-hidden className="hidden group-data-checked:block" />}
          {!iconsOnly && option.icon && <span className="group-data-checked:hidden">{option.icon}</span>}
          {!iconsOnly && option.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
