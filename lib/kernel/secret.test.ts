import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { expose } from "./expose";
import { lastFour, Secret, secret } from "./secret";

describe("S-13 S-14 a secret", () => {
  const plain = "canary-of-the-kernel-4711";
  const held = secret(plain);

  it.each([
    ["as text", String(held)],
    ["joined to a text", `${held as unknown as string}`],
    ["as JSON", JSON.stringify({ held, list: [held] })],
    ["inspected", inspect({ held }, { depth: 9, showHidden: true })],
    ["spread", JSON.stringify({ ...held })],
    ["by its entries", JSON.stringify([...Object.entries(held), ...Reflect.ownKeys(held)])],
    ["cloned", JSON.stringify(structuredClone({ ...held }))],
  ])("shows nothing %s", (_how, text) => expect(text).not.toContain("4711"));

  it("is read by those who may", () => expect(expose(held)).toBe(plain));

  it("that another bundle wrapped is one here too, and is opened", async () => {
    vi.resetModules();
    const other = await import("./secret");
    expect(other.Secret).not.toBe(Secret);
    const theirs = other.secret(plain);
    expect(theirs).toBeInstanceOf(Secret);
    expect(expose(theirs)).toBe(plain);
    expect({}).not.toBeInstanceOf(Secret);
  });

  it("is never compared or sorted by its value", () => {
    expect([secret("b"), secret("a")].sort().map(expose)).toEqual(["b", "a"]);
    expect(secret("a") == secret("a")).toBe(false);
  });
});

describe("S-13 what is shown of a secret", () => {
  it.each([
    ["twelve characters or more: the last four", "abcdefgh9f3a", "9f3a"],
    ["eleven: nothing", "abcdefg9f3a", null],
    ["none: nothing", "", null],
  ])("%s", (_what, value, shown) => expect(lastFour(value)).toBe(shown));
});
