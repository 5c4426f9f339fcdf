import { contrast, fromOklch, parseHex, toHex, toOklch, type Oklch, type Rgb } from "../ui/contrast";

/** The accent tokens of one theme, as hex colours. */
interface AccentTokens {
  accent: string;
  hover: string;
  onAccent: string;
  soft: string;
  ink: string;
}

const WHITE: Rgb = [1, 1, 1];
const INK: Rgb = [0.06, 0.07, 0.07];
/** The ratios of WCAG 1.4.3 and 1.4.11, with a little over for rounding to eight bits. */
const TEXT = 4.55;
const CONTROL = 3.05;
/** `--surface` of each theme in sRGB. */
const SURFACE: Record<"light" | "dark", Rgb> = { light: WHITE, dark: [0.083, 0.103, 0.105] };

/** Moves lightness step by step, up or down, until `enough`. */
function shift(start: Oklch, step: number, enough: (rgb: Rgb) => boolean): Oklch {
  let colour = start;
  while (!enough(fromOklch(colour)) && colour.l + step > 0 && colour.l + step < 1) colour = { ...colour, l: colour.l + step };
  return colour;
}

function tokens(brand: Oklch, theme: "light" | "dark"): AccentTokens {
  const surface = SURFACE[theme];
  const away = theme === "light" ? -0.01 : 0.01;
  // On a dark page a dark brand is lifted well off the ground, else its buttons look switched off.
  const start = theme === "dark" && brand.l < 0.6 ? { ...brand, l: 0.72 } : brand;
  // A control has to be told from the page: 3:1 (WCAG 1.4.11).
  let accent = shift(start, away, (rgb) => contrast(rgb, surface) >= CONTROL);
  let onAccent = [WHITE, INK].find((text) => contrast(fromOklch(accent), text) >= TEXT);
  if (!onAccent) {
    // Between the two: go on in the same direction, to where one of them is readable.
    onAccent = theme === "light" ? WHITE : INK;
    accent = shift(accent, away, (rgb) => contrast(rgb, onAccent as Rgb) >= TEXT);
  }
  const accentRgb = fromOklch(accent);
  // Hover moves away from the text on it, so that it never loses contrast.
  const hover = fromOklch({ ...accent, l: accent.l + (onAccent === WHITE ? -0.05 : 0.05) });
  const soft = fromOklch({
    ...brand,
    l: theme === "light" ? 0.955 : 0.29,
    c: Math.min(brand.c, theme === "light" ? 0.03 : 0.05),
  });
  const ink = shift(
    { ...brand, l: theme === "light" ? Math.min(brand.l, 0.45) : Math.max(brand.l, 0.78) },
    away,
    (rgb) => contrast(rgb, soft) >= TEXT && contrast(rgb, surface) >= TEXT,
  );
  return {
    accent: toHex(accentRgb),
    hover: toHex(hover),
    onAccent: toHex(onAccent),
    soft: toHex(soft),
    ink: toHex(fromOklch(ink)),
  };
}

/**
 * The accent of both themes from a partner's colour, readable whatever it is.
 * In: `#rgb` or `#rrggbb`. Out: null where it is neither; then the house's own accent stays.
 */
export function partnerAccent(hex: string): Record<"light" | "dark", AccentTokens> | null {
  const rgb = parseHex(hex);
  if (!rgb) return null;
  const brand = toOklch(rgb);
  return { light: tokens(brand, "light"), dark: tokens(brand, "dark") };
}

/** The same as CSS variables for both themes, to be set on an element. Empty where the colour is none. */
export function partnerAccentVariables(hex: string | null | undefined): Record<`--${string}`, string> {
  const accent = hex ? partnerAccent(hex) : null;
  if (!accent) return {};
  const both = (key: keyof AccentTokens) => `light-dark(${accent.light[key]}, ${accent.dark[key]})`;
  return {
    "--accent": both("accent"),
    "--accent-hover": both("hover"),
    "--on-accent": both("onAccent"),
    "--accent-soft": both("soft"),
    "--accent-ink": both("ink"),
    "--ring": `color-mix(in oklch, ${both("accent")} 45%, transparent)`,
  };
}
