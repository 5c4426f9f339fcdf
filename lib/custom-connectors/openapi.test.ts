import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemPartnerScope } from "@/lib/access/scopes";
import { lintDefinition } from "@/lib/catalog/lint";
import { resetEnv } from "@/lib/platform/env";
import { convertOpenApi, OpenApiError } from "./openapi";
import { importedDefinition, importState, startImport } from "./openapi-import";
import type { ImportState } from "./types";

const convert = (document: unknown, files: Record<string, string> = {}, url?: string) =>
  convertOpenApi({
    text: typeof document === "string" ? document : JSON.stringify(document),
    ...(url ? { url } : {}),
    load: async (wanted) => files[wanted] ?? Promise.reject(new Error(`no ${wanted}`)),
    progress: () => undefined,
  });

const minimal = (more: object) => ({
  openapi: "3.0.3",
  info: { title: "Pets", version: "2" },
  servers: [{ url: "https://api.pets.example" }],
  paths: {},
  ...more,
});
const json = (schema: object) => ({ content: { "application/json": { schema } } });

describe("methods from operations", () => {
  it("take parameters, fields, names and categories", async () => {
    const { definition, leftovers, version } = await convert(
      minimal({
        paths: {
          "/pets/{petId}": {
            parameters: [{ name: "petId", in: "path", required: true, schema: { type: "integer" } }],
            put: {
              operationId: "updatePet",
              summary: "Update a pet",
              tags: ["Pets"],
              parameters: [
                { name: "dry-run", in: "query", schema: { type: "boolean", default: false } },
                { name: "X-Trace", in: "header", description: "For support.", schema: { type: "string" } },
                { name: "Authorization", in: "header", schema: { type: "string" } },
                { name: "session", in: "cookie", schema: { type: "string" } },
              ],
              requestBody: json({
                type: "object",
                required: ["name"],
                properties: {
                  id: { type: "integer", readOnly: true },
                  name: { type: "string" },
                  status: { type: "string", enum: ["sold", "free"], default: "free" },
                  born: { type: "string", format: "date-time" },
                  owner: { type: "object", properties: { email: { type: "string" } } },
                  tags: { type: "array", items: { type: "string" } },
                },
              }),
              responses: {
                200: json({ type: "array", items: { properties: { id: { type: "integer" }, price: { type: "number" } } } }),
              },
            },
            head: {},
          },
        },
      }),
    );
    expect(version).toBe("3.0");
    expect(definition).toMatchObject({ name: "Pets", apiVersion: "2", baseUrl: "https://api.pets.example" });
    const [method] = definition.methods;
    expect(method).toMatchObject({
      id: "update-pet",
      name: "Update a pet",
      category: "Pets",
      httpMethod: "PUT",
      endpoint: "/pets/{{petId}}",
    });
    expect(method!.parameters.map((p) => [p.targetType, p.targetName, p.optional, p.type])).toEqual([
      ["MergeField", "petId", false, "Integer"],
      ["QueryString", "dry-run", true, "Boolean"],
      ["HttpHeader", "X-Trace", true, "Text"],
    ]);
    expect(method!.requestFields.map((f) => [f.path, f.optional, f.type])).toEqual([
      ["name", false, "Text"],
      ["status", true, "Text"],
      ["born", true, "DateTime"],
      ["owner.email", true, "Text"],
      ["tags[]", true, "Text"],
    ]);
    expect(method!.requestFields[1]).toMatchObject({ values: ["sold", "free"], default: "free" });
    expect(method!.responseFields.map((f) => `${f.path} ${f.type}`)).toEqual(["[].id Integer", "[].price Decimal"]);
    expect(leftovers).toEqual(["HEAD /pets/{petId}", "PUT /pets/{petId}: the cookie parameter session"]);
    expect(lintDefinition(definition)).toEqual([]);
  });

  it("follow local and remote references, cycles and alternatives", async () => {
    const document = minimal({
      paths: {
        "/nodes": {
          post: {
            requestBody: json({ $ref: "common.yaml#/Node" }),
            responses: { 201: json({ oneOf: [{ $ref: "#/components/schemas/A" }, { properties: { b: { type: "string" } } }] }) },
          },
        },
      },
      components: {
        schemas: {
          A: { allOf: [{ properties: { a: { type: "integer" } } }, { $ref: "#/components/schemas/Base" }] },
          Base: { properties: { id: { type: "string" } } },
        },
      },
    });
    const common =
      "Node:\n  type: object\n  required: [name]\n  properties:\n    name: { type: string }\n    parent: { $ref: '#/Node' }\n    size: { $ref: 'sizes.json#/Size' }\n";
    const files = {
      "https://api.pets.example/spec/common.yaml": common,
      "https://api.pets.example/spec/sizes.json": '{"Size":{"type":"number"}}',
    };
    const { definition, leftovers } = await convert(document, files, "https://api.pets.example/spec/openapi.json");
    const [method] = definition.methods;
    expect(method!.requestFields.map((f) => `${f.path} ${f.type}`)).toEqual(["name Text", "size Decimal"]);
    expect(method!.responseFields.map((f) => `${f.path} ${f.type}`)).toEqual(["a Integer", "id Text", "b Text"]);
    expect(leftovers).toEqual(["Node holds itself: its fields are there once, not further down"]);
    await expect(convert(document)).rejects.toThrow(/relative address/);
  });

  it("read Swagger 2.0 in YAML", async () => {
    const { definition, version } = await convert(`
swagger: "2.0"
info: { title: Old, version: "1" }
host: old.example
basePath: /v1
schemes: [http, https]
consumes: [application/x-www-form-urlencoded]
securityDefinitions:
  key: { type: apiKey, in: query, name: api_key }
  login: { type: oauth2, flow: accessCode, authorizationUrl: "https://old.example/a", tokenUrl: "https://old.example/t", scopes: { read: Read things } }
security: [ { key: [] }, { login: [read] } ]
paths:
  /things:
    post:
      parameters:
        - { name: title, in: formData, type: string, required: true }
        - { name: limit, in: query, type: integer, default: 5 }
      responses: { 200: { schema: { properties: { id: { type: string } } } } }
`);
    expect(version).toBe("2.0");
    expect(definition.baseUrl).toBe("https://old.example/v1");
    expect(definition.methods[0]).toMatchObject({
      bodyFormat: "form",
      requestFields: [{ path: "title", optional: false }],
      parameters: [{ targetName: "limit", default: "5", type: "Integer" }],
      responseFields: [{ path: "id" }],
    });
    expect(definition.authMethods.map((m) => [m.type, m.oauth2?.grant])).toEqual([
      ["ApiKey", undefined],
      ["OAuth2", "AuthorisationCode"],
    ]);
    expect(lintDefinition(definition)).toEqual([]);
  });
});

