import { describe, expect, it } from "vitest";
import { lintDefinition } from "@/lib/catalog/lint";
import { convertOpenApi } from "./openapi";

/** What published descriptions do beside the textbook: nothing of it may get lost unseen. */
const convert = (text: string, url?: string) =>
  convertOpenApi({
    text,
    ...(url ? { url } : {}),
    load: (wanted) => Promise.reject(new Error(`no ${wanted}`)),
    progress: () => undefined,
  });
const document = (more: object, version = "3.0.3") =>
  JSON.stringify({
    openapi: version,
    info: { title: "Pets", version: "2" },
    servers: [{ url: "https://api.pets.example/v2" }],
    paths: {},
    ...more,
  });
const answer = { responses: { 204: { description: "" } } };
const get = (parameters: object[], more: object = {}) =>
  document({ paths: { "/pets": { get: { parameters, ...answer } } }, ...more });
const post = (schema: object, type = "application/json", more: object = {}, version?: string) =>
  document({ paths: { "/pets": { post: { requestBody: { content: { [type]: { schema } } }, ...answer } } }, ...more }, version);

describe("a text", () => {
  it("may begin with a byte order mark, and have anchors and merge keys", async () => {
    const { definition, leftovers } = await convert(`\uFEFF
openapi: 3.0.3
info: { title: Pets, version: "1" }
servers: [{ url: https://api.pets.example }]
x-page: &page { name: page, in: query, schema: { type: integer } }
paths:
  /pets:
    get:
      parameters:
        - *page
        - { <<: *page, name: size }
        - { <<: [*page, { description: Never read., name: no }], name: from, in: query }
      responses: { 204: { description: "" } }
`);
    expect(definition.methods[0]!.parameters.map((p) => `${p.targetName} ${p.type}`)).toEqual([
      "page Integer",
      "size Integer",
      "from Integer",
    ]);
    expect(leftovers).toEqual([]);
  });

  it("with references that lead nowhere is read, and they are listed", async () => {
    const { definition, leftovers } = await convert(
      get([{ $ref: "#/components/parameters/Gone" }, { in: "query" }, { name: "q", in: "query", schema: { $ref: "#/nope" } }]),
    );
    expect(definition.methods[0]!.parameters.map((p) => p.targetName)).toEqual(["q"]);
    expect(leftovers).toEqual([
      "GET /pets: a parameter without a name",
      "The reference #/components/parameters/Gone, which leads nowhere",
      "The reference #/nope, which leads nowhere",
    ]);
  });
});

describe("parameters", () => {
  it("that are objects in the query are one for each member", async () => {
    const range = {
      type: "object",
      properties: { gt: { type: "integer" }, lt: { $ref: "#/components/schemas/Limit" } },
      required: ["gt"],
    };
    const components = { schemas: { Limit: { type: "integer", default: 5 } } };
    const { definition, leftovers } = await convert(
      get(
        [
          { name: "created", in: "query", style: "deepObject", required: true, schema: range },
          { name: "window", in: "query", schema: { type: "object", properties: { from: { type: "string" } } } },
          { name: "flat", in: "query", explode: false, schema: range },
        ],
        { components },
      ),
    );
    expect(definition.methods[0]!.parameters.map((p) => [p.targetName, p.optional, p.type, p.default])).toEqual([
      ["created[gt]", false, "Integer", undefined],
      ["created[lt]", true, "Integer", "5"],
      ["from", true, "Text", undefined],
      ["flat", true, "Text", undefined],
    ]);
    expect(leftovers).toEqual(["GET /pets: the members of flat, which is typed as one text"]);
    expect(lintDefinition(definition)).toEqual([]);
  });

  it("say where several values can't be given, and not where a comma does it", async () => {
    const list = { type: "array", items: { type: "string" } };
    const several = "Several values of a parameter, each under its name again: one can be given";
    const one = { name: "ids", in: "query", schema: list };
    expect((await convert(get([one, { ...one, name: "tags" }]))).leftovers).toEqual([`${several} (2 times)`]);
    expect((await convert(get([{ ...one, explode: false }]))).leftovers).toEqual([]);
  });

  it("have the values of a schema that wraps another", async () => {
    const state = { type: "string", enum: ["open", "closed"], description: "Inner." };
    const { definition, leftovers } = await convert(
      get(
        [
          { name: "a", in: "query", schema: { allOf: [{ $ref: "#/components/schemas/State" }], default: "open" } },
          {
            name: "b",
            in: "query",
            schema: { anyOf: [{ $ref: "#/components/schemas/State" }, { type: "null" }], description: "Outer." },
          },
        ],
        { components: { schemas: { State: state } } },
      ),
    );
    expect(definition.methods[0]!.parameters).toMatchObject([
      { values: ["open", "closed"], default: "open", description: "Inner." },
      { values: ["open", "closed"], description: "Outer." },
    ]);
    expect(leftovers).toEqual([]);
  });

  it("with more values than a menu holds are typed, and it is said", async () => {
    const of = (count: number) => [
      { name: "zone", in: "query", schema: { enum: Array.from({ length: count }, (_, i) => `z${i}`) } },
    ];
    const many = await convert(get(of(600)));
    expect(many.definition.methods[0]!.parameters[0]!.values).toBeUndefined();
    expect(many.leftovers).toEqual(["GET /pets, zone: a choice of 600 values, which is typed instead"]);
    expect((await convert(get(of(249)))).definition.methods[0]!.parameters[0]!.values).toHaveLength(249);
  });
});

