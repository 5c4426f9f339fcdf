"use client";

import { useState, type ReactNode } from "react";
import { EarlyTrigger, type TriggerElement } from "./early-trigger";
import { lazily } from "./lazily";
import type { LinkProps } from "./link";

// Menus are opened by a press, so what they are made of comes when the page is idle, or with the first press.
const parts = lazily(() => import("./menu-popup"));

export interface MenuProps {
  /** The button that opens it. */
  trigger: TriggerElement;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom" | "right" | "left";
  className?: string;
  children: ReactNode;
}

/** A menu of actions. */
export function Menu({ trigger, ...rest }: MenuProps) {
  const loaded = parts.use();
  // A press that comes before it can be answered opens the menu as soon as that can be.
  const [early, setEarly] = useState(false);
  return (
    <EarlyTrigger
      trigger={trigger}
      whole={loaded && ((ref) => <loaded.MenuRoot {...rest} trigger={trigger} triggerRef={ref} defaultOpen={early} />)}
      onClick={() => {
        setEarly(true);
        parts.load();
      }}
    />
  );
}

export interface MenuItemProps {
  icon?: ReactNode;
  /** In red: something is destroyed. */
  danger?: boolean;
  disabled?: boolean;
  onClick?: () => void;
  /** Keeps the menu open after a press. */
  keepOpen?: boolean;
  trailing?: ReactNode;
  children: ReactNode;
}

export function MenuItem(props: MenuItemProps) {
  const loaded = parts.use();
  return loaded && <loaded.MenuItem {...props} />;
}

export interface MenuLinkProps extends LinkProps {
  icon?: ReactNode;
}

export function MenuLink(props: MenuLinkProps) {
  const loaded = parts.use();
  return loaded && <loaded.MenuLink {...props} />;
}

export function MenuSeparator() {
  const loaded = parts.use();
  return loaded && <loaded.MenuSeparator />;
}

export interface MenuRadioGroupProps<T extends string> {
  label: string;
  value: T;
  onValueChange: (value: T) => void;
  options: readonly { value: T; label: string; icon?: ReactNode }[];
}

/** One choice of several, inside a menu. */
export function MenuRadioGroup<T extends string>(props: MenuRadioGroupProps<T>) {
  const loaded = parts.use();
  return loaded && <loaded.MenuRadioGroup {...props} />;
}
