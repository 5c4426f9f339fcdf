import fc from "fast-check";
import { expect, it } from "vitest";
import { formPairs, withAuthFields, withValueAt } from "./request-body";

it.each([
  ["name", "x", { name: "x" }],
  ["address.city", "x", { address: { city: "x" } }],
  ["tags[]", "x", { tags: ["x"] }],
  ["tags[]", ["x", "y"], { tags: ["x", "y"] }],
  ["[tags]", ["x"], { tags: ["x"] }],
  ["items[].name", "x", { items: [{ name: "x" }] }],
  ["items[].name", ["x", "y"], { items: [{ name: "x" }, { name: "y" }] }],
  ["order.items[].tags[]", [["a", "b"], "c"], { order: { items: [{ tags: ["a", "b"] }, { tags: ["c"] }] } }],
  ["items[1].name", "x", { items: [null, { name: "x" }] }],
  ["[].id", [1, 2], [{ id: 1 }, { id: 2 }]],
  ["[]", [1, 2], [1, 2]],
  ["a.__proto__.b", "x", { a: { b: "x" } }],
] as const)("%s is a place in a body", (path, value, body) => {
  expect(withValueAt(undefined, path, value)).toEqual(body);
});

it("fields of one list come together, entry by entry, and the input stays as it was", () => {
  const first = withValueAt({ note: "n" }, "items[].sku", ["a", "b"]);
  const kept = structuredClone(first);
  const both = withValueAt(first, "items[].count", [1, 2]);
  expect(both).toEqual({
    note: "n",
    items: [
      { sku: "a", count: 1 },
      { sku: "b", count: 2 },
    ],
  });
  expect(first).toEqual(kept);
  expect(formPairs({ tags: ["a", "b"] })).toEqual([
    ["tags[]", "a"],
    ["tags[]", "b"],
  ]);
});

it("authentication fields may stand in a list", () => {
  const fields = [{ name: "Key", key: "auth[].key", type: "Password" as const }];
  const filled = withAuthFields({ a: 1 }, fields, { Key: "s3cret" });
  expect(filled).toEqual({ body: { a: 1, auth: [{ key: "s3cret" }] }, secrets: ["s3cret"] });
});

it("no path reaches a prototype, and none throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "[", "]", ".", "0", "__proto__", "constructor") }), (path) => {
      withValueAt({}, path, "x");
      expect(({} as Record<string, unknown>).a).toBeUndefined();
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
  );
});
