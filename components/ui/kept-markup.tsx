"use client";

import type { HTMLAttributes, ReactNode } from "react";

/** On the server alone; the browser's code doesn't hold it. */
const renderToString =
  typeof window === "undefined"
    ? // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would be the browser's too
      (require("react-dom/server") as typeof import("react-dom/server")).renderToString
    : null;

const MOST = 300;
const kept = new Map<string, string>();

function markupOf(key: string, draw: () => ReactNode, render: (node: ReactNode) => string): string {
  let markup = kept.get(key);
  if (markup === undefined) {
    const oldest = kept.size >= MOST ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(key, (markup = render(draw())));
  }
  return markup;
}

interface KeptMarkupProps extends Omit<HTMLAttributes<HTMLElement>, "children" | "dangerouslySetInnerHTML"> {
  as: "ul" | "div" | "nav";
  /** Says all that the content depends on, and which content it is. */
  by: string;
  /** The content: without context, since it isn't drawn where it stands. */
  draw: () => ReactNode;
}

/**
 * An element whose content the server draws once and keeps as markup for the next ones who ask for the same. The browser builds the same
 * content as it does everywhere, and takes that markup over.
 */
export function KeptMarkup({ as, by, draw, ...rest }: KeptMarkupProps) {
  const Tag = as as "div";
  if (!renderToString) return <Tag {...rest}>{draw()}</Tag>;
  return <Tag {...rest} dangerouslySetInnerHTML={{ __html: markupOf(by, draw, renderToString) }} />;
}