describe("bodies", () => {
  const fields = async (text: string) => {
    const { definition, leftovers } = await convert(text);
    return { fields: definition.methods[0]!.requestFields.map((f) => `${f.path} ${f.type}${f.optional ? "?" : ""}`), leftovers };
  };

  it("keep a field that may be null as it is, required where it was", async () => {
    const schema = {
      required: ["name", "owner"],
      properties: {
        name: { anyOf: [{ type: "string" }, { type: "null" }], title: "Full name" },
        owner: { oneOf: [{ $ref: "#/components/schemas/Owner" }, { type: "null" }] },
        age: { type: ["integer", "null"] },
      },
    };
    const components = { schemas: { Owner: { type: "object", required: ["id"], properties: { id: { type: "integer" } } } } };
    const text = post(schema, "application/json", { components }, "3.1.0");
    expect(await fields(text)).toEqual({ fields: ["name Text", "owner.id Integer", "age Integer?"], leftovers: [] });
    expect((await convert(text)).definition.methods[0]!.requestFields[0]!.title).toBe("Full name");
  });

  it("end where a schema holds itself, through a wrapper too", async () => {
    const node = {
      properties: { name: { type: "string" }, next: { allOf: [{ $ref: "#/components/schemas/Node" }], nullable: true } },
    };
    const text = post({ $ref: "#/components/schemas/Node" }, "application/json", { components: { schemas: { Node: node } } });
    expect(await fields(text)).toEqual({
      fields: ["name Text?"],
      leftovers: ["Node holds itself: its fields are there once, not further down"],
    });
  });

  it("say which parts of a schema have no field", async () => {
    const schema = {
      properties: {
        "line.1": { type: "string" },
        matrix: { type: "array", items: { type: "array", items: { type: "integer" } } },
        size: { type: "integer", minimum: 1 },
        extra: { type: "object", patternProperties: { "^x-": { type: "string" } } },
        pair: { type: "array", prefixItems: [{ type: "string" }] },
      },
    };
    expect(await fields(post(schema, "application/json", {}, "3.1.0"))).toEqual({
      fields: ["size Integer?", "extra Undefined?", "pair[] Text?"],
      leftovers: [
        "POST /pets: the member line.1, whose name can't be part of a place",
        "POST /pets: a list of lists, matrix[]",
        "Limits of values, such as minimum and pattern: the provider checks them",
        "POST /pets: patternProperties of extra",
        "POST /pets: prefixItems of pair",
      ],
    });
  });

  it("of JSON under another name keep that name, and those of other kinds are listed", async () => {
    const schema = { properties: { name: { type: "string" } } };
    const patch = await convert(post(schema, "application/merge-patch+json"));
    expect(patch.definition.methods[0]).toMatchObject({
      bodyFormat: "json",
      headers: { "content-type": "application/merge-patch+json" },
    });
    expect((await convert(post(schema, "application/json; charset=utf-8"))).definition.methods[0]!.headers).toBeUndefined();
    for (const type of ["multipart/form-data", "application/xml", "application/octet-stream"])
      expect((await convert(post(schema, type))).leftovers).toEqual([`POST /pets: a body of ${type}`]);
    const body = { content: { "application/json": { schema } } };
    const read = await convert(document({ paths: { "/pets": { get: { requestBody: body, ...answer } } } }));
    expect(read.leftovers).toEqual(["GET /pets: a body, which GET has no place for"]);
  });
});

