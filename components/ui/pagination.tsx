import { ChevronLeft, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Button, ButtonLink } from "./button";

export interface PaginationProps {
  /** "1 to 50 of 813". */
  summary: ReactNode;
  previousHref?: string;
  nextHref?: string;
  /** Names the navigation: "Pages of connectors". */
  label: string;
}

/** Steps through a long list. An end that is reached keeps its place, greyed. */
export function Pagination({ summary, previousHref, nextHref, label }: PaginationProps) {
  const previous = { icon: <ChevronLeft aria-hidden />, children: "Previous", small: true } as const;
  const next = { trailing: <ChevronRight aria-hidden />, children: "Next", small: true } as const;
  return (
    <nav aria-label={label} className="flex items-center justify-between gap-3 py-3">
      <p className="text-xs text-ink-2 tabular-nums">{summary}</p>
      <div className="flex gap-2">
        {previousHref ? <ButtonLink href={previousHref} rel="prev" {...previous} /> : <Button disabled {...previous} />}
        {nextHref ? <ButtonLink href={nextHref} rel="next" {...next} /> : <Button disabled {...next} />}
      </div>
    </nav>
  );
}
