import clsx from "clsx";

/** The icons there are as masks (`glyph.css`, part of every page's one stylesheet); what stands on a few pages only comes from lucide-react. */
export type GlyphName =
  | "dashboard"
  | "connections"
  | "accounts"
  | "cycles"
  | "library"
  | "custom"
  | "guides"
  | "scripts"
  | "people"
  | "api"
  | "branding"
  | "features"
  | "audit"
  | "partners"
  | "health"
  | "key"
  | "chevronsUpDown"
  | "menu"
  | "search"
  | "theme"
  | "chevronRight"
  | "plus"
  | "grid"
  | "rows"
  | "unplug"
  | "lock"
  | "circleX"
  | "searchX"
  | "cross"
  | "loader"
  | "monitor"
  | "sun"
  | "moon"
  | "logOut"
  | "person"
  | "circleCheck"
  | "info"
  | "shieldCheck"
  | "warning"
  | "circleAlert"
  | "arrowUp"
  | "arrowDown";

/** An icon beside words that say the same, 16 px unless its class says otherwise. */
export function Glyph({ name, className }: { name: GlyphName; className?: string }) {
  return <span aria-hidden className={clsx("glyph", `glyph-${name}`, className)} />;
}
