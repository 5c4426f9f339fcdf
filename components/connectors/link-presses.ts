"use client";

import { useRouter } from "next/navigation";
import type { MouseEvent } from "react";

/**
 * Takes presses on plain links inside an element and goes there without a reload, as `next/link` does for one link at a time.
 * Presses for a new tab or window stay the browser's.
 */
export function useLinkPresses() {
  const router = useRouter();
  return (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || event.defaultPrevented || event.button !== 0 || link.origin !== location.origin) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || (link.target && link.target !== "_self")) return;
    event.preventDefault();
    router.push(link.pathname + link.search);
  };
}
