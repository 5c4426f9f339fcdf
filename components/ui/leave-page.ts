"use client";

import { useEffect } from "react";

const LEAVE = "keyway:leave-page";

/** Asks whoever guards this page. In: where to. Out: false where somebody asks the person first and goes on by themselves. */
export const mayLeave = (href: string): boolean =>
  window.dispatchEvent(new CustomEvent(LEAVE, { cancelable: true, detail: href }));

/** Is asked as long as `isGuarded`, before what isn't a link leads elsewhere. */
export function useLeaveGuard(isGuarded: boolean, ask: (href: string) => void): void {
  useEffect(() => {
    if (!isGuarded) return;
    const onLeave = (event: Event) => {
      event.preventDefault();
      ask((event as CustomEvent<string>).detail);
    };
    window.addEventListener(LEAVE, onLeave);
    return () => window.removeEventListener(LEAVE, onLeave);
  }, [isGuarded, ask]);
}
