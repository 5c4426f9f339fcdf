import clsx from "clsx";
import type { ComponentProps, ReactNode } from "react";

/** A surface with a line around it. */
export function Card({ className, sunken = false, ...rest }: ComponentProps<"div"> & { sunken?: boolean }) {
  return (
    <div
      {...rest}
      className={clsx("min-w-0 rounded-lg border border-line", sunken ? "bg-sunken" : "bg-surface shadow-card", className)}
    />
  );
}

export function CardHeader({
  title,
  description,
  actions,
  className,
}: {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  className?: string;
}) {
  return (
    <div className={clsx("flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-3", className)}>
      <div className="min-w-0 flex-1">
        <h2>{title}</h2>
        {description && <p className="text-sm text-ink-2">{description}</p>}
      </div>
      {actions}
    </div>
  );
}

export function CardBody({ className, ...rest }: ComponentProps<"div">) {
  return <div {...rest} className={clsx("p-4", className)} />;
}

/** The sunken bar at the foot of a form or a wizard step. */
export function CardFooter({ className, ...rest }: ComponentProps<"div">) {
  return (
    <div
      {...rest}
      className={clsx(
        "flex flex-wrap items-center justify-end gap-2 rounded-b-lg border-t border-line bg-sunken px-5 py-3",
        className,
      )}
    />
  );
}
