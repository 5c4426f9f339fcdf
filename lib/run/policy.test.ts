import { expect, it } from "vitest";
import { methodSchema } from "@/lib/auth-methods/definition";
import { methodCall } from "./policy";

const method = methodSchema.parse({
  id: "order",
  name: "Order",
  httpMethod: "POST",
  endpoint: "/orders",
  requestFields: [
    { path: "items[].sku", title: "SKU" },
    { path: "items[].count", title: "Count", type: "Integer" },
    { path: "tags[]", title: "Tags" },
  ],
});

it("a list of values fills the entries of a list, each of the field's type", () => {
  const fields = { "items[].sku": ["a", "b"], "items[].count": ["1", 2], "tags[]": "new" };
  const called = methodCall(method, { parameters: {}, fields });
  expect(called).toMatchObject({
    ok: true,
    value: {
      body: {
        items: [
          { sku: "a", count: 1 },
          { sku: "b", count: 2 },
        ],
        tags: ["new"],
      },
    },
  });
  const wrong = methodCall(method, { parameters: {}, fields: { "items[].count": ["1", "many"] } });
  expect(wrong).toMatchObject({ ok: false, error: { fields: { "items[].count": "Count has to be a whole number." } } });
});
