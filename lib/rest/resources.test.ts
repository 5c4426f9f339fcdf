import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestClient, type Send } from "@/e2e/rest-client";
import { accountByExternalId } from "@/lib/access/data";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { api } from "./app";

let world: TestWorld;
let send: Send;
let partner: RestClient;
let acme: RestClient;

beforeAll(async () => {
  world = await createTestWorld();
  const app = api();
  send = async (path, init) => app.request(path, init);
  partner = await RestClient.signIn(send, await world.apiClient(world.northwind));
  const made = await partner.post("/accounts", { Id: "acme", Name: "Acme" });
  expect(made.status).toBe(200);
  acme = partner.withAccount("acme");
});
afterAll(() => world.close());

const idOf = async (name: string): Promise<number> => {
  const found = await partner.get(`/connectors/${encodeURIComponent(name)}`);
  return found.body[0].Id as number;
};

describe("tokens", () => {
  it("are as documented", async () => {
    const credentials = await world.apiClient(world.fabrikam);
    const answer = await RestClient.requestToken(send, {
      grant_type: "client_credentials",
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
    });
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: "bearer",
      expires_in: 1209599,
      clientId: credentials.clientId,
      ".refresh": "False",
      ".issued": expect.stringMatching(/GMT$/),
      ".expires": expect.stringMatching(/GMT$/),
    });
    const basic = Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString("base64");
    const byHeader = await RestClient.requestToken(
      send,
      { grant_type: "client_credentials" },
      { authorization: `Basic ${basic}` },
    );
    expect(byHeader.status).toBe(200);
  });

  it("are refused as RFC 6749 section 5.2 says", async () => {
    const { clientId } = await world.apiClient(world.fabrikam);
    const ask = (form: Record<string, string>, headers?: Record<string, string>) => RestClient.requestToken(send, form, headers);
    const grant = { grant_type: "client_credentials", client_id: clientId };
    expect(await ask({ ...grant, client_secret: "wrong" })).toMatchObject({ status: 400, body: { error: "invalid_client" } });
    expect(await ask({ grant_type: "password" })).toMatchObject({ status: 400, body: { error: "unsupported_grant_type" } });
    expect(await ask({})).toMatchObject({ status: 400, body: { error: "invalid_request", Message: "grant_type is missing." } });
    const byHeader = await ask({ grant_type: "client_credentials" }, { authorization: `Basic ${btoa("a:b")}` });
    expect(byHeader.status).toBe(401);
    expect(byHeader.headers.get("www-authenticate")).toMatch(/^Basic/);
  });

  it("can be for one account alone", async () => {
    const credentials = await world.apiClient(world.northwind);
    const one = await RestClient.signIn(send, credentials, "account:acme");
    await partner.post("/accounts", { Id: "birch", Name: "Birch" });
    expect((await one.withAccount("acme").get("/account/connectors")).status).toBe(200);
    expect((await one.withAccount("birch").get("/account/connectors")).status).toBe(403);
    expect((await one.withAccount("unheard of").get("/account/connectors")).status).toBe(403);
    expect((await one.get("/accounts")).body.map((a: { Id: string }) => a.Id)).toEqual(["acme"]);
    expect((await one.get("/accounts/birch")).status).toBe(404);
    expect((await one.post("/accounts", { Name: "x" })).status).toBe(403);
  });

  it("that only read change nothing", async () => {
    const reader = await RestClient.signIn(send, await world.apiClient(world.northwind, "read"));
    expect((await reader.get("/accounts")).status).toBe(200);
    expect(await reader.post("/accounts", { Name: "x" })).toMatchObject({
      status: 403,
      body: { Message: "This token may only read." },
    });
  });

  it("are asked for, and the account with them", async () => {
    expect(await partner.withToken("").get("/accounts")).toMatchObject({ status: 401 });
    expect(await partner.withToken("bad").get("/accounts")).toMatchObject({ status: 401, body: { Code: "auth.invalid_token" } });
    expect((await partner.get("/account/connectors")).status).toBe(401);
    expect((await partner.withAccount(" ").get("/account/connectors")).status).toBe(401);
    expect((await partner.withAccount("nobody").get("/account/connectors")).status).toBe(404);
  });

  it("take an account by its id in the console's addresses too, of the same partner alone", async () => {
    const found = await accountByExternalId(world.northwind.scope, "acme");
    const { accountId } = found.ok ? found.value : { accountId: "" };
    expect((await partner.withAccount(accountId).get("/account/connectors")).status).toBe(200);
    expect((await partner.get(`/accounts/${accountId}`)).body).toMatchObject({ Id: "acme", Name: "Acme" });
    const stranger = await RestClient.signIn(send, await world.apiClient(world.fabrikam));
    expect((await stranger.withAccount(accountId).get("/account/connectors")).status).toBe(404);
    const one = await RestClient.signIn(send, await world.apiClient(world.northwind), "account:acme");
    expect((await one.withAccount(accountId).get("/account/connectors")).status).toBe(200);
    // An account whose API ID is that text comes first.
    const other = await partner.post("/accounts", { Id: accountId, Name: "Named alike" });
    expect((await partner.get(`/accounts/${other.body.Id}`)).body.Name).toBe("Named alike");
    expect((await partner.delete(`/accounts/${accountId}`)).status).toBe(200);
    expect((await partner.get("/accounts/acme")).status).toBe(200);
  });
});

