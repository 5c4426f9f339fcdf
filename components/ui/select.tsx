"use client";

import { Select as Base } from "@base-ui/react/select";
import clsx from "clsx";
import { Check, ChevronsUpDown } from "lucide-react";
import type { ReactNode, Ref } from "react";
import { useFieldControl } from "./field";

export interface SelectOption<T extends string = string> {
  value: T;
  label: string;
  /** A second line. */
  description?: string;
  icon?: ReactNode;
  disabled?: boolean;
}

export interface SelectProps<T extends string> {
  options: readonly SelectOption<T>[];
  value?: T | null;
  defaultValue?: T | null;
  onValueChange?: (value: T) => void;
  onBlur?: () => void;
  placeholder?: string;
  name?: string;
  id?: string;
  disabled?: boolean;
  small?: boolean;
  /** Needed where no `Field` gives a name. */
  "aria-label"?: string;
  className?: string;
  ref?: Ref<HTMLButtonElement>;
}

/** A choice of one from a short list. Longer lists, or lists from the server, want a `Combobox`. */
export function Select<T extends string>({ ref, ...props }: SelectProps<T>) {
  const {
    options,
    value,
    defaultValue,
    onValueChange,
    onBlur,
    placeholder = "Choose",
    name,
    id,
    disabled,
    small = false,
    className,
  } = props;
  const wiring = useFieldControl({ id, "aria-label": props["aria-label"] });
  return (
    <Base.Root
      items={options}
      value={value === undefined ? undefined : value}
      defaultValue={defaultValue}
      onValueChange={(next) => next !== null && onValueChange?.(next as T)}
      name={name}
      disabled={disabled}
      modal={false}
    >
      <Base.Trigger
        {...wiring}
        ref={ref}
        aria-label={props["aria-label"]}
        onBlur={onBlur}
        className={clsx(
          "flex w-full min-w-0 items-center gap-2 rounded-md border border-control bg-surface text-left text-ink select-none",
          small ? "min-h-7 px-2 text-xs" : "min-h-8.5 px-2.5 text-sm",
          "focus-visible:border-accent focus-visible:ring-3 focus-visible:ring-ring focus-visible:outline-transparent aria-invalid:border-bad data-disabled:bg-sunken data-disabled:text-ink-2",
          className,
        )}
      >
        <Base.Value className="min-w-0 flex-1 truncate data-placeholder:text-ink-3">
          {(current: T | null) => {
            const chosen = options.find((option) => option.value === current);
            if (!chosen) return placeholder;
            return (
              <span className="flex min-w-0 items-center gap-2 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-2">
                {chosen.icon}
                <span className="truncate">{chosen.label}</span>
              </span>
            );
          }}
        </Base.Value>
        <Base.Icon className="text-ink-3">
          <ChevronsUpDown aria-hidden className="size-4" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
          <Base.Popup className="float-in max-h-[min(22rem,var(--available-height))] min-w-(--anchor-width) max-w-(--available-width) overflow-y-auto rounded-lg border border-line bg-surface p-1 shadow-overlay outline-none">
            <Base.List>
              {options.map((option) => (
                <Base.Item
                  key={option.value}
                  value={option.value}
                  disabled={option.disabled}
                  className="flex min-h-8 cursor-default items-center gap-2 rounded-md py-1 pr-2 pl-2.5 text-sm outline-none select-none data-disabled:text-ink-3 data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:shrink-0"
                >
                  {option.icon && <span className="text-ink-2">{option.icon}</span>}
                  <span className="min-w-0 flex-1">
                    <Base.ItemText className="block truncate">{option.label}</Base.ItemText>
                    {option.description && <span className="block text-xs text-ink-2">{option.description}</span>}
                  </span>
                  <Base.ItemIndicator className="text-accent-ink">
                    <Check aria-hidden />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
