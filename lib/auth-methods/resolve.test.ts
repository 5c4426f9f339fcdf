import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expose } from "@/lib/kernel/expose";
import { Secret, secret } from "@/lib/kernel/secret";
import { connectorDefinitionSchema, type AuthMethod, type Parameter } from "./definition";
import {
  connectorValues,
  missingRequired,
  missingValuesError,
  PRESENCE,
  resolveParameters,
  resolveValues,
  VALUES,
  type ValueSource,
} from "./resolve";
import { textOf } from "./templates";

const parameter = (more: Partial<Parameter> = {}): Parameter => ({
  name: "domain",
  title: "Domain",
  level: "partnerOrAccount",
  source: "user",
  type: "string",
  required: true,
  secret: false,
  readOnly: false,
  hidden: false,
  ...more,
});

const NONE: AuthMethod = { id: "none", type: "None", parameters: [], placements: [] };

const resolveOne = (p: Parameter, layers: Parameters<typeof resolveParameters<string>>[2], others: readonly Parameter[] = []) => {
  const [found] = resolveParameters([p, ...others], NONE, layers, {
    of: (text) => text,
    isBlank: (v) => v === "",
    text: (v) => v,
  });
  if (!found) throw new Error("nothing resolved");
  return found;
};

describe("which layer wins", () => {
  /** Level, source, fixed, step, account, partner, default: winner. "-" is absent, "" is blank. */
  const TABLE: readonly (readonly [
    Parameter["level"],
    Parameter["source"],
    string,
    string,
    string,
    string,
    string,
    ValueSource,
    string | undefined,
  ])[] = [
    ["partnerOrAccount", "user", "-", "-", "a", "p", "d", "Account", "a"],
    ["partnerOrAccount", "user", "-", "-", "-", "p", "d", "Partner", "p"],
    ["partnerOrAccount", "user", "-", "-", "", "p", "d", "Partner", "p"],
    ["partnerOrAccount", "user", "-", "-", "-", "-", "d", "Default", "d"],
    ["partnerOrAccount", "user", "-", "-", "-", "", "-", "Missing", undefined],
    ["account", "user", "-", "-", "a", "p", "-", "Account", "a"],
    ["account", "user", "-", "-", "-", "p", "-", "Missing", undefined],
    ["account", "user", "-", "-", "-", "p", "d", "Default", "d"],
    ["partner", "user", "-", "-", "a", "p", "-", "Partner", "p"],
    ["partner", "user", "-", "-", "a", "-", "-", "Missing", undefined],
    ["partnerOrAccount", "user", "f", "-", "a", "p", "d", "Definition", "f"],
    ["partnerOrAccount", "user", "", "-", "a", "p", "d", "Definition", ""],
    ["partnerOrAccount", "user", "f", "s", "a", "p", "d", "Step", "s"],
    ["account", "user", "-", "", "a", "p", "d", "Step", undefined],
    ["partner", "tokenResponse", "-", "-", "a", "p", "-", "Account", "a"],
    ["account", "redirect", "-", "-", "a", "-", "-", "Account", "a"],
    ["partnerOrAccount", "postConnect", "-", "-", "-", "p", "-", "Missing", undefined],
  ];

  it.each(TABLE)(
    "%s %s fixed=%s step=%s account=%s partner=%s default=%s: %s",
    (level, source, fixed, step, account, partner, fallback, winner, value) => {
      const layer = (text: string) => (text === "-" ? {} : { Domain: text });
      const found = resolveOne(
        parameter({ level, source, ...(fixed === "-" ? {} : { fixed }), ...(fallback === "-" ? {} : { default: fallback }) }),
        {
          ...(step === "-" ? {} : { step: layer(step) }),
          account: layer(account),
          partner: layer(partner),
        },
      );
      expect([found.source, found.value]).toEqual([winner, value]);
    },
  );

  it("agrees with a table for every combination", () => {
    const optional = fc.option(fc.constantFrom("", "x", "y"), { nil: undefined });
    fc.assert(
      fc.property(
        fc.record({
          level: fc.constantFrom("partner" as const, "account" as const, "partnerOrAccount" as const),
          fixed: optional,
          step: optional,
          account: optional,
          partner: optional,
          fallback: optional,
        }),
        ({ level, fixed, step, account, partner, fallback }) => {
          const rows: readonly (readonly [boolean, ValueSource, string | undefined])[] = [
            [step !== undefined, "Step", step === "" ? undefined : step],
            [fixed !== undefined, "Definition", fixed],
            [level !== "partner" && Boolean(account), "Account", account],
            [level !== "account" && Boolean(partner), "Partner", partner],
            [Boolean(fallback), "Default", fallback],
            [true, "Missing", undefined],
          ];
          const expected = rows.find(([applies]) => applies);
          const layer = (v: string | undefined) => (v === undefined ? {} : { domain: v });
          const found = resolveOne(
            parameter({
              level,
              ...(fixed === undefined ? {} : { fixed }),
              ...(fallback === undefined ? {} : { default: fallback }),
            }),
            {
              ...(step === undefined ? {} : { step: layer(step) }),
              account: layer(account),
              partner: layer(partner),
            },
          );
          expect([found.source, found.value]).toEqual(expected?.slice(1));
        },
      ),
    );
  });

  it("the system gives what it knows, before anything stored", () => {
    expect(resolveOne(parameter({ source: "system" }), { system: { domain: "s" }, account: { domain: "a" } })).toMatchObject({
      source: "Definition",
      value: "s",
    });
  });
});