describe("accounts", () => {
  it("answer with the documented messages", async () => {
    const post = async (body: object) => (await partner.post("/accounts", body)) as { status: number; body: { Message: string } };
    expect(await post({ Id: "acme", Name: "x" })).toMatchObject({ status: 400, body: { Message: "ID already in use" } });
    expect((await post({})).body.Message).toContain("Name is required");
    expect((await post({ Name: "" })).body.Message).toContain("Name is required");
    for (const name of ["StepDataSuccessRetentionHours", "StepDataErroredRetentionHours"])
      expect(await post({ Name: "x", [name]: -10 })).toMatchObject({
        status: 400,
        body: { Message: `${name} (-10): must be non negative` },
      });
    const noUrl = "Transaction Error Webhook enabled: Transaction Error Webhook URL must be defined";
    for (const url of [{}, { TransactionErrorWebhookUrl: null }, { TransactionErrorWebhookUrl: "" }])
      expect(await post({ Name: "x", TransactionErrorWebhookEnabled: true, ...url })).toMatchObject({ body: { Message: noUrl } });
    expect(await post({ Name: "x", TransactionErrorWebhookEnabled: true, TransactionErrorWebhookUrl: " " })).toMatchObject({
      status: 400,
      body: { Message: "https://  is not a valid URL" },
    });
    expect(await post({ Name: "x", nope: 1 })).toMatchObject({ status: 400, body: { Message: 'Unknown name: "nope".' } });
  });

  it("take names in any case, clamp hours, complete addresses and keep what is left out", async () => {
    const made = await partner.post("/accounts", {
      name: "Casing",
      timezone: "Europe/London",
      StepDataSuccessRetentionHours: 10_000,
      StepDataErroredRetentionHours: "many",
      transactionErrorWebhookEnabled: "true",
      transactionerrorwebhookurl: "hooks.example.com/x",
    });
    expect(made).toMatchObject({
      status: 200,
      body: {
        Name: "Casing",
        Timezone: "Europe/London",
        StepDataSuccessRetentionHours: 744,
        StepDataErroredRetentionHours: null,
        TransactionErrorWebhookEnabled: true,
        TransactionErrorWebhookUrl: "https://hooks.example.com/x",
      },
    });
    const path = `/accounts/${made.body.Id}`;
    const renamed = await partner.put(path, { Name: "Renamed" });
    expect(renamed.body).toEqual({ ...made.body, Name: "Renamed" });
    expect((await partner.put(path, { StepDataSuccessRetentionHours: null })).body.StepDataSuccessRetentionHours).toBeNull();
    expect((await partner.get(`${path}/usage`)).body).toMatchObject({ Id: made.body.Id, TasksUsed: 0 });
    expect((await partner.delete(path)).status).toBe(200);
    expect((await partner.get(path)).status).toBe(404);
    expect((await partner.post(`${path}/suspend`)).status).toBe(404);
  });

  it("keep a time zone, a switch and a name where null is sent, and forget hours and a description", async () => {
    const hours = { StepDataSuccessRetentionHours: 24, StepDataErroredRetentionHours: 48 };
    const hook = { TransactionErrorWebhookEnabled: true, TransactionErrorWebhookUrl: "https://hooks.example.com/" };
    await partner.post("/accounts", {
      Id: "nulls",
      Name: "Nulls",
      Description: "d",
      Timezone: "Europe/London",
      ...hours,
      ...hook,
    });
    const sent = {
      Name: null,
      Description: null,
      Timezone: null,
      StepDataSuccessRetentionHours: null,
      TransactionErrorWebhookEnabled: null,
      TransactionErrorWebhookIncludeWarnings: null,
    };
    expect(await partner.put("/accounts/nulls", sent)).toMatchObject({
      status: 200,
      body: {
        ...hook,
        Name: "Nulls",
        Description: null,
        Timezone: "Europe/London",
        StepDataSuccessRetentionHours: null,
        StepDataErroredRetentionHours: 48,
      },
    });
    expect((await partner.put("/accounts/nulls/users", { UserName: "n@example.com" })).body.Message).toBe(
      "Password is required.",
    );
    await partner.delete("/accounts/nulls");
  });

  it("come in pages", async () => {
    const page = await partner.get("/accounts?page=1&pageSize=1&sortOrderAsc=true");
    expect(page.body).toHaveLength(1);
    const total = Number(page.headers.get("total-records"));
    expect(page.headers.get("total-pages")).toBe(String(total));
    const beyond = await partner.get(`/accounts?page=${total + 5}&pageSize=1`);
    expect([beyond.status, beyond.body]).toEqual([200, []]);
    expect((await partner.get("/accounts?pageSize=0")).status).toBe(400);
    expect((await partner.get("/accounts?pageSize=1001")).status).toBe(400);
    expect((await partner.get("/accounts?pages=1")).body.Message).toContain("pages");
  });

  it("have users of their own, and nobody else's", async () => {
    const user = { UserName: "pat@acme.example", Password: "a-good-password" };
    expect((await partner.put("/accounts/acme/users", user)).status).toBe(200);
    expect((await partner.get("/accounts/acme/users")).body).toEqual(["pat@acme.example"]);
    expect((await partner.put("/users", { ...user, Password: "another-password" })).status).toBe(200);
    const other = await RestClient.signIn(send, await world.apiClient(world.fabrikam));
    await other.post("/accounts", { Id: "globex", Name: "Globex" });
    expect((await other.put("/users", user)).status).toBe(404);
    expect(await other.put("/accounts/globex/users", user)).toMatchObject({ status: 400 });
    expect((await other.post("/accounts/acme/signintoken", { Username: "x" })).status).toBe(404);
    expect((await partner.delete("/accounts/acme/users", { UserName: "pat@acme.example" })).status).toBe(200);
    expect((await partner.delete("/accounts/acme/users", { UserName: "pat@acme.example" })).status).toBe(404);
  });

  it("sign a user in with a token for five minutes", async () => {
    const made = await partner.post("/accounts/acme/signintoken", { Username: "sam@acme.example" });
    expect(made.status).toBe(200);
    const left = Date.parse(made.body.ExpiresAtUtc) - Date.now();
    expect(left).toBeGreaterThan(290_000);
    expect(left).toBeLessThanOrEqual(300_000);
  });
});

