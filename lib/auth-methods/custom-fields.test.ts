import { expect, it } from "vitest";
import { withCustomFields, type CustomFieldPlace } from "./custom-fields";
import { connectorDefinitionSchema } from "./definition";
import { methodGuid } from "./identifiers";

const definition = connectorDefinitionSchema.parse({
  slug: "crm",
  name: "CRM",
  baseUrl: "https://crm.example.com",
  authMethods: [{ id: "none", type: "None" }],
  methods: [
    { id: "add", name: "Add", httpMethod: "POST", endpoint: "/a", requestFields: [{ path: "name", title: "Name" }] },
    { id: "read", name: "Read", httpMethod: "GET", endpoint: "/a" },
  ],
});
const [add, read] = definition.methods;
const place = (more: Partial<CustomFieldPlace>): CustomFieldPlace => ({
  connectorField: "extra",
  displayName: null,
  description: null,
  dataType: null,
  methodUniqueIdentifier: methodGuid("crm", add!),
  forRequestFormat: true,
  ...more,
});

it("adds a field to the method it names and to no other, as text where its type is unknown", () => {
  const whole = withCustomFields(definition, [
    place({ dataType: "integer" }),
    place({ connectorField: "more", dataType: "Colour" }),
  ]);
  expect(whole.methods[0]?.requestFields.slice(1)).toEqual([
    { path: "extra", title: "extra", optional: true, type: "Integer" },
    { path: "more", title: "more", optional: true, type: "Text" },
  ]);
  expect(whole.methods[1]).toBe(read);
});

it("leaves what the method has by itself, fields without a place or a method, and what a GET can't carry", () => {
  const nothing = [
    place({ connectorField: "name" }),
    place({ connectorField: null }),
    place({ connectorField: " " }),
    place({ methodUniqueIdentifier: null }),
    place({ methodUniqueIdentifier: methodGuid("crm", read!) }),
  ];
  expect(withCustomFields(definition, nothing).methods).toEqual(definition.methods);
  expect(withCustomFields(definition, [])).toBe(definition);
});

it("is the same object for the same fields, and another once they change", () => {
  const one = withCustomFields(definition, [place({})]);
  expect(withCustomFields(definition, [place({})])).toBe(one);
  expect(withCustomFields(definition, [place({ displayName: "Extra" })])).not.toBe(one);
});
