import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secret } from "@/lib/kernel/secret";
import { base64, firstResolvable, hostFields, lookup, mergeFields, renderTemplate } from "./templates";

const text = (template: string, values: Record<string, string>, options = {}) => {
  const result = renderTemplate(template, values, options);
  return result.ok ? result.value : `! ${result.error.code} ${Object.keys(result.error.fields ?? {}).join(",")}`;
};

describe("renderTemplate", () => {
  it.each([
    ["{{a}}", { a: "1" }, "1"],
    ["Bearer {{accessToken}}", { accessToken: "t" }, "Bearer t"],
    ["{{installation.apiEndPoint}}", { "installation.apiEndPoint": "https://x.example" }, "https://x.example"],
    ["{{accounts-server}}/oauth", { "accounts-server": "https://a.example" }, "https://a.example/oauth"],
    ["Basic {{base64(username:password)}}", { username: "u", password: "p" }, `Basic ${btoa("u:p")}`],
    ["Basic {{base64({{username}}/token:{{password}})}}", { username: "a@b.c", password: "k" }, `Basic ${btoa("a@b.c/token:k")}`],
    ["{{base64({{tenant}}+{{username}}:{{password}})}}", { tenant: "t", username: "u", password: "p" }, btoa("t+u:p")],
    ["ID {{base64({{clientId}}:{{clientSecret}})}}", { clientId: "i", clientSecret: "s" }, `ID ${btoa("i:s")}`],
    ["{{base64(apiKey:'x')}}", { apiKey: "k" }, btoa("k:x")],
    ["{{base64(apiKey:)}}", { apiKey: "k" }, btoa("k:")],
    ['{{username~":"~password|base64}}', { username: "u", password: "p" }, btoa("u:p")],
    ["{{companyId~'+'~publicKey}}", { companyId: "c", publicKey: "k" }, "c+k"],
    ["{{region|upper}}-{{region | lower}}", { region: "Eu" }, "EU-eu"],
    ["{{name|replace(-,_)|upper}}", { name: "a-b-c" }, "A_B_C"],
    ["{{name|replace('.', '')}}", { name: "a.b" }, "ab"],
    ["{{q|urlencode}}", { q: "a b/c" }, "a%20b%2Fc"],
    ["{{audience}} || https://api.pax8.com", {}, "https://api.pax8.com"],
    ["{{audience}} || https://api.pax8.com", { audience: "x" }, "x"],
    ['{"a":{"b":"{{x}}"}}', { x: "1" }, '{"a":{"b":"1"}}'],
    ["{{{x}}}", { x: "1" }, "{1}"],
    ["{{Auth User}}", { "Auth User": "u" }, "u"],
    ["{{clientId}}", { client_id: "same" }, "same"],
    ["{{password}}", { password: "" }, ""],
    ["no fields || at all", {}, "no fields || at all"],
  ])("%s", (template, values, expected) => {
    expect(text(template, values as Record<string, string>)).toBe(expected);
  });

  it("names every missing merge field, once, and only once all are known", () => {
    const result = renderTemplate("{{a}}{{b}}{{a}}{{c}}", { b: "1" });
    expect(result).toMatchObject({ ok: false, error: { code: "connector.values_missing", details: { missing: ["a", "c"] } } });
  });

  it.each(["{{a", "{{}}", "{{a|nope}}", "{{sha1(a)}}", "{{a|replace(,b)}}", "{{a|replace(x)}}"])("refuses %s", (template) => {
    expect(text(template, { a: "1" })).toBe("! request.invalid ");
  });

  it("doesn't take values from the prototype", () => {
    expect(text("{{constructor}}{{toString}}", {})).toBe("! connector.values_missing constructor,toString");
  });

  it("doesn't render what a value holds", () => {
    expect(text("{{a}}", { a: "{{b}}", b: "secret" })).toBe("{{b}}");
  });

  it("reports secrets as they stand in the result", () => {
    const seen: string[] = [];
    const result = renderTemplate(
      "https://h.example/{{key}}?b={{base64(user:key)}}",
      { key: secret("k/1"), user: "u" },
      { encode: "segment", onSecret: (s) => seen.push(s) },
    );
    expect(result).toEqual({ ok: true, value: `https://h.example/k%2F1?b=${encodeURIComponent(btoa("u:k/1"))}` });
    expect(seen).toEqual(expect.arrayContaining(["k/1", "k%2F1", btoa("u:k/1")]));
  });
});

