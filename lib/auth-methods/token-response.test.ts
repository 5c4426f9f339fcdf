import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "@/lib/kernel/clock";
import { expose } from "@/lib/kernel/expose";
import { Secret } from "@/lib/kernel/secret";
import { connectorDefinitionSchema, type AuthMethod, type ConnectorDefinitionInput } from "./definition";
import { atPath, parseTokenResponse, refreshDue, renewalOf } from "./token-response";

const AT = Date.UTC(2026, 7, 1);

type Method = ConnectorDefinitionInput["authMethods"][number];

function connector(
  oauth2: Partial<NonNullable<Method["oauth2"]>> = {},
  method: Partial<Method> = {},
  parameters: ConnectorDefinitionInput["parameters"] = [],
) {
  const definition = connectorDefinitionSchema.parse({
    slug: "acme",
    name: "Acme",
    parameters,
    authMethods: [
      {
        id: "o",
        type: "OAuth2",
        oauth2: { grant: "AuthorisationCode", tokenEndpoint: "https://acme.example/token", ...oauth2 },
        ...method,
      },
    ],
  });
  const [authMethod] = definition.authMethods as [AuthMethod];
  return { definition, authMethod };
}

const parse = (body: unknown, input = connector(), status = 200) =>
  parseTokenResponse({ ...input, status, body: typeof body === "string" ? body : JSON.stringify(body), receivedAt: AT });

function token(...args: Parameters<typeof parse>) {
  const result = parse(...args);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  const { accessToken, refreshToken, ...rest } = result.value;
  return { ...rest, accessToken: expose(accessToken), refreshToken: refreshToken && expose(refreshToken) };
}