describe("connectors", () => {
  it("are found by name, id and search, with their methods", async () => {
    const list = await partner.get("/connectors?query=sandbox crm (api");
    expect(list.body).toHaveLength(1);
    const [connector] = list.body;
    expect(connector).toMatchObject({
      Name: "Sandbox CRM (API key)",
      Status: "Approved",
      AuthType: "ApiKey",
      OAuth2Type: "Unknown",
      AuthScheme: "X-Api-Key",
      IsSystemConnector: false,
      Categories: ["CRM"],
      Icon: null,
    });
    expect((await partner.get(`/connectors/${connector.Id}`)).body).toEqual(connector);
    expect((await partner.get(`/connectors/${encodeURIComponent(connector.Name)}`)).body).toEqual([connector]);
    expect((await partner.get(`/connectors/${encodeURIComponent(connector.Name)}/1.0`)).body).toEqual([connector]);
    expect((await partner.get("/connectors/Nobody")).body).toEqual([]);
    expect((await partner.get("/connectors/999999")).status).toBe(404);
    expect((await partner.get("/connectors/99999999999999")).status).toBe(400);
    const methods = await partner.get(`/connectors/${connector.Id}/methods`);
    expect(methods.body.map((m: { Name: string }) => m.Name)).toContain("List contacts");
    const [method] = (await partner.get(`/connectors/${connector.Id}/methods?query=list contacts`)).body;
    expect((await partner.get(`/methods/${method.Id}`)).body).toEqual(method);
    expect((await partner.get("/methods/999999999")).status).toBe(404);
    expect((await partner.get(`/connectors/${encodeURIComponent(connector.Name)}/1.0/methods`)).body).toHaveLength(
      methods.body.length,
    );
  });

  it("are installed, named, changed and removed", async () => {
    const id = await idOf("Sandbox CRM (API key)");
    const made = await acme.post(`/connectors/${id}/install`);
    expect(made).toMatchObject({
      status: 200,
      body: { Name: "Sandbox CRM (API key)", AuthValue: null, Authenticated: false, Properties: [], CustomFields: [] },
    });
    expect(Object.keys(made.body).slice(0, 9)).toEqual([
      "Id",
      "Name",
      "Description",
      "AuthValue",
      "Authenticated",
      "Connector",
      "IsPartnerIntegrationConnector",
      "Properties",
      "CustomFields",
    ]);
    const again = await acme.post(`/connectors/${encodeURIComponent("Sandbox CRM (API key)")}/install`, { name: made.body.Name });
    expect(again).toMatchObject({ status: 400, body: { Message: "Account connector name 'Sandbox CRM (API key)' is in use." } });
    const wrong = await acme.post(`/connectors/${id}/install`, { Properties: [{ Name: "Dont exist", Value: "x" }] });
    expect(wrong.body.Message).toBe("There is not a connector property that matches name 'Dont exist'.");
    const key = await acme.post(`/connectors/${id}/install`, { Properties: [{ Name: "apiKey", Value: "x", Id: 0 }] });
    expect(key.body.Message).toBe("Connector property name 'apiKey' is not an account connector property.");
    const second = await acme.post(`/connectors/${id}/install`, { Description: "d", AuthValue: "sk_live_abcdefgh12345" });
    expect(second.body).toMatchObject({
      Name: "Sandbox CRM (API key) 2",
      Description: "d",
      Authenticated: true,
      State: "Connected",
    });
    expect(second.text).not.toContain("sk_live");
    const path = `/account/connectors/${second.body.Id}`;
    expect((await acme.put(path, { Name: "Mine" })).body).toMatchObject({ Name: "Mine", Description: "d", Authenticated: true });
    expect((await acme.put(path, (await acme.get(path)).body)).status).toBe(200);
    expect((await acme.put(`${path}/deauthenticate`)).body).toEqual({
      Message: "Connector 'Mine' successfully de-authenticated.",
    });
    expect((await acme.get(path)).body).toMatchObject({ Authenticated: false, State: "NotAuthenticated" });
    expect((await acme.delete(path)).status).toBe(200);
    expect((await acme.get(path)).status).toBe(404);
    expect((await acme.get("/account/connectors/X12")).status).toBe(400);
  });

  it("keep properties under their ids", async () => {
    const { body } = await acme.post(`/connectors/${await idOf("Sandbox CRM (Password)")}/install`, {
      Properties: [{ Name: "ClientSecret", Value: "a-secret-of-the-account" }],
    });
    const path = `/account/connectors/${body.Id}/properties`;
    expect(body.Properties).toMatchObject([{ Name: "ClientSecret", Value: null, IsSensitive: true }]);
    const made = await acme.post(path, { Name: "Username", Value: "ana", Id: 0 });
    expect(made).toMatchObject({ status: 200, body: { Name: "Username", Value: "ana", AccountConnectorId: body.Id } });
    const one = `${path}/${made.body.Id}`;
    expect((await acme.put(one, { Name: "Username", Value: "ben", Id: 7 })).body).toEqual({ ...made.body, Value: "ben" });
    expect((await acme.get(one)).body.Value).toBe("ben");
    const custom = await acme.post(path, { Name: "JO-Test-Prop", Value: "x" });
    expect(custom.status).toBe(200);
    const names = (await acme.get(`${path}?orderBy=Name&sortOrderAsc=true`)).body.map((p: { Name: string }) => p.Name);
    expect(names).toEqual(["ClientSecret", "JO-Test-Prop", "Username"]);
    expect((await acme.delete(one)).status).toBe(200);
    expect((await acme.get(one)).status).toBe(404);
    expect((await acme.get("/account/connectors/999999/properties")).status).toBe(404);
  });

  it("keep custom fields", async () => {
    const { body } = await acme.post(`/connectors/${await idOf("Sandbox CRM (Basic)")}/install`);
    const path = `/account/connectors/${body.Id}/fields`;
    const made = await acme.post(path, { ConnectorField: "x.y", DisplayName: "Y", DataType: "Text", ForRequestFormat: "true" });
    expect(made).toMatchObject({ status: 200, body: { ConnectorField: "x.y", ForRequestFormat: true } });
    const one = `${path}/${made.body.Id}`;
    expect((await acme.put(one, { DisplayName: "Z" })).body).toEqual({ ...made.body, DisplayName: "Z" });
    expect((await acme.get(`/account/connectors/${body.Id}`)).body.CustomFields).toHaveLength(1);
    expect((await acme.delete(one)).status).toBe(200);
    expect((await acme.get(path)).body).toEqual([]);
  });

  it("hand setup tokens out", async () => {
    const { body } = await acme.post(`/connectors/${await idOf("Sandbox CRM (Basic)")}/install`);
    const path = `/account/connectors/${body.Id}/setuptokens`;
    const made = await acme.post(path, { Username: "mia" });
    expect(made.body).toMatchObject({ Token: expect.any(String), Url: expect.stringContaining("/connect/") });
    const list = await acme.get(path);
    expect(list.body).toMatchObject([{ Id: made.body.Id, RevokedAtUtc: null }]);
    expect(list.text).not.toContain(made.body.Token);
    expect((await acme.delete(`${path}/${made.body.Id}`)).status).toBe(200);
    expect((await acme.delete(`${path}/not-a-guid`)).status).toBe(400);
    expect((await acme.post(path, { ExpiresAtUtc: "2001-01-01" })).status).toBe(400);
  });
});

