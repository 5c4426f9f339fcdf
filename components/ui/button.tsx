"use client";

import clsx from "clsx";
import { Link } from "./link";
import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { Spinner } from "./spinner";
import { Tooltip } from "./tooltip";

export type ButtonVariant = "primary" | "secondary" | "quiet" | "danger" | "quiet-danger";

interface ButtonLook {
  variant?: ButtonVariant;
  /** 28 px high instead of 34. */
  small?: boolean;
  /** A lucide icon before the words. */
  icon?: ReactNode;
  /** After the words: an icon or a `Kbd`. */
  trailing?: ReactNode;
  /** As wide as its container. */
  block?: boolean;
}

const VARIANTS: Record<ButtonVariant, string> = {
  primary: "border-transparent bg-accent text-on-accent hover:bg-accent-hover",
  secondary: "border-line-strong bg-surface text-ink hover:bg-hover",
  quiet: "border-transparent bg-transparent text-ink-2 hover:bg-hover hover:text-ink",
  danger: "border-transparent bg-bad text-on-bad hover:bg-bad/90",
  "quiet-danger": "border-transparent bg-transparent text-bad hover:bg-bad-soft",
};

/** Classes of a button, for elements that must look like one without being one (file labels, menu triggers). */
export function buttonClass({
  variant = "secondary",
  small = false,
  block = false,
  square = false,
}: ButtonLook & { square?: boolean } = {}): string {
  return clsx(
    "inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap transition-colors select-none",
    "disabled:opacity-55 aria-disabled:opacity-55 [&_svg]:shrink-0",
    small ? "min-h-7 gap-1.5 text-xs [&_svg]:size-3.5" : "min-h-8.5 gap-1.75 text-sm [&_svg]:size-4",
    square ? (small ? "w-7" : "w-8.5") : small ? "px-2.25" : "px-3",
    block && "w-full",
    VARIANTS[variant],
  );
}

export interface ButtonProps extends Omit<ComponentProps<"button">, "children">, ButtonLook {
  children: ReactNode;
  /** Under way: keeps its place and focus, shows a spinner, ignores presses. */
  pending?: boolean;
}

/** A button. `type` is `button` unless told otherwise; `pending` leaves it focusable so that focus is not lost. */
export function Button({
  variant,
  small,
  icon,
  trailing,
  block,
  pending = false,
  className,
  children,
  type = "button",
  onClick,
  ...rest
}: ButtonProps) {
  const guard = (event: MouseEvent<HTMLButtonElement>) => {
    if (pending || rest["aria-disabled"]) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      {...rest}
      type={type}
      onClick={guard}
      aria-busy={pending || undefined}
      aria-disabled={pending || rest["aria-disabled"] || undefined}
      className={clsx(buttonClass({ variant, small, block }), className)}
    >
      {pending ? <Spinner size={small ? 14 : 16} /> : icon}
      {children}
      {trailing}
    </button>
  );
}

export interface ButtonLinkProps extends Omit<ComponentProps<typeof Link>, "children">, ButtonLook {
  children: ReactNode;
}

/** A link that looks like a button. */
export function ButtonLink({ variant, small, icon, trailing, block, className, children, ...rest }: ButtonLinkProps) {
  return (
    <Link {...rest} className={clsx(buttonClass({ variant, small, block }), className)}>
      {icon}
      {children}
      {trailing}
    </Link>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children" | "aria-label"> {
  /** Said by screen readers and shown as a tooltip. */
  label: string;
  icon: ReactNode;
  variant?: ButtonVariant;
  small?: boolean;
  pending?: boolean;
  /** Set to false where a popup opens at once and would cover the tooltip. */
  tooltip?: boolean;
}

/** A square button with an icon only. */
export function IconButton({
  label,
  icon,
  variant = "quiet",
  small,
  pending = false,
  tooltip = true,
  className,
  type = "button",
  onClick,
  ...rest
}: IconButtonProps) {
  const button = (
    <button
      {...rest}
      type={type}
      aria-label={label}
      aria-busy={pending || undefined}
      aria-disabled={pending || undefined}
      onClick={(event) => (pending ? event.preventDefault() : onClick?.(event))}
      className={clsx(buttonClass({ variant, small, square: true }), className)}
    >
      {pending ? <Spinner size={small ? 14 : 16} /> : icon}
    </button>
  );
  return tooltip ? <Tooltip content={label}>{button}</Tooltip> : button;
}