describe("the token response", () => {
  it("plain, as RFC 6749 section 5.1", () => {
    expect(token({ access_token: "a", token_type: "Bearer", expires_in: 3600, refresh_token: "r", scope: "x y" })).toEqual({
      accessToken: "a",
      refreshToken: "r",
      refreshTokenIgnored: false,
      obtainedAt: AT,
      expiresAt: AT + HOUR,
      refreshExpiresAt: null,
      tokenType: "Bearer",
      grantedScopes: ["x", "y"],
      missingScopes: [],
      properties: {},
    });
  });

  it("form-encoded, without a token type, whatever the content type says", () => {
    expect(token("access_token=gho_1&scope=repo%2Cuser&token_type=")).toMatchObject({
      accessToken: "gho_1",
      tokenType: null,
      grantedScopes: ["repo", "user"],
      expiresAt: null,
    });
  });

  it("nested, with its neighbours beside it", () => {
    const nested = connector({ tokenResponse: { accessToken: "data.access_token" } });
    expect(
      token({ code: 0, data: { access_token: "a", refresh_token: "r", expires_in: 60, scope: ["x"] } }, nested),
    ).toMatchObject({ accessToken: "a", refreshToken: "r", expiresAt: AT + MINUTE, grantedScopes: ["x"] });
    const slack = connector({ tokenResponse: { alternateRoot: "authed_user" } });
    expect(token({ ok: true, access_token: "bot", authed_user: { access_token: "user" } }, slack).accessToken).toBe("bot");
    expect(token({ ok: true, authed_user: { access_token: "user", scope: "a,b" } }, slack)).toMatchObject({
      accessToken: "user",
      grantedScopes: ["a", "b"],
    });
  });

  it.each([
    [{ tokenResponse: { expiresInUnit: "ms" as const } }, {}, { expires_in: 60_000 }, AT + MINUTE],
    [{ tokenResponse: { expiresIn: "access_token_validity" } }, {}, { access_token_validity: "60" }, AT + MINUTE],
    [{ tokenResponse: { expiresAt: "valid_until" } }, {}, { valid_until: "2026-08-01T01:00:00Z" }, AT + HOUR],
    [{}, {}, { expires_at: (AT + HOUR) / 1000 }, AT + HOUR],
    [{}, {}, { expires_on: String(AT + HOUR) }, AT + HOUR],
    [{}, {}, { expires_in: "3600" }, AT + HOUR],
    [{}, {}, { expires_in: 0 }, null],
    [{}, {}, { expires_in: -1 }, null],
    [{}, {}, {}, null],
    [{}, { lifetime: { source: "fixed" as const, seconds: 3600 } }, {}, AT + HOUR],
    [{}, { lifetime: { source: "fixed" as const, seconds: 3600 } }, { expires_in: 5 }, AT + HOUR],
    [{}, { lifetime: { source: "unlimited" as const } }, { expires_in: 5 }, null],
  ])("lifetime %j %j %j", (oauth2, method, body, expiresAt) => {
    expect(token({ access_token: "a", ...body }, connector(oauth2, method)).expiresAt).toBe(expiresAt);
  });

  it.each([
    [{ refresh_token_expires_in: 11 * 3600 }, null, true, null],
    [{ refresh_expires_in: "43199" }, null, true, null],
    [{ x_refresh_token_expires_in: 13 * 3600 }, "r", false, AT + 13 * HOUR],
    [{ refresh_expires_in: 12 * 3600 }, "r", false, AT + 12 * HOUR],
    [{ refresh_token_expires_at: (AT + 2 * DAY) / 1000 }, "r", false, AT + 2 * DAY],
    [{}, "r", false, null],
  ])("a refresh token that lives %j: %s", (lives, kept, ignored, refreshExpiresAt) => {
    expect(token({ access_token: "a", refresh_token: "r", ...lives })).toMatchObject({
      refreshToken: kept,
      refreshTokenIgnored: ignored,
      refreshExpiresAt,
    });
  });

  it("values that arrive with the token, secret ones wrapped", () => {
    const input = connector({}, {}, [
      { name: "instance_url", title: "Instance", source: "tokenResponse" },
      { name: "team", title: "Team", source: "tokenResponse", path: "team.id" },
      { name: "installation.apiEndPoint", title: "API", source: "tokenResponse" },
      { name: "hook", title: "Hook", source: "tokenResponse", path: "hooks[0].url", secret: true },
      { name: "typed", title: "Typed" },
      { name: "absent", title: "Absent", source: "tokenResponse" },
    ]);
    const { properties } = token(
      {
        access_token: "a",
        instance_url: "https://na1.example",
        team: { id: 7 },
        installation: { apiEndPoint: "https://x.example" },
        hooks: [{ url: "https://h" }],
        typed: "no",
      },
      input,
    );
    expect(properties).toMatchObject({
      instance_url: "https://na1.example",
      team: "7",
      "installation.apiEndPoint": "https://x.example",
    });
    expect(Object.keys(properties).sort()).toEqual(["hook", "installation.apiEndPoint", "instance_url", "team"]);
    expect(properties.hook).toBeInstanceOf(Secret);
  });

  it("says which required scope wasn't granted (S-26)", () => {
    const input = connector({ scopes: { default: ["read", "write"], required: ["write"] } });
    expect(token({ access_token: "a", scope: "read" }, input).missingScopes).toEqual(["write"]);
    expect(token({ access_token: "a" }, input).missingScopes).toEqual([]);
  });

  it.each([
    [200, { error: "bad_verification_code" }, "oauth.grant_rejected", "customer"],
    [200, { ok: false, error: "bad_client_secret" }, "oauth.client_rejected", "partner"],
    [400, { error: "invalid_grant" }, "oauth.grant_rejected", "customer"],
    [503, "", "provider.unavailable", "provider"],
    [200, "<html>", "oauth.provider_error", "provider"],
    [200, "[1]", "oauth.provider_error", "provider"],
  ])("%i %j fails as %s", (status, body, code, owner) => {
    expect(parse(body, connector(), status)).toMatchObject({ ok: false, error: { code, details: { owner } } });
  });

  it("no token is in an error or in JSON", () => {
    expect(JSON.stringify(parse({ access_token: "canary", refresh_token: "canary" }))).not.toContain("canary");
    expect(JSON.stringify(parse({ access_token: "canary" }, connector(), 400))).not.toContain("canary");
  });

  it("paths stay inside the answer", () => {
    expect(atPath({ a: [{ b: 1 }] }, "a[0].b")).toBe(1);
    expect(atPath({ "a.b": 2, a: { b: 1 } }, "a.b")).toBe(2);
    expect(atPath({}, "__proto__.toString")).toBeUndefined();
    expect(atPath({ a: [1] }, "a.length")).toBeUndefined();
  });
});

describe("renewal (S-29)", () => {
  it.each([
    [HOUR, HOUR - 15 * MINUTE - 1, false],
    [HOUR, HOUR - 15 * MINUTE, true],
    [5 * MINUTE, 0, false],
    [5 * MINUTE, 2.5 * MINUTE - 1, false],
    [5 * MINUTE, 2.5 * MINUTE, true],
    [5 * MINUTE, 6 * MINUTE, true],
    [0, 0, true],
  ])("a token of %i ms after %i ms: %s", (life, age, due) => {
    expect(refreshDue(AT + life, AT, AT + age)).toBe(due);
  });

  it("one without an end is never due", () => {
    expect(refreshDue(null, AT, AT + 999 * DAY)).toBe(false);
  });

  it.each([
    [{}, {}, true, "refresh"],
    [{}, {}, false, "reauthorise"],
    [{}, { lifetime: { source: "unlimited" as const } }, false, "never"],
    [{}, { lifetime: { renew: "none" as const } }, false, "never"],
    [{}, { lifetime: { renew: "reauthorise" as const } }, true, "reauthorise"],
    [{ grant: "ClientCredentials" as const }, {}, false, "reissue"],
    [{ grant: "PasswordCredentials" as const }, { lifetime: { renew: "refresh_token" as const } }, true, "refresh"],
    [{ grant: "PasswordCredentials" as const }, {}, true, "reissue"],
  ])("%j %j refresh token %s: %s", (oauth2, method, has, renewal) => {
    expect(renewalOf(connector(oauth2, method).authMethod, has)).toBe(renewal);
  });
});
