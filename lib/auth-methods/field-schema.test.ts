import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fieldDefaults, fieldKey, fieldsSchema, isFieldVisible, normalizeValue, splitScopes } from "./field-schema";
import type { FieldSpec } from "./fields";

const spec = (more: Partial<FieldSpec> & Pick<FieldSpec, "name" | "kind">): FieldSpec => ({
  label: more.name,
  required: false,
  ...more,
});

/** Messages by key; an empty object where the values pass. */
function problems(specs: FieldSpec[], values: unknown, stored?: Record<string, boolean>): Record<string, string> {
  const result = fieldsSchema(specs, { stored }).safeParse(values);
  if (result.success) return {};
  return Object.fromEntries(result.error.issues.map((issue) => [issue.path.join("/"), issue.message]));
}

describe("required and blank", () => {
  const key = spec({ name: "client_id", label: "Consumer Key", kind: "text", required: true });

  it.each([{}, { client_id: "" }, { client_id: "   " }])("names the field: %j", (values) => {
    expect(problems([key], values)).toEqual({ client_id: "Consumer Key is required." });
  });

  it("lets an optional field stay blank and still lists it", () => {
    expect(fieldsSchema([{ ...key, required: false }]).parse({})).toEqual({ client_id: "" });
  });

  it("refuses what no field asked for", () => {
    expect(problems([key], { client_id: "a", admin: "true" })).toEqual({ admin: "admin is not a field of this form." });
  });

  it("refuses other types than text", () => {
    expect(problems([key], { client_id: 7 })).toEqual({ client_id: "Consumer Key must be text." });
  });
});

describe("secrets", () => {
  const secret = spec({ name: "client_secret", label: "Consumer Secret", kind: "secret", required: true });

  it.each([{}, { client_secret: { keep: true } }, { client_secret: { set: "" } }, { client_secret: { clear: true } }])(
    "is required where nothing is stored: %j",
    (values) => expect(problems([secret], values)).toEqual({ client_secret: "Consumer Secret is required." }),
  );

  it.each([{}, { client_secret: { keep: true } }, { client_secret: { set: " " } }])("keeps what is stored: %j", (values) => {
    expect(fieldsSchema([secret], { stored: { client_secret: true } }).parse(values)).toEqual({ client_secret: { keep: true } });
  });

  it("can't be cleared where it is required, and can where it is not", () => {
    expect(problems([secret], { client_secret: { clear: true } }, { client_secret: true })).toEqual({
      client_secret: "Consumer Secret is required.",
    });
    expect(fieldsSchema([{ ...secret, required: false }]).parse({ client_secret: { clear: true } })).toEqual({
      client_secret: { clear: true },
    });
  });

  it("takes a new value to the letter", () => {
    expect(fieldsSchema([secret]).parse({ client_secret: { set: " p w " } })).toEqual({ client_secret: { set: " p w " } });
  });

  it.each(["plain", { set: "a", keep: true }, { keep: false }, { set: 1 }])("refuses another shape: %j", (value) => {
    expect(problems([secret], { client_secret: value })).toEqual({ client_secret: "Consumer Secret can't be read." });
  });
});

describe("kinds", () => {
  const cases: [Partial<FieldSpec> & Pick<FieldSpec, "kind">, string[], string[]][] = [
    [{ kind: "number" }, ["42", "-1.5", " 7 "], ["seven", "1e5", "1 2"]],
    [{ kind: "email" }, ["ana@northwind.example"], ["ana", "ana@", "a b@c.example", "ana@localhost"]],
    [
      { kind: "hostname" },
      ["acme.example.com", "localhost:8080", "https://acme.example.com/x"],
      ["acme", "a b.c", "-a.example.com", "user@acme.example.com"],
    ],
    [{ kind: "hostname", suffix: ".my.salesforce.com" }, ["acme", "acme.my.salesforce.com"], ["a@c", "acme_1 x"]],
    [
      { kind: "url" },
      ["https://acme.example.com/v1", "http://127.0.0.1:8080"],
      ["acme.example.com", "javascript:alert(1)", "https://", "https://a b"],
    ],
    [{ kind: "url", prefix: "https://" }, ["acme.example.com", "https://acme.example.com"], ["a b"]],
    [{ kind: "text", pattern: "[a-f0-9]{4}|x" }, ["9f3a", "x"], ["9f3a!", "xx", "zz9f3a"]],
    [{ kind: "select", options: [{ value: "eu", label: "Europe" }] }, ["eu"], ["us", "Europe"]],
  ];
  it.each(cases)("%j", (more, good, bad) => {
    const field = spec({ name: "f", label: "Field", ...more });
    for (const value of good) expect(problems([field], { f: value }), value).toEqual({});
    for (const value of bad) expect(problems([field], { f: value }), value).toHaveProperty("f", expect.stringMatching(/^Field /));
  });

  it("says what a value must look like", () => {
    expect(problems([spec({ name: "d", label: "Domain", kind: "hostname" })], { d: "acme" })).toEqual({
      d: "Domain must look like acme.example.com.",
    });
    expect(problems([spec({ name: "d", label: "Domain", kind: "hostname", example: "shop.example.net" })], { d: "x y" })).toEqual(
      {
        d: "Domain must look like shop.example.net.",
      },
    );
    expect(
      problems([spec({ name: "s", label: "Region", kind: "select", options: [{ value: "eu", label: "Europe" }] })], { s: "us" }),
    ).toEqual({
      s: "Region must be one of: Europe.",
    });
  });

  it("reads booleans as values and as text", () => {
    const sandbox = spec({ name: "sandbox", kind: "boolean", default: "true" });
    expect(fieldsSchema([sandbox]).parse({})).toEqual({ sandbox: true });
    expect(fieldsSchema([sandbox]).parse({ sandbox: "false" })).toEqual({ sandbox: false });
    expect(problems([sandbox], { sandbox: "yes" })).toEqual({ sandbox: "sandbox must be on or off." });
  });

  it("puts locked scopes back and drops doubles", () => {
    const scopes = spec({ name: "scopes", kind: "scopes", locked: ["offline_access"] });
    expect(fieldsSchema([scopes]).parse({ scopes: ["read", "read", "write"] })).toEqual({
      scopes: ["offline_access", "read", "write"],
    });
    expect(fieldsSchema([scopes]).parse({ scopes: "read, write\nread" })).toEqual({
      scopes: ["offline_access", "read", "write"],
    });
  });

  it("bounds length", () => {
    expect(problems([spec({ name: "t", label: "Text", kind: "text" })], { t: "x".repeat(20_001) })).toEqual({
      t: "Text is too long: at most 20,000 characters.",
    });
  });
});

