import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holds } from "./condition";
import { inlineScriptOf } from "./inline-script";
import { listIn, valueAt, withLeaves, withReplaced } from "./paths";

describe("paths", () => {
  it("read members, entries and lists, split or not", () => {
    const output = {
      contact: { email: "a@b" },
      items: [{ x: 1 }, { x: 2 }],
      data: [{ id: 1 }, { id: 2 }],
      "a.b": 3,
      $headers: { "x-a": "1" },
    };
    expect(valueAt(output, "contact.email")).toBe("a@b");
    expect(valueAt(output, "items[1].x")).toBe(2);
    expect(valueAt(output, "[data].id")).toEqual([1, 2]);
    expect(valueAt({ data: { id: 7 } }, "[data].id")).toBe(7);
    expect(valueAt(output, "a.b")).toBe(3);
    expect(valueAt(output, "$headers.x-a")).toBe("1");
    expect(valueAt([1, 2], "[]")).toEqual([1, 2]);
    expect(valueAt(output, "constructor.name")).toBeUndefined();
    expect([listIn("[data].id"), listIn("a.[b].c"), listIn("items[0].x"), listIn("x")]).toEqual(["[data]", "a.[b]", null, null]);
  });

  it("what is replaced at a path is read there, and nothing else changes", () => {
    fc.assert(
      fc.property(
        fc.object({ maxDepth: 3 }),
        fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 }),
        (output, keys) => {
          const path = keys.join(".");
          const before = JSON.stringify(output);
          const changed = withReplaced(output, path, (value) => withLeaves(value, () => "*"));
          expect(JSON.stringify(output)).toBe(before);
          if (valueAt(output, path) === undefined) expect(changed).toEqual(output);
          else expect(valueAt(changed, path)).toEqual(withLeaves(valueAt(output, path), () => "*"));
        },
      ),
    );
  });
});

describe("an inline script", () => {
  it("takes merge fields as values in code and in texts", () => {
    const run = (text: string, values: unknown[]) => {
      const { source, fields } = inlineScriptOf(text);
      return runInNewContext(source, Object.fromEntries(fields.map((f, i) => [f.variable, values[i]]))) as unknown;
    };
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(run("{{trigger.a}}.length", [value])).toBe(value.length);
        expect(run('"x {{trigger.a}} y"', [value])).toBe(`x ${value} y`);
        expect(run("`x {{trigger.a}} y`", [value])).toBe(`x ${value} y`);
        expect(run("'it\\'s ' + '{{trigger.a}}'", [value])).toBe(`it's ${value}`);
      }),
    );
  });
});

describe("a condition", () => {
  it("compares numbers and dates as such, everything else as text", () => {
    expect(holds("GreaterThan", "10", 9)).toBe(true);
    expect(holds("LessThan", "2024-02-01", "2024-10-01T00:00:00Z")).toBe(true);
    expect(holds("LessThan", "b", "a")).toBe(false);
    expect(holds("Equal", "1.0", 1)).toBe(true);
    expect(holds("Equal", "", null)).toBe(true);
    expect(holds("Equal", "", 0)).toBe(false);
    expect(holds("Contains", ["a", "b"], "b")).toBe(true);
    expect(holds("Contains", "abc", "bc")).toBe(true);
    expect(holds("IsEmpty", [], null)).toBe(true);
  });

  it("is the opposite of its opposite", () => {
    const operand = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(operand, operand, (a, b) => {
        expect(holds("Equal", a, b)).toBe(!holds("NotEqual", a, b));
        expect(holds("Contains", a, b)).toBe(!holds("NotContains", a, b));
        expect(holds("GreaterThan", a, b)).toBe(!holds("LessThanOrEqual", a, b));
        expect(holds("Equal", a, a)).toBe(true);
      }),
    );
  });
});
