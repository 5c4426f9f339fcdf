import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadLibrary } from "@/db/seeds/connectors/load";
import {
  connectorDefinitionSchema,
  type AuthMethod,
  type ConnectorDefinition,
  type Parameter,
} from "@/lib/auth-methods/definition";
import { connectorParameters, isCredential, kindOf } from "@/lib/auth-methods/registry";
import { connectorValues, resolveValues, VALUES } from "@/lib/auth-methods/resolve";
import { withValueAt } from "@/lib/auth-methods/request-body";
import { tokenRequest } from "@/lib/auth-methods/token-request";
import { parseTokenResponse } from "@/lib/auth-methods/token-response";
import { sampleOf } from "@/lib/catalog/trial";
import { createCustomConnector } from "@/lib/custom-connectors/mutations";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { expose } from "@/lib/kernel/expose";
import { secret } from "@/lib/kernel/secret";
import { sendOAuth } from "@/lib/oauth/exchange";
import { trialMethod, tryDraft } from "./try-draft";

const TOKEN = "access-token-of-the-stand-in-4711";
const SECRET = "secret-of-a-customer-0815";

interface Seen {
  readonly url: string;
  readonly text: string;
}

const seen: Seen[] = [];
let world: TestWorld;
let server: Server;
let origin = "";
/** What the token endpoint of the connector that is tried answers. */
let tokens: unknown = {};

