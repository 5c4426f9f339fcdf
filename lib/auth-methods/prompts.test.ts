import { describe, expect, it } from "vitest";
import { connectorDefinitionSchema, type AuthMethod, type ConnectorDefinitionInput } from "./definition";
import { credentialNames, partnerFields, promptFields, setupState } from "./prompts";

const define = (more: Omit<ConnectorDefinitionInput, "slug" | "name">) =>
  connectorDefinitionSchema.parse({ slug: "acme", name: "Acme", ...more });
const first = (definition: { authMethods: readonly AuthMethod[] }, index = 0): AuthMethod => {
  const method = definition.authMethods[index];
  if (!method) throw new Error("no method");
  return method;
};

/** As the seed shows it: Consumer Key, Consumer Secret. */
const firstConnect = define({
  authMethods: [
    {
      id: "oauth",
      type: "OAuth2",
      parameters: [
        { name: "client_id", title: "Consumer Key" },
        { name: "client_secret", title: "Consumer Secret", secret: true },
      ],
      oauth2: {
        grant: "AuthorisationCode",
        tokenEndpoint: "https://acme.example/token",
        authorizationEndpoint: "https://acme.example/authorize",
      },
    },
  ],
});

describe("the settings page", () => {
  it("shows the connector's own labels, and nothing is required", () => {
    expect(partnerFields(firstConnect)).toEqual([
      { name: "client_id", label: "Consumer Key", kind: "text", required: false },
      { name: "client_secret", label: "Consumer Secret", kind: "secret", required: false },
    ]);
  });

  it("has scopes where the definition has them, with those that can't be taken out", () => {
    const definition = define({
      authMethods: [
        {
          id: "oauth",
          type: "OAuth2",
          oauth2: {
            grant: "AuthorisationCode",
            tokenEndpoint: "https://a.example/t",
            scopes: { default: ["crm.read", "oauth"], required: ["oauth"], optionalDefault: ["files"] },
          },
        },
      ],
    });
    const fields = partnerFields(definition);
    expect(fields.map((f) => [f.name, f.kind, f.default, f.locked])).toEqual([
      ["client_id", "text", undefined, undefined],
      ["client_secret", "secret", undefined, undefined],
      ["scopes", "scopes", "crm.read oauth", ["oauth"]],
      ["optionalScopes", "scopes", "files", undefined],
    ]);
  });

  it("has no scopes where they can't be edited", () => {
    const definition = define({
      authMethods: [
        {
          id: "o",
          type: "OAuth2",
          oauth2: {
            grant: "AuthorisationCode",
            tokenEndpoint: "https://a.example/t",
            scopes: { default: ["a"], editable: false },
          },
        },
      ],
    });
    expect(partnerFields(definition).map((f) => f.name)).toEqual(["client_id", "client_secret"]);
  });

  it("leaves out what only accounts give, what is fixed, hidden or arrives by itself", () => {
    const definition = define({
      parameters: [
        { name: "subdomain", title: "Subdomain", level: "account" },
        { name: "version", title: "Version", fixed: "v1" },
        { name: "internal", title: "Internal", hidden: true },
        { name: "redirect_uri", title: "Callback", source: "system", readOnly: true },
        { name: "instance_url", title: "Instance", source: "tokenResponse" },
        { name: "environment", title: "Environment", enum: ["live", "test"], enumTitles: ["Live", "Test"], default: "live" },
      ],
      authMethods: [{ id: "key", type: "ApiKey" }],
    });
    expect(partnerFields(definition)).toEqual([
      {
        name: "environment",
        label: "Environment",
        kind: "select",
        required: false,
        default: "live",
        options: [
          { value: "live", label: "Live" },
          { value: "test", label: "Test" },
        ],
      },
    ]);
  });

  it("groups fields by method where there are several, and asks for a shared name once", () => {
    const definition = define({
      authMethods: [
        {
          id: "oauth",
          title: "OAuth",
          type: "OAuth2",
          oauth2: { grant: "AuthorisationCode", tokenEndpoint: "https://a.example/t" },
        },
        {
          id: "service",
          title: "Service",
          type: "OAuth2",
          oauth2: { grant: "ClientCredentials", tokenEndpoint: "https://a.example/t" },
        },
        { id: "key", type: "ApiKey", parameters: [{ name: "apiKey", title: "API token", secret: true }] },
      ],
    });
    expect(partnerFields(definition).map((f) => [f.name, f.group])).toEqual([
      ["client_id", "OAuth"],
      ["client_secret", "OAuth"],
      ["apiKey", "API key"],
    ]);
  });

  it("a private key is a secret of several lines", () => {
    const definition = define({ authMethods: [{ id: "o", type: "OAuth1", oauth1: { signatureMethod: "RSA-SHA1" } }] });
    expect(partnerFields(definition).find((f) => f.name === "private_key")).toMatchObject({ kind: "secret", multiline: true });
  });
});

