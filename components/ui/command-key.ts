"use client";

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** How the key of shortcuts is written: Ctrl, or the command key on a Mac; Ctrl on the server. */
export const useCommandKey = (): "⌘" | "Ctrl " =>
  useSyncExternalStore(
    never,
    () => (/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl "),
    () => "Ctrl ",
  );
