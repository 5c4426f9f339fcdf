"use client";

import { useRouter } from "next/navigation";
import type { ComponentProps, MouseEvent } from "react";

export interface LinkProps extends ComponentProps<"a"> {
  href: string;
  /** In place of the present entry of the browser's history. */
  replace?: boolean;
  /** Set to false where the page stays where it is scrolled to. */
  scroll?: boolean;
}

/** Whether a press on a link is the page's to answer: in its own tab, and not for a download or another site. */
function isOwnPress(event: MouseEvent, link: HTMLAnchorElement): boolean {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return false;
  return link.origin === location.origin && (!link.target || link.target === "_self") && !link.hasAttribute("download");
}

const addressOf = (link: HTMLAnchorElement): string => link.pathname + link.search + link.hash;

/**
 * A link within Keyway: a press goes there without loading the page anew. Unlike next/link nothing is asked of the server before
 * the press: its pages are made for each request, so there is nothing that could be fetched ahead.
 */
export function Link({ replace = false, scroll, onClick, ...rest }: LinkProps) {
  const router = useRouter();
  return (
    <a
      {...rest}
      onClick={(event) => {
        onClick?.(event);
        const link = event.currentTarget;
        if (!isOwnPress(event, link)) return;
        event.preventDefault();
        router[replace ? "replace" : "push"](addressOf(link), { scroll });
      }}
    />
  );
}

/** The same for plain links inside an element, of which there may be hundreds. In: what is done besides. Out: its `onClick`. */
export function useLinkPresses(onPress?: () => void) {
  const router = useRouter();
  return (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || !isOwnPress(event, link)) return;
    event.preventDefault();
    onPress?.();
    router.push(addressOf(link));
  };
}
