"use client";

import clsx from "clsx";
import { useState } from "react";

const SIZES = {
  small: "size-6 rounded-[6px] text-[0.6875rem]",
  medium: "size-9 rounded-[9px] text-[0.9375rem]",
  large: "size-12 rounded-lg text-[1.1875rem]",
};

/** The same hue for the same slug, on every page and machine (FNV-1a). */
function hue(slug: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < slug.length; i += 1) hash = Math.imul(hash ^ slug.charCodeAt(i), 0x01000193) >>> 0;
  return hash % 360;
}

/** The colour behind a monogram: white on it has a contrast of 4.5:1 or more at every hue. */
export const monogramColour = (slug: string): string => `oklch(0.5 0.105 ${hue(slug)})`;

/** First letter of a name; first letters of two words where `initials`. */
function monogram(name: string, initials: boolean): string {
  const words = name.trim().split(/\s+/);
  const letters = initials && words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => (word ? String.fromCodePoint(word.codePointAt(0) ?? 63).toUpperCase() : "")).join("") || "?";
}

export interface LogoProps {
  name: string;
  /** What the colour derives from; the name where absent. */
  slug?: string;
  src?: string | null;
  size?: keyof typeof SIZES;
  /** Two letters, for people. */
  initials?: boolean;
  /** On the accent instead of a derived colour: the partner's own mark in the portal. */
  accent?: boolean;
  className?: string;
}

/** A picture of a connector, partner or person; a monogram where there is none. Its name always stands beside it. */
export function Logo({ name, slug, src, size = "medium", initials = false, accent = false, className }: LogoProps) {
  const [broken, setBroken] = useState(false);
  if (src && !broken) {
    return (
      // eslint-disable-next-line @next/next/no-img-element -- icons come from any host the definition names
      <img
        src={src}
        alt=""
        onError={() => setBroken(true)}
        className={clsx("shrink-0 border border-line bg-surface object-contain", SIZES[size], className)}
      />
    );
  }
  return (
    <span
      aria-hidden
      style={accent ? undefined : { backgroundColor: monogramColour(slug ?? name) }}
      className={clsx(
        "grid shrink-0 place-items-center leading-none font-semibold select-none",
        accent ? "bg-accent text-on-accent" : "text-[#fff]",
        SIZES[size],
        className,
      )}
    >
      {monogram(name, initials)}
    </span>
  );
}
