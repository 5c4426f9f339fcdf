import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expose } from "@/lib/kernel/expose";
import { secret } from "@/lib/kernel/secret";
import {
  authorizationUrl,
  codeChallenge,
  expectedIssuer,
  parseAuthorizationResponse,
  type OAuthInput,
} from "./authorization-request";
import { connectorDefinitionSchema, type ConnectorDefinitionInput, type OAuth2 } from "./definition";
import { missingScopes, requestedScopes } from "./scopes";
import type { Prepared } from "./apply";
import { revocationRequest, tokenRequest, type Grant } from "./token-request";

type Config = Partial<ConnectorDefinitionInput["authMethods"][number]["oauth2"]> & { readonly grant?: OAuth2["grant"] };

function connector(
  oauth2: Config = {},
  more: Partial<ConnectorDefinitionInput> = {},
  values: OAuthInput["values"] = {},
): OAuthInput {
  const definition = connectorDefinitionSchema.parse({
    slug: "acme",
    name: "Acme",
    baseUrl: "https://api.acme.example",
    authMethods: [
      {
        id: "oauth",
        type: "OAuth2",
        oauth2: {
          grant: "AuthorisationCode",
          authorizationEndpoint: "https://acme.example/authorize",
          tokenEndpoint: "https://acme.example/token",
          ...oauth2,
        },
      },
    ],
    ...more,
  });
  const [authMethod] = definition.authMethods;
  if (!authMethod) throw new Error("no method");
  return { definition, authMethod, values: { client_id: "id", client_secret: secret("s3cret"), ...values } };
}

const ATTEMPT = { redirectUri: "https://keyway.example/connector/callback/k7", state: "st", codeChallenge: "ch" };

function signIn(input: OAuthInput): URL {
  const result = authorizationUrl({ ...input, ...ATTEMPT });
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return new URL(result.value);
}

const CODE: Grant = { type: "code", code: secret("c0de"), redirectUri: ATTEMPT.redirectUri, codeVerifier: secret("v3rifier") };

