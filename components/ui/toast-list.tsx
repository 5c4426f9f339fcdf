"use client";

import { Toast } from "@base-ui/react/toast";
import clsx from "clsx";
import { CircleCheck, CircleX, Info, X } from "lucide-react";
import { useEffect } from "react";
import { showToastsOn, type ToastEntry } from "./toast";

const manager = Toast.createToastManager();

function show({ id, type, title, description, action, timeout }: ToastEntry): void {
  manager.add({
    id,
    type,
    title,
    description,
    priority: type === "bad" ? "high" : "low",
    timeout: timeout ?? (type === "bad" || action ? 10_000 : 5_000),
    actionProps: action && {
      children: action.label,
      onClick: () => {
        manager.close(id);
        action.onClick();
      },
    },
  });
}

const ICONS = { ok: CircleCheck, bad: CircleX, info: Info };
const COLOURS = { ok: "text-ok", bad: "text-bad", info: "text-accent-ink" };

function Entries() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((entry) => {
    const type = entry.type === "ok" || entry.type === "bad" ? entry.type : "info";
    const Icon = ICONS[type];
    return (
      <Toast.Root
        key={entry.id}
        toast={entry}
        // Hidden until focused is how an error would come: yet it holds what the Tab key reaches.
        aria-hidden={false}
        swipeDirection={["right", "down"]}
        className={clsx(
          "float-in w-full rounded-lg border border-line bg-surface shadow-overlay data-limited:hidden",
          "[translate:var(--toast-swipe-movement-x)_var(--toast-swipe-movement-y)]",
        )}
      >
        <Toast.Content className="flex items-start gap-2.5 py-2.5 pr-2 pl-3.5 text-sm">
          <Icon aria-hidden className={clsx("mt-0.5 size-4 shrink-0", COLOURS[type])} />
          <div className="min-w-0 flex-1 wrap-anywhere">
            <Toast.Title render={<p />} className="font-medium" />
            <Toast.Description render={<div />} className="text-ink-2" />
            <Toast.Action className="link mt-1 font-medium" />
          </div>
          <Toast.Close aria-label="Dismiss" className="rounded-sm p-1 text-ink-3 hover:bg-hover hover:text-ink">
            <X aria-hidden className="size-4" />
          </Toast.Close>
        </Toast.Content>
      </Toast.Root>
    );
  });
}

/** The toasts, and where they stand. */
export function ToastList() {
  // The manager tells only whom it knows: what waited is handed on when its list stands.
  useEffect(() => showToastsOn({ show, close: (id) => manager.close(id) }), []);
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-60 flex w-[calc(100vw-2rem)] max-w-90 flex-col-reverse gap-2">
          <Entries />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