describe("visibility", () => {
  const specs = [
    spec({ name: "mode", kind: "select", default: "cloud", options: ["cloud", "own"].map((value) => ({ value, label: value })) }),
    spec({ name: "host", kind: "hostname", required: true, visibleWhen: { parameter: "mode", equals: "own" } }),
    spec({ name: "port", kind: "number", required: true, visibleWhen: { parameter: "host", equals: "a.example" } }),
  ];

  it("leaves hidden fields out, values and all", () => {
    expect(fieldsSchema(specs).parse({ mode: "cloud", host: "not a host" })).toEqual({ mode: "cloud" });
    expect(problems(specs, { mode: "own" })).toEqual({ host: "host is required." });
  });

  it("hides what depends on a hidden field", () => {
    expect(isFieldVisible(specs[2] as FieldSpec, specs, { mode: "cloud", host: "a.example" })).toBe(false);
    expect(isFieldVisible(specs[2] as FieldSpec, specs, { mode: "own", host: "a.example" })).toBe(true);
  });

  it("uses the default of a field that has no value yet", () => {
    expect(isFieldVisible(specs[1] as FieldSpec, specs, {})).toBe(false);
    expect(isFieldVisible({ ...(specs[1] as FieldSpec), visibleWhen: { parameter: "elsewhere", equals: "x" } }, specs, {})).toBe(
      true,
    );
  });
});

describe("names that form libraries would take apart", () => {
  it("become keys and come back", () => {
    const field = spec({ name: "installation.apiEndPoint", label: "Endpoint", kind: "url", required: true });
    const key = fieldKey(field.name);
    expect(key).not.toMatch(/[.[\]]/);
    expect(fieldsSchema([field]).parse({ [key]: "https://a.example" })).toEqual({
      "installation.apiEndPoint": "https://a.example",
    });
    expect(fieldsSchema([field]).parse({ [field.name]: "https://a.example" })).toEqual({
      "installation.apiEndPoint": "https://a.example",
    });
    expect(problems([field], {})).toEqual({ [key]: "Endpoint is required." });
  });

  it("stay distinct, and plain ones stay as they are", () => {
    const names = ["a.b", "a[b", "a$b", "a_b", "a-b", "1a", "$31$a", "__proto__", "client_id"];
    expect(new Set(names.map(fieldKey)).size).toBe(names.length);
    expect(fieldKey("client_id")).toBe("client_id");
    expect(fieldKey("__proto__")).not.toBe("__proto__");
  });

  it("keep their place when the schema stands inside another", () => {
    const schema = z.object({ values: fieldsSchema([spec({ name: "a.b", label: "A", kind: "text", required: true })]) });
    const result = schema.safeParse({ values: {} });
    expect(result.error?.issues[0]?.path).toEqual(["values", fieldKey("a.b")]);
  });
});

describe("normalizeValue", () => {
  const domain = spec({ name: "d", kind: "hostname", prefix: "https://", suffix: ".my.salesforce.com" });
  it.each([
    " acme ",
    "acme.my.salesforce.com",
    "https://ACME.my.salesforce.com/".replace("ACME", "acme"),
    "https://acme.my.salesforce.com/lightning?x=1",
  ])("%s becomes acme", (pasted) => expect(normalizeValue(domain, pasted)).toBe("acme"));

  it("keeps a value that is nothing but the suffix", () => {
    expect(normalizeValue(domain, ".my.salesforce.com")).toBe(".my.salesforce.com");
  });

  it("leaves secrets and the paths of addresses alone", () => {
    expect(normalizeValue(spec({ name: "s", kind: "secret" }), " x ")).toBe(" x ");
    expect(normalizeValue(spec({ name: "u", kind: "url" }), " https://a.example/v1/ ")).toBe("https://a.example/v1/");
  });
});

describe("fieldDefaults", () => {
  it("gives each kind its empty or stored value, and never a secret", () => {
    const specs = [
      spec({ name: "a", kind: "text", default: "x" }),
      spec({ name: "b.c", kind: "secret" }),
      spec({ name: "d", kind: "boolean", default: "true" }),
      spec({ name: "e", kind: "scopes", locked: ["base"], default: "read write" }),
    ];
    expect(fieldDefaults(specs)).toEqual({ a: "x", [fieldKey("b.c")]: { keep: true }, d: true, e: ["base", "read", "write"] });
    expect(fieldDefaults(specs, { a: "y", "b.c": "leak", d: "false", e: ["more"] })).toEqual({
      a: "y",
      [fieldKey("b.c")]: { keep: true },
      d: false,
      e: ["base", "more"],
    });
  });
});

it("splits scopes at spaces, commas and lines", () => {
  expect(splitScopes(" a, b\n c a ,, ")).toEqual(["a", "b", "c"]);
});
