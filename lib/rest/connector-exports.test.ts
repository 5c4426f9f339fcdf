import { afterAll, beforeAll, expect, it } from "vitest";
import { RestClient, type Send } from "@/e2e/rest-client";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { api } from "./app";

let world: TestWorld;
let client: RestClient;

beforeAll(async () => {
  world = await createTestWorld();
  const app = api();
  const send: Send = async (path, init) => app.request(path, init);
  const partner = await RestClient.signIn(send, await world.apiClient(world.northwind));
  await partner.post("/accounts", { Id: "exports", Name: "Exports" });
  client = partner.withAccount("exports");
});
afterAll(() => world.close());

const PATH = "/account/connectors/custom";

/** As clients of this API post it: members that say nothing here are let through, names in any case. */
const exported = () => ({
  ProductAddon: { Categories: ["CRMs"], ConnectorName: "Acme", Currency: "USD", Published: false, CreatedOnUtc: "2023-01-01" },
  Authentication: [
    { Name: "Key", AuthType: "ApiKey", AuthScheme: "X-Api-Key", isDefault: true },
    {
      Name: "Sign in",
      AuthType: "OAuth2",
      OAuth2Type: "AuthorisationCode",
      AuthoriseUrl: "https://acme.example/authorize",
      AccessTokenUrl: "https://acme.example/token",
      Scopes: "read write",
      ClientSecret: "not-kept-5150",
    },
    { AuthType: "AuthFields", AuthFields: [{ Name: "Account", Key: "auth.account", Type: "Number" }] },
  ],
  Parameters: [
    {
      TargetType: "MergeField",
      TargetName: "Region",
      DisplayName: "Region",
      Values: [{ Value: "eu" }, { Value: "us" }],
      IsAccountConnectorProperty: true,
      IsOptional: false,
    },
    { TargetType: "HttpHeader", TargetName: "X-Version", DisplayName: "Version", Hide: true, DefaultValue: "3" },
  ],
  Triggers: [{ Name: "Contacts", MethodName: "List contacts", HumanReadableKey: "[data].name", IdentifierKey: "[data].id" }],
  MethodCategories: [],
  Methods: [
    {
      Name: "List contacts",
      Category: "Contacts",
      MethodType: "Action",
      HttpMethod: "Get",
      DataType: "Json",
      EndPoint: "https://{{Region}}.acme.example/contacts",
      Parameters: [{ TargetType: "QueryString", TargetName: "page", DisplayName: "Page", IsOptional: "true" }],
      RequestFormat: { Fields: [] },
      ResponseFormat: { Fields: [{ ConnectorField: "[data].id", SystemField: "id", DisplayField: "ID", DataType: "Integer" }] },
    },
  ],
  RateLimits: [{ RequestsPerSecond: 5 }],
  Deprecations: [],
  CreatedOnUtc: "2023-01-01T00:00:00",
  Status: "Approved",
  ReleaseStatus: "Draft",
  UniqueIdentifier: "6f1c9f0e-6b2d-4c7e-9a38-2b1f0c5d7e90",
  Billable: true,
  Name: "Acme",
});

it("takes a connector export, and exports the same again", async () => {
  const made = await client.post(PATH, exported());
  expect([made.status, made.body.Message]).toEqual([200, undefined]);
  expect(made.body).toMatchObject({ Name: "Acme", UniqueIdentifier: exported().UniqueIdentifier, ReleaseStatus: "Draft" });
  expect(made.body.Authentication).toMatchObject([
    { AuthType: "ApiKey", AuthScheme: "X-Api-Key", IsDefault: true },
    { AuthType: "OAuth2", AccessTokenUrl: "https://acme.example/token", Scopes: "read write", IsDefault: false },
    { AuthType: "AuthFields", AuthFields: [{ Name: "Account", Key: "auth.account", Type: "Number" }] },
  ]);
  expect(made.body.Parameters).toMatchObject([
    { TargetName: "Region", IsAccountConnectorProperty: true, IsOptional: false, Values: [{ Value: "eu" }, { Value: "us" }] },
    { TargetName: "X-Version", TargetType: "HttpHeader", Hide: true, DefaultValue: "3" },
  ]);
  expect(made.body.Triggers).toEqual(exported().Triggers);
  expect(made.body.Methods[0]).toMatchObject({ HttpMethod: "Get", EndPoint: "https://{{Region}}.acme.example/contacts" });
  expect(made.body.RateLimits).toEqual([{ RequestsPerSecond: 5 }]);
  expect(made.text).not.toContain("not-kept-5150");

  const read = await client.get(`${PATH}/${made.body.Id}`);
  expect(read.body).toEqual(made.body);
  const again = await client.post(PATH, read.body);
  expect(again.status).toBe(200);
  // What another connector has already is made anew; all else comes back as it was.
  expect(again.body.UniqueIdentifier).not.toBe(made.body.UniqueIdentifier);
  expect({ ...again.body, Id: made.body.Id, UniqueIdentifier: made.body.UniqueIdentifier }).toEqual(made.body);
  expect((await client.get(PATH)).body.map((row: { Id: number }) => row.Id)).toContain(again.body.Id);

  const put = await client.put(`${PATH}/${again.body.Id}`, { ...exported(), Name: "Acme anew" });
  expect(put.body).toMatchObject({ Id: again.body.Id, Name: "Acme anew" });
  expect((await client.delete(`${PATH}/${again.body.Id}`)).status).toBe(200);
  expect((await client.get(`${PATH}/${again.body.Id}`)).status).toBe(404);
});

