import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blankAuthMethod } from "@/lib/auth-methods/blank-method";
import { AUTH_TYPES, connectorDefinitionSchema, type ConnectorDefinition } from "@/lib/auth-methods/definition";
import { connectorOf, visibleConnectors } from "@/lib/catalog/data";
import { hasUpdate } from "@/lib/catalog/policy";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { definitionOfRelease } from "@/lib/catalog/data";
import { connectionOf, eventsOf, listConnections } from "@/lib/installs/data";
import { connectionsFilterSchema } from "@/lib/installs/schema";
import { createInstall } from "@/lib/installs/mutations";
import { freshId } from "@/lib/kernel/ids";
import type { Result } from "@/lib/kernel/result";
import { tryDraft } from "@/lib/run/try-draft";
import { customConnectorOf, customReleases, listCustomConnectors, outdatedInstalls } from "./data";
import { inlineIcon, readIcon } from "./icon";
import {
  createCustomConnector,
  deleteCustomConnector,
  discardDraft,
  publishDraft,
  saveDraft,
  upgradeInstalls,
} from "./mutations";
import { nextNumber } from "./policy";
import { parseDefinition, withMethod, withSection } from "./sections";

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(() => world.close());

const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const failureOf = (result: Result<unknown>) => (result.ok ? null : result.error);

const acme = (more: object = {}): ConnectorDefinition =>
  connectorDefinitionSchema.parse({
    slug: "acme",
    name: "Acme",
    baseUrl: `${world.sandbox.url}/api`,
    authMethods: [
      { ...blankAuthMethod("ApiKey", "api-key"), placements: [{ in: "header", name: "X-Api-Key", value: "{{apiKey}}" }] },
    ],
    methods: [{ id: "contacts", name: "Contacts", httpMethod: "GET", endpoint: "/contacts" }],
    ...more,
  });

it.each(AUTH_TYPES)("a connector can begin with %s", (type) => {
  const begun = { slug: "begun", name: "Begun", authMethods: [{ ...blankAuthMethod(type, "first"), isDefault: true }] };
  expect(connectorDefinitionSchema.safeParse(begun).error?.issues).toBeUndefined();
});

async function installed(uid: string, name: string): Promise<number> {
  const { scope, account } = world.northwind;
  const custom = (await customConnectorOf(scope, uid))!;
  const connector = (await connectorOf(scope, custom.id))!;
  return must(
    await createInstall(account, {
      connector: { id: connector.id, name: connector.name, releaseId: connector.releaseId },
      authMethod: connector.definition.authMethods[0]!,
      name,
      description: null,
      properties: [],
      credential: null,
    }),
  );
}

