import { describe, expect, it } from "vitest";
import type { FieldSpec } from "@/lib/auth-methods/fields";
import { addScopes, readPaste, remarkOn } from "./paste";

const text: FieldSpec = { name: "client_id", label: "Consumer Key", kind: "text", required: true };
const secret: FieldSpec = { name: "client_secret", label: "Consumer Secret", kind: "secret", required: true };
const domain: FieldSpec = { name: "domain", label: "Domain", kind: "hostname", required: true, suffix: ".my.salesforce.com" };
const PEM = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";

describe("readPaste", () => {
  it("trims", () => {
    expect(readPaste(text, "\n  3MVG9 \t\n")).toEqual({ value: "3MVG9", joined: false });
    expect(readPaste(secret, " s3cret\n")).toEqual({ value: "s3cret", joined: false });
  });

  it("joins lines and says so", () => {
    expect(readPaste(secret, "abc\r\n  def")).toEqual({ value: "abcdef", joined: true });
  });

  it("keeps the lines of keys and of boxes with several lines", () => {
    expect(readPaste(secret, `${PEM}\n`)).toEqual({ value: PEM, joined: false });
    expect(readPaste({ ...text, kind: "multiline" }, "a\nb\n")).toEqual({ value: "a\nb", joined: false });
  });

  it("takes off what stands beside the input", () => {
    expect(readPaste(domain, "https://acme.my.salesforce.com/home").value).toBe("acme");
  });
});

describe("remarkOn", () => {
  it.each(['"abc"', "'abc'", "`abc`", "“abc”"])("offers to take the quotes off %s", (value) => {
    expect(remarkOn(text, value, [])).toMatchObject({ fixed: "abc", message: expect.stringContaining("quotes") });
  });

  it.each(["abc", '"abc', 'a"b"', '""', ""])("has nothing to say about %s", (value) => {
    expect(remarkOn(text, value, [])).toBeNull();
  });

  it("notices the client id in the secret", () => {
    const others = [{ label: "Consumer Key", value: "3MVG9fTLmJ60pJ5L" }];
    expect(remarkOn(secret, " 3MVG9fTLmJ60pJ5L", others)?.message).toContain("the same value as in Consumer Key");
    expect(remarkOn(secret, "another", others)).toBeNull();
  });

  it("compares neither short values nor what is no secret", () => {
    expect(remarkOn(secret, "test", [{ label: "User", value: "test" }])).toBeNull();
    expect(remarkOn(text, "same-in-both", [{ label: "Other", value: "same-in-both" }])).toBeNull();
  });
});

it("adds scopes once", () => {
  expect(addScopes(["read"], "read, write\nadmin write")).toEqual({
    list: ["read", "write", "admin"],
    added: ["write", "admin"],
  });
  expect(addScopes(["read"], " , ")).toEqual({ list: ["read"], added: [] });
});
