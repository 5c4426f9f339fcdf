import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { applyAuth, type ApiCall } from "@/lib/auth-methods/apply";
import {
  connectorDefinitionSchema,
  defaultAuthMethod,
  type AuthMethod,
  type ConnectorDefinition,
  type ConnectorDefinitionInput,
  type Parameter,
  type Templates,
} from "@/lib/auth-methods/definition";
import { renderUrl } from "@/lib/auth-methods/hosts";
import { connectorParameters, kindOf } from "@/lib/auth-methods/registry";
import { connectorValues, resolveValues, VALUES } from "@/lib/auth-methods/resolve";
import { canonicalName, hostFields, mergeFields } from "@/lib/auth-methods/templates";
import { loadLibrary } from "./connectors/load";
import { sandboxConnectors } from "./connectors/sandbox";

const parse = (input: unknown): ConnectorDefinition => connectorDefinitionSchema.parse(input);
const ROOT = path.resolve(import.meta.dirname, "../..");
const FOLDER = path.join(ROOT, "db/seeds/connectors");
/** Filled in anew for every request. */
const RUN_TIME = ["random"];

const listOf = (templates: Templates | undefined): readonly string[] =>
  templates === undefined ? [] : typeof templates === "string" ? [templates] : templates;

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

const endpointsOf = (method: AuthMethod): string[] =>
  [
    method.oauth2?.authorizationEndpoint,
    method.oauth2?.tokenEndpoint,
    method.oauth2?.refreshEndpoint,
    method.oauth2?.revocationEndpoint,
    method.oauth1?.requestTokenEndpoint,
    method.oauth1?.authorizationEndpoint,
    method.oauth1?.accessTokenEndpoint,
  ].flatMap(listOf);

const addressesOf = (definition: ConnectorDefinition, method: AuthMethod): string[] => [
  ...endpointsOf(method),
  ...listOf(method.baseUrl ?? definition.baseUrl),
  ...listOf(definition.verification?.url),
  ...(definition.postConnect ?? []).flatMap((lookup) => listOf(lookup.request.url)),
];

const named = (parameters: readonly Parameter[], name: string): Parameter | undefined =>
  parameters.find((p) => canonicalName(p.name) === canonicalName(name));

const duplicates = (names: readonly string[]): string[] => [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];

/** Examples of the shapes that patterns of this library ask for; an `example` of the parameter itself comes first. */
const CANDIDATES = ["acme", "acme.example.com", "https://acme.example.com", "12", "https://accounts.zoho.eu", "mypurecloud.com"];

function sampleOf(parameter: Parameter): string | undefined {
  if (parameter.enum?.[0] !== undefined) return parameter.enum[0];
  if (parameter.format === "uuid") return "11111111-2222-4333-8444-555555555555";
  const pattern = new RegExp(`^(?:${parameter.pattern ?? ".+"})$`, "u");
  // A value that arrives by itself, such as `instance_url`, may be a whole address.
  const whole = parameter.format === "uri" || parameter.source === "tokenResponse" || parameter.source === "postConnect";
  const candidates = whole ? CANDIDATES.filter((c) => c.startsWith("https://")).concat(CANDIDATES) : CANDIDATES;
  const plausible = parameter.format === "hostname" ? candidates.filter((c) => !c.startsWith("https://")) : candidates;
  return [...(parameter.example === undefined ? [] : [parameter.example]), ...plausible].find((c) => pattern.test(c));
}

function sampleValues(definition: ConnectorDefinition, authMethod: AuthMethod, which: (p: Parameter) => boolean) {
  const parameters = connectorParameters(definition, authMethod);
  const samples = Object.fromEntries(parameters.filter(which).map((p) => [p.name, sampleOf(p)]));
  const layers = { account: samples, partner: samples };
  const values = connectorValues(resolveValues({ definition, authMethod, layers, representation: VALUES }));
  if (!values.ok) throw new Error(`${definition.slug}: ${values.error.message}`);
  return values.value;
}

