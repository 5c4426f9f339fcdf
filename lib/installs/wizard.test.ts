import { describe, expect, it } from "vitest";
import { connectorDefinitionSchema, type ConnectorDefinitionInput } from "@/lib/auth-methods/definition";
import { fieldsSchema } from "@/lib/auth-methods/field-schema";
import { methodForm } from "./method-fields";
import type { ConnectionView } from "./types";
import { signInForm, typedValues, uniqueName, withoutRequired } from "./wizard";

const connector = (method: ConnectorDefinitionInput["authMethods"][number], more: Partial<ConnectorDefinitionInput> = {}) => {
  const definition = connectorDefinitionSchema.parse({ slug: "x", name: "X", authMethods: [method], ...more });
  return { definition, authMethod: definition.authMethods[0]! };
};

const oauth = connector({
  id: "oauth",
  type: "OAuth2",
  parameters: [
    { name: "client_id", title: "Consumer Key" },
    { name: "client_secret", title: "Consumer Secret", secret: true },
  ],
  oauth2: {
    grant: "AuthorisationCode",
    authorizationEndpoint: "https://x.example/a",
    tokenEndpoint: "https://x.example/t",
    scopes: {
      default: ["read"],
      required: ["base"],
      editable: true,
      titles: { read: "Read contacts", base: "Know who you are" },
    },
  },
});
const basic = connector({
  id: "basic",
  type: "Basic",
  parameters: [{ name: "password", title: "Password", fixed: "X", hidden: true }],
});
const key = connector({ id: "key", type: "ApiKey" }, { parameters: [{ name: "region", title: "Region", level: "account" }] });
const client = connector({
  id: "cc",
  type: "OAuth2",
  oauth2: { grant: "ClientCredentials", tokenEndpoint: "https://x.example/t" },
});

const set = { value: null, secret: { isSet: true, last4: "9f3a", setAt: 1, setBy: "Ana" } };
const text = (value: string) => ({ value, secret: null });

const installed = (more: Partial<ConnectionView>): ConnectionView =>
  ({ hasCredential: false, properties: [], ...more }) as unknown as ConnectionView;

describe("signInForm", () => {
  it("asks exactly for what the partner left blank, and shows the rest as chips", () => {
    const form = signInForm({ ...oauth, partnerValues: { client_id: text("abc") }, connection: null });
    expect(form.fields.map((f) => f.label)).toEqual(["Consumer Secret"]);
    expect(form.chips).toEqual([{ name: "client_id", title: "Consumer Key" }]);
    expect(form.ownClient).toBe(true);
  });

  it("asks for nothing where the partner set both, and says what will be granted", () => {
    const form = signInForm({ ...oauth, partnerValues: { client_id: text("abc"), client_secret: set }, connection: null });
    expect(form.fields).toEqual([]);
    expect(form.interactive).toBe(true);
    expect(form.ownClient).toBe(false);
    expect(form.grants).toEqual(["Read contacts", "Know who you are"]);
  });

  it("names the scopes that the partner asks for instead of the default", () => {
    const form = signInForm({ ...oauth, partnerValues: { scopes: text("read admin") }, connection: null });
    expect(form.grants).toEqual(["Read contacts", "admin", "Know who you are"]);
  });

  it("asks for the whole credential again, and offers properties for a change without it", () => {
    const connection = installed({
      hasCredential: true,
      properties: [{ name: "region", value: "eu", secret: null }],
    });
    const form = signInForm({ ...key, partnerValues: {}, connection });
    expect(form.fields.map((f) => f.name)).toEqual(["apiKey"]);
    expect(form.edit.map((f) => f.name)).toEqual(["region"]);
    expect(form.current).toEqual({ region: "eu" });
  });

  it("never repeats a secret", () => {
    const form = signInForm({
      ...oauth,
      partnerValues: { client_secret: { value: null, secret: set.secret } },
      connection: null,
    });
    expect(JSON.stringify(form)).not.toContain("9f3a");
  });
});

