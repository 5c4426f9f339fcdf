"use client";

import clsx from "clsx";
import { Link } from "./link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";

export interface LinkTab {
  href: string;
  label: string;
  count?: number;
  /** Active only on this very path, not below it. */
  exact?: boolean;
}

/** Tabs that are pages: each has its own address, so they are links in a named navigation. */
export function LinkTabs({ label, tabs, className }: { label: string; tabs: readonly LinkTab[]; className?: string }) {
  const pathname = usePathname();
  const active = tabs
    .filter((tab) => pathname === tab.href || (!tab.exact && pathname.startsWith(`${tab.href}/`)))
    .sort((a, b) => b.href.length - a.href.length)[0];
  const row = useRef<HTMLElement>(null);
  // Where the row is wider than the screen, the tab one is on is in sight.
  useEffect(() => {
    const current = row.current?.querySelector<HTMLElement>("[aria-current]");
    if (row.current && current) row.current.scrollLeft = current.offsetLeft - (row.current.clientWidth - current.offsetWidth) / 2;
  }, [active?.href]);
  return (
    <nav
      ref={row}
      aria-label={label}
      className={clsx("relative mb-4.5 flex gap-4.5 overflow-x-auto border-b border-line", className)}
    >
      {tabs.map((tab) => {
        const current = tab === active;
        return (
          <Link
            key={tab.href}
            href={tab.href}
            aria-current={current ? "page" : undefined}
            className={clsx(
              "-mb-px border-b-2 py-2.25 whitespace-nowrap transition-colors focus-visible:-outline-offset-2",
              current
                ? "border-accent font-medium text-ink"
                : "border-transparent text-ink-2 hover:border-line-strong hover:text-ink",
            )}
          >
            {tab.label}
            {tab.count !== undefined && (
              <span className="ml-1 font-normal text-ink-3 tabular-nums">{tab.count.toLocaleString("en")}</span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}
