"use client";

import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useMemo } from "react";
import { IconButton } from "../ui/button";
import { dialogBackdrop } from "../ui/dialog";
import { CommandPalette, Shortcuts } from "./command-palette";
import type { CommandItem, CommandSearch } from "./command-rank";
import { Sidebar, type SidebarProps } from "./sidebar";

export type ShellOverlay = "navigation" | "palette" | "shortcuts";

export interface ShellOverlaysProps {
  sidebar: Omit<SidebarProps, "onNavigate" | "close">;
  /** Which of them is open. */
  open: ShellOverlay | null;
  onOpenChange: (open: ShellOverlay | null) => void;
  commands: readonly CommandItem[];
  search?: CommandSearch;
}

/** What lies over the pages of an `AppShell`: its navigation as a sheet, the command palette, the list of shortcuts. */
export function ShellOverlays({ sidebar, open, onOpenChange, commands, search }: ShellOverlaysProps) {
  const items = useMemo(
    () => [
      ...sidebar.sections.flatMap((section) =>
        section.items.map((item): CommandItem => ({
          group: "Go to",
          label: item.label,
          href: item.href,
          keywords: section.title,
        })),
      ),
      ...commands,
    ],
    [sidebar.sections, commands],
  );
  const control = (which: ShellOverlay) => ({
    open: open === which,
    onOpenChange: (next: boolean) => onOpenChange(next ? which : null),
  });
  return (
    <>
      <Dialog.Root {...control("navigation")}>
        <Dialog.Portal>
          <Dialog.Backdrop className={dialogBackdrop} />
          <Dialog.Popup className="fixed inset-y-0 left-0 z-40 w-72 max-w-[85vw] overflow-y-auto border-r border-line bg-sunken shadow-overlay transition-[translate,opacity] duration-150 outline-none data-ending-style:-translate-x-1 data-ending-style:opacity-0 data-starting-style:-translate-x-1 data-starting-style:opacity-0">
            <Dialog.Title className="sr-only">Navigation</Dialog.Title>
            <Sidebar
              {...sidebar}
              onNavigate={() => onOpenChange(null)}
              close={
                <Dialog.Close render={<IconButton label="Close the navigation" icon={<X aria-hidden />} tooltip={false} />} />
              }
            />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
      <CommandPalette {...control("palette")} items={items} search={search} />
      <Shortcuts {...control("shortcuts")} />
    </>
  );
}
