import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SAMPLE_AUTH_FIELDS } from "@/e2e/providers/auth-fields";
import { reader } from "@/db/client";
import { eq } from "@/db/query";
import { credentials } from "@/db/schema";
import { connectorDefinitionSchema, type ConnectorDefinitionInput } from "@/lib/auth-methods/definition";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { connectionOf } from "@/lib/installs/data";
import { HOUR, MINUTE, now, shiftClock } from "@/lib/kernel/clock";
import { callMethod } from "./call";
import { verifyConnection } from "./verify";

let world: TestWorld;
let shifted = 0;
let count = 0;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(async () => {
  await world.close();
});
beforeEach(async () => {
  shiftClock(-shifted);
  shifted = 0;
  await world.sandbox.control.reset();
});

const later = (milliseconds: number) => {
  shifted += milliseconds;
  shiftClock(milliseconds);
};

type AuthMethodInput = ConnectorDefinitionInput["authMethods"][number];
type OAuth2Input = NonNullable<AuthMethodInput["oauth2"]>;

const CLIENT = { client_id: "keyway-sandbox", client_secret: "sandbox-secret-7Qw2mX" };
const FIELDS_OF_ACME = { "Account ID": "4711", Token: SAMPLE_AUTH_FIELDS[0]?.token ?? "", "Test mode": "true" };

/** A connector like a sandbox one, with another method or other members; its client is set up at the partner. */
async function variant(
  of: string,
  change: { authMethod?: Partial<AuthMethodInput>; definition?: Partial<ConnectorDefinitionInput> },
  setup: Record<string, string> | null = CLIENT,
): Promise<string> {
  const slug = `variant-${(count += 1)}`;
  const { definition } = await world.connector(of);
  const [method] = definition.authMethods;
  await world.define(
    connectorDefinitionSchema.parse({
      ...definition,
      ...change.definition,
      slug,
      authMethods: [{ ...method, ...change.authMethod }],
    }),
  );
  if (setup) await world.setUp(world.northwind, slug, setup);
  return slug;
}

const install = (slug: string, credential?: Record<string, string>) =>
  world.install(world.northwind, slug, { name: `Connection ${(count += 1)}`, ...(credential ? { credential } : {}) });

async function call(id: number, methodId = "list-contacts", fields: Record<string, unknown> = {}) {
  const called = await callMethod(world.northwind.account, id, { methodId, parameters: {}, fields });
  if (!called.ok) throw new Error(called.error.message);
  return { status: called.value.response.status, body: JSON.parse(called.value.response.body) as unknown, call: called.value };
}

const credentialOf = async (id: number) =>
  (await reader().select().from(credentials).where(eq(credentials.accountConnectorId, id)))[0];
const tokenCalls = () => world.sandbox.control.log({ route: "token" });

describe("authentication fields", () => {
  const nested = [
    { name: "Account ID", key: "auth.account_id", type: "Number" },
    { name: "Token", key: "auth.token", type: "Password" },
    { name: "Test mode", key: "auth.test_mode", type: "Boolean" },
  ] as const;
  const asForm = async (slug: string) =>
    (await world.connector(slug)).definition.methods.map((m) => ({ ...m, bodyFormat: "form" as const }));

  const CASES: readonly (readonly [string, string, { authMethod?: Partial<AuthMethodInput> }, boolean])[] = [
    ["JSON", "json body", {}, false],
    ["nested JSON", "json body (auth)", { authMethod: { authFields: [...nested] } }, false],
    ["a form", "form body", {}, true],
    ["a nested form", "form body (auth)", { authMethod: { authFields: [...nested] } }, true],
  ];

  it.each(CASES)("go into %s", async (_what, place, change, form) => {
    const slug = await variant(
      "sandbox-crm-fields",
      { ...change, ...(form ? { definition: { methods: await asForm("sandbox-crm-fields") } } : {}) },
      null,
    );
    const id = await install(slug, FIELDS_OF_ACME);
    expect((await call(id)).body).toMatchObject({ caller: { via: "auth-fields", in: place, account: "acme" } });
    const made = await call(id, "create-contact", { name: "Nia Osei", "address.city": "Cork" });
    expect(made).toMatchObject({ status: 201, body: { name: "Nia Osei", address: { city: "Cork" } } });
    expect(JSON.stringify(made.call)).not.toContain(FIELDS_OF_ACME.Token);
  });

  it("are checked by the test call, and a wrong one is the customer's", async () => {
    const good = await install("sandbox-crm-fields", FIELDS_OF_ACME);
    expect(await verifyConnection(world.northwind.account, good)).toMatchObject({ ok: true, value: { status: 200 } });
    const bad = await install("sandbox-crm-fields", { ...FIELDS_OF_ACME, Token: "af_wrong_token" });
    expect(await verifyConnection(world.northwind.account, bad)).toMatchObject({
      ok: false,
      error: { details: { owner: "customer" } },
    });
  });

  it("that are missing are named", async () => {
    const id = await install("sandbox-crm-fields", { "Account ID": "4711" });
    const called = await callMethod(world.northwind.account, id, { methodId: "list-contacts", parameters: {}, fields: {} });
    expect(called).toMatchObject({ ok: false, error: { code: "connector.values_missing" } });
    expect(called.ok ? "" : called.error.message).toContain("Token");
  });
});