it("refuses what isn't an export, in the words that clients know", async () => {
  const { Name: _, ...nameless } = exported();
  expect((await client.post(PATH, nameless)).body.Message).toBe("Invalid connector: (Column 'Name' cannot be null)");
  for (const UniqueIdentifier of ["", "not-a-guid"])
    expect((await client.post(PATH, { ...exported(), UniqueIdentifier })).status).toBe(400);
  for (const body of [undefined, "", {}]) expect((await client.post(PATH, body)).status).toBe(400);
  expect((await client.withAccount(null).post(PATH, exported())).status).toBe(401);
  const kerberos = await client.post(PATH, { ...exported(), Authentication: [{ AuthType: "Kerberos" }] });
  expect(kerberos.body.Message).toMatch(/^Authentication\.0\.AuthType has to be one of None, ApiKey,/);
  expect((await client.get(`${PATH}/987654321`)).status).toBe(404);
});

it("publishes a draft; until then it can't be installed", async () => {
  const { body } = await client.post(PATH, { Name: "Open things", UniqueIdentifier: "0b0a4a52-3f7a-4c1b-8f3e-9d2c6a1b7c44" });
  const draft = `Connector ${body.Id} is a draft and cannot be installed.`;
  for (const key of [body.Id, "open things"]) {
    const refused = await client.post(`/connectors/${key}/install`, {});
    expect([refused.status, refused.body.Message]).toEqual([400, draft]);
  }
  expect((await client.post(`/custom-connectors/${body.Id}/upgrade`, {})).body.Message).toBe(draft);
  const first = await client.post(`/custom-connectors/${body.Id}/publish`, {});
  expect(first.body).toMatchObject({ LiveRelease: "1.0", HasDraft: false });
  const installed = await client.post(`/connectors/${body.Id}/install`, {});
  expect(installed.status).toBe(200);
  expect((await client.post(`/custom-connectors/${body.Id}/publish`, {})).status).toBe(409);
  await client.put(`/custom-connectors/${body.Id}`, { Definition: { ...first.body.Definition, description: "Changed" } });
  const second = await client.post(`/custom-connectors/${body.Id}/publish`, { Kind: "Major", Comments: "More" });
  expect(second.body).toMatchObject({ LiveRelease: "2.0" });
  expect((await client.post(`/custom-connectors/${body.Id}/upgrade`, {})).body).toEqual({ Upgraded: 1, NotUpgraded: [] });
});

it("shows an icon where a connector has one of its own, and in cycles where they are asked for", async () => {
  const header = Buffer.alloc(33);
  header.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  header.set([0, 0, 0, 8, 0, 0, 0, 8], 16);
  const icon = `data:image/png;base64,${header.toString("base64")}`;
  const methods = [{ id: "list", name: "List", httpMethod: "GET", endpoint: "/things" }];
  const Definition = { slug: "pictured", name: "Pictured", icon, baseUrl: "https://api.example.com", methods };
  const { body } = await client.post("/custom-connectors", {
    Definition: { ...Definition, authMethods: [{ id: "none", type: "None" }] },
  });
  await client.post(`/custom-connectors/${body.Id}/publish`, {});
  const installed = await client.post(`/connectors/${body.Id}/install`, {});
  expect(installed.body.Connector).toMatchObject({ Name: "Pictured", Icon: icon });
  const [method] = (await client.get(`/connectors/${body.Id}/methods`)).body;
  const cycle = await client.post("/cycles", { Name: "Pictured" });
  const step = await client.post(`/cycles/${cycle.body.Id}/steps`, {
    ActionType: "Action",
    AccountConnectorId: installed.body.Id,
    MethodId: method.Id,
  });
  expect([step.status, step.body.Message]).toEqual([200, undefined]);
  const icons = async (query: string) => {
    const { body: cycles } = await client.get(`/cycles?${query}`);
    return cycles.flatMap((each: { Connectors: { Icon: string | null }[] }) => each.Connectors.map((c) => c.Icon));
  };
  expect(await icons("")).toEqual([null]);
  expect(await icons("includeIcons=true")).toEqual([icon]);
});
