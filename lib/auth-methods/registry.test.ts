import { describe, expect, it } from "vitest";
import { AUTH_TYPES, connectorDefinitionSchema, type AuthMethod, type ConnectorDefinitionInput } from "./definition";
import { setupGuide } from "./guide";
import { AUTH_METHOD_KINDS, externalParameters, findAuthMethod, kindOf } from "./registry";

const methodOf = (method: object, more: Partial<ConnectorDefinitionInput> = {}) => {
  const definition = connectorDefinitionSchema.parse({
    slug: "acme",
    name: "Acme",
    authMethods: [{ id: "m", ...method }],
    ...more,
  });
  const [authMethod] = definition.authMethods as [AuthMethod];
  return { definition, authMethod };
};

const OAUTH2 = {
  type: "OAuth2",
  oauth2: {
    grant: "AuthorisationCode",
    tokenEndpoint: "https://acme.example/t",
    authorizationEndpoint: "https://acme.example/a",
  },
};
const FIELDS = {
  type: "AuthFields",
  authFields: [
    { name: "User", key: "u", type: "Text" },
    { name: "Pass", key: "p", type: "Password" },
  ],
};

it("there is one entry a type, under its own name", () => {
  expect(Object.keys(AUTH_METHOD_KINDS).sort()).toEqual([...AUTH_TYPES].sort());
  for (const type of AUTH_TYPES) expect(AUTH_METHOD_KINDS[type].type).toBe(type);
});

describe("external authentication (domain section 5)", () => {
  it.each([
    [{ type: "None" }, []],
    [{ type: "ApiKey" }, ["ApiKey"]],
    [{ type: "Basic" }, ["Username", "Password"]],
    [{ type: "OAuth1" }, ["AccessToken", "AccessTokenSecret"]],
    [OAUTH2, ["AccessToken"]],
    [FIELDS, ["User", "Pass"]],
  ])("%j", (method, names) => {
    const { definition, authMethod } = methodOf(method);
    expect(externalParameters(definition, authMethod).map((p) => p.name)).toEqual(names);
  });

  it("every property that arrives by itself can be brought too", () => {
    const { definition, authMethod } = methodOf(OAUTH2, {
      parameters: [
        { name: "instance_url", title: "Instance", source: "tokenResponse" },
        { name: "dc", title: "Data centre", source: "postConnect" },
        { name: "realmId", title: "Realm", source: "redirect" },
        { name: "typed", title: "Typed" },
      ],
    });
    expect(externalParameters(definition, authMethod).map((p) => [p.name, p.parameter])).toEqual([
      ["AccessToken", "accessToken"],
      ["InstanceUrl", "instance_url"],
      ["Dc", "dc"],
      ["RealmId", "realmId"],
    ]);
  });

  it("takes the definition's own title and secrecy", () => {
    const { definition, authMethod } = methodOf({
      type: "Basic",
      parameters: [{ name: "username", title: "API key", secret: true }],
    });
    expect(externalParameters(definition, authMethod)[0]).toEqual({
      name: "Username",
      parameter: "username",
      title: "API key",
      secret: true,
    });
  });
});