describe("authentication from security schemes", () => {
  const schemes = (securitySchemes: object, security?: object[], files?: Record<string, string>) =>
    convert(minimal({ components: { securitySchemes }, ...(security ? { security } : {}) }), files);

  it("keys in header, query and cookie, basic and bearer", async () => {
    const { definition } = await schemes({
      a: { type: "apiKey", in: "header", name: "X-Key" },
      b: { type: "apiKey", in: "query", name: "key" },
      c: { type: "apiKey", in: "cookie", name: "sid" },
      d: { type: "http", scheme: "basic" },
      e: { type: "http", scheme: "Bearer" },
    });
    expect(definition.authMethods.map((m) => [m.id, m.type, m.placements[0] ?? null])).toEqual([
      ["api-key", "ApiKey", { in: "header", name: "X-Key", value: "{{apiKey}}" }],
      ["api-key-2", "ApiKey", { in: "query", name: "key", value: "{{apiKey}}" }],
      ["api-key-3", "ApiKey", { in: "cookie", name: "sid", value: "{{apiKey}}" }],
      ["basic", "Basic", null],
      ["bearer", "ApiKey", { in: "header", name: "Authorization", value: "Bearer {{apiKey}}" }],
    ]);
    expect(lintDefinition(definition)).toEqual([]);
  });

  it("every flow of OAuth 2, and discovery", async () => {
    const flow = { tokenUrl: "/token", scopes: { "read:all": "Read all" } };
    const files = {
      "https://id.example/.well-known/openid-configuration": JSON.stringify({
        issuer: "https://id.example",
        authorization_endpoint: "https://id.example/auth",
        token_endpoint: "https://id.example/token",
        scopes_supported: ["openid", "offline_access"],
      }),
    };
    const { definition, leftovers } = await convert(
      minimal({
        components: {
          securitySchemes: {
            o: {
              type: "oauth2",
              flows: {
                implicit: {},
                authorizationCode: { ...flow, authorizationUrl: "/auth" },
                clientCredentials: flow,
                password: flow,
              },
            },
            oidc: { type: "openIdConnect", openIdConnectUrl: "https://id.example/.well-known/openid-configuration" },
            gone: { type: "openIdConnect", openIdConnectUrl: "https://gone.example/x" },
            tls: { type: "mutualTLS" },
          },
        },
      }),
      files,
      "https://api.pets.example/openapi.json",
    );
    expect(definition.authMethods.map((m) => [m.oauth2?.grant, m.oauth2?.tokenEndpoint, m.oauth2?.scopes?.default])).toEqual([
      ["AuthorisationCode", "https://api.pets.example/token", ["read:all"]],
      ["ClientCredentials", "https://api.pets.example/token", ["read:all"]],
      ["PasswordCredentials", "https://api.pets.example/token", ["read:all"]],
      ["AuthorisationCode", "https://id.example/token", ["openid", "offline_access"]],
    ]);
    expect(leftovers.join("\n")).toMatch(/flow implicit[\s\S]*gone\.example[\s\S]*mutualTLS/);
    expect(lintDefinition(definition)).toEqual([]);
  });

  it("alternatives to methods, and keys that go together to one", async () => {
    const keys = { app: { type: "apiKey", in: "header", name: "X-App" }, user: { type: "apiKey", in: "header", name: "X-User" } };
    const { definition } = await schemes({ ...keys, basic: { type: "http", scheme: "basic" } }, [
      { app: [], user: [] },
      { basic: [] },
    ]);
    expect(definition.authMethods.map((m) => m.type)).toEqual(["AuthFields", "Basic"]);
    expect(definition.authMethods[0]!.placements).toEqual([
      { in: "header", name: "X-App", value: "{{app}}" },
      { in: "header", name: "X-User", value: "{{user}}" },
    ]);
    expect((await schemes({})).definition.authMethods[0]!.type).toBe("None");
  });
});

