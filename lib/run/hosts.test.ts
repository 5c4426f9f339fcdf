import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reader } from "@/db/client";
import { auditEntries } from "@/db/schema";
import { startSandboxProvider, type SandboxProvider } from "@/e2e/providers/sandbox";
import { connectorDefinitionSchema } from "@/lib/auth-methods/definition";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { callMethod } from "./call";

let world: TestWorld;
let attacker: SandboxProvider;
beforeAll(async () => {
  world = await createTestWorld();
  attacker = await startSandboxProvider({ port: 0 });
});
afterAll(async () => {
  await attacker.close();
  await world.close();
});

describe("S-41 a host that a customer typed", () => {
  it("gets nothing of the partner's secret: no request is made, and it is audited without a value", async () => {
    const { definition } = await world.connector("sandbox-crm-api-key");
    const [authMethod] = definition.authMethods;
    const open = connectorDefinitionSchema.parse({
      ...definition,
      slug: "typed-host",
      baseUrl: "{{url}}",
      parameters: [{ name: "url", title: "URL", level: "account", format: "uri" }],
      authMethods: [{ ...authMethod, parameters: [{ name: "apiKey", title: "API Key", secret: true }] }],
    });
    await world.define(open);
    await world.setUp(world.northwind, "typed-host", { apiKey: "partner-key-that-stays-4711" });
    const id = await world.install(world.northwind, "typed-host", {
      credential: {},
      properties: [{ kind: "set", name: "url", value: attacker.url, isSecret: false }],
    });
    const called = await callMethod(world.northwind.account, id, { methodId: "list-contacts", parameters: {}, fields: {} });
    expect(called).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
    expect(attacker.control.log()).toEqual([]);
    const entry = (await reader().select().from(auditEntries)).find((each) => each.action === "connector.call_blocked");
    expect(entry).toMatchObject({ objectId: String(id), objectType: "connection" });
    expect(JSON.stringify(entry)).not.toContain("partner-key");
  });
});