describe("AuthValue", () => {
  const parse = (method: object, text: string) => {
    const { authMethod } = methodOf(method);
    const result = kindOf(authMethod).parseAuthValue(text, authMethod);
    return result.ok ? result.value : result.error.code;
  };
  const none = { expiresAt: null, refreshExpiresAt: null };

  it.each([
    [{ type: "ApiKey" }, " k-1 ", { values: { apiKey: "k-1" }, ...none }],
    [{ type: "ApiKey" }, " ", "request.invalid"],
    [{ type: "Basic" }, btoa("user:pa:ss"), { values: { username: "user", password: "pa:ss" }, ...none }],
    [{ type: "Basic" }, "user:pass", "request.invalid"],
    [{ type: "Basic" }, btoa("nocolon"), "request.invalid"],
    [OAUTH2, "plain-token", { values: { accessToken: "plain-token" }, ...none }],
    [OAUTH2, "{}", { values: {}, ...none }],
    [
      OAUTH2,
      '{"AccessToken":"a","RefreshToken":"r","Expires":"2026-08-01T00:00:00Z","RefreshExpires":"2026-09-01T00:00:00"}',
      {
        values: { accessToken: "a", refreshToken: "r" },
        expiresAt: Date.UTC(2026, 7, 1),
        refreshExpiresAt: Date.UTC(2026, 8, 1),
      },
    ],
    [OAUTH2, '{"RefreshToken":"r"}', { values: { refreshToken: "r" }, ...none }],
    [OAUTH2, '{"Token":"a"}', "request.invalid"],
    [OAUTH2, '{"AccessToken":1}', "request.invalid"],
    [OAUTH2, "{bad", "request.invalid"],
    [
      { type: "OAuth1" },
      '{"AccessToken":"a","AccessTokenSecret":"s"}',
      { values: { accessToken: "a", accessTokenSecret: "s" }, ...none },
    ],
    [{ type: "OAuth1" }, "a", "request.invalid"],
    [FIELDS, '{"User":"u","Pass":"p"}', { values: { User: "u", Pass: "p" }, ...none }],
    [FIELDS, '{"Else":"u"}', "request.invalid"],
    [FIELDS, '{"User":{}}', "request.invalid"],
    [FIELDS, "[]", "request.invalid"],
    [{ type: "None" }, "anything", { values: {}, ...none }],
  ])("%j %s", (method, text, expected) => {
    expect(parse(method, text)).toEqual(expected);
  });

  it.each([
    [{ type: "ApiKey" }, { apiKey: "k" }],
    [{ type: "Basic" }, { username: "ü", password: "p:1" }],
    [OAUTH2, { accessToken: "a", refreshToken: "r" }],
    [{ type: "OAuth1" }, { accessToken: "a", accessTokenSecret: "s" }],
    [FIELDS, { User: "u", Pass: "p" }],
  ])("%j comes back as it was written", (method, values) => {
    const { authMethod } = methodOf(method);
    const kind = kindOf(authMethod);
    const times = authMethod.type === "OAuth2" ? { expiresAt: 1_785_542_400_000, refreshExpiresAt: 1_788_220_800_000 } : none;
    const text = kind.formatAuthValue({ values, ...times }, authMethod);
    expect(kind.parseAuthValue(text, authMethod)).toEqual({ ok: true, value: { values, ...times } });
  });

  it("an error never repeats the value", () => {
    for (const method of [{ type: "Basic" }, OAUTH2, FIELDS, { type: "OAuth1" }]) {
      const { authMethod } = methodOf(method);
      expect(JSON.stringify(kindOf(authMethod).parseAuthValue("{canary", authMethod))).not.toContain("canary");
    }
  });
});

it.each([
  [{ type: "ApiKey" }, "API key", false, "The key is sent in the header Authorization."],
  [
    { type: "ApiKey", placements: [{ in: "query", name: "key", value: "{{apiKey}}" }] },
    "API key",
    false,
    "The key is sent in the query parameter key.",
  ],
  [{ type: "Basic" }, "Basic", false, "Username and password are sent as HTTP Basic, in the header Authorization."],
  [
    { type: "ApiKey", placements: [{ in: "header", name: "x-api-key", value: "Token {{apiKey}}" }] },
    "API key",
    false,
    "The key is sent in the header X-Api-Key, after the word Token.",
  ],
  [
    {
      type: "Basic",
      parameters: [
        { name: "username", title: "API key" },
        { name: "password", title: "Password", fixed: "", source: "system", hidden: true },
      ],
    },
    "Basic",
    false,
    "API key is sent as the username of HTTP Basic, beside a fixed password, in the header Authorization.",
  ],
  [
    {
      type: "AuthFields",
      parameters: [
        { name: "app", title: "App key" },
        { name: "user", title: "User key" },
      ],
      placements: [
        { in: "header", name: "X-App", value: "{{app}}" },
        { in: "body", value: { auth: { user: "{{user}}" } } },
      ],
    },
    "Fields",
    false,
    "App key is sent in the header X-App. User key is sent in the body.",
  ],
  [OAUTH2, "OAuth 2, authorization code", true, "The access token is sent in the header Authorization."],
  [
    { type: "OAuth2", oauth2: { grant: "ClientCredentials", tokenEndpoint: "https://a.example" } },
    "OAuth 2, client credentials",
    false,
    "The access token is sent in the header Authorization.",
  ],
  [{ type: "OAuth1" }, "OAuth 1", true, "Every request is signed with HMAC-SHA1, in the header Authorization."],
  [
    { type: "OAuth1", oauth1: { tokenSource: "entered" } },
    "OAuth 1",
    false,
    "Every request is signed with HMAC-SHA1, in the header Authorization.",
  ],
  [FIELDS, "Fields", false, "u, p are put into the body of every POST."],
  [{ type: "None" }, "None", false, "Nothing is added to a request."],
])("%j in words", (method, badge, interactive, appearance) => {
  const { definition, authMethod } = methodOf(method);
  const kind = kindOf(authMethod);
  expect([kind.badge(authMethod), kind.interactive(authMethod), kind.appearance(authMethod, definition)]).toEqual([
    badge,
    interactive,
    appearance,
  ]);
  expect(findAuthMethod(definition, "m")).toBe(authMethod);
});

