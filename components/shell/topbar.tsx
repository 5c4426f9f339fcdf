"use client";

import { Fragment, type ReactNode } from "react";
import { IconButton } from "../ui/button";
import { useCommandKey } from "../ui/command-key";
import { Glyph } from "../ui/glyph";
import { Kbd } from "../ui/kbd";
import { Link } from "../ui/link";
import { useShell } from "./shell-context";
import { ThemeSwitch } from "./theme-switch";

export interface Crumb {
  label: string;
  /** Absent for the page itself. */
  href?: string;
}

/** Where one is, and the ways to elsewhere. */
export function Topbar({ crumbs, actions }: { crumbs: readonly Crumb[]; actions?: ReactNode }) {
  const shell = useShell();
  const commandKey = useCommandKey();
  return (
    <header className="flex min-h-13 items-center gap-2.5 border-b border-line bg-bg px-4 sm:px-6">
      {shell && (
        <IconButton
          label="Open the navigation"
          icon={<Glyph name="menu" />}
          onClick={shell.openNavigation}
          tooltip={false}
          className="-ml-2 lg:hidden"
        />
      )}
      <nav aria-label="Breadcrumbs" className="min-w-0 flex-1">
        <ol className="flex min-w-0 items-center gap-2 text-ink-2">
          {crumbs.map((crumb, index) => {
            const last = index === crumbs.length - 1;
            return (
              <Fragment key={`${crumb.label}-${index}`}>
                {index > 0 && (
                  <li aria-hidden className="max-sm:hidden">
                    <Glyph name="chevronRight" />
                  </li>
                )}
                <li
                  title={last ? crumb.label : undefined}
                  className={last ? "min-w-0 truncate font-medium text-ink" : "max-w-48 truncate max-sm:hidden"}
                >
                  {crumb.href && !last ? (
                    <Link href={crumb.href} className="rounded-xs hover:text-ink">
                      {crumb.label}
                    </Link>
                  ) : (
                    <span aria-current={last ? "page" : undefined}>{crumb.label}</span>
                  )}
                </li>
              </Fragment>
            );
          })}
        </ol>
      </nav>
      {actions}
      {shell && (
        <>
          <button
            type="button"
            onClick={shell.openPalette}
            className="flex min-h-8 w-57.5 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-ink-3 hover:bg-hover max-md:hidden"
          >
            <Glyph name="search" />
            <span className="flex-1 text-left">Go to…</span>
            <Kbd>{commandKey}K</Kbd>
          </button>
          <IconButton label="Go to" icon={<Glyph name="search" />} onClick={shell.openPalette} className="md:hidden" />
        </>
      )}
      <ThemeSwitch />
    </header>
  );
}