/** An API that takes any call, and an authorization server that hands out one token in the shape of whoever it stands in for. */
beforeAll(async () => {
  world = await createTestWorld();
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`);
      const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
      const plain = basic ? Buffer.from(basic, "base64").toString() : "";
      seen.push({
        url: request.url ?? "",
        text: [decodeURIComponent(request.url ?? ""), ...headers, plain, decodeURIComponent(body)].join("\n"),
      });
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(request.url?.startsWith("/stand-in/token") ? tokens : {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await world.close();
});

/** What makes one connector unlike another, for this purpose. */
function shapeOf(definition: ConnectorDefinition): string {
  return definition.authMethods
    .map((m) => {
      const { oauth2: o, oauth1: p } = m;
      const all = connectorParameters(definition, m);
      return JSON.stringify([
        m.type,
        o && [o.grant, o.tokenEndpointAuthMethod, o.codeChallengeMethod, o.tokenRequest?.format, o.tokenRequest?.method],
        o && [Object.keys(o.tokenRequest?.names ?? {}), Object.keys(o.tokenRequest?.headers ?? {}), o.tokenResponse],
        p && [p.signatureMethod, p.tokenSource],
        kindOf(m)
          .placements(m)
          .map((each) => [each.in, String(each.value).includes("base64")]),
        all.some((each) => each.fixed !== undefined),
        all.some((each) => each.valueTemplate),
        (m.authFields ?? []).length > 0,
      ]);
    })
    .join();
}

const FORTY: ConnectorDefinition[] = (() => {
  const shapes = new Map<string, ConnectorDefinition>();
  for (const d of loadLibrary((input) => connectorDefinitionSchema.parse(input))) {
    if (d.authMethods.every((m) => m.type === "None")) continue;
    const shape = shapeOf(d);
    if (!shapes.has(shape)) shapes.set(shape, d);
  }
  // Every second of many shapes, so that no part of the alphabet is left out.
  const all = [...shapes.values()];
  return Array.from({ length: 40 }, (_, i) => all[Math.floor((i * all.length) / 40)]!);
})();

/** The same definition with the stand-in at every address, and one method to call. */
function standIn(definition: ConnectorDefinition, method: AuthMethod): ConnectorDefinition {
  const moved: AuthMethod = {
    ...method,
    placements: method.placements.map((p) =>
      p.in === "path" && /^https?:|^\{\{/.test(String(p.value))
        ? { ...p, value: String(p.value).replace(/^https:\/\/[^/]+/, origin) }
        : p,
    ),
    ...(method.baseUrl === undefined ? {} : { baseUrl: origin }),
    ...(method.oauth2
      ? {
          oauth2: {
            ...method.oauth2,
            authorizationEndpoint: `${origin}/stand-in/authorize`,
            tokenEndpoint: `${origin}/stand-in/token`,
          },
        }
      : {}),
  };
  const isBody =
    (method.authFields ?? []).length > 0 ||
    kindOf(method)
      .placements(method)
      .some((p) => p.in === "body");
  const { verification: _v, testMethod: _t, postConnect: _p, script: _s, ...rest } = definition;
  return connectorDefinitionSchema.parse({
    ...rest,
    slug: "stand-in",
    baseUrl: origin,
    authMethods: [moved],
    lookups: [],
    methods: [
      {
        id: "probe",
        name: "Probe",
        httpMethod: isBody ? "POST" : "GET",
        endpoint: "/probe",
        ...(isBody ? { requestFields: [{ path: "probe", title: "Probe", default: "1" }] } : {}),
      },
    ],
  });
}

function valueFor(p: Parameter): string {
  if (p.secret && p.pattern === undefined && p.enum === undefined && p.format === undefined) return SECRET;
  if (p.format === "email") return "ana@acme.example";
  return (p.format === "hostname" && p.pattern === undefined && p.enum === undefined ? p.example : undefined) ?? sampled(p);
}

const sampled = (p: Parameter): string =>
  p.format === "hostname" && p.pattern === undefined && p.enum === undefined ? "acme.example.com" : (sampleOf(p) ?? "acme");

/** What has to be in a call, wherever the definition puts it. */
function credentialOf(definition: ConnectorDefinition, method: AuthMethod): string {
  if (method.type === "OAuth2") return TOKEN;
  const own = connectorParameters(definition, method).filter((p) => isCredential(method, p.name) && p.fixed === undefined);
  return own.some((p) => valueFor(p) === SECRET) ? SECRET : "acme";
}

/** The token of the code that a customer's consent brought, through the definition's own request and response. */
async function codeExchanged(definition: ConnectorDefinition, authMethod: AuthMethod): Promise<string> {
  const typed = Object.fromEntries(
    connectorParameters(definition, authMethod)
      .filter((p) => p.source === "user")
      .map((p) => [p.name, p.secret ? secret(valueFor(p)) : valueFor(p)]),
  );
  const layers = { account: typed, partner: typed, system: { redirect_uri: "https://keyway.example/callback" } };
  const ready = connectorValues(resolveValues({ definition, authMethod, layers, representation: VALUES }));
  if (!ready.ok) throw new Error(ready.error.message);
  const prepared = tokenRequest({
    definition,
    authMethod,
    values: ready.value.values,
    sources: ready.value.sources,
    grant: { type: "code", code: "the-code", redirectUri: "https://keyway.example/callback", codeVerifier: "v".repeat(43) },
  });
  if (!prepared.ok) throw new Error(prepared.error.message);
  const answer = await sendOAuth(prepared.value);
  if (!answer.ok) throw new Error(answer.error.message);
  const parsed = parseTokenResponse({
    definition,
    authMethod,
    status: answer.value.status,
    body: answer.value.text(),
    receivedAt: Date.now(),
  });
  if (!parsed.ok) throw new Error(parsed.error.message);
  expect(seen.at(-1)?.text).toContain("the-code");
  return expose(parsed.value.accessToken);
}

/** The answer of a token endpoint, each value where this definition reads it. */
function answerFor(definition: ConnectorDefinition, method: AuthMethod): unknown {
  const read = method.oauth2?.tokenResponse ?? {};
  const scopes = (method.oauth2?.scopes?.required ?? []).join(method.oauth2?.scopes?.separator ?? " ");
  let answer: unknown = { token_type: "Bearer", ok: true, ...(scopes ? { scope: scopes } : {}) };
  answer = withValueAt(answer, read.accessToken ?? "access_token", TOKEN);
  answer = withValueAt(answer, read.expiresIn ?? "expires_in", 3600);
  for (const p of connectorParameters(definition, method))
    if (p.source === "tokenResponse" && p.path && !/token$/i.test(p.name)) answer = withValueAt(answer, p.path, valueFor(p));
  return answer;
}

describe("forty connectors, one of each shape, set up and authenticated at a stand-in for their endpoints", () => {
  it("are forty different ones of every type that asks for a credential", () => {
    expect(new Set(FORTY.map((d) => d.slug)).size).toBe(40);
    const types = new Set(FORTY.flatMap((d) => d.authMethods.map((m) => m.type)));
    expect([...types].sort()).toEqual(expect.arrayContaining(["ApiKey", "AuthFields", "Basic", "OAuth1", "OAuth2"]));
  });

  it.each(FORTY.map((d) => [d.slug, d] as const))("%s", async (_, definition) => {
    for (const original of definition.authMethods) {
      const moved = standIn(definition, original);
      const method = moved.authMethods[0]!;
      tokens = answerFor(moved, method);
      const isCode = method.oauth2?.grant === "AuthorisationCode";
      const token = isCode ? await codeExchanged(moved, method) : TOKEN;
      expect(token).toBe(TOKEN);
      const specs = trialMethod(moved, method).fields;
      const parameters = connectorParameters(moved, method);
      const values = Object.fromEntries(
        specs.map((spec) => {
          const p = parameters.find((each) => each.name === spec.name)!;
          const text = p.name === "accessToken" ? token : valueFor(p);
          if (spec.kind === "secret") return [spec.name, { set: text }];
          if (spec.kind === "boolean") return [spec.name, true];
          return [spec.name, spec.kind === "number" ? "12" : text];
        }),
      );
      const made = await createCustomConnector(world.northwind.scope, moved);
      if (!made.ok) throw new Error(made.error.message);
      seen.length = 0;
      const called = await tryDraft(world.northwind.scope, {
        uid: made.value.uid,
        authMethodId: method.id,
        methodId: "probe",
        values,
        parameters: {},
        fields: {},
      });
      expect(
        called,
        `${definition.slug}/${method.id} ${called.ok ? "" : called.error.message} ${JSON.stringify(called.ok ? "" : called.error.fields)}`,
      ).toMatchObject({ ok: true, value: { response: { status: 200 } } });
      const probe = seen.at(-1)!;
      expect(probe.url.startsWith("/stand-in/token")).toBe(false);
      if (method.type === "OAuth1") expect(probe.text).toMatch(/oauth_signature=/);
      else expect(probe.text).toContain(credentialOf(moved, method));
      expect(JSON.stringify(called)).not.toContain(SECRET);
    }
  });
});
