"use client";

import clsx from "clsx";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { Glyph } from "../ui/glyph";
import { KeptMarkup } from "../ui/kept-markup";
import { useLinkPresses } from "../ui/link";
import { Logo } from "../ui/logo";
import { Menu, MenuSeparator } from "../ui/menu";
import { activeHref, type NavigationSection } from "./navigation";
import { ThemeMenuGroup } from "./theme-switch";

export interface ShellUser {
  name: string;
  /** Under the name in the menu. */
  email?: string;
  /** "Owner". */
  role: string;
}

export interface SidebarProps {
  sections: readonly NavigationSection[];
  /** Where the brand leads. */
  homeHref: string;
  /** Right of the brand. */
  partnerName?: string;
  /** How many there are, by address of the item. */
  counts?: Readonly<Record<string, number>>;
  user: ShellUser;
  /** Menu items below the theme, sign-out among them. */
  userMenu?: ReactNode;
  onNavigate?: () => void;
  /** At the end of the first row: what closes the sheet. */
  close?: ReactNode;
}

/** The column at the left, and the inside of the sheet on narrow screens. */
export function Sidebar({ sections, homeHref, partnerName, counts = {}, user, userMenu, onNavigate, close }: SidebarProps) {
  const active = activeHref(sections, usePathname());
  const go = useLinkPresses(onNavigate);
  return (
    <div className="flex min-h-full flex-col gap-0.5 px-2.5 py-3.5">
      <div className="mb-2.5 flex items-center gap-1">
        <a
          href={homeHref}
          onClick={go}
          className="flex min-w-0 flex-1 items-center gap-2.25 rounded-md px-2 py-1 font-semibold tracking-tight"
        >
          <span aria-hidden className="grid size-5.5 shrink-0 place-items-center rounded-[6px] bg-accent text-on-accent">
            <Glyph name="key" className="size-3.25!" />
          </span>
          Keyway
          {partnerName && <span className="ml-auto truncate pl-2 text-xs font-normal text-ink-2">{partnerName}</span>}
        </a>
        {close}
      </div>
      <KeptMarkup
        as="nav"
        aria-label="Main"
        onClick={go}
        className="flex flex-col"
        by={`navigation ${JSON.stringify([sections, active, counts])}`}
        draw={() =>
          sections.map((section, index) => (
            <div
              key={section.title ?? index}
              role={section.title ? "group" : undefined}
              aria-label={section.title}
              className="flex flex-col gap-0.5"
            >
              {section.title && (
                <p aria-hidden className="px-2 pt-3.5 pb-1 text-xs text-ink-3">
                  {section.title}
                </p>
              )}
              {section.items.map((item) => {
                const current = item.href === active;
                const count = counts[item.href];
                return (
                  <a
                    key={item.href}
                    href={item.href}
                    aria-current={current ? "page" : undefined}
                    className={clsx(
                      "flex min-h-8 items-center gap-2.25 rounded-md px-2 py-1",
                      current
                        ? "bg-surface font-medium text-ink shadow-card ring-1 ring-line"
                        : "text-ink-2 hover:bg-hover hover:text-ink",
                    )}
                  >
                    <Glyph name={item.icon} />
                    <span className="min-w-0 flex-1">{item.label}</span>
                    {count !== undefined && (
                      <span className="text-xs font-normal text-ink-3 tabular-nums">{count.toLocaleString("en")}</span>
                    )}
                  </a>
                );
              })}
            </div>
          ))
        }
      />
      <div className="mt-auto pt-4">
        <Menu
          side="top"
          align="start"
          className="w-52"
          trigger={
            <button
              type="button"
              className="flex min-h-9 w-full items-center gap-2.25 rounded-md px-2 py-1 text-left text-ink-2 hover:bg-hover hover:text-ink"
            >
              <Logo name={user.name} size="small" initials />
              <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2">
                <span className="max-w-full flex-1 basis-auto truncate">{user.name}</span>
                <span className="text-xs text-ink-3">{user.role}</span>
              </span>
              <Glyph name="chevronsUpDown" className="size-3.5! text-ink-3" />
            </button>
          }
        >
          {user.email && <p className="truncate px-2.5 pt-1.5 text-xs text-ink-2">{user.email}</p>}
          <ThemeMenuGroup />
          {userMenu && (
            <>
              <MenuSeparator />
              {userMenu}
            </>
          )}
        </Menu>
      </div>
    </div>
  );
}