function exchange(input: OAuthInput, grant: Grant = CODE): Prepared {
  const result = tokenRequest({ ...input, grant });
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

const form = (prepared: Prepared): Record<string, string> => Object.fromEntries(new URLSearchParams(prepared.request.body));
const json = (prepared: Prepared): unknown => JSON.parse(prepared.request.body ?? "null");

describe("the authorization request", () => {
  it("has what RFC 6749 4.1.1 and RFC 7636 4.3 ask for", () => {
    const url = signIn(connector());
    expect(url.origin + url.pathname).toBe("https://acme.example/authorize");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: "id",
      redirect_uri: ATTEMPT.redirectUri,
      state: "st",
      code_challenge: "ch",
      code_challenge_method: "S256",
    });
  });

  it("has PKCE on every code flow unless the definition opts out (S-21)", () => {
    const { codeChallenge: _, ...without } = ATTEMPT;
    expect(authorizationUrl({ ...connector(), ...without })).toMatchObject({ ok: false });
    expect(signIn(connector({ codeChallengeMethod: "none" })).searchParams.has("code_challenge")).toBe(false);
    expect(tokenRequest({ ...connector(), grant: { type: "code", code: "c", redirectUri: "r" } }).ok).toBe(false);
  });

  it("takes the names, extra parameters and drops of the definition", () => {
    const url = signIn(
      connector(
        {
          authorizationNames: { client_id: "client_key", redirect_uri: "redirect_url", response_type: "" },
          authorizationParameters: {
            audience: "https://{{region}}.acme.example",
            prompt: "",
            tenant: "{{absent}}",
            force: true,
            nonce: "{{random}}",
          },
        },
        {},
        { region: "eu" },
      ),
    );
    expect(url.searchParams.get("client_key")).toBe("id");
    expect(url.searchParams.get("redirect_url")).toBe(ATTEMPT.redirectUri);
    expect(url.searchParams.get("audience")).toBe("https://eu.acme.example");
    expect(url.searchParams.get("force")).toBe("true");
    expect(url.searchParams.get("nonce")).toMatch(/^[0-9a-f-]{36}$/);
    for (const name of ["client_id", "redirect_uri", "response_type", "prompt", "tenant"])
      expect(url.searchParams.has(name)).toBe(false);
  });

  it("no parameter of a definition takes the place of state or challenge", () => {
    const url = signIn(
      connector({ authorizationParameters: { state: "fixed", code_challenge: "fixed", code_challenge_method: "plain" } }),
    );
    expect([
      url.searchParams.getAll("state"),
      url.searchParams.getAll("code_challenge"),
      url.searchParams.get("code_challenge_method"),
    ]).toEqual([["st"], ["ch"], "S256"]);
  });

  it.each([
    [{ default: ["a", "b:c"] }, "scope=a%20b%3Ac"],
    [{ default: ["a", "b"], separator: "," }, "scope=a%2Cb"],
    [{ default: ["a", "b"], separator: "+" }, "scope=a+b"],
    [{ default: ["a:1", "b"], separator: "+", encode: false }, "scope=a:1+b"],
    [{ default: ["a", "b"], separator: ",", encode: false }, "scope=a,b"],
    [{ default: ["a"], parameterName: "user_scope" }, "user_scope=a"],
    [{ default: ["a"], required: ["z"] }, "scope=a%20z"],
    [{ default: ["a"], optionalDefault: ["o"] }, "optional_scope=o"],
  ])("scopes %j: %s", (scopes, expected) => {
    expect(signIn(connector({ scopes })).search).toContain(`&${expected}&`);
  });

  it("the partner's list replaces the default, never what is required", () => {
    const input = connector({ scopes: { default: ["a", "b"], required: ["base"] } }, {}, { scopes: "x, y\nx" });
    expect(requestedScopes(input.authMethod, input.values)).toEqual(["x", "y", "base"]);
  });

  it("keeps the endpoint's own query, and writes into a fragment where the provider reads it there", () => {
    expect(signIn(connector({ authorizationEndpoint: "https://acme.example/authorize?version=2" })).search).toMatch(
      /^\?version=2&response_type=code&/,
    );
    expect(
      signIn(connector({ authorizationEndpoint: "https://app.acme.example", authorizationFragment: "oauth/authorize" })).hash,
    ).toMatch(/^#\/oauth\/authorize\?response_type=code&client_id=id&/);
  });

  it("names what is blank, and refuses a customer's address that isn't allowed", () => {
    expect(authorizationUrl({ ...connector({}, {}, { client_id: "" }), ...ATTEMPT })).toMatchObject({
      ok: false,
      error: { code: "connector.values_missing" },
    });
    const hosted = connector(
      { authorizationEndpoint: "https://{{shop}}/authorize" },
      { parameters: [{ name: "shop", title: "Shop", level: "account", pattern: "[a-z]+\\.acme\\.example" }] },
      { shop: "evil.example" },
    );
    expect(authorizationUrl({ ...hosted, ...ATTEMPT })).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
  });

  it("reads what comes back: code under its own name, values of the redirect, errors", () => {
    const input = connector(
      { codeParameter: "spapi_oauth_code" },
      {
        parameters: [
          { name: "realm_id", title: "Realm", source: "redirect", path: "realmId" },
          { name: "server", title: "Server", source: "redirect", pattern: "https://[a-z]+\\.acme\\.example" },
        ],
      },
    );
    const read = parseAuthorizationResponse({
      ...input,
      query: new URLSearchParams("spapi_oauth_code=c&state=st&iss=https://acme.example&realmId=9&server=https://evil.example"),
    });
    expect(read).toMatchObject({ state: "st", issuer: "https://acme.example", error: null, properties: { realm_id: "9" } });
    expect(read.properties).not.toHaveProperty("server");
    expect(read.code && expose(read.code)).toBe("c");
    expect(
      parseAuthorizationResponse({ ...input, query: new URLSearchParams("error=access_denied&error_description=no") }),
    ).toMatchObject({ code: null, error: "access_denied", errorDescription: "no" });
    expect(expectedIssuer(connector({ issuer: "https://{{t}}.acme.example" }, {}, { t: "a" }))).toEqual({
      ok: true,
      value: "https://a.acme.example",
    });
  });
});

it("the challenge is that of RFC 7636 appendix B", () => {
  const sha256 = (text: string) => createHash("sha256").update(text, "ascii").digest();
  expect(codeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", sha256)).toBe(
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  );
});

