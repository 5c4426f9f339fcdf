import { describe, expect, it } from "vitest";
import { fieldsFromSample, titleOf } from "./sample-fields";

const paths = (sample: unknown, direction: "request" | "response") =>
  fieldsFromSample(sample, direction).map((f) => `${f.path} ${f.type}`);

describe("fields from a sample", () => {
  it("gives each value its place and type", () => {
    const sample = { id: 7, price: 1.5, is_open: true, createdAt: "2026-01-02T03:04:05Z", name: "A", owner: { email: "a@b.c" } };
    expect(paths(sample, "request")).toEqual([
      "id Integer",
      "price Decimal",
      "is_open Boolean",
      "createdAt DateTime",
      "name Text",
      "owner.email Text",
    ]);
  });

  it("writes lists as the direction has them", () => {
    expect(
      paths(
        {
          data: [
            { id: 1, tags: ["a"] },
            { id: 2, note: "x" },
          ],
        },
        "response",
      ),
    ).toEqual(["[data].id Integer", "[data].[tags] Text", "[data].note Text"]);
    expect(paths({ tags: ["a"], lines: [{ sku: "1" }] }, "request")).toEqual(["tags[] Text", "lines[].sku Text"]);
    expect(paths([{ id: 1 }], "response")).toEqual(["[].id Integer"]);
    expect(paths({ empty: [] }, "response")).toEqual(["[empty] Text"]);
  });

  it("takes the type of a value over that of a null", () => {
    expect(paths([{ n: null }, { n: 3 }], "response")).toEqual(["[].n Integer"]);
    expect(paths([{ n: 3 }, { n: null }], "response")).toEqual(["[].n Integer"]);
  });

  it("ends, however deep or large a sample is", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 10_000; i += 1) deep = { a: deep };
    expect(fieldsFromSample(deep, "response")).toEqual([]);
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`n${i}`, i]));
    expect(fieldsFromSample(wide, "response")).toHaveLength(1000);
  });

  it("makes words of wire names", () => {
    expect(["created_at", "createdAt", "vatID", "id", "HTTPStatus"].map(titleOf)).toEqual([
      "Created at",
      "Created at",
      "Vat ID",
      "Id",
      "HTTP status",
    ]);
  });
});
