import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secret } from "@/lib/kernel/secret";
import { applyAuth, type ApiCall, type ApplyAuthInput } from "./apply";
import { connectorDefinitionSchema, type ConnectorDefinitionInput } from "./definition";
import { allowedHosts, hostAllowed } from "./hosts";
import type { ValueSource } from "./resolve";
import { encodeBody, formPairs, withValueAt } from "./request-body";

const define = (more: Omit<ConnectorDefinitionInput, "slug" | "name">) =>
  connectorDefinitionSchema.parse({ slug: "acme", name: "Acme", ...more });

function apply(
  definition: Omit<ConnectorDefinitionInput, "slug" | "name">,
  values: ApplyAuthInput["values"],
  request: ApiCall = { method: "GET", path: "/contacts" },
  more: Partial<ApplyAuthInput> = {},
) {
  const parsed = define(definition);
  const [authMethod] = parsed.authMethods;
  if (!authMethod) throw new Error("no method");
  return applyAuth({ definition: parsed, authMethod, values, request, ...more });
}

function sent(...input: Parameters<typeof apply>) {
  const result = apply(...input);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

const BASE = "https://api.acme.example/v1";
const post = (body?: unknown, more: Partial<ApiCall> = {}): ApiCall => ({ method: "POST", path: "/contacts", body, ...more });

describe("each type", () => {
  it("None adds nothing", () => {
    expect(sent({ baseUrl: BASE, authMethods: [{ id: "n", type: "None" }] }, {})).toEqual({
      request: { method: "GET", url: `${BASE}/contacts`, headers: {} },
      secrets: [],
      allowedHosts: ["api.acme.example"],
    });
  });

  it("ApiKey goes raw into Authorization, or where the definition says", () => {
    const values = { apiKey: secret("k1") };
    expect(sent({ baseUrl: BASE, authMethods: [{ id: "k", type: "ApiKey" }] }, values).request.headers).toEqual({
      authorization: "k1",
    });
    const placed = (placements: NonNullable<ConnectorDefinitionInput["authMethods"][number]["placements"]>, request?: ApiCall) =>
      sent({ baseUrl: BASE, authMethods: [{ id: "k", type: "ApiKey", placements }] }, values, request);
    expect(placed([{ in: "header", name: "X-Api-Key", value: "Token token={{apiKey}}" }]).request.headers).toEqual({
      "x-api-key": "Token token=k1",
    });
    expect(placed([{ in: "query", name: "api key", value: "{{apiKey}}" }]).request.url).toBe(`${BASE}/contacts?api+key=k1`);
    expect(placed([{ in: "cookie", name: "session", value: "{{apiKey}}" }]).request.headers).toEqual({ cookie: "session=k1" });
    expect(placed([{ in: "path", value: "https://api.acme.example/bot{{apiKey}}" }]).request.url).toBe(
      "https://api.acme.example/botk1/contacts",
    );
    expect(placed([{ in: "path", value: "key/{{apiKey}}" }]).request.url).toBe(`${BASE}/key/k1/contacts`);
    expect(placed([{ in: "body", value: { auth: { key: "{{apiKey}}" } } }], post({ name: "A" })).request).toMatchObject({
      body: '{"name":"A","auth":{"key":"k1"}}',
    });
    expect(
      placed([{ in: "body", name: "key", value: "{{apiKey}}" }], post({ name: "A b" }, { bodyFormat: "form" })).request,
    ).toMatchObject({
      body: "name=A+b&key=k1",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(placed([{ in: "body", name: "key", value: "{{apiKey}}" }]).request).not.toHaveProperty("body");
  });

  it("Basic is the base64 of both halves, also with a fixed one, and says so to the log", () => {
    const method = {
      id: "b",
      type: "Basic" as const,
      parameters: [
        { name: "username", title: "Key", secret: true },
        { name: "password", title: "Password", fixed: "X" },
      ],
    };
    const { request, secrets } = sent({ baseUrl: BASE, authMethods: [method] }, { username: "key", password: "X" });
    expect(request.headers).toEqual({ authorization: `Basic ${btoa("key:X")}` });
    expect(secrets).toEqual(expect.arrayContaining(["key", btoa("key:X")]));
  });

  it("OAuth2 sends a bearer token, and more where the definition says", () => {
    const oauth2 = { grant: "AuthorisationCode" as const, tokenEndpoint: "https://acme.example/token" };
    expect(
      sent({ baseUrl: BASE, authMethods: [{ id: "o", type: "OAuth2", oauth2 }] }, { accessToken: secret("t") }).request.headers,
    ).toEqual({ authorization: "Bearer t" });
    const placements = [{ in: "header" as const, name: "X-Shop-Token", value: "{{accessToken}}" }];
    expect(
      sent({ baseUrl: BASE, authMethods: [{ id: "o", type: "OAuth2", oauth2, placements }] }, { AccessToken: "t" }).request
        .headers,
    ).toEqual({ "x-shop-token": "t" });
  });

  it("AuthFields go into the body of a POST, nested and typed, and nowhere else", () => {
    const authFields = [
      { name: "User", key: "auth.user", type: "Text" as const },
      { name: "Key", key: "auth.key", type: "Password" as const },
      { name: "Shop", key: "shop", type: "Number" as const },
      { name: "Test", key: "test", type: "Boolean" as const },
    ];
    const definition = { baseUrl: BASE, authMethods: [{ id: "f", type: "AuthFields" as const, authFields }] };
    const values = { User: "u", Key: secret("k9"), Shop: "7", Test: "true" };
    const json = sent(definition, values, post({ auth: { realm: "r" }, name: "A" }));
    expect(JSON.parse(json.request.body ?? "")).toEqual({
      auth: { realm: "r", user: "u", key: "k9" },
      name: "A",
      shop: 7,
      test: true,
    });
    expect(json.secrets).toContain("k9");
    expect(sent(definition, values, post(undefined, { bodyFormat: "form" })).request.body).toBe(
      "auth%5Buser%5D=u&auth%5Bkey%5D=k9&shop=7&test=true",
    );
    expect(sent(definition, values).request).toEqual({ method: "GET", url: `${BASE}/contacts`, headers: {} });
    expect(sent(definition, values, { ...post({}), method: "PUT" }).request.body).toBe("{}");
    expect(apply(definition, { User: "u" }, post({}))).toMatchObject({
      ok: false,
      error: { code: "connector.values_missing", message: "Values are missing: Key, Shop, Test" },
    });
  });
});

describe("address, headers and query", () => {
  it("the first base URL with all its values wins; the method's own comes before the connector's", () => {
    const definition = {
      parameters: [{ name: "region", title: "Region", required: false }],
      baseUrl: ["https://{{region}}.acme.example/", "https://acme.example"],
      authMethods: [{ id: "n", type: "None" as const }],
    };
    expect(sent(definition, { region: "eu" }).request.url).toBe("https://eu.acme.example/contacts");
    expect(sent(definition, {}).request.url).toBe("https://acme.example/contacts");
    expect(
      sent({ ...definition, authMethods: [{ id: "n", type: "None", baseUrl: "https://own.acme.example" }] }, {}).request.url,
    ).toBe("https://own.acme.example/contacts");
  });

  it("a URL that arrived with the token is the base", () => {
    const definition = {
      parameters: [{ name: "instance_url", title: "Instance URL", source: "tokenResponse" as const }],
      baseUrl: "{{instance_url}}/services",
      authMethods: [{ id: "n", type: "None" as const }],
    };
    const { request, allowedHosts: hosts } = sent(definition, { InstanceUrl: "https://na7.acme.example/" });
    expect(request.url).toBe("https://na7.acme.example/services/contacts");
    expect(hosts).toEqual(["na7.acme.example"]);
    expect(apply(definition, {})).toMatchObject({
      ok: false,
      error: { code: "connector.values_missing", message: "A value is missing: Instance URL" },
    });
  });

  it("merge fields of the call fill the path, never the host", () => {
    const definition = {
      parameters: [{ name: "tenant", title: "Tenant" }],
      baseUrl: "https://{{tenant}}.acme.example",
      authMethods: [{ id: "n", type: "None" as const }],
    };
    const { request } = sent(
      definition,
      { tenant: "a" },
      { method: "GET", path: "/{{tenant}}/x/{{id}}?q={{id}}", mergeFields: { tenant: "own", id: "1/2 3" } },
    );
    expect(request.url).toBe("https://a.acme.example/own/x/1%2F2%203?q=1%2F2%203");
    expect(
      sent(
        definition,
        { tenant: "a" },
        { method: "GET", path: "{{object}}/list", mergeFields: { object: "https://evil.example" } },
      ).request.url,
    ).toBe("https://a.acme.example/https%3A%2F%2Fevil.example/list");
  });

  it("optional headers and parameters without a value are left out, required ones are named", () => {
    const definition = {
      parameters: [
        { name: "version", title: "Version", required: false },
        { name: "firm", title: "Firm" },
      ],
      baseUrl: BASE,
      headers: { "X-Version": "{{version}}", Accept: "application/json", "X-Correlation": "{{random}}" },
      query: { v: "{{version}}", firm: "{{firm}}" },
      authMethods: [{ id: "n", type: "None" as const }],
    };
    const { request } = sent(definition, { firm: "f&g" });
    expect(request.url).toBe(`${BASE}/contacts?firm=f%26g`);
    expect(Object.keys(request.headers)).toEqual(["accept", "x-correlation"]);
    expect(request.headers["x-correlation"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(apply(definition, {})).toMatchObject({ ok: false, error: { message: "A value is missing: Firm" } });
  });

  it("what a caller gives is never read as a template", () => {
    const definition = { baseUrl: BASE, authMethods: [{ id: "k", type: "ApiKey" as const }] };
    const { request } = sent(
      definition,
      { apiKey: "k" },
      post(
        { note: "{{apiKey}}" },
        { headers: { "X-Note": "{{apiKey}}", Authorization: "mine" }, query: { q: "{{apiKey}}", many: ["1", "2"] } },
      ),
    );
    expect(request).toEqual({
      method: "POST",
      url: `${BASE}/contacts?q=%7B%7BapiKey%7D%7D&many=1&many=2`,
      headers: { "x-note": "{{apiKey}}", authorization: "k", "content-type": "application/json" },
      body: '{"note":"{{apiKey}}"}',
    });
  });

  it.each(["a\r\nX-Evil: 1", "a\u0000", "a☃"])("a header can't carry %j", (apiKey) => {
    expect(apply({ baseUrl: BASE, authMethods: [{ id: "k", type: "ApiKey" }] }, { apiKey })).toMatchObject({
      ok: false,
      error: { code: "request.invalid" },
    });
  });
});

describe("secrets go only to hosts that the definition names (S-41)", () => {
  const shop = (parameter: object = {}, baseUrl = "https://{{shop}}") => ({
    parameters: [{ name: "shop", title: "Shop domain", level: "account" as const, ...parameter }],
    baseUrl,
    authMethods: [{ id: "k", type: "ApiKey" as const, parameters: [{ name: "apiKey", title: "Key", secret: true }] }],
  });

  it.each([
    [shop({ pattern: "[a-z0-9-]+\\.myshop\\.example" }), "evil.example"],
    [shop({ pattern: "[a-z0-9-]+\\.myshop\\.example" }), "a.myshop.example.evil.example"],
    [shop({ pattern: "[a-z0-9-]+\\.myshop\\.example" }), "evil.example/.myshop.example"],
    [shop({ enum: ["eu.acme.example"] }), "evil.example"],
    [shop({ format: "hostname" }), "evil.example:80/x"],
    [shop({}, "https://{{shop}}.acme.example"), "evil.example/"],
    [shop({}, "https://{{shop}}.acme.example"), "evil.example#"],
    [shop({}, "https://{{shop}}.acme.example"), "user@evil.example?"],
    [shop({ pattern: "https://[a-z]+\\.acme\\.example" }, "{{shop}}/api"), "https://evil.example"],
  ])("%#: a host that isn't allowed gets nothing", (definition, typed) => {
    const result = apply(definition, { shop: typed, apiKey: secret("k-secret") });
    expect(result).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
    expect(JSON.stringify(result)).not.toContain("evil");
  });

  it("a partner's own secret goes to no host that a customer may choose freely", () => {
    const values = { shop: "evil.example", apiKey: secret("partner-key") };
    const call = { method: "GET", path: "/x" };
    expect(apply(shop(), values, call, { sources: { shop: "Account", apiKey: "Partner" } })).toMatchObject({
      ok: false,
      error: { code: "egress.blocked" },
    });
    expect(apply(shop(), values, call)).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
    // As a property, the API takes what a redirect or a look-up would have brought; what comes with a token it doesn't take.
    const arriving = (source: "redirect" | "postConnect" | "tokenResponse") =>
      apply(shop({ source }), values, call, { sources: { shop: "Account", apiKey: "Partner" } }).ok;
    expect([arriving("redirect"), arriving("postConnect"), arriving("tokenResponse")]).toEqual([false, false, true]);
    expect(apply(shop(), values, call, { sources: { shop: "Account", apiKey: "Account" } }).ok).toBe(true);
    expect(apply(shop(), values, call, { sources: { shop: "Partner", apiKey: "Partner" } }).ok).toBe(true);
    expect(
      apply(shop({ pattern: "[a-z]+\\.example" }), values, call, { sources: { shop: "Account", apiKey: "Partner" } }).ok,
    ).toBe(true);
    expect(
      apply(shop({}, "https://{{shop}}.acme.example"), { ...values, shop: "a" }, call, {
        sources: { shop: "Account", apiKey: "Partner" },
      }).ok,
    ).toBe(true);
  });

  it("the connector's own credential goes to no host that a step brought, also where that usually arrives with the token", () => {
    const call = { method: "GET", path: "/x" };
    const values = { instance_url: "https://evil.example", accessToken: secret("customers-token") };
    const crm = (parameter: object = {}) => ({
      parameters: [{ name: "instance_url", title: "Instance URL", source: "tokenResponse" as const, ...parameter }],
      baseUrl: "{{instance_url}}",
      authMethods: [{ id: "o", type: "OAuth2" as const, oauth2 }],
    });
    const oauth2 = { grant: "AuthorisationCode" as const, tokenEndpoint: "https://acme.example/token" };
    const sent = (by: { instance_url: ValueSource; accessToken: ValueSource }, parameter?: object) =>
      apply(crm(parameter), values, call, { sources: by });
    const refused = sent({ instance_url: "Step", accessToken: "Account" });
    expect(refused).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
    expect(JSON.stringify(refused)).not.toMatch(/customers-token|evil/);
    expect(sent({ instance_url: "Step", accessToken: "Step" }).ok).toBe(true);
    expect(sent({ instance_url: "Account", accessToken: "Account" }).ok).toBe(true);
    expect(sent({ instance_url: "Account", accessToken: "Step" }).ok).toBe(true);
    expect(sent({ instance_url: "Step", accessToken: "Account" }, { pattern: "https://[a-z]+\\.example" }).ok).toBe(true);
  });

  it("an absolute address of a method needs a host that is named", () => {
    const definition = { baseUrl: BASE, allowedHosts: ["*.files.example"], authMethods: [{ id: "k", type: "ApiKey" as const }] };
    const get = (path: string, mergeFields?: Record<string, string>) =>
      apply(definition, { apiKey: "k" }, { method: "GET", path, ...(mergeFields ? { mergeFields } : {}) });
    expect(get("https://eu.files.example/x").ok).toBe(true);
    expect(get("https://api.acme.example/other").ok).toBe(true);
    for (const path of [
      "https://evil.example/x",
      "http://api.acme.example/x",
      "https://files.example/x",
      "https://eu.files.example:8443/x",
    ]) {
      expect(get(path)).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
    }
    expect(get("https://{{host}}/x", { host: "api.acme.example" }).ok).toBe(false);
  });

  it("lists the hosts of every address, and tells plain text from TLS", () => {
    const definition = define({
      parameters: [{ name: "sub", title: "Sub" }],
      baseUrl: "http://127.0.0.1:4010/{{later}}",
      allowedHosts: ["*.cdn.example"],
      authMethods: [
        {
          id: "o",
          type: "OAuth2",
          oauth2: {
            grant: "AuthorisationCode",
            authorizationEndpoint: "https://{{sub}}.acme.example/a",
            tokenEndpoint: ["https://{{missing}}.acme.example", "https://login.acme.example/t"],
          },
        },
      ],
      methods: [
        { id: "m", name: "M", httpMethod: "GET", endpoint: "https://up.acme.example/{{x}}" },
        { id: "n", name: "N", httpMethod: "GET", endpoint: "https://{{x}}/y" },
      ],
    });
    const hosts = allowedHosts(definition, { sub: "a", x: "evil.example" });
    expect([...hosts].sort()).toEqual(
      ["*.cdn.example", "a.acme.example", "http://127.0.0.1:4010", "login.acme.example", "up.acme.example"].sort(),
    );
  });

  it.each([
    ["https://api.acme.example/x", true],
    ["https://API.ACME.EXAMPLE:443/x", true],
    ["https://api.acme.example:444/x", false],
    ["http://api.acme.example/x", false],
    ["https://api.acme.example.evil.example", false],
    ["https://u:p@api.acme.example", false],
    ["https://x.cdn.example", true],
    ["https://cdn.example", false],
    ["https://evilcdn.example", false],
    ["http://127.0.0.1:4010/x", true],
    ["nonsense", false],
  ])("%s: %s", (url, allowed) => {
    expect(hostAllowed(url, ["api.acme.example", "*.cdn.example", "http://127.0.0.1:4010"])).toBe(allowed);
  });
});

describe("bodies", () => {
  it("a path never reaches the prototype, and inputs stay as they are", () => {
    const body = { a: { b: 1 } };
    expect(withValueAt(body, "a.c", 2)).toEqual({ a: { b: 1, c: 2 } });
    expect(body).toEqual({ a: { b: 1 } });
    withValueAt({}, "__proto__.polluted", "yes");
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("forms nest with brackets", () => {
    expect(formPairs({ a: 1, b: { c: "x" }, d: ["1", "2"], e: null })).toEqual([
      ["a", "1"],
      ["b[c]", "x"],
      ["d[]", "1"],
      ["d[]", "2"],
    ]);
    expect(encodeBody("raw", "json")).toEqual({ text: "raw", contentType: "application/json" });
  });
});

it("no error holds a value, whatever the values are", () => {
  // Each value starts with a mark of its own, so that neither is found inside the other.
  const odd = (mark: string) =>
    fc.oneof(
      fc.string({ unit: "binary" }).map((text) => `${mark}${text}`),
      fc.constantFrom(`${mark}/../x`, `${mark}\r\n`, `${mark}@host`, `https://${mark}.example?x`, `{{${mark}}}`, `${mark}☃`),
    );
  const placement = fc.constantFrom(
    { in: "header" as const, name: "X-Key", value: "{{apiKey}}" },
    { in: "query" as const, name: "key", value: "{{apiKey}}" },
    { in: "cookie" as const, name: "key", value: "{{apiKey}}" },
    { in: "path" as const, value: "key/{{apiKey}}" },
    { in: "path" as const, value: "https://api.acme.example/bot{{apiKey}}" },
    { in: "header" as const, name: "X-Key", value: "{{base64({{apiKey}}:{{other}})}}" },
    { in: "body" as const, value: { deep: { key: "{{apiKey|upper}}" } } },
  );
  fc.assert(
    fc.property(
      odd("zq9"),
      odd("vk4"),
      placement,
      fc.constantFrom("GET", "POST"),
      fc.constantFrom("https://{{host}}.acme.example", "https://{{host}}", "{{host}}/v1", "https://api.acme.example/{{host}}"),
      (apiKey, host, place, method, baseUrl) => {
        const result = apply(
          {
            parameters: [{ name: "host", title: "Host", level: "account", secret: true }],
            baseUrl,
            authMethods: [
              { id: "k", type: "ApiKey", placements: [place], parameters: [{ name: "apiKey", title: "Key", secret: true }] },
            ],
          },
          { apiKey: secret(apiKey), host: secret(host) },
          { method, path: "/x", body: {} },
        );
        if (result.ok) {
          const whole = JSON.stringify([result.value.request.headers, result.value.request.url]);
          return !whole.includes(apiKey) || result.value.secrets.includes(apiKey);
        }
        const text = JSON.stringify(result) + result.error.message;
        return !text.includes(JSON.stringify(apiKey).slice(1, -1)) && !text.includes(JSON.stringify(host).slice(1, -1));
      },
    ),
    { numRuns: 500 },
  );
});
