import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyAuth } from "@/lib/auth-methods/apply";
import { connectorDefinitionSchema, defaultAuthMethod } from "@/lib/auth-methods/definition";
import { atPath } from "@/lib/auth-methods/token-response";
import { startSandboxProvider, type SandboxProvider } from "@/e2e/providers/sandbox";
import { sandboxConnectors } from "./sandbox";

let provider: SandboxProvider;
beforeAll(async () => {
  provider = await startSandboxProvider({ port: 0 });
});
afterAll(() => provider.close());

const CREDENTIALS: Record<string, Record<string, string>> = {
  "sandbox-crm-api-key": { apiKey: "sk_sandbox_acme_4f9a1c2e" },
  "sandbox-crm-basic": { username: "mia@acme.example", password: "ito" },
};

/** Calls a method of a sandbox connector as the engine would. Out: status and JSON of the answer. */
async function call(slug: string, id: string, more: { mergeFields?: Record<string, string>; body?: unknown } = {}) {
  const input = sandboxConnectors(provider.url).find((d) => d.slug === slug);
  const definition = connectorDefinitionSchema.parse(input);
  const method = definition.methods.find((m) => m.id === id);
  if (!method) throw new Error(`no method ${id}`);
  const request = { method: method.httpMethod, path: method.endpoint, ...more };
  const built = applyAuth({ definition, authMethod: defaultAuthMethod(definition), values: CREDENTIALS[slug] ?? {}, request });
  if (!built.ok) throw new Error(built.error.message);
  const { url, ...init } = built.value.request;
  const answer = await fetch(url, init);
  return { status: answer.status, body: (await answer.json()) as unknown, fields: method.responseFields.map((f) => f.path) };
}

/** Fields of the definition that an answer doesn't have; `[contacts].id` is a field of each contact. */
const absent = (body: unknown, fields: readonly string[]): string[] =>
  fields.filter((field) => atPath(body, field.replace(/\[(\w+)\]/g, "$1[0]")) === undefined);

describe.each([
  ["sandbox-crm-api-key", "api-key"],
  ["sandbox-crm-basic", "basic"],
])("%s", (slug, via) => {
  it("lists contacts and says who calls", async () => {
    const { status, body, fields } = await call(slug, "list-contacts");
    expect(status).toBe(200);
    expect(body).toMatchObject({ caller: { via, account: "acme" } });
    expect(absent(body, fields)).toEqual([]);
  });

  it("creates, gets and updates a contact", async () => {
    const created = await call(slug, "create-contact", { body: { name: "Nia Osei", email: "nia@acme.example" } });
    expect(created.status).toBe(201);
    expect(absent(created.body, created.fields)).toEqual([]);
    const id = String(atPath(created.body, "id"));
    const updated = await call(slug, "update-contact", { mergeFields: { id }, body: { company: "Osei Ltd" } });
    expect(updated).toMatchObject({ status: 200, body: { company: "Osei Ltd" } });
    const read = await call(slug, "get-contact", { mergeFields: { id } });
    expect(read).toMatchObject({ status: 200, body: { id, name: "Nia Osei", company: "Osei Ltd" } });
    expect(absent(read.body, read.fields)).toEqual([]);
  });

  it("is tested by who calls", async () => {
    const { status, body } = await call(slug, "who-am-i");
    expect(status).toBe(200);
    expect(body).toMatchObject({ caller: { via } });
  });
});

describe("sandbox-crm-oauth", () => {
  it("names the endpoints and issuer that the provider publishes", async () => {
    const published = (await (await fetch(`${provider.url}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
    const oauth2 = sandboxConnectors(`${provider.url}/`).find((d) => d.slug === "sandbox-crm-oauth")?.authMethods[0]?.oauth2;
    expect(oauth2).toMatchObject({
      authorizationEndpoint: published.authorization_endpoint,
      tokenEndpoint: published.token_endpoint,
      revocationEndpoint: published.revocation_endpoint,
      issuer: published.issuer,
    });
    expect(published.scopes_supported).toEqual(expect.arrayContaining(oauth2?.scopes?.default ?? []));
  });
});