describe("releases of a connector of the partner's own", () => {
  it("goes from draft to live, and an installation stays on its release until it is upgraded", async () => {
    const { scope, account } = world.northwind;
    const { uid, slug } = must(await createCustomConnector(scope, acme()));
    // A draft can't be installed: no list has it.
    expect(await connectorOf(scope, slug)).toBeNull();
    expect((await listCustomConnectors(scope)).find((c) => c.uid === uid)).toMatchObject({ liveNumber: null, drafts: 1 });
    expect(failureOf(await upgradeInstalls(scope, uid, null))?.code).toBe("connector.draft");
    expect(failureOf(await discardDraft(scope, uid))?.code).toBe("object.conflict");

    expect(must(await publishDraft(scope, uid, { base: null, kind: "minor", comments: "First" })).number).toBe("1.0");
    const first = await installed(uid, "First");
    const second = await installed(uid, "Second");
    const live = (await customConnectorOf(scope, uid))!;
    expect(live.draft).toBeNull();

    // The first change begins a draft; the live release and its installations stay.
    must(await saveDraft(scope, uid, live.live!.hash, { ...live.live!.definition, description: "Orders." }));
    expect((await connectorOf(scope, slug))!.definition.description).toBe("");
    expect(must(await publishDraft(scope, uid, { base: null, kind: "major", comments: "" })).number).toBe("2.0");
    expect((await customReleases(scope, live.id)).map((r) => [r.number, r.status, r.installs])).toEqual([
      ["2.0", "Live", 0],
      ["1.0", "Deprecated", 2],
    ]);
    expect((await outdatedInstalls(scope, live.id)).map((i) => [i.name, i.number])).toEqual([
      ["First", "1.0"],
      ["Second", "1.0"],
    ]);
    const view = (await connectionOf(account, first))!;
    expect((await definitionOfRelease(scope, view.releaseId))!.definition.description).toBe("");

    expect(must(await upgradeInstalls(scope, uid, [first]))).toEqual({ moved: 1, kept: [] });
    expect((await outdatedInstalls(scope, live.id)).map((i) => i.id)).toEqual([second]);
    const { events } = await eventsOf(account, first, "", 1);
    expect(events.map((e) => e.title)).toContain("Upgraded to release 2.0");
    expect(must(await upgradeInstalls(scope, uid, null)).moved).toBe(1);
    expect(failureOf(await deleteCustomConnector(scope, uid))).toMatchObject({ code: "object.in_use" });
  });

  it("keeps an installation whose authentication method is gone", async () => {
    const { scope } = world.northwind;
    const { uid } = must(await createCustomConnector(scope, acme({ name: "Changing" })));
    must(await publishDraft(scope, uid, { base: null, kind: "minor", comments: "" }));
    await installed(uid, "Old way");
    const { live } = (await customConnectorOf(scope, uid))!;
    const basic = blankAuthMethod("Basic", "basic");
    must(await saveDraft(scope, uid, null, { ...live!.definition, authMethods: [basic] }));
    must(await publishDraft(scope, uid, { base: null, kind: "major", comments: "" }));
    expect(must(await upgradeInstalls(scope, uid, null))).toEqual({ moved: 0, kept: ["Old way"] });
  });

  it("refuses to publish what is wrong, and to overwrite what somebody else saved", async () => {
    const { scope } = world.northwind;
    const { uid } = must(await createCustomConnector(scope, acme({ baseUrl: "https://{{region}}.acme.example" })));
    const refused = failureOf(await publishDraft(scope, uid, { base: null, kind: "minor", comments: "" }));
    expect(refused?.fields).toEqual({ baseUrl: "Nothing fills {{region}}." });
    const { draft } = (await customConnectorOf(scope, uid))!;
    must(await saveDraft(scope, uid, draft!.hash, { ...draft!.definition, description: "Mine." }));
    const late = failureOf(await saveDraft(scope, uid, draft!.hash, { ...draft!.definition, description: "Late." }));
    expect(late?.code).toBe("object.conflict");
    expect((await customConnectorOf(scope, uid))!.draft!.definition.description).toBe("Mine.");
    expect(must(await deleteCustomConnector(scope, uid)).name).toBe("Acme");
    expect(await customConnectorOf(scope, uid)).toBeNull();
  });

  it("belongs to its partner alone", async () => {
    const { scope } = world.northwind;
    const other = world.fabrikam.scope;
    const { uid, slug } = must(await createCustomConnector(scope, acme({ name: "Secret plans" })));
    must(await publishDraft(scope, uid, { base: null, kind: "minor", comments: "" }));
    expect(await customConnectorOf(other, uid)).toBeNull();
    expect((await visibleConnectors(other)).some((c) => c.slug === slug)).toBe(false);
    for (const tried of [
      saveDraft(other, uid, null, acme()),
      publishDraft(other, uid, { base: null, kind: "minor", comments: "" }),
      discardDraft(other, uid),
      deleteCustomConnector(other, uid),
      upgradeInstalls(other, uid, null),
    ])
      expect(failureOf(await tried)?.code).toBe("object.not_found");
  });

  it("numbers releases, and tells of major ones only", () => {
    expect([
      nextNumber(null, "major"),
      nextNumber("1.0", "minor"),
      nextNumber("1.9", "minor"),
      nextNumber("1.9", "major"),
    ]).toEqual(["1.0", "1.1", "1.10", "2.0"]);
    expect([hasUpdate("1.0", "1.9"), hasUpdate("1.9", "2.0"), hasUpdate("9.0", "10.0")]).toEqual([false, true, true]);
  });
});