describe("servers", () => {
  const servers = async (list: object[]) => (await convert(minimal({ servers: list }))).definition;
  it("have variables as parameters, and a choice where there are several", async () => {
    const one = await servers([
      {
        url: "https://{region}.pets.example/{version}",
        variables: { region: { enum: ["eu", "us"], default: "eu" }, version: { default: "v1" } },
      },
    ]);
    expect(one.baseUrl).toBe("https://{{region}}.pets.example/{{version}}");
    expect(one.parameters.map((p) => [p.name, p.enum, p.default])).toEqual([
      ["region", ["eu", "us"], "eu"],
      ["version", undefined, "v1"],
    ]);
    expect(lintDefinition(one)).toEqual([]);
    const several = await servers([{ url: "https://a.example" }, { url: "https://b.example", description: "Test" }]);
    expect(several.parameters[0]).toMatchObject({
      name: "server",
      enum: ["https://a.example", "https://b.example"],
      default: "https://a.example",
    });
    expect(lintDefinition(several)).toEqual([]);
  });
});

describe("documents that can't be read", () => {
  it.each([
    ["neither JSON nor YAML", "{ [", /./],
    ["another version", "openapi: 4.0.0", /4\.0\.0 isn't known/],
    ["no description", "hello: world", /neither openapi nor swagger/],
    ["a text", "hello", /neither JSON nor YAML|./],
  ])("%s", async (_, text, expected) => {
    await expect(convert(text)).rejects.toThrow(expected);
    await expect(convert(text)).rejects.toBeInstanceOf(OpenApiError);
  });
});

describe("an import in its thread", () => {
  let server: Server;
  let url = "";
  const scope = systemPartnerScope("p1", "Ana");
  const big = (operations: number, padding: number): string => {
    const paths = Object.fromEntries(
      Array.from({ length: operations }, (_, i) => [
        `/things${i}/{id}`,
        {
          get: {
            operationId: `getThing${i}`,
            tags: [`Tag ${i % 20}`],
            description: "x".repeat(padding),
            responses: {
              200: json({
                properties: Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`field${n}`, { type: "string" }])),
              }),
            },
          },
        },
      ]),
    );
    return JSON.stringify(minimal({ paths }));
  };
  beforeAll(async () => {
    server = createServer((_, response) => response.end(big(3, 1)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.json`;
    process.env.KEYWAY_EGRESS_ALLOW = "127.0.0.1";
    resetEnv();
  });
  afterAll(() => server.close());
  const settled = async (id: string): Promise<ImportState> => {
    for (;;) {
      const state = importState(scope, id);
      if (!state) throw new Error("gone");
      if (state.state !== "running") return state;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const started = (input: { text?: string; url?: string }): string => {
    const begun = startImport(scope, input);
    if (!begun.ok) throw new Error(begun.error.message);
    return begun.value.id;
  };

  it("takes 10 MB and 1,000 operations in seconds, and holds up nobody", async () => {
    const text = big(1000, 8500);
    expect(text.length).toBeGreaterThan(9_000_000);
    const since = performance.now();
    let longest = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 10);
    const state = await settled(started({ text }));
    clearInterval(watch);
    expect(state).toMatchObject({ state: "done", methods: 1000, categories: 20, leftovers: [] });
    expect(performance.now() - since).toBeLessThan(20_000);
    expect(longest).toBeLessThan(1500);
  }, 60_000);

  it("fetches by URL through the egress client alone, for its own partner", async () => {
    const id = started({ url });
    expect(await settled(id)).toMatchObject({ state: "done", methods: 3, baseUrl: "https://api.pets.example" });
    expect(importedDefinition(scope, id)?.name).toBe("Pets");
    const other = systemPartnerScope("p2", "Eve");
    expect([importState(other, id), importedDefinition(other, id)]).toEqual([null, null]);
    const blocked = await settled(started({ url: "http://169.254.169.254/latest/openapi.json" }));
    expect(blocked.state).toBe("failed");
    const inner = minimal({ paths: { $ref: "http://10.0.0.1/paths.json" } });
    expect((await settled(started({ text: JSON.stringify(inner) }))).state).toBe("failed");
  }, 60_000);
});