describe("addresses", () => {
  it("of authentication are below the server, and blank where there is none", async () => {
    const flows = {
      authorizationCode: { authorizationUrl: "/oauth/authorize", tokenUrl: "token", refreshUrl: "/refresh", scopes: {} },
    };
    const components = { securitySchemes: { login: { type: "oauth2", flows } } };
    const { definition } = await convert(document({ components, servers: [{ url: "https://{shop}.pets.example/v2" }] }));
    expect(definition.authMethods[0]!.oauth2).toMatchObject({
      authorizationEndpoint: "https://{{shop}}.pets.example/oauth/authorize",
      tokenEndpoint: "https://{{shop}}.pets.example/v2/token",
      refreshEndpoint: "https://{{shop}}.pets.example/refresh",
    });
    expect(definition.parameters.map((p) => p.name)).toEqual(["shop"]);
    const pasted = await convert(document({ components, servers: [{ url: "/v2" }] }));
    expect(pasted.definition.authMethods[0]!.oauth2).toMatchObject({ authorizationEndpoint: "", tokenEndpoint: "" });
    expect(pasted.definition.authMethods[0]!.oauth2).not.toHaveProperty("refreshEndpoint");
    expect(pasted.leftovers).toContain("login: the address token, which is relative to none that is known");
    const fetched = await convert(document({ components, servers: [] }), "https://docs.pets.example/openapi.json");
    expect(fetched.definition.authMethods[0]!.oauth2?.tokenEndpoint).toBe("https://docs.pets.example/token");
  });

  it("have https where the scheme is a variable, and a parameter for each variable", async () => {
    const variables = { protocol: { enum: ["http", "https"], default: "https" } };
    const { definition } = await convert(document({ servers: [{ url: "{protocol}://{host}/api", variables }] }));
    expect(definition.baseUrl).toBe("https://{{host}}/api");
    expect(definition.parameters.map((p) => p.name)).toEqual(["host"]);
    const swagger = { swagger: "2.0", info: { title: "Old", version: "1" }, host: "{shop}.old.example", paths: {} };
    const old = await convert(JSON.stringify(swagger));
    expect([old.definition.baseUrl, old.definition.parameters[0]?.name]).toEqual(["https://{{shop}}.old.example", "shop"]);
  });

  it("of a single operation have the defaults of its variables", async () => {
    const server = { url: "https://upload.pets.example/{zone}", variables: { zone: { default: "eu" } } };
    const { definition } = await convert(document({ paths: { "/pets": { put: { servers: [server], ...answer } } } }));
    expect(definition.methods[0]!.endpoint).toBe("https://upload.pets.example/eu/pets");
    expect(lintDefinition(definition)).toEqual([]);
  });
});

it("authentication that nothing asks for, or that may be left out, is listed", async () => {
  const key = { type: "apiKey", in: "header", name: "X-Key" };
  const components = { securitySchemes: { key, digest: { type: "http", scheme: "digest" } } };
  const { definition, leftovers } = await convert(document({ components, security: [{ key: [] }, {}] }));
  expect(definition.authMethods.map((m) => m.type)).toEqual(["ApiKey"]);
  expect(leftovers).toEqual([
    "Calls without authentication, where the document allows them",
    "digest: an authentication that no operation asks for",
  ]);
});
