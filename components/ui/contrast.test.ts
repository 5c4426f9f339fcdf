import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contrast, fromOklch, parseHex, toHex, toOklch, type Rgb } from "./contrast";

const rgb = (hex: string) => parseHex(hex) as Rgb;

describe("contrast", () => {
  // Reference values of WCAG's own examples.
  it.each([
    ["#000000", "#ffffff", 21],
    ["#777777", "#ffffff", 4.48],
    ["#ff0000", "#ffffff", 4.0],
    ["#ffffff", "#ffffff", 1],
  ])("of %s and %s is %d", (a, b, expected) => {
    expect(contrast(rgb(a), rgb(b))).toBeCloseTo(expected, 2);
    expect(contrast(rgb(b), rgb(a))).toBeCloseTo(expected, 2);
  });
});

it("reads short and long hex, and nothing else", () => {
  expect(parseHex("#fff")).toEqual([1, 1, 1]);
  expect(toHex(rgb("25f"))).toBe("#2255ff");
  for (const wrong of ["", "#ffff", "red", "#gggggg", "rgb(0,0,0)"]) expect(parseHex(wrong)).toBeNull();
});

describe("OKLCH", () => {
  it("agrees with the published values of red", () => {
    const { l, c, h } = toOklch(rgb("#ff0000"));
    expect(l).toBeCloseTo(0.628, 3);
    expect(c).toBeCloseTo(0.2577, 3);
    expect(h).toBeCloseTo(29.23, 1);
  });

  it("comes back as the same colour", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (colour) => {
        const hex = `#${colour.toString(16).padStart(6, "0")}`;
        const back = fromOklch(toOklch(rgb(hex)));
        rgb(hex).forEach((channel, index) => expect(back[index]).toBeCloseTo(channel, 1));
      }),
    );
  });

  it("lowers chroma and not lightness where a colour does not exist in sRGB", () => {
    expect(toOklch(fromOklch({ l: 0.6, c: 0.4, h: 145 })).l).toBeCloseTo(0.6, 2);
  });
});
