import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { applyAuth } from "@/lib/auth-methods/apply";
import { connectorDefinitionSchema, defaultAuthMethod, type ConnectorDefinition } from "@/lib/auth-methods/definition";
import { connectorValues, resolveValues, VALUES } from "@/lib/auth-methods/resolve";
import { lintDefinition } from "@/lib/catalog/lint";
import { unbuildable } from "@/lib/catalog/trial";
import { loadLibrary } from "./connectors/load";
import { sandboxConnectors } from "./connectors/sandbox";

const parse = (input: unknown): ConnectorDefinition => connectorDefinitionSchema.parse(input);
const ROOT = path.resolve(import.meta.dirname, "../..");
const FOLDER = path.join(ROOT, "db/seeds/connectors");
const duplicates = (names: readonly string[]): string[] => [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
const problemsOf = (definition: ConnectorDefinition): string[] =>
  lintDefinition(definition).map(({ path, message }) => `${definition.slug}: ${path}: ${message}`);

const library = loadLibrary(parse, ROOT);
const bySlug = (slug: string): ConnectorDefinition => {
  const found = library.find((d) => d.slug === slug);
  if (!found) throw new Error(`no ${slug}`);
  return found;
};
const sandbox = sandboxConnectors("http://127.0.0.1:4010/").map((d) => connectorDefinitionSchema.parse(d));

describe("the library", () => {
  it("loads every definition, within two seconds of the processor", () => {
    const started = process.cpuUsage();
    expect(loadLibrary(parse, ROOT).length).toBe(library.length);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(2_000);
    expect(library.length).toBeGreaterThanOrEqual(840);
    expect(library.map((d) => d.slug)).toEqual([...library.map((d) => d.slug)].sort());
  });

  it("has a slug once, in the file of its name", () => {
    expect(duplicates(library.map((d) => d.slug))).toEqual([]);
    expect(duplicates(library.map((d) => d.name.toLowerCase()))).toEqual([]);
    for (const file of readdirSync(path.join(FOLDER, "library"))) {
      const definition: unknown = JSON.parse(readFileSync(path.join(FOLDER, "library", file), "utf8"));
      expect(definition).toMatchObject({ slug: file.replace(/\.json$/, "") });
    }
  });

  it("fits together", () => {
    expect(library.flatMap(problemsOf)).toEqual([]);
  });

  it("builds every request, with all values and with the required ones", () => {
    expect(library.flatMap(unbuildable)).toEqual([]);
  });

  it("says what it is in words", () => {
    for (const { slug, description, categories } of library) {
      expect(description, slug).not.toMatch(/please|successfully|seamless|powerful/i);
      expect(description, slug).toMatch(/^.{15,}\.$/);
      expect(categories.length, slug).toBeGreaterThan(0);
    }
    expect([...new Set(library.flatMap((d) => d.categories))].length).toBeLessThanOrEqual(32);
  });

  it("has methods for the connectors written by hand", () => {
    for (const file of readdirSync(path.join(FOLDER, "library"))) {
      const { methods, slug } = bySlug(file.replace(/\.json$/, ""));
      expect(methods.length, slug).toBeGreaterThanOrEqual(3);
      expect(methods.some((m) => m.httpMethod === "GET") && methods.some((m) => m.httpMethod === "POST"), slug).toBe(true);
    }
  });
});

describe("single connectors", () => {
  const titles = (slug: string, id: string): string[] =>
    (bySlug(slug).authMethods.find((m) => m.id === id)?.parameters ?? [])
      .filter((p) => p.fixed === undefined)
      .map((p) => p.title);

  it("1st Connect speaks of Consumer Key and Consumer Secret", () => {
    expect(titles("1st-connect", "oauth2")).toEqual(["Consumer Key", "Consumer Secret"]);
  });

  it("Pipedrive has OAuth 2 and an API key, Zendesk three methods", () => {
    expect(bySlug("pipedrive").authMethods.map((m) => m.type)).toEqual(["OAuth2", "ApiKey"]);
    expect(bySlug("zendesk").authMethods.map((m) => m.type)).toEqual(["Basic", "Basic", "OAuth2"]);
    expect(defaultAuthMethod(bySlug("zendesk")).id).toBe("oauth2");
  });

  const headersOf = (
    slug: string,
    id: string,
    values: Record<string, string>,
  ): { url: string; authorization: string | undefined } => {
    const definition = bySlug(slug);
    const authMethod = definition.authMethods.find((m) => m.id === id);
    if (!authMethod) throw new Error(`no ${id}`);
    const resolved = resolveValues({
      definition,
      authMethod,
      layers: { account: values, partner: values },
      representation: VALUES,
    });
    const ready = connectorValues(resolved);
    if (!ready.ok) throw new Error(ready.error.message);
    const built = applyAuth({ definition, authMethod, values: ready.value.values, request: { method: "GET", path: "/x" } });
    if (!built.ok) throw new Error(built.error.message);
    return { url: built.value.request.url, authorization: built.value.request.headers.authorization };
  };

  it("Freshdesk sends the key as username with a fixed password", () => {
    expect(headersOf("freshdesk", "basic", { subdomain: "acme", username: "k1" })).toEqual({
      url: "https://acme.freshdesk.com/x",
      authorization: `Basic ${btoa("k1:X")}`,
    });
  });

  it("Stripe sends the key as username with an empty password", () => {
    expect(headersOf("stripe", "api-key", { username: "rk_live_1" }).authorization).toBe(`Basic ${btoa("rk_live_1:")}`);
  });

  it("Zendesk writes /token after the e-mail address", () => {
    expect(headersOf("zendesk", "email-token", { subdomain: "acme", username: "a@b.c", password: "t" }).authorization).toBe(
      `Basic ${btoa("a@b.c/token:t")}`,
    );
  });

  it("Salesforce calls the instance that came with the token", () => {
    expect(headersOf("salesforce", "oauth2", { instance_url: "https://acme.my.salesforce.com", accessToken: "t" })).toEqual({
      url: "https://acme.my.salesforce.com/x",
      authorization: "Bearer t",
    });
  });

  it("Mailchimp calls the data center that the look-up found", () => {
    expect(headersOf("mailchimp", "oauth2", { dc: "us21", accessToken: "t" }).url).toBe("https://us21.api.mailchimp.com/x");
    expect(bySlug("mailchimp").postConnect).toEqual([
      {
        request: {
          method: "GET",
          url: "https://login.mailchimp.com/oauth2/metadata",
          headers: { authorization: "OAuth {{accessToken}}" },
        },
        save: { dc: "dc" },
      },
    ]);
  });
});

describe("the sandbox provider's connectors", () => {
  it("fit together and build every request", () => {
    const oauth = ["OAuth", "OAuth 1", "OAuth 1, token pair", "OAuth 1, RSA", "Client credentials", "Password"];
    const kinds = ["None", "API key", "Basic", ...oauth, "Fields", "Script"];
    expect(sandbox.map((d) => d.name).sort()).toEqual(kinds.map((kind) => `Sandbox CRM (${kind})`).sort());
    expect(sandbox.flatMap(problemsOf)).toEqual([]);
    expect(sandbox.flatMap(unbuildable)).toEqual([]);
  });

  it("say as whom the provider sees the caller", () => {
    for (const { methods, testMethod } of sandbox) {
      const fields = methods.find((m) => m.id === "list-contacts")?.responseFields.map((f) => f.path);
      expect(fields).toEqual(expect.arrayContaining(["caller.via", "caller.subject"]));
      expect(testMethod).toBe("who-am-i");
    }
  });
});
