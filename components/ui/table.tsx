import clsx from "clsx";
import { Glyph } from "./glyph";
import { Link } from "./link";
import type { ComponentProps, ReactNode } from "react";

/** A table in its own scrolling frame; `label` names both, and lets a keyboard scroll it. */
export function Table({ label, className, children, ...rest }: ComponentProps<"table"> & { label: string }) {
  return (
    <div
      role="region"
      aria-label={label}
      tabIndex={0}
      className="relative overflow-x-auto rounded-[inherit] focus-visible:-outline-offset-2"
    >
      <table {...rest} aria-label={label} className={clsx("w-full border-collapse text-sm", className)}>
        {children}
      </table>
    </div>
  );
}

export interface ThProps extends Omit<ComponentProps<"th">, "children"> {
  children?: ReactNode;
  /** Right-aligned with tabular figures. */
  numeric?: boolean;
  /** Makes the heading a link that sorts. */
  sort?: { href: string; direction: "ascending" | "descending" | "none" };
}

export function Th({ numeric = false, sort, className, children, ...rest }: ThProps) {
  const arrow = sort?.direction === "ascending" ? "arrowUp" : sort?.direction === "descending" ? "arrowDown" : "chevronsUpDown";
  return (
    <th
      scope="col"
      {...rest}
      aria-sort={sort ? sort.direction : undefined}
      className={clsx(
        "border-b border-line px-3 py-2 text-xs first:pl-4 last:pr-4 font-medium whitespace-nowrap text-ink-3",
        numeric ? "text-right" : "text-left",
        className,
      )}
    >
      {sort ? (
        <Link
          href={sort.href}
          scroll={false}
          className={clsx("inline-flex items-center gap-1 hover:text-ink", sort.direction !== "none" && "text-ink")}
        >
          {children}
          <Glyph name={arrow} className="size-3!" />
        </Link>
      ) : (
        children
      )}
    </th>
  );
}

/** The heading of the column that holds a row's controls: for screen readers only. */
export const ActionsTh = () => (
  <Th>
    <span className="sr-only">Actions</span>
  </Th>
);

/** A row. With a `RowLink` inside, the whole row is its target. */
export function Tr({ selected = false, className, ...rest }: ComponentProps<"tr"> & { selected?: boolean }) {
  return (
    <tr
      {...rest}
      data-selected={selected || undefined}
      className={clsx("group/row relative hover:bg-hover data-selected:bg-accent-soft [&:last-child>td]:border-b-0", className)}
    />
  );
}

export function Td({ numeric = false, className, ...rest }: ComponentProps<"td"> & { numeric?: boolean }) {
  return (
    <td
      {...rest}
      className={clsx(
        "h-10.5 border-b border-line px-3 py-1.5 first:pl-4 last:pr-4",
        numeric && "text-right tabular-nums",
        className,
      )}
    />
  );
}

/** The one link of a row; its target covers the row. Other controls of the row need `relative z-10`. */
export function RowLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return (
    <Link
      {...rest}
      className={clsx("font-medium after:absolute after:inset-0 hover:underline hover:underline-offset-3", className)}
    />
  );
}
