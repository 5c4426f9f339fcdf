import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { STATIC_CLIENT } from "@/e2e/providers/clients";
import { FormBrowser } from "@/e2e/providers/form-browser";
import { RSA_PRIVATE_KEY } from "@/e2e/providers/oauth1-key";
import { OAUTH1_CONSUMERS, OAUTH1_TOKENS } from "@/e2e/providers/oauth1-server";
import { StandIn } from "@/e2e/providers/stand-in";
import { loadLibrary } from "@/db/seeds/connectors/load";
import {
  connectorDefinitionSchema,
  type AuthMethod,
  type ConnectorDefinition,
  type Parameter,
} from "@/lib/auth-methods/definition";
import { authorizationUrl } from "@/lib/auth-methods/authorization-request";
import { connectorParameters, isCredential, kindOf } from "@/lib/auth-methods/registry";
import { connectorValues, resolveValues, VALUES } from "@/lib/auth-methods/resolve";
import { withValueAt } from "@/lib/auth-methods/request-body";
import { canonicalName } from "@/lib/auth-methods/templates";
import { tokenRequest } from "@/lib/auth-methods/token-request";
import { parseTokenResponse } from "@/lib/auth-methods/token-response";
import { sampleOf } from "@/lib/catalog/trial";
import { createCustomConnector } from "@/lib/custom-connectors/mutations";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { expose } from "@/lib/kernel/expose";
import { secret } from "@/lib/kernel/secret";
import { sendOAuth } from "@/lib/oauth/exchange";
import { trialMethod, tryDraft } from "./try-draft";

const KEY = "sk_sandbox_acme_4f9a1c2e";
const REDIRECT = "http://127.0.0.1:9/connector/callback/forty";
const PERSON = { username: "mia@acme.example", password: "ito" } as const;
const CLIENT = { clientid: STATIC_CLIENT.clientId, clientsecret: STATIC_CLIENT.clientSecret } as const;

let world: TestWorld;
let door: StandIn;

/** The sandbox provider behind a door that takes on the manner of each connector in turn. */
beforeAll(async () => {
  world = await createTestWorld();
  door = await StandIn.start(world.sandbox.url, KEY);
});
afterAll(async () => {
  await door.close();
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

/** The same definition with the sandbox provider at every address, and one method to call. */
function standIn(definition: ConnectorDefinition, method: AuthMethod): ConnectorDefinition {
  // A signature covers the address: it is the sandbox provider's own.
  const origin = method.type === "OAuth1" ? `${world.sandbox.url}/oauth1` : door.url;
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
            ...(method.oauth2.grant === "AuthorisationCode" ? { authorizationEndpoint: `${origin}/stand-in/authorize` } : {}),
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
        endpoint: "/api/me",
        ...(isBody ? { requestFields: [{ path: "probe", title: "Probe", default: "1" }] } : {}),
      },
    ],
  });
}

/** Whether a person's own name and password are sent, and not a key in the place of either. */
const isPerson = (method: AuthMethod): boolean =>
  method.type === "Basic" &&
  method.parameters.every((p) => p.fixed === undefined) &&
  method.placements.every((p) => /^Basic \{\{base64\(username:password\)\}\}$/.test(String(p.value)));

/** Registers the application as which this definition asks for a token: its own fixed one, a public one, or that of a name and a password. */
async function registerClient(definition: ConnectorDefinition, method: AuthMethod): Promise<void> {
  if (!method.oauth2) return;
  const all = connectorParameters(definition, method);
  const valueOf = (...names: string[]) => {
    const p = all.find((each) => names.includes(canonicalName(each.name).replaceAll("_", "").toLowerCase()));
    return p && (p.fixed ?? valueFor(method, p));
  };
  const clientId = valueOf("clientid", "consumerkey") ?? valueOf("defaultusername", "username");
  const secretText = valueOf("clientsecret", "consumersecret") ?? valueOf("defaultpassword", "password");
  if (clientId === undefined || clientId === STATIC_CLIENT.clientId) return;
  const isPublic = method.oauth2.tokenEndpointAuthMethod === "none" || !secretText;
  await world.sandbox.control.createClient({ clientId, clientSecret: isPublic ? null : secretText });
}

