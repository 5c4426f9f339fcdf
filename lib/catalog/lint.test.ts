import { describe, expect, it } from "vitest";
import { loadLibrary } from "@/db/seeds/connectors/load";
import {
  connectorDefinitionSchema,
  type ConnectorDefinition,
  type ConnectorDefinitionInput,
} from "@/lib/auth-methods/definition";
import { lintDefinition } from "./lint";
import { unbuildable } from "./trial";

const library = loadLibrary((input) => connectorDefinitionSchema.parse(input));
const zendesk = library.find((d) => d.slug === "zendesk")!;
const slack = library.find((d) => d.slug === "slack")!;

type Change = (d: ConnectorDefinition) => void;

const changed = (from: ConnectorDefinition, change: Change): string[] => {
  const copy = structuredClone(from);
  change(copy);
  return lintDefinition(copy).map((p) => `${p.path} ${p.rule}: ${p.message}`);
};

const oauth2 = (d: ConnectorDefinition) => d.authMethods.find((m) => m.oauth2)!;
const put = (target: object | undefined, values: object): void => void Object.assign(target ?? {}, values);

const CASES: [string, Change, RegExp][] = [
  ["a method that comes twice", (d) => d.methods.push(d.methods[0]!), /^methods\.\d+\.id twice: .*get-current-user/],
  ["an authentication method that comes twice", (d) => d.authMethods.push(d.authMethods[0]!), /^authMethods\.3\.id twice/],
  ["two defaults", (d) => d.authMethods.forEach((m) => (m.isDefault = true)), /^authMethods\.1\.isDefault twice/],
  [
    "a test method that isn't there",
    (d) => put(d, { testMethod: "ping", verification: undefined }),
    /^testMethod reference: .*ping/,
  ],
  [
    "a lookup whose method is gone",
    (d) => d.lookups.push({ name: "Users", method: "gone", identifierKey: "id", humanReadableKey: "name" }),
    /^lookups\.\d+\.method lookup/,
  ],
  [
    "a lookup whose key is no response field",
    (d) => d.lookups.push({ name: "Users", method: d.methods[0]!.id, identifierKey: "nope", humanReadableKey: "nope" }),
    /^lookups\.\d+\.identifierKey lookup: .*nope/,
  ],
  [
    "a parameter with a lookup that isn't there",
    (d) => put(d.parameters[0], { lookup: "Nope" }),
    /^parameters\.0\.lookup lookup/,
  ],
  ["a script that doesn't compile", (d) => (d.script = "function before_action() {\n  return ("), /^script script: Line \d+: /],
  ["a script of a method that doesn't compile", (d) => put(d.methods[0], { script: "{" }), /^methods\.0\.script script/],
  [
    "a merge field that nothing fills",
    (d) => (d.baseUrl = "https://{{region}}.zendesk.com"),
    /^baseUrl template: .*\{\{region\}\}/,
  ],
  ["a template that can't be read", (d) => (d.baseUrl = "https://{{base64(}}.zendesk.com"), /^baseUrl template/],
  [
    "a merge field of a method that nothing fills",
    (d) => put(d.methods[0], { endpoint: "/{{nobody}}" }),
    /^methods\.0\.endpoint template: .*\{\{nobody\}\}/,
  ],
  [
    "a parameter that the endpoint doesn't use",
    (d) =>
      d.methods[0]!.parameters.push({
        name: "x",
        title: "X",
        targetType: "MergeField",
        targetName: "x",
        optional: true,
        hidden: false,
        type: "Text",
      }),
    /^methods\.0\.parameters\.\d+\.targetName unused/,
  ],
  [
    "an OAuth endpoint without TLS",
    (d) => put(oauth2(d).oauth2, { tokenEndpoint: "http://{{subdomain}}.zendesk.com/t" }),
    /oauth2\.tokenEndpoint tls/,
  ],
  ["a base URL without TLS", (d) => (d.baseUrl = "http://{{subdomain}}.zendesk.com"), /^baseUrl tls/],
  ["a method without TLS", (d) => put(d.methods[0], { endpoint: "http://api.zendesk.com/x" }), /^methods\.0\.endpoint tls/],
  ["a host that may be anything", (d) => put(d.parameters[0], { pattern: undefined }), /^baseUrl host: .*may be anything/],
  [
    "a parameter at both levels",
    (d) => d.authMethods[0]!.parameters.push(...d.parameters),
    /^authMethods\.0\.parameters\.\d+\.name levels: .*subdomain is declared twice/,
  ],
  [
    "a credential that is never sent",
    (d) => put(d.authMethods[0], { placements: [{ in: "header", name: "x", value: "{{username}}" }] }),
    /^authMethods\.0 unsent: .* never sent/,
  ],
  [
    "a header without a name",
    (d) => put(d.authMethods[0], { placements: [{ in: "header", value: "{{username}}{{password}}" }] }),
    /placements\.0\.name placement/,
  ],
  ["OAuth 2 without its endpoints", (d) => put(oauth2(d), { oauth2: undefined }), /\.oauth2 placement/],
  [
    "an authorization code without AuthoriseUrl",
    (d) => put(oauth2(d).oauth2, { authorizationEndpoint: undefined }),
    /authorizationEndpoint placement/,
  ],
  [
    "OAuth 1 without its addresses",
    (d) => put(d.authMethods[0], { type: "OAuth1", oauth1: {} }),
    /oauth1\.requestTokenEndpoint placement/,
  ],
  [
    "authentication fields without a field",
    (d) => put(d.authMethods[0], { type: "AuthFields", placements: [] }),
    /^authMethods\.0\.authFields placement/,
  ],
  ["a wire name for a label", (d) => put(d.parameters[0], { title: "api_key" }), /^parameters\.0\.title label/],
  ["a pattern that can't be read", (d) => put(d.parameters[0], { pattern: "(" }), /^parameters\.0\.pattern parameter/],
  [
    "a pattern that its example doesn't fit",
    (d) => put(d.parameters[0], { example: "a b" }),
    /^parameters\.0\.example parameter/,
  ],
  [
    "words that aren't as many as the values",
    (d) => put(d.parameters[0], { enumTitles: ["A"] }),
    /^parameters\.0\.enumTitles parameter/,
  ],
  [
    "a value that arrives and is read nowhere",
    (d) => put(d.parameters[0], { source: "tokenResponse" }),
    /^parameters\.0\.path parameter/,
  ],
  ["a system value without one", (d) => put(d.parameters[0], { source: "system" }), /^parameters\.0\.fixed parameter/],
  ["a fixed value that is asked for", (d) => put(d.parameters[0], { fixed: "acme" }), /^parameters\.0\.fixed parameter/],
  [
    "a condition on nothing",
    (d) => put(d.parameters[0], { visibleWhen: { parameter: "x", equals: "y" } }),
    /^parameters\.0\.visibleWhen parameter/,
  ],
];

