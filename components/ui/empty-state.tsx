import clsx from "clsx";
import type { ReactNode } from "react";

export interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  /** One sentence: what will stand here, or how to find more. */
  children: ReactNode;
  /** One action. */
  action?: ReactNode;
  className?: string;
}

/** Teaches what belongs here. "No results" and "nothing yet" are different states: give each its own words and action. */
export function EmptyState({ icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={clsx("flex flex-col items-center gap-1 px-6 py-12 text-center", className)}>
      {icon && (
        <span
          aria-hidden
          className="mb-2 grid size-10 place-items-center rounded-lg border border-line bg-sunken text-ink-2 [&_svg]:size-5"
        >
          {icon}
        </span>
      )}
      <h2>{title}</h2>
      <p className="max-w-md text-sm text-ink-2">{children}</p>
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}