/** What the sandbox provider knows the caller by; anything else is made up. */
function valueFor(method: AuthMethod, p: Parameter): string {
  const name = canonicalName(p.name).replaceAll("_", "").toLowerCase();
  if (method.type === "OAuth1") {
    const isRsa = method.oauth1?.signatureMethod === "RSA-SHA1";
    const consumer = isRsa ? OAUTH1_CONSUMERS[1] : OAUTH1_CONSUMERS[0];
    if (/^(clientid|consumerkey)$/.test(name)) return consumer.key;
    if (/^(clientsecret|consumersecret)$/.test(name)) return consumer.secret ?? "";
    if (name === "privatekey") return RSA_PRIVATE_KEY;
    if (/^(accesstoken|tokenid|token)$/.test(name)) return OAUTH1_TOKENS[0]!.token;
    if (/^(accesstokensecret|tokensecret)$/.test(name)) return OAUTH1_TOKENS[0]!.secret;
  }
  if (method.type === "OAuth2" && name in CLIENT && p.format !== "uuid") {
    const isPublic = method.oauth2?.tokenEndpointAuthMethod === "none";
    return isPublic && name === "clientid" ? "forty-public" : CLIENT[name as keyof typeof CLIENT];
  }
  if ((method.type === "OAuth2" || isPerson(method)) && name in PERSON) return PERSON[name as keyof typeof PERSON];
  if (p.secret && p.pattern === undefined && p.enum === undefined && p.format === undefined) return KEY;
  if (p.format === "email") return "ana@acme.example";
  return (p.format === "hostname" && p.pattern === undefined && p.enum === undefined ? p.example : undefined) ?? sampled(p);
}

const sampled = (p: Parameter): string =>
  p.format === "hostname" && p.pattern === undefined && p.enum === undefined ? "acme.example.com" : (sampleOf(p) ?? "acme");

/** The token of the code that a person's consent at the provider brought, through the definition's own requests and answer. */
async function codeExchanged(definition: ConnectorDefinition, authMethod: AuthMethod): Promise<string> {
  const typed = Object.fromEntries(
    connectorParameters(definition, authMethod)
      .filter((p) => p.source === "user")
      .map((p) => [p.name, p.secret ? secret(valueFor(authMethod, p)) : valueFor(authMethod, p)]),
  );
  const layers = { account: typed, partner: typed, system: { redirect_uri: REDIRECT } };
  const ready = connectorValues(resolveValues({ definition, authMethod, layers, representation: VALUES }));
  if (!ready.ok) throw new Error(ready.error.message);
  const { values, sources } = ready.value;
  const pkce = { codeVerifier: "v".repeat(43), codeChallenge: createHash("sha256").update("v".repeat(43)).digest("base64url") };
  const isPkce = authMethod.oauth2?.codeChallengeMethod !== "none";
  const asked = authorizationUrl({
    definition,
    authMethod,
    values,
    sources,
    redirectUri: REDIRECT,
    state: "state-of-the-forty",
    ...(isPkce ? { codeChallenge: pkce.codeChallenge } : {}),
  });
  if (!asked.ok) throw new Error(asked.error.message);
  // What stands behind a fragment is read by the provider's own page.
  const behind = authMethod.oauth2?.authorizationFragment ? new URL(asked.value).hash.replace(/^[^?]*/, "") : null;
  const address = behind === null ? asked.value : `${door.url}/stand-in/authorize${behind}`;
  const sent = await fetch(address, { redirect: "manual" });
  const browser = new FormBrowser(world.sandbox.url);
  const back = await browser.authorize(sent.headers.get("location") ?? "", PERSON.username, PERSON.password);
  expect(back.searchParams.get("state")).toBe("state-of-the-forty");
  const prepared = tokenRequest({
    definition,
    authMethod,
    values,
    sources,
    grant: {
      type: "code",
      code: back.searchParams.get("code") ?? "",
      redirectUri: REDIRECT,
      ...(isPkce ? { codeVerifier: pkce.codeVerifier } : {}),
    },
  });
  if (!prepared.ok) throw new Error(prepared.error.message);
  const answer = await sendOAuth(prepared.value);
  if (!answer.ok) throw new Error(answer.error.message);
  const { status } = answer.value;
  const parsed = parseTokenResponse({ definition, authMethod, status, body: answer.value.text(), receivedAt: Date.now() });
  if (!parsed.ok) throw new Error(`${parsed.error.message} ${answer.value.text()}`);
  return expose(parsed.value.accessToken);
}

