import { expect, it } from "vitest";
import { sampleJson } from "./test-sample";

it("makes outputs of earlier steps out of paths", () => {
  const json = sampleJson([
    { alias: "webhook", path: "access_token", text: "t" },
    { alias: "webhook", path: "contact.email", text: "a@b" },
    { alias: "list", path: "[items].id", text: "1" },
    { alias: "list", path: "[items].name", text: "N" },
  ]);
  expect(JSON.parse(json)).toEqual({
    webhook: { access_token: "t", contact: { email: "a@b" } },
    list: { items: [{ id: "1", name: "N" }] },
  });
});
