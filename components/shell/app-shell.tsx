"use client";

import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { IconButton } from "../ui/button";
import { dialogBackdrop } from "../ui/dialog";
import { useHydrated } from "../ui/hydrated";
import { CommandPalette, type CommandItem, type CommandSearch } from "./command-palette";
import { ShellContext } from "./shell-context";
import { Sidebar, type SidebarProps } from "./sidebar";

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
  const [navigationOpen, setNavigationOpen] = useState(false);
  const [paletteOpen, setPaletteOpen] = useState(false);
  const hydrated = useHydrated();
  const controls = useMemo(
    () => ({ openNavigation: () => setNavigationOpen(true), openPalette: () => setPaletteOpen(true) }),
    [],
  );
  const pages = useMemo(
    () =>
      sidebar.sections.flatMap((section) =>
        section.items.map((item): CommandItem => ({
          group: "Go to",
          label: item.label,
          href: item.href,
          keywords: section.title,
        })),
      ),
    [sidebar.sections],
  );
  return (
    <ShellContext value={controls}>
      <SkipLink />
      <div className="lg:grid lg:grid-cols-[14.5rem_minmax(0,1fr)]">
        <aside aria-label="Keyway" className="sticky top-0 h-dvh overflow-y-auto border-r border-line bg-sunken max-lg:hidden">
          <Sidebar {...sidebar} />
        </aside>
        <div className="min-w-0">{children}</div>
      </div>
      {hydrated && (
        <>
          <Dialog.Root open={navigationOpen} onOpenChange={setNavigationOpen}>
            <Dialog.Portal>
              <Dialog.Backdrop className={dialogBackdrop} />
              <Dialog.Popup className="fixed inset-y-0 left-0 z-40 w-72 max-w-[85vw] overflow-y-auto border-r border-line bg-sunken shadow-overlay transition-[translate,opacity] duration-150 outline-none data-ending-style:-translate-x-1 data-ending-style:opacity-0 data-starting-style:-translate-x-1 data-starting-style:opacity-0">
                <Dialog.Title className="sr-only">Navigation</Dialog.Title>
                <Sidebar
                  {...sidebar}
                  onNavigate={() => setNavigationOpen(false)}
                  close={
                    <Dialog.Close render={<IconButton label="Close the navigation" icon={<X aria-hidden />} tooltip={false} />} />
                  }
                />
              </Dialog.Popup>
            </Dialog.Portal>
          </Dialog.Root>
          <CommandPalette open={paletteOpen} onOpenChange={setPaletteOpen} items={[...pages, ...commands]} search={search} />
        </>
      )}
    </ShellContext>
  );
}