describe("URLs", () => {
  const url = (template: string, values: Record<string, string>) => text(template, values, { encode: "segment" });

  it.each([
    ["https://{{subdomain}}.zendesk.com/x", { subdomain: "acme" }, "https://acme.zendesk.com/x"],
    ["https://{{hostname}}/api", { hostname: "crm.acme.example:8443" }, "https://crm.acme.example:8443/api"],
    ["https://{{s}}.unipile.com:{{port}}", { s: "a", port: "13443" }, "https://a.unipile.com:13443"],
    ["https://api.x.example/v1/{{id}}/y", { id: "a/b?c#d" }, "https://api.x.example/v1/a%2Fb%3Fc%23d/y"],
    ["https://api.x.example/{{name|path}}", { name: "people/12 3" }, "https://api.x.example/people/12%203"],
    ["https://api.x.example/?key={{key}}", { key: "a&b=c" }, "https://api.x.example/?key=a%26b%3Dc"],
    ["{{instance_url}}/services", { instance_url: "https://na1.example/" }, "https://na1.example/services"],
    ["{{instance_url}}", { instance_url: "https://na1.example/base/" }, "https://na1.example/base"],
  ])("%s", (template, values, expected) => {
    expect(url(template, values as Record<string, string>)).toBe(expected);
  });

  it.each([
    "evil.com/",
    "evil.com?",
    "evil.com#",
    "user@evil.com",
    "evil.com\\",
    "evil.com ",
    "a\tb",
    "evil.com%2f",
    "a\u0000b",
    "evil.com:80",
    "evil.com／",
  ])("host %j is refused", (subdomain) => {
    expect(url("https://{{subdomain}}.zendesk.com", { subdomain })).toMatch(/^! request\.invalid/);
  });

  it.each([
    "javascript:alert(1)",
    "ftp://x.example",
    "//x.example",
    "x.example",
    "https://u:p@x.example",
    "https://@x.example",
    "https://x.example?a",
    "https://x.example#a",
    "https://x.example\\a",
    "https:// x",
  ])("whole URL %j is refused", (instance_url) => {
    expect(url("{{instance_url}}/a", { instance_url })).toMatch(/^! request\.invalid/);
  });

  it.each(["..", ".", "../admin"])("%j can't stand in a path", (id) => {
    expect(url("https://api.example/{{id|path}}/x", { id })).toMatch(/^! request\.invalid/);
    if (!id.includes("/")) expect(url("https://api.example/{{id}}/x", { id })).toMatch(/^! request\.invalid/);
  });

  it("an empty host is missing", () => {
    expect(url("https://{{subdomain}}.zendesk.com", { subdomain: "" })).toBe("! connector.values_missing subdomain");
  });

  it("no value moves a request to another host or out of its place", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (host, segment) => {
        const result = renderTemplate(
          "https://{{host}}.provider.example/v1/{{segment}}/end?q={{segment}}",
          { host, segment },
          { encode: "segment" },
        );
        if (!result.ok) return true;
        const parsed = new URL(result.value);
        return (
          parsed.hostname.endsWith(".provider.example") &&
          /^\/v1\/[^/]*\/end$/.test(parsed.pathname) &&
          [...parsed.searchParams].length === 1 &&
          parsed.searchParams.get("q") === segment.toWellFormed() &&
          parsed.hash === "" &&
          parsed.username === ""
        );
      }),
      { numRuns: 1000 },
    );
  });

  it("a whole URL keeps its own host", () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (value) => {
        const result = renderTemplate("{{base}}/contacts", { base: value }, { encode: "segment" });
        return !result.ok || new URL(result.value).host === new URL(value).host;
      }),
    );
  });
});

describe("lists and names", () => {
  it("the first entry whose fields all have values wins; blank ones count only in the last", () => {
    const list = ["https://{{region}}.x.example", "https://x.example"];
    expect(firstResolvable(list, { region: "eu" })).toMatchObject({ value: "https://eu.x.example" });
    expect(firstResolvable(list, {})).toMatchObject({ value: "https://x.example" });
    expect(firstResolvable(list, { region: "" })).toMatchObject({ value: "https://x.example" });
    expect(firstResolvable(["{{a}}", "{{b}}"], { b: "" })).toMatchObject({ value: "" });
    expect(firstResolvable(["{{a}}", "{{b}}"], {})).toMatchObject({ ok: false, error: { details: { missing: ["a"] } } });
  });

  it("lists the merge fields of every form", () => {
    expect(mergeFields("Basic {{base64({{username}}/token:{{password}})}} {{a~'x'~b|upper}} {{a}}")).toEqual([
      "username",
      "password",
      "a",
      "b",
    ]);
    expect(mergeFields(["{{x}}", "{{y|replace(a,b)}}"])).toEqual(["x", "y"]);
    expect(mergeFields("{{base64(username:password)}}")).toEqual(["username", "password"]);
    expect(mergeFields("{{broken")).toEqual([]);
  });

  it("knows which fields decide a host", () => {
    expect(hostFields("https://{{a}}-{{b}}.amazon.com/{{c}}")).toEqual({ names: ["a", "b"], suffix: ".amazon.com" });
    expect(hostFields("{{instance_url}}/x")).toEqual({ names: ["instance_url"], suffix: "" });
    expect(hostFields("https://api.x.example/{{c}}")).toEqual({ names: [], suffix: "api.x.example" });
    expect(hostFields("/contacts/{{id}}")).toBeNull();
  });

  it("finds a name in any spelling, the exact one first", () => {
    expect(lookup({ ClientId: "a" }, "client_id")).toBe("a");
    expect(lookup({ ClientId: "a", client_id: "b" }, "client_id")).toBe("b");
    expect(lookup({}, "__proto__")).toBeUndefined();
  });

  it("base64 takes any text", () => {
    expect(base64("ü:☃")).toBe(Buffer.from("ü:☃").toString("base64"));
  });
});