describe("typedValues", () => {
  const typed = (which: typeof key, values: Record<string, unknown>) => {
    const { fields } = signInForm({ ...which, partnerValues: {}, connection: null });
    return typedValues(which.definition, which.authMethod, fields, fieldsSchema(withoutRequired(fields)).parse(values));
  };

  it("divides properties from the credential", () => {
    const out = typed(key, { region: " eu ", apiKey: { set: "k-123456789012" } });
    expect(out.properties).toEqual([{ kind: "set", name: "region", value: "eu", isSecret: false }]);
    expect(out.credential).toMatchObject({ values: { apiKey: "k-123456789012" }, secretNames: ["apiKey"] });
  });

  it("stores a secret property as one", () => {
    const out = typed(oauth, { client_id: "abc", client_secret: { set: "s3cret" } });
    expect(out.properties).toContainEqual({ kind: "set", name: "client_secret", value: "s3cret", isSecret: true });
    expect(out.credential).toBeNull();
  });

  it("has no credential where none was typed", () => {
    expect(typed(key, { region: "eu" }).credential).toBeNull();
  });

  it("leaves a fixed half to the definition", () => {
    expect(typed(basic, { username: "key-1" }).credential?.values).toEqual({ username: "key-1" });
  });

  it("keeps an empty record where a token is fetched when needed", () => {
    expect(typed(client, { client_id: "a", client_secret: { set: "b" } }).credential?.values).toEqual({});
  });
});

describe("uniqueName", () => {
  it.each([
    [["Slack"], "Slack 2"],
    [["slack", "Slack 2"], "Slack 3"],
    [["Trello"], "Slack"],
  ])("of %j is %s", (taken, name) => {
    expect(uniqueName("Slack", taken)).toBe(name);
  });
});

it("makes a form of a method's parameters and fields", () => {
  const { definition } = connector(
    { id: "none", type: "None" },
    {
      methods: [
        {
          id: "create",
          name: "Create",
          httpMethod: "POST",
          endpoint: "/c/{{id}}",
          parameters: [
            { name: "id", title: "Id", targetType: "MergeField", targetName: "id" },
            { name: "n", title: "Number", targetType: "QueryString", targetName: "n", type: "Integer", optional: true },
            { name: "v", title: "Version", targetType: "HttpHeader", targetName: "v", hidden: true, default: "2" },
          ],
          requestFields: [
            { path: "a.name", title: "Name", optional: false },
            { path: "a.on", title: "Active", type: "Boolean" },
            { path: "a.kind", title: "Kind", values: ["x", "y"], default: "x", optional: false },
          ],
        },
      ],
    },
  );
  const form = methodForm(definition.methods[0]!);
  expect(form.parameters).toMatchObject([
    { name: "id", kind: "text", required: true },
    { name: "n", kind: "number", required: false },
  ]);
  expect(form.fields).toMatchObject([
    { name: "a.name", required: true },
    { name: "a.on", kind: "select", required: false },
    { name: "a.kind", kind: "select", required: false, default: "x" },
  ]);
});

it("a lookup goes with the field that it fills, of a method and of a property, and never with a secret", () => {
  const { definition, authMethod } = connector(
    { id: "key", type: "ApiKey" },
    {
      parameters: [
        { name: "project", title: "Project", level: "account", lookup: "Projects" },
        { name: "pin", title: "PIN", level: "account", lookup: "Projects", secret: true },
        { name: "page", title: "Page", enum: ["CYCLR_PAGE_NUMBER"], targetType: "QueryString" },
      ],
      methods: [
        {
          id: "get",
          name: "Get",
          httpMethod: "GET",
          endpoint: "/{{id}}",
          parameters: [
            { name: "id", title: "Id", targetType: "MergeField", targetName: "id", lookup: "Projects" },
            { name: "page", title: "Page", targetType: "QueryString", targetName: "page", values: ["CYCLR_PAGE_NUMBER"] },
          ],
          requestFields: [{ path: "owner.id", title: "Owner", lookup: "Owners" }],
        },
      ],
    },
  );
  const form = signInForm({ definition, authMethod, partnerValues: {}, connection: installed({ hasCredential: true }) });
  expect(form.edit.map((f) => [f.name, f.lookup])).toEqual([
    ["project", "Projects"],
    ["pin", undefined],
  ]);
  const { parameters, fields } = methodForm(definition.methods[0]!);
  expect([...parameters, ...fields].map((f) => [f.name, f.lookup])).toEqual([
    ["id", "Projects"],
    ["owner.id", "Owners"],
  ]);
});
