import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  connectorDefinitionSchema,
  type ConnectorDefinition,
  type ConnectorDefinitionInput,
} from "@/lib/auth-methods/definition";
import { lintDefinition } from "@/lib/catalog/lint";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { closeScripts } from "@/lib/scripts/pool";
import { callMethod } from "./call";
import { runTrigger } from "./trigger";

const KEY = "sk_sandbox_acme_4f9a1c2e";
type ParameterInput = NonNullable<ConnectorDefinitionInput["parameters"]>[number];

let world: TestWorld;
let count = 0;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(async () => {
  await closeScripts();
  await world.close();
});
beforeEach(() => world.sandbox.control.reset());

const fixed = (name: string, value: string, targetType: ParameterInput["targetType"] = "QueryString"): ParameterInput => ({
  name,
  title: name.toUpperCase(),
  source: "system",
  hidden: true,
  fixed: value,
  targetType,
});
const BY_NUMBER = [fixed("page", "CYCLR_PAGE_NUMBER"), fixed("pageSize", "CYCLR_PAGE_SIZE")];

/** The sandbox's CRM with paging: its list method without parameters of its own for it. */
async function paged(more: Partial<ConnectorDefinition> | { parameters: ParameterInput[] } = {}, list: object = {}) {
  const { definition } = await world.connector("sandbox-crm-api-key");
  const slug = `paged-${(count += 1)}`;
  const made = connectorDefinitionSchema.parse({
    ...definition,
    parameters: BY_NUMBER,
    paging: { pageSize: 10 },
    ...more,
    slug,
    methods: definition.methods.map((m) =>
      m.id === "list-contacts" ? { ...m, parameters: m.parameters.filter((p) => p.name === "search"), ...list } : m,
    ),
  });
  expect(lintDefinition(made).filter((p) => /page|paging/i.test(p.message))).toEqual([]);
  await world.define(made);
  return world.install(world.northwind, slug, { name: `Paged ${count}`, credential: { apiKey: KEY } });
}

async function contactsOf(id: number, parameters: Record<string, string> = {}) {
  const called = await callMethod(world.northwind.account, id, { methodId: "list-contacts", parameters, fields: {} });
  if (!called.ok) throw new Error(called.error.message);
  return JSON.parse(called.value.response.body) as {
    contacts: { id: string; company: string | null }[];
    total: number;
    seen?: unknown;
  };
}

const asked = () =>
  world.sandbox.control.log({ route: "api" }).map((r) => {
    const query = new URLSearchParams(r.query).toString();
    return query === "" ? "" : `?${query}`;
  });

describe("an answer in pages", () => {
  it("is fetched by number to the page that isn't full, and comes as one", async () => {
    const { contacts, total } = await contactsOf(await paged());
    expect(contacts).toHaveLength(total);
    expect(new Set(contacts.map((c) => c.id)).size).toBe(23);
    expect(asked()).toEqual(["?page=1&pageSize=10", "?page=2&pageSize=10", "?page=3&pageSize=10"]);
  });

  it("is one request where paging is off, for the connector or for the method, and no word of it is sent", async () => {
    await contactsOf(await paged({ paging: undefined }));
    await contactsOf(await paged({}, { paging: { inbound: false } }));
    expect(asked()).toEqual(["", ""]);
  });

  it("ends where a provider answers with the same page for ever", async () => {
    const id = await paged({ parameters: [fixed("start", "CYCLR_PAGE_OFFSET"), fixed("pageSize", "CYCLR_PAGE_SIZE")] });
    expect((await contactsOf(id)).contacts).toHaveLength(10);
    expect(asked()).toEqual(["?start=0&pageSize=10", "?start=10&pageSize=10"]);
  });

  it("is fetched by a token, and by the next page's address, that the answer names", async () => {
    const script = (member: string, value: string) => `function after_action() {
      var next = method_response.page + 1;
      if (method_response.page * 10 < method_response.total) method_response.${member} = ${value};
      return true;
    }`;
    const byToken = [
      fixed("page", "CYCLR_PAGE_TOKEN"),
      fixed("pageSize", "CYCLR_PAGE_SIZE"),
      fixed("next.cursor", "CYCLR_PAGE_TOKEN", "ResponseField"),
    ];
    const token = await paged({ parameters: byToken, script: script("next", "{ cursor: String(next) }") });
    expect((await contactsOf(token)).contacts).toHaveLength(23);
    expect(asked()).toEqual(["?pageSize=10", "?page=2&pageSize=10", "?page=3&pageSize=10"]);
    world.sandbox.control.clearLog();
    const byUrl = [fixed("pageSize", "CYCLR_PAGE_SIZE"), fixed("links.next", "CYCLR_PAGE_NEXT_URL", "ResponseField")];
    const url = await paged({ parameters: byUrl, script: script("links", "{ next: '/api/contacts?pageSize=10&page=' + next }") });
    expect((await contactsOf(url)).contacts).toHaveLength(23);
    expect(asked()).toEqual(["?pageSize=10", "?pageSize=10&page=2", "?pageSize=10&page=3"]);
  });

  it("never follows a next page to a host that the definition doesn't name", async () => {
    const parameters = [fixed("next", "CYCLR_PAGE_NEXT_URL", "ResponseField")];
    const script = "function after_action() { method_response.next = 'http://127.0.0.1:9/api/contacts'; return true; }";
    const called = await callMethod(world.northwind.account, await paged({ parameters, script, paging: { inbound: true } }), {
      methodId: "list-contacts",
      parameters: {},
      fields: {},
    });
    expect(called).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
  });

  it("has its scripts run before and after each page, and once behind the last, with what they hand on", async () => {
    const script = `
      function before_action() { action_data.asked = (action_data.asked || 0) + 1; return true; }
      function after_action() { action_data.sizes = (action_data.sizes || []).concat(method_response.contacts.length); return true; }
      function after_action_paging() {
        method_response.seen = { asked: action_data.asked, sizes: action_data.sizes, all: method_response.contacts.length };
        return true;
      }`;
    expect((await contactsOf(await paged({ script }))).seen).toEqual({ asked: 3, sizes: [10, 10, 3], all: 23 });
    expect((await contactsOf(await paged({ script, paging: undefined }))).seen).toBeUndefined();
  });

  it("gives a look-up every choice", async () => {
    const lookup = { name: "C", method: "list-contacts", identifierKey: "[contacts].id", humanReadableKey: "[contacts].name" };
    const found = await runTrigger(world.northwind.account, await paged(), lookup);
    expect(found.ok && found.value).toHaveLength(23);
  });
});

