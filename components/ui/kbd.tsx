import clsx from "clsx";
import type { ReactNode } from "react";

/** A key to press. `onAccent` is for use inside a primary button. */
export function Kbd({ children, onAccent = false, className }: { children: ReactNode; onAccent?: boolean; className?: string }) {
  return (
    <kbd
      className={clsx(
        "inline-flex items-center rounded-xs border px-1.25 py-0.75 text-[0.6875rem] leading-none font-medium whitespace-nowrap",
        onAccent ? "border-on-accent/40 text-on-accent" : "border-line-strong bg-surface text-ink-3",
        className,
      )}
    >
      {children}
    </kbd>
  );
}