describe("what is written into a draft", () => {
  it("comes out of an export and an import as it was", async () => {
    const { scope } = world.northwind;
    const slack = await world.connector("sandbox-crm-oauth");
    const made = must(await createCustomConnector(scope, slack.definition));
    expect(made.slug).toBe("sandbox-crm-oauth-2");
    const exported = (await customConnectorOf(scope, made.uid))!.draft!.definition;
    expect({ ...exported, slug: "" }).toEqual({ ...slack.definition, slug: "" });
    expect(must(parseDefinition(JSON.parse(JSON.stringify(exported))))).toEqual(exported);
  });

  it("is refused with the path of each mistake", () => {
    const definition = acme();
    const fields = (value: unknown, section: Parameters<typeof withSection>[1] = "authentication") =>
      Object.keys(failureOf(withSection(definition, section, value))?.fields ?? {});
    const oauth2 = blankAuthMethod("OAuth2", "oauth2");
    expect(fields({ authMethods: [oauth2] })).toEqual([
      "authMethods.0.oauth2.authorizationEndpoint",
      "authMethods.0.oauth2.tokenEndpoint",
    ]);
    expect(fields({ authMethods: [{ ...oauth2, oauth2: { ...oauth2.oauth2, grant: "Magic" } }] })).toEqual([
      "authMethods.0.oauth2.grant",
    ]);
    expect(fields({ authMethods: [] })).toEqual(["authMethods"]);
    expect(fields({ ...definition, name: "" }, "settings")).toContain("name");
    expect(fields({ script: "function (" }, "script")).toEqual(["script"]);
    expect(fields({ rateLimit: { requestsPerSecond: -1 } }, "rateLimits")).toEqual(["rateLimit.requestsPerSecond"]);
    expect(
      Object.keys(failureOf(withMethod(definition, null, { name: "", httpMethod: "GET", endpoint: "/x" }))?.fields ?? {}),
    ).toEqual(["name"]);
    expect(
      Object.keys(
        failureOf(withMethod(definition, "contacts", { name: "C", httpMethod: "GET", endpoint: "http://x.example" }))?.fields ??
          {},
      ),
    ).toEqual(["endpoint"]);
  });

  it("takes a parameter for the account's or the partner's, never for both", () => {
    const parameter = { name: "region", title: "Region" };
    const levels = (flags: object) => {
      const saved = withSection(acme(), "parameters", { parameters: [{ ...parameter, ...flags }] });
      return saved.ok ? saved.value.parameters[0]?.level : saved.error.fields;
    };
    expect(levels({ isAccountConnectorProperty: true, isPartnerProperty: false })).toBe("account");
    expect(levels({ isAccountConnectorProperty: false, isPartnerProperty: true })).toBe("partnerOrAccount");
    expect(levels({ isAccountConnectorProperty: false, isPartnerProperty: true, level: "partner" })).toBe("partner");
    expect(levels({ isAccountConnectorProperty: true, isPartnerProperty: true })).toEqual({
      "parameters.0.isPartnerProperty": expect.stringContaining("not of both"),
    });
    expect(
      parseDefinition({ ...acme(), parameters: [{ ...parameter, isAccountConnectorProperty: true, isPartnerProperty: true }] })
        .ok,
    ).toBe(false);
  });

  it("gives things ids of their own", () => {
    expect([freshId("List contacts", []), freshId("List contacts", ["list-contacts"]), freshId("日本", [])]).toEqual([
      "list-contacts",
      "list-contacts-2",
      "item",
    ]);
  });
});

describe("icons", () => {
  const url = (type: string, bytes: readonly number[]) => `data:image/${type};base64,${Buffer.from(bytes).toString("base64")}`;
  const png = (width: number, height: number): number[] => {
    const header = Buffer.alloc(33);
    header.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
    header.writeUInt32BE(width, 16);
    header.writeUInt32BE(height, 20);
    return [...header];
  };
  it("are what their bytes show, whatever their address says", () => {
    expect(must(readIcon(url("jpeg", png(400, 400)))).type).toBe("image/png");
    expect(must(readIcon(url("png", [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 40, 0, 30, 1, 0, 0, 0]))).type).toBe("image/jpeg");
  });
  it("are refused where they are something else, or too large", () => {
    const svg = [...Buffer.from("<svg onload=alert(1)>".padEnd(40))];
    for (const bad of [
      url("png", svg),
      url("svg+xml", svg),
      url("png", png(4000, 10)),
      url("png", png(0, 5)),
      "data:image/png;base64,",
      "x",
    ])
      expect(readIcon(bad).ok, bad.slice(0, 40)).toBe(false);
  });
  it("stand in a page with the type that they have, or not at all", () => {
    expect(inlineIcon(url("jpeg", png(8, 8)))).toBe(url("png", png(8, 8)));
    expect(inlineIcon(url("png", [...Buffer.from("<svg onload=alert(1)>".padEnd(40))]))).toBeNull();
    expect(inlineIcon(undefined)).toBeNull();
  });
});