describe("calls through a connector", () => {
  it("need an authenticated connector and hand the provider's answer on", async () => {
    const id = await idOf("Sandbox CRM (API key)");
    const { body } = await acme.post(`/connectors/${id}/install`, { Name: "Calls" });
    const [method] = (await partner.get(`/connectors/${id}/methods?query=list contacts`)).body;
    const path = `/account/connectors/${body.Id}/methods`;
    expect(await acme.get(`${path}/${method.Id}`)).toMatchObject({
      status: 400,
      body: { Message: "Account connector 'Calls' is not authenticated." },
    });
    expect((await acme.put(`/account/connectors/${body.Id}`, { AuthValue: "sk_sandbox_acme_4f9a1c2e" })).body.Authenticated).toBe(
      true,
    );
    const byNumber = await acme.get(`${path}/${method.Id}`);
    expect(byNumber).toMatchObject({ status: 200, body: { contacts: expect.any(Array) } });
    const size = method.Parameters.find((p: { Name: string }) => p.Name === "Page size").Id as number;
    const byGuid = await acme.post(`${path}/${method.MethodUniqueIdentifier}`, `{'Parameters': {'${size}': 1}}`);
    expect(byGuid.body.contacts).toHaveLength(1);
    expect((await acme.post(`/account/connectors/${body.Id}/test/${method.Id}`)).status).toBe(200);
    expect((await acme.post(`${path}/${method.Id}`, { Parameters: { "12": "x" } })).status).toBe(400);
    expect((await acme.get(`${path}/999999999`)).status).toBe(404);
    expect((await acme.get(`${path}/${method.MethodUniqueIdentifier}0`)).status).toBe(400);
    const choices = await acme.post(`/account/connectors/${body.Id}/triggers/1`);
    expect(choices.body[0]).toEqual({ Name: expect.any(String), Value: expect.any(String) });
    expect((await acme.post(`/account/connectors/${body.Id}/triggers/99`)).status).toBe(404);
    await acme.put(`/account/connectors/${body.Id}`, { AuthValue: "not-the-key-of-anybody" });
    const refused = await acme.get(`${path}/${method.Id}`);
    expect(refused).toMatchObject({ status: 502, body: { Code: "provider.rejected", Response: { Status: 401 } } });
    expect(refused.text).not.toContain("not-the-key-of-anybody");
  });
});

