"use client";

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** False on the server and while its markup is taken over, true from then on: what is kept in the browser is read after that. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