describe("parameters that aren't sent", () => {
  it("a FilterField keeps the entries that have its value, over all pages", async () => {
    const filter = {
      name: "city",
      title: "City",
      targetType: "FilterField",
      targetName: "[contacts].address.city",
      optional: true,
    };
    const id = await paged({}, { parameters: [filter] });
    const { contacts } = await contactsOf(id, { city: "Leeds" });
    expect(contacts.map((c) => c.id)).toEqual(["acme-3", "acme-8", "acme-13", "acme-18", "acme-23"]);
    expect(asked().join()).not.toContain("Leeds");
    expect((await contactsOf(id)).contacts).toHaveLength(23);
  });

  it("a FilterField of the connector has the account's value", async () => {
    const own = { name: "company", title: "Company", level: "account", required: false, targetType: "FilterField" } as const;
    const id = await paged({ parameters: [...BY_NUMBER, { ...own, fixed: "Brandt & Co", source: "system", hidden: true }] });
    expect((await contactsOf(id)).contacts).toMatchObject([{ id: "acme-1" }]);
  });

  it("CYCLR_IGNORE_PARAMETER keeps a parameter of the connector out of one method", async () => {
    const parameters = [fixed("search", "Ada"), fixed("tenant", "T1", "HttpHeader")];
    const ignored = { name: "search", title: "Search", targetType: "QueryString", targetName: "search" };
    const id = await paged(
      { parameters, paging: undefined },
      { parameters: [{ ...ignored, values: ["CYCLR_IGNORE_PARAMETER"], hidden: true }] },
    );
    expect((await contactsOf(id)).total).toBe(23);
    expect(world.sandbox.control.log({ route: "api" }).at(-1)?.headers.tenant).toBe("T1");
    expect((await contactsOf(await paged({ parameters, paging: undefined }, { parameters: [] }))).total).toBe(1);
  });
});

describe("the linter", () => {
  const wrong = async (change: Partial<ConnectorDefinitionInput>) => {
    const { definition } = await world.connector("sandbox-crm-api-key");
    const made = connectorDefinitionSchema.parse({ ...definition, ...change });
    return lintDefinition(made).map((p) => p.message);
  };
  it("finds paging that never asks for another page, a size that is missing, and a place that is nowhere", async () => {
    expect(await wrong({ paging: {} })).toContain("Paging is on and no parameter asks for the next page.");
    expect(await wrong({ paging: {}, parameters: BY_NUMBER })).toContain("A parameter asks for the page size and there is none.");
    expect((await wrong({ parameters: [fixed("next", "x", "ResponseField")] })).join()).toContain(
      "NEXT names a place in the answer",
    );
  });
});
