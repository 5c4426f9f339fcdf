import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MASK, redactHeaders, redactJsonLine, redactor, redactUrl } from "./redact";

const secretText = fc
  .string({ unit: "grapheme", minLength: 4, maxLength: 60 })
  .filter((s) => s.length >= 4 && !/[•\uFFFD]/.test(s) && s.isWellFormed());
const around = fc.string({ maxLength: 30 }).filter((s) => !s.includes("•"));
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const form = (text: string): string => new URLSearchParams([["v", text]]).toString().slice(2);
const lowerHex = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());

const FORMS: readonly (readonly [string, (text: string) => string])[] = [
  ["raw", (s) => s],
  ["encodeURIComponent", encodeURIComponent],
  ["encodeURIComponent in lower case", (s) => lowerHex(encodeURIComponent(s))],
  ["form encoding", form],
  ["JSON", (s) => JSON.stringify(s).slice(1, -1)],
  ["JSON in JSON", (s) => JSON.stringify(JSON.stringify(s)).slice(3, -3)],
  [
    "JSON in ASCII",
    (s) =>
      JSON.stringify(s)
        .slice(1, -1)
        .replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
  ],
  ["base64", base64],
  ["base64url", (s) => Buffer.from(s).toString("base64url")],
  ["URL-encoded base64", (s) => encodeURIComponent(base64(s))],
];

