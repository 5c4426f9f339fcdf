import { expect, it } from "vitest";
import { rankCommands } from "./command-rank";
import { activeHref, CONSOLE_NAVIGATION } from "./navigation";

const items = ["Zoho CRM", "Salesforce", "Sandbox for Salesforce", "Google Workspace"].map((label) => ({
  group: "Connectors",
  label,
  keywords: label.startsWith("Google") ? "gsuite" : undefined,
}));
const found = (typed: string) => rankCommands(items, typed).map((item) => item.label);

it("puts the start of a name before words inside it, and those before keywords", () => {
  expect(found("sales")).toEqual(["Salesforce", "Sandbox for Salesforce"]);
  expect(found("gsuite")).toEqual(["Google Workspace"]);
  expect(found("slsf")).toEqual(["Salesforce", "Sandbox for Salesforce"]);
  expect(found("xyz")).toEqual([]);
  expect(found("  ")).toHaveLength(4);
});

it("marks the item that a path lies below, the longest one", () => {
  expect(activeHref(CONSOLE_NAVIGATION, "/connectors/salesforce/settings")).toBe("/connectors");
  expect(activeHref(CONSOLE_NAVIGATION, "/connectors/guides")).toBe("/connectors/guides");
  expect(activeHref(CONSOLE_NAVIGATION, "/connectorsx")).toBeUndefined();
});