/** Everything that is wrong with how the parts of one definition fit together. */
function problemsOf(definition: ConnectorDefinition): string[] {
  const problems: string[] = [];
  const report = (text: string): void => void problems.push(`${definition.slug}: ${text}`);
  for (const id of duplicates(definition.authMethods.map((m) => m.id))) report(`two authentication methods ${id}`);
  for (const id of duplicates(definition.methods.map((m) => m.id))) report(`two methods ${id}`);
  if (definition.authMethods.filter((m) => m.isDefault).length > 1) report("two default authentication methods");
  if (definition.testMethod !== undefined && !definition.methods.some((m) => m.id === definition.testMethod)) {
    report(`no method ${definition.testMethod} to test with`);
  }
  if (definition.testMethod !== undefined && definition.verification) report("a test method beside a verification request");
  for (const lookup of definition.lookups) {
    const fields = definition.methods.find((m) => m.id === lookup.method)?.responseFields.map((f) => f.path) ?? [];
    if (!fields.includes(lookup.identifierKey) || !fields.includes(lookup.humanReadableKey))
      report(`lookup ${lookup.name} has no source`);
  }
  for (const used of definition.methods.flatMap((m) => [...m.parameters, ...m.requestFields]).flatMap((p) => p.lookup ?? [])) {
    if (!definition.lookups.some((l) => l.name === used)) report(`no lookup ${used}`);
  }
  for (const authMethod of definition.authMethods) {
    for (const problem of methodProblems(definition, authMethod)) report(`${authMethod.id}: ${problem}`);
  }
  return problems;
}

function methodProblems(definition: ConnectorDefinition, authMethod: AuthMethod): string[] {
  const problems: string[] = [];
  const declared = [...definition.parameters, ...authMethod.parameters];
  const parameters = connectorParameters(definition, authMethod);
  const known = [...parameters.map((p) => p.name), ...RUN_TIME];
  const unknownIn = (templates: readonly string[], more: readonly string[] = []): string[] =>
    templates.flatMap(mergeFields).filter((name) => ![...known, ...more].some((k) => canonicalName(k) === canonicalName(name)));

  for (const name of duplicates(declared.map((p) => canonicalName(p.name)))) problems.push(`parameter ${name} is declared twice`);
  for (const p of declared) problems.push(...parameterProblems(p, declared));

  const shared = [definition.baseUrl, definition.headers, definition.query, definition.verification, definition.postConnect];
  for (const name of unknownIn(textsOf([...shared, authMethod]))) problems.push(`nothing fills {{${name}}}`);
  for (const method of definition.methods) {
    const own = method.parameters.filter((p) => p.targetType === "MergeField").map((p) => p.targetName);
    for (const name of unknownIn(textsOf([method.endpoint, method.headers, method.query]), own)) {
      problems.push(`nothing fills {{${name}}} of ${method.id}`);
    }
    for (const name of own) {
      if (!textsOf([method.endpoint, method.headers, method.query]).some((t) => mergeFields(t).includes(name))) {
        problems.push(`${method.id} doesn't use ${name}`);
      }
    }
  }

  for (const endpoint of endpointsOf(authMethod)) {
    if (endpoint.startsWith("https://")) continue;
    const start = named(parameters, hostFields(endpoint)?.names[0] ?? "");
    if (!endpoint.startsWith("{{") || !start?.pattern?.startsWith("https://")) problems.push(`${endpoint} isn't bound to TLS`);
  }
  for (const address of addressesOf(definition, authMethod)) {
    if (/^http:/i.test(address)) problems.push(`${address} isn't encrypted`);
    for (const name of hostFields(address)?.names ?? []) {
      const p = named(parameters, name);
      const bound =
        p &&
        (p.format === "hostname" || p.format === "uri" || p.pattern || p.enum || p.fixed !== undefined || p.source !== "user");
      if (!bound) problems.push(`${name} decides a host and may be anything`);
    }
  }

  const placed = kindOf(authMethod).placements(authMethod);
  const bodyFields = authMethod.authFields ?? [];
  if (placed.length + bodyFields.length === 0 && authMethod.type !== "None" && authMethod.type !== "OAuth1")
    problems.push("no placement");
  const sent = textsOf([
    placed,
    definition.headers,
    definition.query,
    authMethod.oauth2?.tokenRequest,
    definition.baseUrl,
  ]).flatMap(mergeFields);
  for (const name of kindOf(authMethod).credentialNames(authMethod)) {
    const inToken = authMethod.type === "OAuth2" && canonicalName(name) !== "accesstoken";
    const signed = authMethod.type === "OAuth1" || bodyFields.some((f) => f.name === name);
    const p = named(parameters, name);
    if (!inToken && !signed && p?.fixed === undefined && !sent.some((s) => canonicalName(s) === canonicalName(name))) {
      problems.push(`${name} is asked for and never sent`);
    }
  }
  return problems;
}

