import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contrast, parseHex, type Rgb } from "../ui/contrast";
import { partnerAccent, partnerAccentVariables } from "./partner-colour";

const SURFACE = { light: parseHex("#ffffff") as Rgb, dark: parseHex("#151a1b") as Rgb };
const rgb = (hex: string) => parseHex(hex) as Rgb;

describe("partnerAccent", () => {
  it("is readable whatever the colour", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (colour) => {
        const accent = partnerAccent(`#${colour.toString(16).padStart(6, "0")}`);
        for (const theme of ["light", "dark"] as const) {
          const tokens = accent?.[theme];
          if (!tokens) throw new Error("no accent");
          expect(contrast(rgb(tokens.accent), rgb(tokens.onAccent))).toBeGreaterThanOrEqual(4.5);
          expect(contrast(rgb(tokens.hover), rgb(tokens.onAccent))).toBeGreaterThanOrEqual(4.5);
          expect(contrast(rgb(tokens.accent), SURFACE[theme])).toBeGreaterThanOrEqual(3);
          expect(contrast(rgb(tokens.ink), rgb(tokens.soft))).toBeGreaterThanOrEqual(4.5);
          expect(contrast(rgb(tokens.ink), SURFACE[theme])).toBeGreaterThanOrEqual(4.5);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("leaves a colour alone that is readable already", () => {
    expect(partnerAccent("#253f7c")?.light.accent).toBe("#253f7c");
  });

  it("refuses what is no colour", () => {
    expect(partnerAccent("navy")).toBeNull();
    expect(partnerAccentVariables("url(x)")).toEqual({});
    expect(partnerAccentVariables(null)).toEqual({});
  });
});