describe("the token request", () => {
  it("is a form with the client in the body by default", () => {
    const prepared = exchange(connector());
    expect(prepared.request).toMatchObject({
      method: "POST",
      url: "https://acme.example/token",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    });
    expect(form(prepared)).toEqual({
      grant_type: "authorization_code",
      code: "c0de",
      redirect_uri: ATTEMPT.redirectUri,
      code_verifier: "v3rifier",
      client_id: "id",
      client_secret: "s3cret",
    });
    expect(prepared.secrets).toEqual(expect.arrayContaining(["s3cret", "c0de", "v3rifier"]));
    expect(prepared.allowedHosts).toContain("acme.example");
  });

  it("form-encodes id and secret before Basic (RFC 6749 2.3.1)", () => {
    const prepared = exchange(
      connector({ tokenEndpointAuthMethod: "client_secret_basic" }, {}, { client_id: "a:b c", client_secret: "p%&+ü" }),
    );
    expect(prepared.request.headers.authorization).toBe(`Basic ${btoa("a%3Ab+c:p%25%26%2B%C3%BC")}`);
    expect(form(prepared)).not.toHaveProperty("client_id");
    expect(form(prepared)).not.toHaveProperty("client_secret");
    expect(prepared.secrets).toContain(btoa("a%3Ab+c:p%25%26%2B%C3%BC"));
  });

  it("a public client sends its id only; an empty secret isn't sent", () => {
    expect(form(exchange(connector({ tokenEndpointAuthMethod: "none" })))).toMatchObject({ client_id: "id" });
    expect(form(exchange(connector({ tokenEndpointAuthMethod: "none" })))).not.toHaveProperty("client_secret");
    expect(form(exchange(connector({}, {}, { client_secret: "" })))).not.toHaveProperty("client_secret");
  });

  it("renames, adds, drops and writes JSON", () => {
    const prepared = exchange(
      connector(
        {
          tokenRequest: {
            format: "json",
            names: { code: "auth_code", client_id: "app_id", client_secret: "secret", redirect_uri: "" },
            parameters: { expiring: 1, grant_type: "authorization_code", context: "stores/{{store}}", blank: "" },
          },
        },
        {},
        { store: "h4" },
      ),
    );
    expect(json(prepared)).toEqual({
      grant_type: "authorization_code",
      auth_code: "c0de",
      code_verifier: "v3rifier",
      app_id: "id",
      secret: "s3cret",
      expiring: 1,
      context: "stores/h4",
    });
    expect(prepared.request.headers["content-type"]).toBe("application/json");
  });

  it("writes into the query where the provider reads it there", () => {
    const prepared = exchange(connector({ tokenRequest: { format: "query" }, tokenEndpoint: "https://acme.example/token?v=2" }));
    expect(prepared.request).not.toHaveProperty("body");
    expect(Object.fromEntries(new URL(prepared.request.url).searchParams)).toMatchObject({
      v: "2",
      code: "c0de",
      client_secret: "s3cret",
    });
    expect(exchange(connector({ tokenRequest: { method: "GET" } })).request).toMatchObject({
      method: "GET",
      url: expect.stringContaining("grant_type=authorization_code"),
    });
  });

  it("an Authorization header of the definition is the only client authentication", () => {
    const prepared = exchange(
      connector({
        tokenRequest: { headers: { Authorization: "ID {{base64({{client_id}}:{{client_secret}})}}", "X-Key": "{{client_id}}" } },
      }),
    );
    expect(prepared.request.headers).toMatchObject({ authorization: `ID ${btoa("id:s3cret")}`, "x-key": "id" });
    expect(form(prepared)).not.toHaveProperty("client_secret");
    expect(prepared.secrets).toContain(btoa("id:s3cret"));
  });

  it("a client that the definition places itself isn't placed twice", () => {
    const prepared = exchange(
      connector({
        grant: "ClientCredentials",
        tokenRequest: {
          parameters: { Client_Id: "{{clientId}}", Client_Secret: "{{clientSecret}}", grant_type: "client_credentials" },
        },
      }),
      { type: "clientCredentials" },
    );
    expect(form(prepared)).toEqual({ grant_type: "client_credentials", Client_Id: "id", Client_Secret: "s3cret" });
  });

  it("client credentials ask for scopes, a password grant for the person's values", () => {
    const scopes = { default: ["a", "b"], separator: "," };
    expect(form(exchange(connector({ grant: "ClientCredentials", scopes }), { type: "clientCredentials" }))).toEqual({
      grant_type: "client_credentials",
      scope: "a,b",
      client_id: "id",
      client_secret: "s3cret",
    });
    const password = exchange(connector({ grant: "PasswordCredentials" }, {}, { username: "u", password: secret("pw") }), {
      type: "password",
    });
    expect(form(password)).toEqual({
      grant_type: "password",
      username: "u",
      password: "pw",
      client_id: "id",
      client_secret: "s3cret",
    });
    expect(password.secrets).toContain("pw");
  });

  it("a refresh goes to its own endpoint, keeps format and names, not the parameters", () => {
    const prepared = exchange(
      connector({
        refreshEndpoint: "https://acme.example/refresh",
        tokenRequest: {
          format: "json",
          names: { client_id: "client_key" },
          parameters: { grant_type: "authorization_code", request: "token" },
        },
        refreshRequest: { parameters: { expires_in: "1800" } },
      }),
      { type: "refresh", refreshToken: secret("r3fresh") },
    );
    expect(prepared.request.url).toBe("https://acme.example/refresh");
    expect(json(prepared)).toEqual({
      grant_type: "refresh_token",
      refresh_token: "r3fresh",
      client_key: "id",
      client_secret: "s3cret",
      expires_in: "1800",
    });
    expect(prepared.secrets).toContain("r3fresh");
  });

  it("the first token endpoint with all its values wins", () => {
    const input = (values: OAuthInput["values"]) =>
      connector(
        { tokenEndpoint: ["https://{{dc}}.acme.example/token", "https://acme.example/token"] },
        { parameters: [{ name: "dc", title: "Data centre", required: false, enum: ["eu"] }] },
        values,
      );
    expect(exchange(input({ dc: "eu" })).request.url).toBe("https://eu.acme.example/token");
    expect(exchange(input({})).request.url).toBe("https://acme.example/token");
    expect(tokenRequest({ ...input({ dc: "evil" }), grant: CODE })).toMatchObject({
      ok: false,
      error: { code: "egress.blocked" },
    });
  });

  it("a server named by the redirect gets the partner's secret only where a pattern binds it (S-41)", () => {
    const input = (pattern?: string) =>
      connector(
        { tokenEndpoint: "{{accounts-server}}/token" },
        {
          parameters: [
            { name: "accounts-server", title: "Accounts server", source: "redirect", ...(pattern ? { pattern } : {}) },
          ],
        },
        { "accounts-server": "https://accounts.acme.example" },
      );
    expect(tokenRequest({ ...input(), grant: CODE })).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
    expect(tokenRequest({ ...input("https://accounts\\.acme\\.[a-z]+"), grant: CODE }).ok).toBe(true);
  });

  it("revokes where there is an endpoint (RFC 7009)", () => {
    const result = revocationRequest({
      ...connector({ revocationEndpoint: "https://acme.example/revoke", tokenEndpointAuthMethod: "client_secret_basic" }),
      token: secret("t0ken"),
      hint: "refresh_token",
    });
    expect(result.ok && result.value && form(result.value)).toEqual({ token: "t0ken", token_type_hint: "refresh_token" });
    expect(result.ok && result.value?.secrets).toContain("t0ken");
    expect(revocationRequest({ ...connector(), token: "t", hint: "access_token" })).toEqual({ ok: true, value: null });
  });

  it("no error holds a value", () => {
    const odd = fc.string({ unit: "binary" }).map((text) => `zq9${text}`);
    fc.assert(
      fc.property(
        odd,
        odd,
        fc.constantFrom("https://{{host}}/t", "{{host}}/t", "https://x.example/{{host}}"),
        (host, client_secret, tokenEndpoint) => {
          const input = connector(
            { tokenEndpoint, tokenRequest: { headers: { "X-S": "{{client_secret}}" } } },
            { parameters: [{ name: "host", title: "Host" }] },
            { host, client_secret },
          );
          const result = tokenRequest({ ...input, grant: CODE });
          const text = JSON.stringify(result);
          return (
            result.ok ||
            (!text.includes(JSON.stringify(host).slice(1, -1)) && !text.includes(JSON.stringify(client_secret).slice(1, -1)))
          );
        },
      ),
    );
  });
});

describe("granted scopes (S-26)", () => {
  const tokens = { refreshToken: true, idToken: true };
  it.each([
    [["a"], ["a", "b"], tokens, []],
    [["a", "c"], ["a", "b"], tokens, ["c"]],
    [["a"], null, tokens, []],
    [["a"], [], tokens, ["a"]],
    [["User.Read"], ["https://graph.microsoft.com/user.read"], tokens, []],
    [["email"], ["https://www.googleapis.com/auth/userinfo.email", "openid"], tokens, []],
    [["offline_access", "openid"], ["x"], tokens, []],
    [["offline_access"], ["x"], { refreshToken: false, idToken: false }, ["offline_access"]],
    [["read"], ["thread"], tokens, ["read"]],
  ])("required %j, granted %j", (required, granted, has, missing) => {
    expect(missingScopes(required, granted, has)).toEqual(missing);
  });
});