function parameterProblems(p: Parameter, declared: readonly Parameter[]): string[] {
  const problems: string[] = [];
  if (p.enumTitles && p.enumTitles.length !== p.enum?.length) problems.push(`${p.name} has other words than values`);
  if (p.visibleWhen && !named(declared, p.visibleWhen.parameter)) problems.push(`${p.name} depends on nothing`);
  if ((p.source === "tokenResponse" || p.source === "redirect" || p.source === "postConnect") && !p.path)
    problems.push(`${p.name} is read nowhere`);
  if (p.source === "system" && p.fixed === undefined) problems.push(`${p.name} has no value`);
  if (p.fixed !== undefined && (p.source !== "system" || p.default !== undefined))
    problems.push(`${p.name} is fixed and asked for`);
  if (/_|^[a-z]+[A-Z]|^[a-z]/.test(p.title)) problems.push(`${p.title} isn't a label`);
  if (p.fixed === undefined && sampleOf(p) === undefined) problems.push(`${p.name} has a pattern without an example`);
  if (p.example !== undefined && sampleOf(p) !== p.example && !p.enum && p.format !== "uuid")
    problems.push(`${p.name} has an example that it refuses`);
  return problems;
}

/** Every request of a definition, built by the engine. Out: what it can't build. */
function unbuildable(definition: ConnectorDefinition): string[] {
  const out: string[] = [];
  for (const authMethod of definition.authMethods) {
    const parameters = connectorParameters(definition, authMethod);
    const calls: ApiCall[] = [
      ...(definition.verification?.paths ?? []).map((p) => ({ method: definition.verification?.method ?? "GET", path: p })),
      ...(definition.verification?.url === undefined
        ? []
        : [{ method: definition.verification.method, path: definition.verification.url }]),
      ...(definition.methods.length + (definition.verification ? 1 : 0) === 0 ? [{ method: "GET", path: "/" }] : []),
      ...definition.methods.map((m) => ({
        method: m.httpMethod,
        path: m.endpoint,
        mergeFields: Object.fromEntries(
          m.parameters.filter((p) => p.targetType === "MergeField").map((p) => [p.targetName, "a value/2"]),
        ),
        query: Object.fromEntries(
          m.parameters.filter((p) => p.targetType === "QueryString").map((p) => [p.targetName, p.default ?? "x"]),
        ),
        ...(m.requestFields.length > 0 ? { body: { sample: true }, bodyFormat: m.bodyFormat } : {}),
      })),
    ];
    const subsets = { all: () => true, required: (p: Parameter) => p.required || p.source !== "user" };
    for (const [which, subset] of Object.entries(subsets)) {
      const { values, sources } = sampleValues(definition, authMethod, subset);
      for (const endpoint of endpointsOf(authMethod).length > 0
        ? [authMethod.oauth2?.tokenEndpoint, authMethod.oauth2?.authorizationEndpoint]
        : []) {
        const url = endpoint === undefined ? null : renderUrl(endpoint, values, parameters);
        if (url && !url.ok) out.push(`${definition.slug}/${authMethod.id} (${which}): ${url.error.message}`);
      }
      for (const request of calls) {
        const built = applyAuth({ definition, authMethod, values, sources, request, oauth1Signer: () => "signature" });
        if (!built.ok) out.push(`${definition.slug}/${authMethod.id} ${request.path} (${which}): ${built.error.message}`);
        else if (/\{\{|undefined|null/.test(JSON.stringify(built.value.request)))
          out.push(`${definition.slug}: ${built.value.request.url}`);
      }
    }
  }
  return out;
}

const library = loadLibrary(parse, ROOT);
const bySlug = (slug: string): ConnectorDefinition => {
  const found = library.find((d) => d.slug === slug);
  if (!found) throw new Error(`no ${slug}`);
  return found;
};
const sandbox = sandboxConnectors("http://127.0.0.1:4010/").map((d) => connectorDefinitionSchema.parse(d));

describe("the library", () => {
  it("loads every definition, within two seconds of the processor", () => {
    const started = process.cpuUsage();
    expect(loadLibrary(parse, ROOT).length).toBe(library.length);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(2_000);
    expect(library.length).toBeGreaterThanOrEqual(840);
    expect(library.map((d) => d.slug)).toEqual([...library.map((d) => d.slug)].sort());
  });

  it("has a slug once, in the file of its name", () => {
    expect(duplicates(library.map((d) => d.slug))).toEqual([]);
    expect(duplicates(library.map((d) => d.name.toLowerCase()))).toEqual([]);
    for (const file of readdirSync(path.join(FOLDER, "library"))) {
      const definition: unknown = JSON.parse(readFileSync(path.join(FOLDER, "library", file), "utf8"));
      expect(definition).toMatchObject({ slug: file.replace(/\.json$/, "") });
    }
  });

  it("fits together", () => {
    expect(library.flatMap(problemsOf)).toEqual([]);
  });

  it("builds every request, with all values and with the required ones", () => {
    expect(library.flatMap(unbuildable)).toEqual([]);
  });

  it("says what it is in words", () => {
    for (const { slug, description, categories } of library) {
      expect(description, slug).not.toMatch(/please|successfully|seamless|powerful/i);
      expect(description, slug).toMatch(/^.{15,}\.$/);
      expect(categories.length, slug).toBeGreaterThan(0);
    }
    expect([...new Set(library.flatMap((d) => d.categories))].length).toBeLessThanOrEqual(32);
  });

  it("has methods for the connectors written by hand", () => {
    for (const file of readdirSync(path.join(FOLDER, "library"))) {
      const { methods, slug } = bySlug(file.replace(/\.json$/, ""));
      expect(methods.length, slug).toBeGreaterThanOrEqual(3);
      expect(methods.some((m) => m.httpMethod === "GET") && methods.some((m) => m.httpMethod === "POST"), slug).toBe(true);
    }
  });
});

describe("single connectors", () => {
  const titles = (slug: string, id: string): string[] =>
    (bySlug(slug).authMethods.find((m) => m.id === id)?.parameters ?? [])
      .filter((p) => p.fixed === undefined)
      .map((p) => p.title);

  it("1st Connect speaks of Consumer Key and Consumer Secret", () => {
    expect(titles("1st-connect", "oauth2")).toEqual(["Consumer Key", "Consumer Secret"]);
  });

  it("Pipedrive has OAuth 2 and an API key, Zendesk three methods", () => {
    expect(bySlug("pipedrive").authMethods.map((m) => m.type)).toEqual(["OAuth2", "ApiKey"]);
    expect(bySlug("zendesk").authMethods.map((m) => m.type)).toEqual(["Basic", "Basic", "OAuth2"]);
    expect(defaultAuthMethod(bySlug("zendesk")).id).toBe("oauth2");
  });

  const headersOf = (
    slug: string,
    id: string,
    values: Record<string, string>,
  ): { url: string; authorization: string | undefined } => {
    const definition = bySlug(slug);
    const authMethod = definition.authMethods.find((m) => m.id === id);
    if (!authMethod) throw new Error(`no ${id}`);
    const resolved = resolveValues({
      definition,
      authMethod,
      layers: { account: values, partner: values },
      representation: VALUES,
    });
    const ready = connectorValues(resolved);
    if (!ready.ok) throw new Error(ready.error.message);
    const built = applyAuth({ definition, authMethod, values: ready.value.values, request: { method: "GET", path: "/x" } });
    if (!built.ok) throw new Error(built.error.message);
    return { url: built.value.request.url, authorization: built.value.request.headers.authorization };
  };

  it("Freshdesk sends the key as username with a fixed password", () => {
    expect(headersOf("freshdesk", "basic", { subdomain: "acme", username: "k1" })).toEqual({
      url: "https://acme.freshdesk.com/x",
      authorization: `Basic ${btoa("k1:X")}`,
    });
  });

  it("Stripe sends the key as username with an empty password", () => {
    expect(headersOf("stripe", "api-key", { username: "rk_live_1" }).authorization).toBe(`Basic ${btoa("rk_live_1:")}`);
  });

  it("Zendesk writes /token after the e-mail address", () => {
    expect(headersOf("zendesk", "email-token", { subdomain: "acme", username: "a@b.c", password: "t" }).authorization).toBe(
      `Basic ${btoa("a@b.c/token:t")}`,
    );
  });

  it("Salesforce calls the instance that came with the token", () => {
    expect(headersOf("salesforce", "oauth2", { instance_url: "https://acme.my.salesforce.com", accessToken: "t" })).toEqual({
      url: "https://acme.my.salesforce.com/x",
      authorization: "Bearer t",
    });
  });

  it("Mailchimp calls the data center that the look-up found", () => {
    expect(headersOf("mailchimp", "oauth2", { dc: "us21", accessToken: "t" }).url).toBe("https://us21.api.mailchimp.com/x");
    expect(bySlug("mailchimp").postConnect).toEqual([
      {
        request: {
          method: "GET",
          url: "https://login.mailchimp.com/oauth2/metadata",
          headers: { authorization: "OAuth {{accessToken}}" },
        },
        save: { dc: "dc" },
      },
    ]);
  });
});

describe("the sandbox provider's connectors", () => {
  it("fit together and build every request", () => {
    expect(sandbox.map((d) => d.name)).toEqual(
      ["API key", "Basic", "OAuth", "OAuth 1", "Client credentials", "Password", "Fields"].map((kind) => `Sandbox CRM (${kind})`),
    );
    const local = (problem: string): boolean => !/127\.0\.0\.1/.test(problem);
    expect(sandbox.flatMap(problemsOf).filter(local)).toEqual([]);
    expect(sandbox.flatMap(unbuildable)).toEqual([]);
  });

  it("say as whom the provider sees the caller", () => {
    for (const { methods, testMethod } of sandbox) {
      const fields = methods.find((m) => m.id === "list-contacts")?.responseFields.map((f) => f.path);
      expect(fields).toEqual(expect.arrayContaining(["caller.via", "caller.subject"]));
      expect(testMethod).toBe("who-am-i");
    }
  });
});

describe("the checks themselves", () => {
  const changed = (change: (d: ConnectorDefinition) => void): string => {
    const copy = structuredClone(bySlug("zendesk"));
    change(copy);
    return problemsOf(copy).join("\n");
  };
  const first = (d: ConnectorDefinition): AuthMethod => defaultAuthMethod(d);
  const cases: [string, (d: ConnectorDefinition) => void, RegExp][] = [
    ["a method that comes twice", (d) => d.methods.push(...d.methods.slice(0, 1)), /two methods get-current-user/],
    ["an authentication method that comes twice", (d) => d.authMethods.push(first(d)), /two authentication methods oauth2/],
    [
      "an endpoint without TLS",
      (d) => Object.assign(first(d).oauth2 ?? {}, { tokenEndpoint: "http://{{subdomain}}.zendesk.com/t" }),
      /bound to TLS/,
    ],
    ["a merge field that nothing fills", (d) => (d.baseUrl = "https://{{region}}.zendesk.com"), /nothing fills \{\{region\}\}/],
    [
      "a merge field of a method that nothing fills",
      (d) => Object.assign(d.methods[0] ?? {}, { endpoint: "/{{id}}" }),
      /nothing fills \{\{id\}\} of/,
    ],
    ["a host that may be anything", (d) => Object.assign(d.parameters[0] ?? {}, { pattern: undefined }), /may be anything/],
    ["a parameter at both levels", (d) => first(d).parameters.push(...d.parameters), /subdomain is declared twice/],
    [
      "a credential that is never sent",
      (d) => Object.assign(d.authMethods[0] ?? {}, { placements: [{ in: "header", name: "x", value: "{{username}}" }] }),
      /password is asked for and never sent/,
    ],
    ["a test method that isn't there", (d) => (d.testMethod = "ping"), /no method ping/],
    ["a wire name for a label", (d) => Object.assign(d.parameters[0] ?? {}, { title: "api_key" }), /api_key isn't a label/],
    [
      "a pattern that its example doesn't fit",
      (d) => Object.assign(d.parameters[0] ?? {}, { example: "a b" }),
      /example that it refuses/,
    ],
  ];
  it.each(cases)("find %s", (_, change, expected) => {
    expect(changed(() => undefined)).toBe("");
    expect(changed(change)).toMatch(expected);
  });

  it("find a request that can't be built", () => {
    const definition: ConnectorDefinitionInput = {
      ...sandboxConnectors("http://127.0.0.1:4010")[0]!,
      baseUrl: "https://{{host}}",
    };
    expect(unbuildable(connectorDefinitionSchema.parse(definition)).join("\n")).toMatch(/missing: host/);
  });
});