describe("what is missing", () => {
  it("only what a person must give and can see counts", () => {
    const sandbox = parameter({ name: "sandbox", title: "Sandbox", required: false });
    const key = parameter({ visibleWhen: { parameter: "sandbox", equals: "yes" } });
    expect(resolveOne(key, { account: { sandbox: "no" } }, [sandbox]).required).toBe(false);
    expect(resolveOne(key, { account: { sandbox: "yes" } }, [sandbox]).required).toBe(true);
    expect(resolveOne(parameter({ source: "tokenResponse" }), {}).required).toBe(false);
  });

  it("a mapping without a value is missing even where it isn't required", () => {
    expect(
      missingRequired([resolveOne(parameter({ required: false }), { step: { domain: "" }, account: { domain: "a" } })]),
    ).toHaveLength(1);
    expect(missingRequired([resolveOne(parameter({ required: false }), { step: { domain: "s" } })])).toHaveLength(0);
  });

  it("the error names the values by their titles", () => {
    const error = missingValuesError([resolveOne(parameter(), {})]);
    expect(error).toMatchObject({
      ok: false,
      error: { code: "connector.values_missing", message: "A value is missing: Domain", fields: { domain: "Domain is missing" } },
    });
    expect(missingValuesError([resolveOne(parameter(), { account: { domain: "x" } })])).toBeNull();
  });
});

const zendesk = connectorDefinitionSchema.parse({
  slug: "zendesk",
  name: "Zendesk",
  parameters: [{ name: "subdomain", title: "Subdomain", level: "account" }],
  baseUrl: "https://{{subdomain}}.zendesk.com",
  authMethods: [
    {
      id: "oauth",
      type: "OAuth2",
      oauth2: {
        grant: "AuthorisationCode",
        tokenEndpoint: "https://{{subdomain}}.zendesk.com/oauth/tokens",
        scopes: { default: ["read", "write"] },
      },
    },
    {
      id: "api-token",
      type: "Basic",
      parameters: [
        { name: "username", title: "Email address", level: "account", valueTemplate: "{{username}}/token" },
        { name: "password", title: "API token", level: "account", secret: true },
      ],
    },
  ],
});
const [oauth, token] = zendesk.authMethods as [AuthMethod, AuthMethod];

describe("a connector's values", () => {
  it("lists the connector's parameters, the method's, then what the type needs, each once", () => {
    const names = (m: AuthMethod) =>
      resolveValues({ definition: zendesk, authMethod: m, layers: {}, representation: PRESENCE }).map((r) => [
        r.name,
        r.source,
        r.credential,
      ]);
    expect(names(oauth)).toEqual([
      ["subdomain", "Missing", false],
      ["client_id", "Missing", false],
      ["client_secret", "Missing", false],
      ["scopes", "Default", false],
      ["accessToken", "Missing", true],
      ["refreshToken", "Missing", true],
    ]);
    expect(names(token)).toEqual([
      ["subdomain", "Missing", false],
      ["username", "Missing", true],
      ["password", "Missing", true],
    ]);
  });

  it("composites are built and secrets are wrapped", () => {
    const resolved = resolveValues({
      definition: zendesk,
      authMethod: token,
      layers: { account: { Username: "a@b.example", Password: "key", Subdomain: "acme" } },
      representation: VALUES,
    });
    const built = connectorValues(resolved);
    if (!built.ok) throw new Error(built.error.message);
    expect(built.value.values.username).toBe("a@b.example/token");
    expect(built.value.values.password).toBeInstanceOf(Secret);
    expect(textOf(built.value.values.password)).toBe("key");
    expect(built.value.sources).toEqual({ subdomain: "Account", username: "Account", password: "Account" });
    expect(JSON.stringify(built)).not.toContain('"key"');
  });

  it("a composite of a secret is a secret", () => {
    const definition = connectorDefinitionSchema.parse({
      slug: "x",
      name: "X",
      authMethods: [
        {
          id: "k",
          type: "ApiKey",
          parameters: [
            { name: "company", title: "Company" },
            { name: "apiKey", title: "Key", secret: true },
            { name: "both", title: "Both", fixed: "-", valueTemplate: "{{company}}+{{apiKey}}" },
          ],
        },
      ],
    });
    const [method] = definition.authMethods as [AuthMethod];
    const built = connectorValues(
      resolveValues({
        definition,
        authMethod: method,
        layers: { account: { company: "c", apiKey: secret("k") } },
        representation: VALUES,
      }),
    );
    if (!built.ok) throw new Error(built.error.message);
    const both = built.value.values.both;
    expect(both instanceof Secret && expose(both)).toBe("c+k");
  });

  it("presence alone gives the same answer about sources as the values do", () => {
    const layer = fc.record(
      { subdomain: fc.constantFrom("", "a"), client_id: fc.constantFrom("", "i"), client_secret: fc.constantFrom("", "s") },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(layer, layer, (account, partner) => {
        const present = (l: Record<string, string>) => Object.fromEntries(Object.entries(l).map(([k, v]) => [k, v !== ""]));
        const plain = resolveValues({
          definition: zendesk,
          authMethod: oauth,
          layers: { account, partner },
          representation: VALUES,
        });
        const presence = resolveValues({
          definition: zendesk,
          authMethod: oauth,
          layers: { account: present(account), partner: present(partner) },
          representation: PRESENCE,
        });
        expect(presence.map((r) => [r.name, r.source, r.required])).toEqual(plain.map((r) => [r.name, r.source, r.required]));
      }),
    );
  });
});
