import { afterAll, beforeAll, expect, it } from "vitest";
import { connectorDefinitionSchema } from "@/lib/auth-methods/definition";
import { cycleOf } from "@/lib/cycles/data";
import { createCycle } from "@/lib/cycles/mutations";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { closeScripts } from "@/lib/scripts/pool";
import { addStep } from "@/lib/steps/mutations";
import { callMethod } from "./call";
import { transactionOf } from "./data";
import { startEngine, startPass } from "./engine";
import { planOf } from "./plan";
import { testStep } from "./test-step";

const SCRIPT = `function before_action() {
  method_request_headers["X-Context"] = [script_execution_context, cycle_id !== undefined, transaction_id !== undefined].join(" ");
  return true;
}`;

let world: TestWorld;
let stop: () => Promise<void>;
const me = () => world.northwind.account;
beforeAll(async () => {
  world = await createTestWorld();
  stop = await startEngine();
});
afterAll(async () => {
  await stop();
  await closeScripts();
  await world.close();
});

it("a script knows whether a method is tried, a step is tried, or a cycle runs", async () => {
  const { definition } = await world.connector("sandbox-crm-api-key");
  await world.define(connectorDefinitionSchema.parse({ ...definition, slug: "says-where", script: SCRIPT }));
  const id = await world.install(world.northwind, "says-where", { credential: { apiKey: "sk_sandbox_acme_4f9a1c2e" } });
  const made = await createCycle(me(), { name: "Says where", description: null, trigger: "Webhook" });
  if (!made.ok) throw new Error(made.error.message);
  const trigger = (await cycleOf(me(), made.value.id))?.steps[0]?.id ?? "";
  const step = await addStep(me(), made.value.id, {
    kind: "Action",
    name: "Call",
    accountConnectorId: id,
    methodId: "list-contacts",
    collectionSplitType: "None",
    after: { stepId: trigger, exit: "Forward" },
  });
  if (!step.ok) throw new Error(step.error.message);

  await callMethod(me(), id, { methodId: "list-contacts", parameters: {}, fields: {} });
  expect(await testStep(me(), step.value.id, "{}")).toMatchObject({ ok: true, value: { error: null } });
  const plan = await planOf({ ...me(), cycleId: made.value.id });
  if (!plan.ok) throw new Error(plan.error.message);
  const run = await startPass(plan.value, "Webhook", {});
  await expect.poll(async () => (await transactionOf(me(), run))?.status, { timeout: 10_000 }).toBe("Completed");

  expect(world.sandbox.control.log({ route: "api" }).map((call) => call.headers["x-context"])).toEqual([
    "CONNECTOR_TESTING false false",
    "STEP_TESTING true true",
    "RUNNING_TRANSACTION true true",
  ]);
});