describe("what an install asks", () => {
  const names = (input: Parameters<typeof promptFields>[0]) => promptFields(input).fields.map((f) => f.name);
  const authMethod = first(firstConnect);

  it.each([
    [{}, ["client_id", "client_secret"], []],
    [{ client_id: "k" }, ["client_secret"], ["Consumer Key"]],
    [{ client_id: "k", client_secret: true }, [], ["Consumer Key", "Consumer Secret"]],
    [{ ClientSecret: true }, ["client_id"], ["Consumer Secret"]],
    [{ client_id: "" }, ["client_id", "client_secret"], []],
  ])("partner has %j: asks %j", (partnerHas, asked, chips) => {
    const prompts = promptFields({ definition: firstConnect, authMethod, partnerHas });
    expect(prompts.fields.map((f) => f.name)).toEqual(asked);
    expect(prompts.lockedChips.map((c) => c.title)).toEqual(chips);
    expect(prompts.interactive).toBe(true);
  });

  it("shared parameters come first, then the method's; the partner's are never shown with a value", () => {
    const definition = define({
      parameters: [
        { name: "region", title: "Region", required: false },
        { name: "license", title: "License", level: "partner" },
      ],
      authMethods: [
        {
          id: "basic",
          type: "Basic",
          parameters: [
            { name: "password", title: "Password", fixed: "X" },
            { name: "username", title: "API key", level: "account", secret: true },
          ],
        },
      ],
    });
    const prompts = promptFields({ definition, authMethod: first(definition), partnerHas: { license: "L-1" } });
    expect(prompts.fields.map((f) => [f.name, f.label, f.required])).toEqual([
      ["region", "Region", false],
      ["username", "API key", true],
    ]);
    expect(JSON.stringify(prompts)).not.toContain("L-1");
    expect(prompts.blockedBy).toEqual([]);
    expect(promptFields({ definition, authMethod: first(definition), partnerHas: {} }).blockedBy).toEqual([
      { name: "license", title: "License" },
    ]);
  });

  it("what the account has isn't asked again, except its credential when it signs in anew", () => {
    const definition = define({
      parameters: [{ name: "subdomain", title: "Subdomain", level: "account" }],
      authMethods: [{ id: "key", type: "ApiKey" }],
    });
    const input = { definition, authMethod: first(definition), partnerHas: {}, accountHas: { subdomain: "acme", apiKey: true } };
    expect(names(input)).toEqual([]);
    expect(names({ ...input, purpose: "reauthenticate" })).toEqual(["apiKey"]);
    expect(promptFields({ ...input, purpose: "edit" }).fields.map((f) => [f.name, f.required])).toEqual([
      ["subdomain", false],
      ["apiKey", false],
    ]);
    expect(names({ ...input, accountHas: { subdomain: "acme" } })).toEqual(["apiKey"]);
  });

  it("conditions on a settled value are settled, others stay in the form", () => {
    const definition = define({
      parameters: [
        { name: "hosting", title: "Hosting", enum: ["cloud", "server"] },
        { name: "host", title: "Host", level: "account", visibleWhen: { parameter: "hosting", equals: "server" } },
      ],
      authMethods: [{ id: "none", type: "None" }],
    });
    const ask = (partnerHas: Record<string, string>) =>
      promptFields({ definition, authMethod: first(definition), partnerHas }).fields;
    expect(ask({}).map((f) => [f.name, f.visibleWhen])).toEqual([
      ["hosting", undefined],
      ["host", { parameter: "hosting", equals: "server" }],
    ]);
    expect(ask({ hosting: "server" })).toEqual([{ name: "host", label: "Host", kind: "text", required: true }]);
    expect(ask({ hosting: "cloud" })).toEqual([]);
  });

  it("authentication fields are asked by type", () => {
    const definition = define({
      authMethods: [
        {
          id: "fields",
          type: "AuthFields",
          authFields: [
            { name: "Auth User", key: "auth.user", type: "Text" },
            { name: "Auth Key", key: "auth.key", type: "Password" },
            { name: "Shop", key: "shop", type: "Number" },
            { name: "Test mode", key: "test", type: "Boolean" },
          ],
        },
      ],
    });
    expect(promptFields({ definition, authMethod: first(definition), partnerHas: {} }).fields.map((f) => f.kind)).toEqual([
      "text",
      "secret",
      "number",
      "boolean",
    ]);
    expect(credentialNames(definition, first(definition))).toEqual(["Auth User", "Auth Key", "Shop", "Test mode"]);
  });
});

describe("the setup state", () => {
  it.each([
    [{}, null, "SetupRequired", ["Consumer Key", "Consumer Secret"]],
    [{ client_id: "k" }, null, "SetupRequired", ["Consumer Secret"]],
    [{ client_id: "k", client_secret: true }, null, "SetUp", []],
    [{ client_id: "k", client_secret: true }, 1, "SetUp", []],
    [{ client_id: "k" }, 1, "AsksCustomers", ["Consumer Secret"]],
    [{}, 1, "AsksCustomers", ["Consumer Key", "Consumer Secret"]],
  ])("%j saved %s: %s", (partnerHas, savedAt, state, asked) => {
    const setup = setupState(firstConnect, partnerHas, savedAt);
    expect(setup).toMatchObject({ state, asked });
    if (state === "AsksCustomers") expect(setup.sentence).toBe(`Customers will be asked for ${asked.join(", ")}`);
  });

  it("there is nothing to set up where only accounts give values", () => {
    expect(setupState(define({ authMethods: [{ id: "key", type: "ApiKey" }] }), {}).state).toBe("NothingToSetUp");
    expect(setupState(define({ authMethods: [{ id: "none", type: "None" }] }), {}, 1).state).toBe("NothingToSetUp");
  });

  it("a blank that only the partner can fill stays required after saving", () => {
    const definition = define({
      parameters: [{ name: "developer_token", title: "Developer token", level: "partner", secret: true }],
      authMethods: [{ id: "key", type: "ApiKey" }],
    });
    expect(setupState(definition, {}, 1).state).toBe("SetupRequired");
    expect(setupState(definition, { developer_token: true }, 1).state).toBe("SetUp");
  });

  it("optional blanks don't count", () => {
    const definition = define({
      parameters: [{ name: "region", title: "Region", required: false }],
      authMethods: [{ id: "key", type: "ApiKey" }],
    });
    expect(setupState(definition, {}).state).toBe("SetUp");
  });
});