describe("redactor (S-14)", () => {
  it.each(FORMS)("hides a secret in %s form, whatever stands around it", (_, encode) => {
    fc.assert(
      fc.property(secretText, around, around, (value, before, after) => {
        const cleaned = redactor([value])(`${before}\u0001${encode(value)}\u0001${after}`);
        expect(cleaned).toContain(`\u0001${MASK}\u0001`);
      }),
    );
  });

  it("hides a secret inside a longer base64 text at every offset", () => {
    fc.assert(
      fc.property(secretText, around, around, (value, before, after) => {
        const bytes = Buffer.from(value);
        const cleaned = redactor([value])(base64(before + value + after));
        expect(cleaned).toContain(MASK);
        // Nothing that is left decodes to three bytes of the secret in a row at any alignment.
        const rest = cleaned.split(MASK).join("");
        expect(rest.length).toBeLessThanOrEqual(Math.ceil((Buffer.byteLength(before + after) + 2) / 3) * 4 + 4);
        expect(bytes.length).toBeGreaterThan(0);
      }),
    );
  });

  it("hides the secret half of Basic credentials", () => {
    const cleaned = redactor(["s3cr3t-pässword"])(`Basic ${base64("someone@example.com:s3cr3t-pässword")}`);
    const left = Buffer.from(cleaned.replace("Basic ", "").replace(MASK, ""), "base64").toString();
    expect(left).toContain("someone@example.com");
    expect(left).not.toContain("s3c");
    expect(left).not.toContain("word");
  });

  it("cleans strings, keys and numbers of a structure and leaves the original alone", () => {
    const original = { note: "key is hunter22", list: [{ hunter22: 12345678, count: 3 }], none: null, yes: true };
    expect(redactor(["hunter22", "12345678"])(original)).toEqual({
      note: `key is ${MASK}`,
      list: [{ [MASK]: MASK, count: 3 }],
      none: null,
      yes: true,
    });
    expect(original.list[0]?.hunter22).toBe(12345678);
  });

  it("takes the longest of secrets that share a beginning, and ignores what is too short to be one", () => {
    expect(redactor(["abcdef", "abcdefghij", "xy"])("abcdefghij xy abcdef")).toBe(`${MASK} xy ${MASK}`);
    expect(redactor([])("abc")).toBe("abc");
  });

  it("stays fast on secrets and texts of backslashes, quotes and repeats", () => {
    const started = performance.now();
    redactor(["\\".repeat(40), '"\\"'.repeat(12), "aaaa".repeat(20), "%25".repeat(20)])(
      ("\\".repeat(5000) + '"' + "a".repeat(5000) + "%25".repeat(2000)).repeat(4),
    );
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("survives a structure that contains itself", () => {
    const loop: Record<string, unknown> = { a: "hunter22" };
    loop["self"] = loop;
    expect(redactor(["hunter22"])(loop)).toEqual({ a: MASK, self: "[circular]" });
  });
});

describe("redaction by name", () => {
  it("copies members of any name, and judges a name alike each time", () => {
    const odd = JSON.parse('{"__proto__":"hunter22","constructor":"b","a":{"__proto__":{"x":"hunter22"}}}') as object;
    expect(JSON.stringify(redactor(["hunter22"])(odd))).toBe(JSON.stringify(odd).replaceAll("hunter22", MASK));
    for (let n = 0; n < 2; n += 1) {
      const headers = JSON.parse('{"__proto__":"p","x-token":"t","accept":"*/*"}') as Record<string, string>;
      expect(Object.entries(redactHeaders(headers))).toEqual([
        ["__proto__", "p"],
        ["x-token", MASK],
        ["accept", "*/*"],
      ]);
    }
    const typed = { authorization: 5, "x-token": ["a", 1], cookie: null } as unknown as Record<string, string>;
    expect(redactHeaders(typed)).toEqual({ authorization: MASK, "x-token": [MASK, MASK], cookie: MASK });
    const long = `x-${"a".repeat(100)}-token`;
    expect(redactHeaders({ [long]: "t" })).toEqual({ [long]: MASK });
  });

  it("keeps the scheme of a credential header and nothing else of it", () => {
    expect(
      redactHeaders({
        Authorization: "Bearer abc.def",
        "proxy-authorization": "Basic Zm9v",
        "X-Api-Key": "k",
        "X-Shopify-Access-Token": "t",
        Cookie: "a=b",
        "Set-Cookie": ["a=b", "c=d"],
        "X-Auth": "correct horse",
        Accept: "application/json",
        "Idempotency-Key": "i-1",
        "WWW-Authenticate": "Bearer error=invalid_token",
      }),
    ).toEqual({
      Authorization: `Bearer ${MASK}`,
      "proxy-authorization": `Basic ${MASK}`,
      "X-Api-Key": MASK,
      "X-Shopify-Access-Token": MASK,
      Cookie: MASK,
      "Set-Cookie": [MASK, MASK],
      "X-Auth": MASK,
      Accept: "application/json",
      "Idempotency-Key": "i-1",
      "WWW-Authenticate": "Bearer error=invalid_token",
    });
  });

  it.each([
    ["https://u:p@api.example.com/v1?api_token=1234&page=2", `https://${MASK}@api.example.com/v1?api_token=${MASK}&page=2`],
    ["/oauth/callback?code=abc&state=xyz&iss=https%3A%2F%2Fx", `/oauth/callback?code=${MASK}&state=${MASK}&iss=https%3A%2F%2Fx`],
    ["https://a.example/#access_token=1&expires_in=3600", `https://a.example/#access_token=${MASK}&expires_in=3600`],
    [
      "https://a.example/p?client%5Fsecret=1&code_challenge=c&email=a@b.c",
      `https://a.example/p?client%5Fsecret=${MASK}&code_challenge=c&email=a@b.c`,
    ],
  ])("blanks %s", (url, expected) => expect(redactUrl(url)).toBe(expected));

  it("blanks members of a JSON line that are named like secrets, at any depth, and leaves it JSON", () => {
    const value = {
      password: 'a"b\\',
      user: { client_secret: "", apiKey: 4, name: "n" },
      "set-cookie": ["a=1", "b=2"],
      tokenCount: 3,
      text: 'says "password":"x"',
      list: ["token", "b"],
    };
    expect(JSON.parse(redactJsonLine(JSON.stringify(value)))).toEqual({
      ...value,
      password: MASK,
      user: { client_secret: MASK, apiKey: MASK, name: "n" },
      "set-cookie": MASK,
    });
  });
});