/** An answer of the token endpoint with each value where this definition reads it. */
const answerOf = (definition: ConnectorDefinition, method: AuthMethod) => (standard: Readonly<Record<string, unknown>>) => {
  const read = method.oauth2?.tokenResponse ?? {};
  const scopes = (method.oauth2?.scopes?.required ?? []).join(method.oauth2?.scopes?.separator ?? " ");
  let answer: unknown = { token_type: "Bearer", ok: true, ...(scopes ? { scope: scopes } : {}) };
  answer = withValueAt(answer, read.accessToken ?? "access_token", standard.access_token);
  answer = withValueAt(answer, read.expiresIn ?? "expires_in", standard.expires_in);
  for (const p of connectorParameters(definition, method))
    if (p.source === "tokenResponse" && p.path && !/token$/i.test(p.name))
      answer = withValueAt(answer, p.path, valueFor(method, p));
  return answer;
};

/** Where a definition asks for no secret, the API knows the caller by what is asked for. */
function instead(definition: ConnectorDefinition, method: AuthMethod): string[] {
  const own = connectorParameters(definition, method).filter((p) => isCredential(method, p.name) && p.fixed === undefined);
  return own.some((p) => valueFor(method, p) === KEY) || method.type === "Basic" ? [] : own.map((p) => valueFor(method, p));
}

describe("forty connectors, one of each shape, set up and authenticated at the sandbox provider in their manner", () => {
  it("are forty different ones of every type that asks for a credential", () => {
    expect(new Set(FORTY.map((d) => d.slug)).size).toBe(40);
    const types = new Set(FORTY.flatMap((d) => d.authMethods.map((m) => m.type)));
    expect([...types].sort()).toEqual(expect.arrayContaining(["ApiKey", "AuthFields", "Basic", "OAuth1", "OAuth2"]));
  });

  it.each(FORTY.map((d) => [d.slug, d] as const))("%s", async (_, definition) => {
    for (const original of definition.authMethods) {
      const moved = standIn(definition, original);
      const method = moved.authMethods[0]!;
      door.manner = { method, answer: answerOf(moved, method), instead: instead(moved, method) };
      await registerClient(moved, method);
      const isCode = method.oauth2?.grant === "AuthorisationCode";
      const token = isCode ? await codeExchanged(moved, method) : "";
      const specs = trialMethod(moved, method).fields;
      const parameters = connectorParameters(moved, method);
      const values = Object.fromEntries(
        specs.map((spec) => {
          const p = parameters.find((each) => each.name === spec.name)!;
          const text = p.name === "accessToken" && isCode ? token : valueFor(method, p);
          if (spec.kind === "secret") return [spec.name, { set: text }];
          if (spec.kind === "boolean") return [spec.name, true];
          return [spec.name, spec.kind === "number" ? "12" : text];
        }),
      );
      const made = await createCustomConnector(world.northwind.scope, moved);
      if (!made.ok) throw new Error(made.error.message);
      door.seen.length = 0;
      const called = await tryDraft(world.northwind.scope, {
        uid: made.value.uid,
        authMethodId: method.id,
        methodId: "probe",
        values,
        parameters: {},
        fields: {},
      });
      const said = called.ok ? called.value.response.body : JSON.stringify(called.error);
      expect([definition.slug, method.id, called.ok && called.value.response.status, said]).toEqual([
        definition.slug,
        method.id,
        200,
        expect.stringContaining('"caller"'),
      ]);
      expect(JSON.stringify(called)).not.toContain(KEY);
      // Whoever isn't known is refused: the provider really looks.
      if (method.type === "OAuth1") continue;
      const nobody = await fetch(`${door.url}/api/me`, { method: moved.methods[0]!.httpMethod });
      expect(nobody.status).toBe(401);
    }
  });
});
