import { describe, expect, it } from "vitest";
import { connectorDefinitionSchema, type ConnectorDefinitionInput } from "@/lib/auth-methods/definition";
import type { Connector } from "./data";
import { keptLibrary, listLibrary, type SavedSetup } from "./listing";
import { LIBRARY_FIRST_PAGE, LIBRARY_FURTHER_PAGE, libraryQuerySchema } from "./schema";

const oauth2 = { grant: "AuthorisationCode", tokenEndpoint: "https://x.example/token" } as const;

let nextId = 1;
function connector(
  input: Partial<ConnectorDefinitionInput> & { name: string },
  kind: Connector["kind"] = "application",
): Connector {
  const slug = input.name.toLowerCase().replaceAll(" ", "-");
  const definition = connectorDefinitionSchema.parse({
    slug,
    authMethods: [{ id: "key", type: "ApiKey" }],
    categories: ["CRM"],
    ...input,
  });
  const release = { releaseId: 1, releaseNumber: "1", uid: slug, iconUrl: definition.icon === undefined ? null : "/icon" };
  return { id: nextId++, slug, kind, name: input.name, partnerId: null, ...release, definition };
}

const slack = connector({ name: "Slack", categories: ["Communication"], authMethods: [{ id: "oauth", type: "OAuth2", oauth2 }] });
const google = connector({
  name: "Google Sheets",
  aliases: ["gsuite", "g suite"],
  categories: ["Productivity"],
  authMethods: [{ id: "oauth", type: "OAuth2", oauth2 }],
});
const keyed = connector({ name: "Copper" });
const both = connector({
  name: "Pipedrive",
  authMethods: [
    { id: "key", type: "ApiKey" },
    { id: "oauth", type: "OAuth2", oauth2 },
  ],
});
const webhook = connector({ name: "Generic Webhook", categories: [], authMethods: [{ id: "none", type: "None" }] }, "utility");
const all = [keyed, webhook, google, both, slack];

const query = (text: string) => libraryQuerySchema.parse(Object.fromEntries(new URLSearchParams(text)));
const names = (text: string, saved = new Map<number, SavedSetup>()) =>
  listLibrary(all, saved, new Map(), query(text)).rows.map((r) => r.name);
const facets = (text: string, saved = new Map<number, SavedSetup>()) => listLibrary(all, saved, new Map(), query(text)).facets;

describe("search in the library", () => {
  it("finds by an alias", () => expect(names("q=gsuite")).toEqual(["Google Sheets"]));
  it("forgives a typo", () => expect(names("q=slak")).toEqual(["Slack"]));
  it("takes a letter left out for nearer than a letter mistaken", () => {
    const slab = connector({ name: "Slab" });
    expect(listLibrary([slab, slack], new Map(), new Map(), query("q=slak")).rows.map((r) => r.name)).toEqual(["Slack", "Slab"]);
  });
  it("finds nothing where nothing fits", () => expect(names("q=zzzzzz")).toEqual([]));
  it("puts the name that is typed first", () => {
    const near = connector({ name: "Slackbot Tools", description: "slack" });
    expect(listLibrary([near, slack], new Map(), new Map(), query("q=slack")).rows.map((r) => r.name)).toEqual([
      "Slack",
      "Slackbot Tools",
    ]);
  });
});

describe("filters of the library", () => {
  it("takes several values of one filter as any of them, and filters together as all", () => {
    expect(names("category=CRM,Productivity")).toEqual(["Copper", "Google Sheets", "Pipedrive"]);
    expect(names("category=CRM,Productivity&auth=OAuth2")).toEqual(["Google Sheets", "Pipedrive"]);
  });

  it("drops what it doesn't know", () => {
    expect(names("auth=Telepathy&page=none")).toHaveLength(all.length);
  });

  it("counts each filter as if only the others were set", () => {
    const counted = facets("category=CRM&auth=OAuth2");
    expect(counted?.category).toEqual({ CRM: 1, Productivity: 1, Communication: 1 });
    expect(counted?.auth).toEqual({ ApiKey: 2, OAuth2: 1 });
  });

  it("shows utilities under a category of their own", () => expect(names("category=Utilities")).toEqual(["Generic Webhook"]));
});

describe("setup states in the library", () => {
  const state = (has: SavedSetup["has"] | null) => {
    const saved = new Map(has ? [[slack.id, { savedAt: 1, has }]] : []);
    return listLibrary([slack], saved, new Map([[slack.id, 3]]), query("")).rows[0];
  };

  it("asks for a setup as long as nothing is saved", () => expect(state(null)?.state).toBe("SetupRequired"));

  it("says what customers will be asked for", () => {
    expect(state({ client_id: "abc" })).toMatchObject({
      state: "AsksCustomers",
      sentence: "Customers will be asked for Client Secret",
      accounts: 3,
    });
  });

  it("is set up with every value", () =>
    expect(state({ client_id: "abc", client_secret: true })).toMatchObject({
      state: "SetUp",
      sentence: "Customers only sign in",
    }));

  it("has nothing to set up where only customers have values", () => {
    expect(listLibrary([keyed], new Map(), new Map(), query("")).rows[0]).toMatchObject({
      state: "NothingToSetUp",
      types: ["ApiKey"],
    });
  });
});

describe("pages of the library", () => {
  const count = LIBRARY_FIRST_PAGE + LIBRARY_FURTHER_PAGE + 2;
  const many = Array.from({ length: count }, (_, i) => connector({ name: `Connector ${i}` }));
  const pageOf = (page: number) => listLibrary(many, new Map(), new Map(), query(`page=${page}`));

  it("says which page comes next, and gives facets with the first only", () => {
    const [first, second, third] = [pageOf(1), pageOf(2), pageOf(3)];
    expect([first.rows.length, first.total, first.next]).toEqual([LIBRARY_FIRST_PAGE, many.length, 2]);
    expect([second.rows.length, second.next, second.facets]).toEqual([LIBRARY_FURTHER_PAGE, 3, null]);
    expect([third.rows.length, third.next]).toEqual([2, null]);
    expect(new Set([first, second, third].flatMap((page) => page.rows.map((row) => row.slug))).size).toBe(count);
  });
});

describe("a library that is kept", () => {
  const read = (saved: Map<number, SavedSetup>, accounts: Map<number, number>, text = "") =>
    keptLibrary(all, saved, accounts, query(text));
  const first = read(new Map(), new Map());

  it("is the same as long as nothing changes", () => expect(read(new Map(), new Map())).toBe(first));

  it("follows a setup, an installation and a filter", () => {
    const row = (page: typeof first) => page.rows.find((r) => r.slug === "slack");
    const saved = read(new Map([[slack.id, { savedAt: 1, has: { client_id: "a", client_secret: true } }]]), new Map());
    expect([row(first)?.state, row(saved)?.state]).toEqual(["SetupRequired", "SetUp"]);
    expect(row(read(new Map(), new Map([[slack.id, 2]])))?.accounts).toBe(2);
    expect(read(new Map(), new Map(), "q=slack").total).toBe(1);
  });
});