describe("the linter of definitions", () => {
  it.each(CASES)("finds %s", (_, change, expected) => {
    expect(changed(zendesk, () => undefined)).toEqual([]);
    expect(changed(zendesk, change).join("\n")).toMatch(new RegExp(expected.source, "m"));
  });

  it("takes http for a provider on this machine alone", () => {
    expect(changed(slack, (d) => (d.baseUrl = "http://127.0.0.1:4010/api"))).toEqual([]);
    expect(changed(slack, (d) => (d.baseUrl = "http://127.0.0.1.evil.example/api")).join()).toMatch(/baseUrl tls/);
  });

  it("leaves a credential alone that a script of the connector places", () => {
    const definition: ConnectorDefinitionInput = {
      slug: "acme",
      name: "Acme",
      baseUrl: "https://api.acme.example",
      authMethods: [{ id: "fields", type: "AuthFields", parameters: [{ name: "code", title: "Code", secret: true }] }],
      script: "function before_action() { method_request_headers.Code = method_auth_value; return true; }",
    };
    expect(lintDefinition(connectorDefinitionSchema.parse(definition))).toEqual([]);
    expect(lintDefinition(connectorDefinitionSchema.parse({ ...definition, script: "" })).map((p) => p.rule)).toContain(
      "placement",
    );
  });

  it("says what belongs to the words, and what to the call", () => {
    const copy = structuredClone(zendesk);
    put(copy.parameters[0], { title: "sub_domain" });
    expect(lintDefinition(copy).map((p) => p.severity)).toEqual(["advice"]);
  });

  it("finds a request that can't be built", () => {
    expect(unbuildable({ ...slack, baseUrl: "https://{{nobody}}" }).join("\n")).toMatch(/missing: nobody/);
  });
});
