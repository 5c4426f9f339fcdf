"use client";

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/**
 * False on the server and while its markup is taken over, true from then on. What only answers to a press or a pointer needn't be
 * built for markup that nobody can press yet: that is most of the work of rendering a page.
 */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
