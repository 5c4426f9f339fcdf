"use client";

import { Combobox as Base } from "@base-ui/react/combobox";
import clsx from "clsx";
import { Check, ChevronsUpDown, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useFieldControl } from "./field";
import { controlBox } from "./input";
import { Spinner } from "./spinner";

export interface ComboboxOption {
  value: string;
  label: string;
  /** Right of the label, quieter. */
  hint?: string;
  icon?: ReactNode;
}

export interface ComboboxGroup {
  group: string;
  items: readonly ComboboxOption[];
}

export interface ComboboxProps {
  /** A flat list or groups. With `onQueryChange` they are what the server found, and are not filtered again. */
  options: readonly ComboboxOption[] | readonly ComboboxGroup[];
  value: ComboboxOption | null;
  onValueChange: (option: ComboboxOption | null) => void;
  /** Called as the person types; makes the list an asynchronous one. */
  onQueryChange?: (query: string) => void;
  loading?: boolean;
  placeholder?: string;
  /** What stands in the list when nothing matches. */
  emptyText?: string;
  disabled?: boolean;
  small?: boolean;
  id?: string;
  name?: string;
  "aria-label"?: string;
  className?: string;
}

const isGroup = (entry: ComboboxOption | ComboboxGroup): entry is ComboboxGroup => "items" in entry;

function Row({ option }: { option: ComboboxOption }) {
  return (
    <Base.Item
      value={option}
      className="flex min-h-8 cursor-default items-center gap-2 rounded-md px-2.5 py-1 text-sm outline-none select-none data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:shrink-0"
    >
      {option.icon && <span className="text-ink-2">{option.icon}</span>}
      <span className="min-w-0 flex-1 truncate">{option.label}</span>
      {option.hint && <span className="max-w-1/2 truncate text-xs text-ink-3">{option.hint}</span>}
      <Base.ItemIndicator className="text-accent-ink">
        <Check aria-hidden />
      </Base.ItemIndicator>
    </Base.Item>
  );
}

/** Type-ahead over a list, in the browser or on the server. */
export function Combobox(props: ComboboxProps) {
  const {
    options,
    value,
    onValueChange,
    onQueryChange,
    loading = false,
    emptyText = "Nothing matches",
    disabled,
    small,
    name,
    className,
  } = props;
  const wiring = useFieldControl({ id: props.id, "aria-label": props["aria-label"] });
  const [query, setQuery] = useState("");
  const items = options as readonly ComboboxOption[];
  return (
    <Base.Root
      items={items}
      value={value}
      onValueChange={(next) => onValueChange(next as ComboboxOption | null)}
      onInputValueChange={(text) => {
        setQuery(text);
        onQueryChange?.(text);
      }}
      filter={onQueryChange ? null : undefined}
      isItemEqualToValue={(a: ComboboxOption, b: ComboboxOption) => a.value === b.value}
      itemToStringLabel={(option: ComboboxOption) => option.label}
      itemToStringValue={(option: ComboboxOption) => option.value}
      autoHighlight
      disabled={disabled}
      name={name}
    >
      <Base.InputGroup className={clsx(controlBox(small), className)}>
        {value?.icon && <span className="flex text-ink-2 [&_svg]:size-4">{value.icon}</span>}
        <Base.Input
          {...wiring}
          aria-label={props["aria-label"]}
          placeholder={props.placeholder}
          className="w-full min-w-0 flex-1 bg-transparent py-1 outline-none"
        />
        {value && (
          <Base.Clear aria-label="Clear" className="rounded-xs p-0.5 text-ink-3 hover:text-ink">
            <X aria-hidden className="size-4" />
          </Base.Clear>
        )}
        <Base.Trigger aria-label="Show the list" className="rounded-xs p-0.5 text-ink-3 hover:text-ink">
          <ChevronsUpDown aria-hidden className="size-4" />
        </Base.Trigger>
      </Base.InputGroup>
      <Base.Portal>
        <Base.Positioner sideOffset={4} className="z-50 outline-none">
          <Base.Popup className="float-in max-h-[min(22rem,var(--available-height))] w-(--anchor-width) min-w-56 overflow-y-auto overscroll-contain rounded-lg border border-line bg-surface p-1 shadow-overlay">
            <Base.Status className="text-xs text-ink-2 not-empty:px-2.5 not-empty:py-2">
              {loading && (
                <span className="flex items-center gap-2">
                  <Spinner size={14} /> Searching
                </span>
              )}
            </Base.Status>
            <Base.Empty className="text-sm text-ink-2 not-empty:px-2.5 not-empty:py-2">
              {!loading && (query ? emptyText : "Type to search")}
            </Base.Empty>
            <Base.List>
              {(entry: ComboboxOption | ComboboxGroup) =>
                isGroup(entry) ? (
                  <Base.Group key={entry.group} items={entry.items as ComboboxOption[]}>
                    <Base.GroupLabel className="px-2.5 pt-2 pb-1 text-xs text-ink-3">{entry.group}</Base.GroupLabel>
                    <Base.Collection>{(option: ComboboxOption) => <Row key={option.value} option={option} />}</Base.Collection>
                  </Base.Group>
                ) : (
                  <Row key={entry.value} option={entry} />
                )
              }
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
