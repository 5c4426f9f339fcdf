import { describe, expect, it } from "vitest";
import { connectorDefinitionSchema } from "@/lib/auth-methods/definition";
import { fieldsSchema } from "@/lib/auth-methods/field-schema";
import { setupChanges, setupFields } from "./policy";

const definition = connectorDefinitionSchema.parse({
  slug: "shop",
  name: "Shop",
  parameters: [
    { name: "region", title: "Region", default: "eu", required: false },
    { name: "sandbox", title: "Sandbox", type: "boolean" },
    { name: "shop.domain", title: "Shop domain", level: "account" },
  ],
  authMethods: [
    {
      id: "oauth",
      type: "OAuth2",
      oauth2: {
        grant: "AuthorisationCode",
        tokenEndpoint: "https://shop.example/token",
        scopes: { default: ["read", "write"], required: ["read"] },
      },
    },
  ],
});
const fields = setupFields(definition);
const nothing = { text: {}, secrets: new Set<string>() };
const changes = (values: Record<string, unknown>, stored: Parameters<typeof setupChanges>[3] = nothing) =>
  setupChanges(fields, values, fieldsSchema(fields).parse(values), stored);

describe("fields of the Authentication Settings", () => {
  it("are the values that a partner may give, none of them required", () => {
    expect(fields.map((f) => f.name)).toEqual(["region", "sandbox", "client_id", "client_secret", "scopes"]);
    expect(fields.some((f) => f.required)).toBe(false);
  });

  it("leave a default blank, and say what blank means", () => {
    expect(fields[0]).toMatchObject({ help: "Blank means eu." });
    expect(fields[0]).not.toHaveProperty("default");
  });

  it("let a switch be not set", () => expect(fields[1]).toMatchObject({ kind: "select" }));
});

describe("changes of a setup", () => {
  it("writes what was typed and nothing that is blank", () => {
    expect(changes({ client_id: " abc ", client_secret: { set: "s3cret" } })).toEqual([
      { kind: "set", name: "client_id", value: "abc", isSecret: false },
      { kind: "set", name: "client_secret", value: "s3cret", isSecret: true },
    ]);
  });

  it("leaves a stored secret alone unless it is replaced or cleared", () => {
    const stored = { text: {}, secrets: new Set(["client_secret"]) };
    expect(changes({ client_secret: { keep: true } }, stored)).toEqual([]);
    expect(changes({ client_secret: { clear: true } }, stored)).toEqual([{ kind: "clear", name: "client_secret" }]);
  });

  it("clears a stored text that is blank now, and skips one that is the same", () => {
    const stored = { text: { client_id: "abc", region: "us" }, secrets: new Set<string>() };
    expect(changes({ client_id: "", region: "us" }, stored)).toEqual([{ kind: "clear", name: "client_id" }]);
  });

  it("stores scopes only where they differ from the connector's own", () => {
    expect(changes({ scopes: ["read", "write"] })).toEqual([]);
    expect(changes({ scopes: ["write", "more"] })).toEqual([
      { kind: "set", name: "scopes", value: "read write more", isSecret: false },
    ]);
  });

  it("refuses what a partner can't give", () => {
    const parsed = fieldsSchema(fields).safeParse({ "shop.domain": "x.example" });
    expect(parsed.error?.issues[0]?.message).toContain("shop.domain");
  });
});
