import { describe, expect, it } from "vitest";
import { connectorDefinitionSchema, type ConnectorDefinitionInput } from "@/lib/auth-methods/definition";
import type { Connector } from "./data";
import { searchConnectors } from "./search";
import { indexTexts, slipsBetween, wordsIn } from "./search-index";

let nextId = 1;
function connector(name: string, more: Partial<ConnectorDefinitionInput> = {}): Connector {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z]+/g, "-")
    .replace(/-$/, "");
  const definition = connectorDefinitionSchema.parse({ slug, name, authMethods: [{ id: "key", type: "ApiKey" }], ...more });
  const release = { releaseId: 1, releaseNumber: "1", uid: slug, iconUrl: null };
  return { id: nextId++, slug, kind: "application", name, partnerId: null, ...release, definition };
}

const all = [
  connector("Google Ads", { categories: ["Marketing"] }),
  connector("Google Sheets", { aliases: ["gsuite", "spreadsheet"], categories: ["Productivity"] }),
  connector("HubSpot", { aliases: ["hub spot"], categories: ["CRM"], description: "Contacts and deals of a portal." }),
  connector("Pennylane", { categories: ["Accounting"], description: "Invoices of a company." }),
  connector("Pipedrive", { categories: ["CRM"], description: "Deals and people." }),
  connector("Qonto Société", { categories: ["Accounting"] }),
  connector("QuickBooks", { categories: ["Accounting"], description: "Invoices and customers." }),
  connector("Slack", { categories: ["Communication"] }),
];
const found = (query: string): string[] => searchConnectors(all, query).map(({ name }) => name);

describe("words that are typed", () => {
  it("all have to be there, in any order", () => {
    expect(found("google sheets")).toEqual(["Google Sheets"]);
    expect(found("sheets google")).toEqual(["Google Sheets"]);
    expect(found("google shee")).toEqual(["Google Sheets"]);
    expect(found("google slack")).toEqual([]);
    expect(found("google google")).toEqual(found("google"));
  });

  it.each([
    ["a letter left out", "pipedive", "Pipedrive"],
    ["a letter too many", "slaack", "Slack"],
    ["a letter mistaken", "pemnylane", "Pennylane"],
    ["two letters swapped", "hubspto", "HubSpot"],
    ["two slips in a long word", "qickboks", "QuickBooks"],
    ["no accent", "societe", "Qonto Société"],
    ["capitals", "PIPEDRIVE", "Pipedrive"],
    ["a slip in one of two words", "gogle sheets", "Google Sheets"],
    ["a slip in an alias", "spreadshet", "Google Sheets"],
  ])("forgive %s", (_, query, name) => expect(found(query)).toEqual([name]));

  it("that are short have to be right", () => {
    expect(found("crm")).toEqual(["HubSpot", "Pipedrive"]);
    expect(found("crn")).toEqual([]);
  });

  it("find an alias, a category, and what is written where little else is found", () => {
    expect(found("gsuite")).toEqual(["Google Sheets"]);
    expect(found("accounting")).toEqual(["Pennylane", "Qonto Société", "QuickBooks"]);
    expect(found("deals")).toEqual(["Pipedrive", "HubSpot"]);
    expect(found("accounting customers")).toEqual(["QuickBooks"]);
  });

  it("find a name before what is only written", () => {
    const written = connector("Reports", { description: "Copies slack messages." });
    expect(searchConnectors([written, ...all], "slack").map(({ name }) => name)).toEqual(["Slack", "Reports"]);
  });

  it("find nothing where nothing fits, or nothing is a word", () => {
    for (const query of ["zzzzzz", "---", " ", "!", "🙂"]) expect(found(query), query).toEqual([]);
  });

  it("find the same after any other search", () => {
    const before = ["google", "crm", "deals", "hubspto"].map(found);
    for (const query of ["accounting", "zzz google", "google zzz", "p"]) found(query);
    expect(["google", "crm", "deals", "hubspto"].map(found)).toEqual(before);
  });

  it("begin a word where they are one letter, and are all where they are none", () => {
    expect(found("g")).toEqual(["Google Ads", "Google Sheets"]);
    expect(found("")).toHaveLength(all.length);
  });
});

describe("the index", () => {
  it("counts slips, and stops at the limit", () => {
    expect(slipsBetween("slack", "slack", 1)).toBe(0);
    expect(slipsBetween("slack", "slak", 1)).toBe(1);
    expect(slipsBetween("hubspot", "hubspto", 1)).toBe(1);
    expect(slipsBetween("google", "gogel", 2)).toBe(2);
    expect(slipsBetween("google", "slack", 2)).toBe(3);
    expect(slipsBetween("a", "abcd", 2)).toBe(3);
  });

  it("takes marks between words for gaps", () => {
    expect(wordsIn("Cal.com (v2)  Ünal-Söhne\n&co")).toEqual(["cal", "com", "v2", "unal", "sohne", "co"]);
  });

  it("puts the text first in which a rare word stands more often or stands alone", () => {
    const find = indexTexts([{ texts: ["one two three", "two", "three two two two", "none"], boost: 1 }]);
    expect(find("two", 0)).toEqual([2, 1, 0]);
    expect(find("three two", 0)).toEqual([2, 0]);
  });

  it("reads a further field where the others give too few", () => {
    const find = indexTexts([
      { texts: ["name", "other"], boost: 5 },
      { texts: ["other", "name"], boost: 1, further: true },
    ]);
    expect(find("name", 0)).toEqual([0]);
    expect(find("name", 2)).toEqual([0, 1]);
  });

  it("has nothing to find without texts", () => {
    expect(indexTexts([{ texts: [], boost: 1 }])("word", 1)).toEqual([]);
  });
});