describe("client credentials", () => {
  const ready = async () => {
    await world.setUp(world.northwind, "sandbox-crm-client-credentials", CLIENT);
    return install("sandbox-crm-client-credentials", {});
  };

  it("fetch a token when it is needed, and keep it until its end", async () => {
    const id = await ready();
    expect((await call(id)).body).toMatchObject({ caller: { via: "bearer", subject: null, client: CLIENT.client_id } });
    await call(id);
    expect(tokenCalls()).toHaveLength(1);
    expect(tokenCalls()[0]?.headers.authorization).toMatch(/^Basic /);
    later(2 * HOUR);
    await call(id);
    expect(tokenCalls()).toHaveLength(2);
  });

  it("fetch one token for many calls at the same time", async () => {
    const id = await ready();
    await Promise.all(Array.from({ length: 10 }, () => call(id)));
    expect(tokenCalls()).toHaveLength(1);
  });

  it("fetch a new one once after a 401", async () => {
    const id = await ready();
    await call(id);
    world.sandbox.control.expireAccessTokens();
    expect((await call(id)).status).toBe(200);
    expect(tokenCalls()).toHaveLength(2);
  });

  it("give up after the second 401", async () => {
    const id = await ready();
    await call(id);
    world.sandbox.control.fault({ kind: "answer", status: 401, body: { error: "invalid_token" }, on: "api", times: 5 });
    const before = world.sandbox.control.log({ route: "api" }).length;
    expect((await call(id).catch(() => null))?.status ?? 401).toBe(401);
    expect(world.sandbox.control.log({ route: "api" }).length - before).toBe(2);
    expect(tokenCalls()).toHaveLength(2);
  });

  it("connect by the test itself, where nothing was stored before", async () => {
    await world.setUp(world.northwind, "sandbox-crm-client-credentials", CLIENT);
    const id = await install("sandbox-crm-client-credentials");
    expect(await verifyConnection(world.northwind.account, id)).toMatchObject({ ok: true, value: { status: 200 } });
    expect(await connectionOf(world.northwind.account, id)).toMatchObject({ state: "Connected", hasCredential: true });
  });

  it("that are wrong are the partner's fault", async () => {
    await world.setUp(world.northwind, "sandbox-crm-client-credentials", { ...CLIENT, client_secret: "not-the-secret" });
    const id = await install("sandbox-crm-client-credentials", {});
    const called = await callMethod(world.northwind.account, id, { methodId: "list-contacts", parameters: {}, fields: {} });
    expect(called).toMatchObject({ ok: false, error: { code: "oauth.client_rejected", details: { owner: "partner" } } });
    expect(JSON.stringify([called, await connectionOf(world.northwind.account, id)])).not.toContain("not-the-secret");
  });
});

describe("the password grant", () => {
  const PERSON = { username: "mia@acme.example", password: "ito" };
  const ready = async (credential: Record<string, string> = PERSON) => {
    await world.setUp(world.northwind, "sandbox-crm-password", CLIENT);
    return install("sandbox-crm-password", credential);
  };

  it("calls as that person, with one token", async () => {
    const id = await ready();
    expect((await call(id)).body).toMatchObject({ caller: { via: "bearer" } });
    await call(id);
    // What was typed in as the credential is masked in what is shown, the username too.
    expect(world.sandbox.control.log({ route: "api" }).at(-1)?.caller).toMatchObject({ subject: "mia@acme.example" });
    expect(tokenCalls()).toHaveLength(1);
  });

  it("renews with the refresh token where one came", async () => {
    const id = await ready();
    await call(id);
    later(50 * MINUTE);
    await call(id);
    expect(tokenCalls().map((t) => t.grant)).toEqual(["password", "refresh_token"]);
  });

  it("asks again with the password after a 401 without a refresh token", async () => {
    world.sandbox.control.set({ dropRefreshToken: true });
    const id = await ready();
    await call(id);
    world.sandbox.control.expireAccessTokens();
    expect((await call(id)).status).toBe(200);
    expect(tokenCalls().map((t) => t.grant)).toEqual(["password", "password"]);
  });

  it("with a wrong password is the customer's fault, and shows nothing of it", async () => {
    const id = await ready({ ...PERSON, password: "wrong-password" });
    const verified = await verifyConnection(world.northwind.account, id);
    expect(verified).toMatchObject({ ok: false, error: { details: { owner: "customer" } } });
    expect(JSON.stringify([verified, await connectionOf(world.northwind.account, id)])).not.toContain("wrong-password");
  });
});

