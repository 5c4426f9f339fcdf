"use client";

import { useEffect, useMemo, useState, type ReactNode } from "react";
import { isTyping } from "../ui/is-typing";
import { lazily } from "../ui/lazily";
import type { CommandItem, CommandSearch } from "./command-rank";
import { ShellContext } from "./shell-context";
import type { ShellOverlay } from "./shell-overlays";
import { Sidebar, type SidebarProps } from "./sidebar";

// Opened by a press or a key, so it comes when the page is idle, or with the first of these.
const overlays = lazily(() => import("./shell-overlays"));

/** Lands keyboard users in the content of the page. */
export function SkipLink() {
  return (
    <a
      href="#main"
      className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-60 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2 focus:shadow-overlay"
    >
      Skip to content
    </a>
  );
}

export interface AppShellProps extends Omit<SidebarProps, "onNavigate" | "close"> {
  /** What the command palette offers besides the pages of the navigation. */
  commands?: readonly CommandItem[];
  /** Asked as the person types. A function, so that the shell has to stand in a client component to have it. */
  search?: CommandSearch;
  /** Pages: each renders its own `Page`. */
  children: ReactNode;
}

/** The frame of the console and of the administration: sidebar at the left, a sheet below 1024 px, the command palette. */
export function AppShell({ commands = [], search, children, ...sidebar }: AppShellProps) {
  const [open, setOpen] = useState<ShellOverlay | null>(null);
  const loaded = overlays.use();
  const controls = useMemo(() => ({ openNavigation: () => setOpen("navigation"), openPalette: () => setOpen("palette") }), []);
  useEffect(() => {
    if (open) overlays.load();
  }, [open]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isCommand = event.metaKey || event.ctrlKey;
      if (isCommand && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOpen((now) => (now === "palette" ? null : "palette"));
      } else if (event.key === "?" && !isCommand && !isTyping(event.target)) {
        event.preventDefault();
        setOpen("shortcuts");
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <ShellContext value={controls}>
      <SkipLink />
      <div className="lg:grid lg:grid-cols-[14.5rem_minmax(0,1fr)]">
        <aside aria-label="Keyway" className="sticky top-0 h-dvh overflow-y-auto border-r border-line bg-sunken max-lg:hidden">
          <Sidebar {...sidebar} />
        </aside>
        <div className="min-w-0">{children}</div>
      </div>
      {loaded && (
        <loaded.ShellOverlays sidebar={sidebar} open={open} onOpenChange={setOpen} commands={commands} search={search} />
      )}
    </ShellContext>
  );
}
