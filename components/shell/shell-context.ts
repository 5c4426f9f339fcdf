"use client";

import { createContext, useContext } from "react";

interface ShellControls {
  openNavigation: () => void;
  openPalette: () => void;
}

export const ShellContext = createContext<ShellControls | null>(null);

/** What the top bar can open; null outside an `AppShell`. */
export const useShell = (): ShellControls | null => useContext(ShellContext);