describe("ways of providers", () => {
  const base = (name: string) => `${world.sandbox.url}/quirks/${name}/token`;
  type Quirk = readonly [string, Partial<OAuth2Input>, { lifetime?: AuthMethodInput["lifetime"]; minutes?: number | null }];
  const QUIRKS: Quirk[] = [
    ["nested", { tokenResponse: { accessToken: "authed_user.access_token", alternateRoot: "authed_user" } }, {}],
    ["data-envelope", { tokenResponse: { accessToken: "data.access_token" } }, {}],
    ["form-encoded", {}, {}],
    ["text-plain", {}, {}],
    ["no-token-type", {}, {}],
    ["no-expiry", {}, { minutes: null }],
    ["no-expiry", {}, { lifetime: { source: "fixed", seconds: 1800, renew: "reissue" }, minutes: 30 }],
    ["expires-ms", { tokenResponse: { expiresInUnit: "ms" } }, {}],
    ["expires-at", {}, {}],
    ["expires-at-iso", {}, {}],
    ["own-lifetime-name", { tokenResponse: { expiresIn: "access_token_validity" } }, {}],
    ["json", { tokenRequest: { format: "json" } }, {}],
    ["token-by-get", { tokenRequest: { method: "GET" } }, {}],
    ["token-by-query", { tokenRequest: { format: "query" } }, {}],
    ["renamed", { tokenRequest: { names: { client_id: "client_key" } } }, {}],
    ["comma-scopes", { scopes: { default: ["contacts.read", "contacts.write"], separator: "," } }, {}],
    ["basic-only", { tokenEndpointAuthMethod: "client_secret_basic" }, {}],
    ["post-only", { tokenEndpointAuthMethod: "client_secret_post" }, {}],
  ];

  it.each(QUIRKS)("%s %j", async (name, change, more) => {
    const slug = await variant("sandbox-crm-client-credentials", {
      authMethod: {
        oauth2: {
          grant: "ClientCredentials",
          tokenEndpoint: base(name),
          scopes: { default: ["contacts.read", "contacts.write"] },
          ...change,
        },
        ...(more.lifetime ? { lifetime: more.lifetime } : {}),
      },
    });
    const id = await install(slug, {});
    expect((await call(id)).body).toMatchObject({ caller: { via: "bearer", client: CLIENT.client_id } });
    const expiresAt = (await credentialOf(id))?.expiresAt ?? null;
    const minutes = more.minutes === undefined ? 10 : more.minutes;
    if (minutes === null) expect(expiresAt).toBeNull();
    // The sandbox's application tokens live for ten minutes or an hour: what matters is the unit.
    else expect((expiresAt ?? 0) - now()).toBeGreaterThan(minutes * MINUTE - 5000);
    expect((expiresAt ?? 0) - now()).toBeLessThan(2 * HOUR);
  });

  it("app-id: its own names in a JSON request", async () => {
    const slug = await variant("sandbox-crm-client-credentials", {
      authMethod: {
        oauth2: {
          grant: "ClientCredentials",
          tokenEndpoint: base("app-id"),
          tokenRequest: { format: "json", names: { client_id: "app_id", client_secret: "secret" } },
        },
      },
    });
    expect((await call(await install(slug, {}))).body).toMatchObject({ caller: { via: "bearer" } });
  });

  it("instance-url: an address that came with the token is the base URL", async () => {
    const { definition } = await world.connector("sandbox-crm-client-credentials");
    const slug = await variant("sandbox-crm-client-credentials", {
      definition: {
        baseUrl: "{{instance_url}}",
        parameters: [
          {
            name: "instance_url",
            title: "Instance",
            source: "tokenResponse",
            path: "instance_url",
            format: "uri",
            pattern: `${world.sandbox.url.replaceAll(".", "\\.")}/.*`,
          },
        ],
        methods: definition.methods,
      },
      authMethod: {
        oauth2: { grant: "ClientCredentials", tokenEndpoint: base("instance-url"), scopes: { default: ["contacts.read"] } },
      },
    });
    const id = await install(slug, {});
    const called = await call(id);
    expect(called.call.request.url).toContain("/instances/na7/api/contacts");
    expect(called.body).toMatchObject({ caller: { via: "bearer" } });
    expect((await connectionOf(world.northwind.account, id))?.properties).toContainEqual(
      expect.objectContaining({ name: "instance_url", value: `${world.sandbox.url}/instances/na7` }),
    );
  });

  it("nested: an error with status 200 is an error", async () => {
    const slug = await variant(
      "sandbox-crm-client-credentials",
      {
        authMethod: {
          oauth2: {
            grant: "ClientCredentials",
            tokenEndpoint: base("nested"),
            tokenResponse: { accessToken: "authed_user.access_token" },
          },
        },
      },
      { ...CLIENT, client_secret: "not-the-secret" },
    );
    const verified = await verifyConnection(world.northwind.account, await install(slug, {}));
    expect(verified).toMatchObject({ ok: false, error: { code: "oauth.client_rejected" } });
  });
});

describe("a connector without authentication", () => {
  it("is called with nothing", async () => {
    const slug = await variant(
      "sandbox-crm-api-key",
      { authMethod: { id: "none", type: "None", parameters: [], placements: [] } },
      null,
    );
    const id = await install(slug);
    await callMethod(world.northwind.account, id, { methodId: "list-contacts", parameters: {}, fields: {} });
    const [seen] = world.sandbox.control.log({ route: "api" });
    expect(seen?.status).toBe(401);
    expect(seen?.headers).not.toHaveProperty("x-api-key");
  });
});