describe("the setup guide", () => {
  it("says what to do at the provider, under its own labels", () => {
    const { definition } = methodOf(
      {
        ...OAUTH2,
        title: "OAuth",
        oauth2: { ...OAUTH2.oauth2, scopes: { default: ["read"], required: ["base"] } },
        parameters: [
          { name: "client_id", title: "Consumer Key" },
          { name: "client_secret", title: "Consumer Secret", secret: true },
        ],
      },
      {
        developerUrl: "https://developers.acme.example/apps",
        parameters: [{ name: "subdomain", title: "Subdomain", level: "account", suffix: ".acme.example" }],
      },
    );
    const guide = setupGuide(definition);
    expect(guide.intro).toBe("What to do in Acme before customers can use it.");
    const [method] = guide.methods;
    expect(method?.partner.map((s) => [s.id, s.title])).toEqual([
      ["app", "Create an app in Acme"],
      ["callback", "Register the callback URL"],
      ["scopes", "Allow the scopes"],
      ["copy", "Copy the Consumer Key and the Consumer Secret"],
      ["save", "Save changes"],
    ]);
    expect(method?.partner[0]?.link?.url).toBe("https://developers.acme.example/apps");
    expect(method?.partner[1]?.copy).toBe("callback");
    expect(method?.partner[2]?.items).toEqual(["read", "base"]);
    expect(method?.partner[3]?.values?.[0]).toEqual({
      name: "client_id",
      label: "Consumer Key",
      description: "The Consumer Key from Acme.",
    });
    expect(method?.account.map((s) => s.title)).toEqual(["Enter Subdomain", "Sign in to Acme"]);
  });

  it("with nothing for the partner to do, says so and lists what customers give", () => {
    const { definition } = methodOf({ type: "ApiKey" });
    const guide = setupGuide(definition);
    expect(guide.intro).toMatch(/^There is nothing to do in Acme beforehand/);
    expect(guide.methods[0]).toMatchObject({ partner: [], account: [{ title: "Enter API key" }] });
    expect(setupGuide(methodOf({ type: "None" }).definition).methods[0]?.account[0]?.title).toBe("Nothing to enter");
  });

  it("says of an app without a sign-in for whom it acts, and of blank values who is never asked", () => {
    const { definition } = methodOf(
      {
        type: "OAuth2",
        oauth2: { grant: "ClientCredentials", tokenEndpoint: "https://a.example", scopes: { default: ["read"] } },
        parameters: [
          { name: "client_id", title: "Client ID" },
          { name: "client_secret", title: "Client Secret", secret: true },
          { name: "tenant", title: "Acme tenant", level: "partner", prefix: "https://" },
        ],
      },
      { name: "Acme (Client Credentials)" },
    );
    const [app, scopes, copy] = setupGuide(definition).methods[0]!.partner;
    expect(app).toMatchObject({ title: "Create an app in Acme" });
    expect(app?.text).toMatch(/^Nobody signs in: the app acts as the account it was made in\./);
    expect(scopes?.text).toBe("The app in Acme has to allow what is asked for at the sign-in.");
    expect(copy?.text).toMatch(/when they install\. They are never asked for the Acme tenant\.$/);
    expect(copy?.values?.map((v) => v.description)).toEqual([
      "The Client ID from Acme.",
      "The Client Secret from Acme.",
      "The Acme tenant. Without https://.",
      "Separated by spaces. What you enter replaces the connector's own list.",
    ]);
  });

  it("keeps the name of another environment, and has nothing to say where nobody gives anything", () => {
    const sandbox = methodOf({ type: "OAuth2", oauth2: OAUTH2.oauth2 }, { name: "Acme (Sandbox)" }).definition;
    expect(setupGuide(sandbox).methods[0]!.account.at(-1)?.title).toBe("Sign in to Acme (Sandbox)");
    expect(setupGuide(methodOf({ type: "None" }).definition).intro).toMatch(/^There is nothing to set up:/);
  });

  it("keeps to the voice", () => {
    const text = JSON.stringify(
      [OAUTH2, FIELDS, { type: "Basic" }, { type: "OAuth1" }].map((m) => setupGuide(methodOf(m).definition)),
    );
    expect(text).not.toMatch(/!|please|successful|simply|easily|powerful/i);
  });
});
