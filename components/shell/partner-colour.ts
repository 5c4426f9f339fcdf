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
/** `--surface` of each theme in sRGB. */
const SURFACE: Record<"light" | "dark", Rgb> = { light: WHITE, dark: [0.083, 0.103, 0.105] };

/** Moves lightness step by step, up or down, until `enough`. */
function shift(start: Oklch, step: number, enough: (rgb: Rgb) => boolean): Oklch {
  let colour = start;
  while (!enough(fromOklch(colour)) && colour.l > 0.02 && colour.l < 0.98) colour = { ...colour, l: colour.l + step };
  return colour;
}

function tokens(brand: Oklch, theme: "light" | "dark"): AccentTokens {
  const surface = SURFACE[theme];
  const away = theme === "light" ? -0.01 : 0.01;
  // A control has to be told from the page: 3:1 (WCAG 1.4.11).
  const accent = shift(brand, away, (rgb) => contrast(rgb, surface) >= 3);
  const accentRgb = fromOklch(accent);
  const onAccent = contrast(accentRgb, WHITE) >= 4.5 || contrast(accentRgb, WHITE) > contrast(accentRgb, INK) ? WHITE : INK;
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
    (rgb) => contrast(rgb, soft) >= 4.5 && contrast(rgb, surface) >= 4.5,
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