describe("Try it", () => {
  const trial = async (definition: ConnectorDefinition, values: Record<string, unknown>) => {
    const { scope } = world.northwind;
    const { uid } = must(await createCustomConnector(scope, definition));
    const authMethodId = definition.authMethods[0]!.id;
    return tryDraft(scope, { uid, authMethodId, methodId: definition.methods[0]!.id, values, parameters: {}, fields: {} });
  };

  it("calls the real API with a key that is typed and kept nowhere", async () => {
    const key = world.sandbox.control.mintKey("acme");
    const sandboxKey = (await world.connector("sandbox-crm-api-key")).definition;
    const definition = connectorDefinitionSchema.parse({ ...sandboxKey, slug: "trial", name: "Trial" });
    const call = must(await trial(definition, { apiKey: { set: key } }));
    expect(call.response.status).toBe(200);
    expect(JSON.stringify(call)).not.toContain(key);
    expect(must(await trial(definition, { apiKey: { set: "wrong-key-000000000000" } })).response.status).toBe(401);
    const missing = failureOf(await trial(definition, { apiKey: { set: "" } }));
    expect(missing?.fields).toEqual({ "values.apiKey": expect.stringContaining("required") });
  });

  it("puts the first pages of an answer together, and says how many there were and whether there are more", async () => {
    const key = world.sandbox.control.mintKey("acme");
    const base = (await world.connector("sandbox-crm-api-key")).definition;
    const pages = async (pageSize: number, parameters: Record<string, string> = {}) => {
      const fixed = (name: string, value: string) => ({
        name,
        title: name,
        source: "system",
        hidden: true,
        fixed: value,
        targetType: "QueryString",
      });
      const list = base.methods.find((m) => m.id === "list-contacts")!;
      const definition = connectorDefinitionSchema.parse({
        ...base,
        slug: `paged-trial-${pageSize}`,
        parameters: [...base.parameters, fixed("page", "CYCLR_PAGE_NUMBER"), fixed("pageSize", "CYCLR_PAGE_SIZE")],
        paging: { pageSize },
        methods: [{ ...list, parameters: list.parameters.filter((p) => p.name === "search") }],
      });
      const { uid } = must(await createCustomConnector(world.northwind.scope, definition));
      const call = must(
        await tryDraft(world.northwind.scope, {
          uid,
          authMethodId: definition.authMethods[0]!.id,
          methodId: list.id,
          values: { apiKey: { set: key } },
          parameters,
          fields: {},
        }),
      );
      const { contacts, total } = JSON.parse(call.response.body) as { contacts: unknown[]; total: number };
      return { read: contacts.length, total, paged: call.paged };
    };
    const few = await pages(2);
    expect(few.total).toBeGreaterThan(6);
    expect(few).toMatchObject({ read: 6, paged: { pages: 3, more: true } });
    const half = Math.ceil(few.total / 2);
    expect(await pages(half)).toMatchObject({ read: few.total, paged: { pages: half * 2 === few.total ? 3 : 2, more: false } });
    expect(await pages(few.total + 1)).toEqual({ read: few.total, total: few.total, paged: undefined });
  });

  it("fetches the token of a method that needs no person", async () => {
    const definition = (await world.connector("sandbox-crm-client-credentials")).definition;
    const call = must(await trial(definition, { client_id: "keyway-sandbox", client_secret: { set: "sandbox-secret-7Qw2mX" } }));
    expect(call.response.status).toBe(200);
  });

  it("sends header and query parameters of the connector with the call", async () => {
    const key = world.sandbox.control.mintKey("acme");
    const base = (await world.connector("sandbox-crm-api-key")).definition;
    const definition = connectorDefinitionSchema.parse({
      ...base,
      parameters: [
        ...base.parameters,
        { name: "tenant", title: "Tenant", level: "account", targetType: "HttpHeader", targetName: "X-Tenant" },
        {
          name: "version",
          title: "Version",
          source: "system",
          hidden: true,
          fixed: "3",
          targetType: "QueryString",
          targetName: "v",
        },
      ],
    });
    const { request } = must(await trial(definition, { apiKey: { set: key }, tenant: "north" }));
    expect(request.headers["x-tenant"]).toBe("north");
    expect(new URL(request.url).searchParams.get("v")).toBe("3");
  });
});

it("an installation shows the icon of its connector, and that a later major release is there until it is upgraded", async () => {
  const { scope, account } = world.northwind;
  const header = Buffer.alloc(33);
  header.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  header.set([0, 0, 0, 8, 0, 0, 0, 8], 16);
  const icon = `data:image/png;base64,${header.toString("base64")}`;
  const { uid } = must(await createCustomConnector(scope, acme({ slug: "shown", name: "Shown", icon })));
  must(await publishDraft(scope, uid, { base: null, kind: "minor", comments: "" }));
  const id = await installed(uid, "Shown of Acme");
  const seen = async () => (await connectionOf(account, id))!;
  expect(await seen()).toMatchObject({ update: null, iconUrl: expect.stringMatching(`^/api/icons/${uid}\\?v=\\d+$`) });
  const change = async (kind: "minor" | "major", description: string) => {
    must(await saveDraft(scope, uid, null, acme({ slug: "shown", name: "Shown", icon, description })));
    must(await publishDraft(scope, uid, { base: null, kind, comments: "" }));
  };
  await change("minor", "Smaller.");
  expect((await seen()).update).toBeNull();
  await change("major", "Larger.");
  expect((await seen()).update).toEqual({ uid, from: "1.0", to: "2.0" });
  const listed = await listConnections(account, connectionsFilterSchema.parse({ query: "Shown of Acme" }));
  expect(listed.map((row) => row.update?.to)).toEqual(["2.0"]);
  must(await upgradeInstalls(scope, uid, [id]));
  expect((await seen()).update).toBeNull();
});
