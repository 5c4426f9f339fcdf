"use client";

import { Menu as Base } from "@base-ui/react/menu";
import clsx from "clsx";
import { Check } from "lucide-react";
import type { RefObject } from "react";
import { Link } from "./link";
import type { MenuItemProps, MenuLinkProps, MenuProps, MenuRadioGroupProps } from "./menu";

const item =
  "flex min-h-8 w-full cursor-default items-center gap-2.5 rounded-md px-2.5 py-1 text-left text-sm outline-none select-none data-disabled:text-ink-3 data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:shrink-0";

interface MenuRootProps extends MenuProps {
  triggerRef: RefObject<HTMLElement | null>;
  defaultOpen: boolean;
}

export function MenuRoot({
  trigger,
  triggerRef,
  defaultOpen,
  align = "end",
  side = "bottom",
  className,
  children,
}: MenuRootProps) {
  return (
    <Base.Root modal={false} defaultOpen={defaultOpen}>
      <Base.Trigger ref={triggerRef as RefObject<HTMLButtonElement | null>} render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} side={side} className="z-50 outline-none">
          <Base.Popup
            className={clsx(
              "float-in max-h-(--available-height) min-w-48 overflow-y-auto rounded-lg border border-line bg-surface p-1 shadow-overlay outline-none",
              className,
            )}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({ icon, danger = false, disabled, onClick, keepOpen = false, trailing, children }: MenuItemProps) {
  return (
    <Base.Item onClick={onClick} disabled={disabled} closeOnClick={!keepOpen} className={clsx(item, danger && "text-bad")}>
      {icon && <span className={danger ? "text-bad" : "text-ink-2"}>{icon}</span>}
      <span className="flex-1">{children}</span>
      {trailing}
    </Base.Item>
  );
}

export function MenuLink({ icon, href, children, ...rest }: MenuLinkProps) {
  return (
    <Base.LinkItem render={<Link {...rest} href={href} />} className={item} closeOnClick>
      {icon && <span className="text-ink-2">{icon}</span>}
      <span className="flex-1">{children}</span>
    </Base.LinkItem>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="-mx-1 my-1 h-px bg-line" />;
}

export function MenuRadioGroup<T extends string>({ label, value, onValueChange, options }: MenuRadioGroupProps<T>) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2.5 pt-1.5 pb-1 text-xs text-ink-3">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={(next) => onValueChange(next as T)}>
        {options.map((option) => (
          <Base.RadioItem key={option.value} value={option.value} className={item} closeOnClick>
            {option.icon && <span className="text-ink-2">{option.icon}</span>}
            <span className="flex-1">{option.label}</span>
            <Base.RadioItemIndicator className="text-accent-ink">
              <Check aria-hidden />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}