describe("bad input", () => {
  it("is answered as documented and changes nothing", async () => {
    const cases: [string, number, RegExp][] = [
      ["{", 400, /valid JSON/],
      ["[]", 400, /./],
      ['"text"', 400, /./],
      ['{"Name":"a","name":"b"}', 400, /twice/],
      [`${'{"a":'.repeat(100)}1${"}".repeat(100)}`, 400, /nested/],
      ["[".repeat(500_000), 400, /valid JSON/],
      ['{"Name":"\\ud800"}', 400, /Unicode/],
      ['{"Name":"a\\u0000b"}', 400, /Unicode/],
      ['{"__proto__":{"Name":"x"}}', 400, /./],
      [JSON.stringify({ Name: "x".repeat(1024 * 1024) }), 413, /1 MB/],
    ];
    const before = (await partner.get("/accounts?pageSize=1000")).body.length as number;
    for (const [body, status, message] of cases) {
      const answer = await partner.post("/accounts", body);
      expect([body.slice(0, 30), answer.status]).toEqual([body.slice(0, 30), status]);
      expect(answer.body.Message).toMatch(message);
      expect(answer.body.RequestId).toMatch(/^req_/);
    }
    expect((await partner.get("/accounts?pageSize=1000")).body).toHaveLength(before);
    expect((await partner.post("/accounts", '{"Name":"Zürich 🦊 \\u202e"}')).status).toBe(200);
    const wrongMethod = await partner.call("PATCH", "/accounts", {});
    expect([wrongMethod.status, wrongMethod.headers.get("allow")]).toEqual([405, "GET, POST"]);
  });

  it("is answered once for one Idempotency-Key", async () => {
    const key = { "idempotency-key": "first-try" };
    const first = await partner.post("/accounts", { Name: "Once" }, key);
    const second = await partner.post("/accounts", { Name: "Once" }, key);
    expect(second.text).toBe(first.text);
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect((await partner.post("/accounts", { Name: "Other" }, key)).status).toBe(400);
    const many = await Promise.all(
      Array.from({ length: 10 }, () => partner.post("/accounts", { Name: "Race" }, { "idempotency-key": "race" })),
    );
    expect(new Set(many.filter((m) => m.status === 200).map((m) => m.body.Id)).size).toBe(1);
    expect(many.every((m) => m.status === 200 || m.status === 409)).toBe(true);
  });
});

describe("the readable reference", () => {
  it("is one page with its own scripts, which it may run alone", async () => {
    const page = await send("/docs/api", {});
    expect([page.status, page.headers.get("content-security-policy")]).toEqual([
      200,
      expect.stringContaining("script-src 'self'"),
    ]);
    const html = await page.text();
    expect(html).not.toMatch(/<script(?! src)/);
    for (const [, address] of html.matchAll(/(?:src|href)="(\/docs\/api\/[^"]+)"/g)) {
      const file = await send(address ?? "", {});
      expect([address, file.status]).toEqual([address, 200]);
    }
  });
});
