"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import clsx from "clsx";
import { X } from "lucide-react";
import { useRef, type ReactElement, type ReactNode } from "react";
import { IconButton } from "./button";

export interface DialogProps {
  open?: boolean;
  defaultOpen?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** The element that opens it and gets the focus back. */
  trigger?: ReactElement;
  title: ReactNode;
  description?: ReactNode;
  /** Left of the title: a `Logo`. */
  icon?: ReactNode;
  /** Right of the title, before the closing cross. */
  actions?: ReactNode;
  /** Buttons, the primary one last. */
  footer?: ReactNode;
  size?: "small" | "medium" | "large";
  /** Takes the padding off the body, for panes and tables. */
  flush?: boolean;
  children?: ReactNode;
}

const WIDTH = { small: "max-w-md", medium: "max-w-xl", large: "max-w-[67.5rem]" };

/** The classes of the sheet behind and around every dialog. */
export const dialogBackdrop =
  "fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0";
export const dialogPopup =
  "float-in relative m-auto flex max-h-[calc(100dvh-2rem)] w-full flex-col overflow-hidden rounded-xl border border-line bg-surface shadow-overlay outline-none";

/** A modal dialog: focus is kept inside and returns where it came from; Escape closes it. */
export function Dialog({
  open,
  defaultOpen,
  onOpenChange,
  trigger,
  title,
  description,
  icon,
  actions,
  footer,
  size = "medium",
  flush = false,
  children,
}: DialogProps) {
  const body = useRef<HTMLDivElement>(null);
  // A form starts in its first field, not on the cross that closes it.
  const initialFocus = () =>
    body.current?.querySelector<HTMLElement>("input:not([type=hidden]), textarea, [role=combobox]") ?? true;
  return (
    <Base.Root open={open} defaultOpen={defaultOpen} onOpenChange={(next) => onOpenChange?.(next)}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop className={dialogBackdrop} />
        <Base.Viewport className="fixed inset-0 z-40 flex overflow-y-auto p-4">
          <Base.Popup initialFocus={initialFocus} className={clsx(dialogPopup, WIDTH[size])}>
            <header className="flex items-center gap-3 border-b border-line py-3.5 pr-3.5 pl-5">
              {icon}
              <div className="min-w-0 flex-1">
                <Base.Title className="text-lg font-semibold tracking-tight">{title}</Base.Title>
                {description && <Base.Description className="text-sm text-ink-2">{description}</Base.Description>}
              </div>
              {actions}
              <Base.Close render={<IconButton label="Close" icon={<X aria-hidden />} tooltip={false} />} />
            </header>
            {children && (
              <div ref={body} className={clsx("min-h-0 flex-1 overflow-y-auto", !flush && "px-5 py-4.5")}>
                {children}
              </div>
            )}
            {footer && <DialogFooter>{footer}</DialogFooter>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** The strip of buttons below a dialog; inside a form that fills a `flush` one, where the buttons belong to it. */
export function DialogFooter({ children }: { children: ReactNode }) {
  return (
    <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line bg-sunken px-5 py-3">{children}</footer>
  );
}
