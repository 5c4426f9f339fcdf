import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { connectorDefinitionSchema } from "@/lib/auth-methods/definition";
import { cycleOf } from "@/lib/cycles/data";
import { createCycle } from "@/lib/cycles/mutations";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { closeScripts } from "@/lib/scripts/pool";
import { addStep } from "@/lib/steps/mutations";
import { transactionOf } from "./data";
import { startEngine, startPass } from "./engine";
import { planOf } from "./plan";

let world: TestWorld;
let stop: () => Promise<void>;
let connection: number;
const me = () => world.northwind.account;

beforeAll(async () => {
  world = await createTestWorld();
  const { definition } = await world.connector("sandbox-crm-api-key");
  const query = (name: string, fixed: string) => ({
    name,
    title: name.toUpperCase(),
    source: "system" as const,
    hidden: true,
    fixed,
    targetType: "QueryString" as const,
  });
  await world.define(
    connectorDefinitionSchema.parse({
      ...definition,
      slug: "dated",
      parameters: [query("page", "CYCLR_PAGE_NUMBER"), query("pageSize", "CYCLR_PAGE_SIZE")],
      paging: { pageSize: 20 },
      methods: definition.methods.map((m) => (m.id === "list-contacts" ? { ...m, parameters: [] } : m)),
      script: `function after_action_paging() {
        method_response.since = last_successful_run_date;
        next_last_successful_run_date = method_response.contacts.map(c => c.updatedAt).sort().pop();
        return true;
      }`,
    }),
  );
  connection = await world.install(world.northwind, "dated", { credential: { apiKey: "sk_sandbox_acme_4f9a1c2e" } });
});
afterAll(async () => {
  await closeScripts();
  await world.close();
});
beforeEach(async () => {
  stop = await startEngine();
});
afterEach(() => stop());

async function made(collectionSplitType: "All" | "None", behind: string) {
  const cycle = await createCycle(me(), { name: `Dated ${behind}`, description: null, trigger: "Webhook" });
  if (!cycle.ok) throw new Error(cycle.error.message);
  const trigger = (await cycleOf(me(), cycle.value.id))?.steps[0]?.id ?? "";
  const list = { kind: "Action" as const, name: "List", accountConnectorId: connection, methodId: "list-contacts" };
  const first = await addStep(me(), cycle.value.id, {
    ...list,
    collectionSplitType,
    after: { stepId: trigger, exit: "Forward" },
  });
  if (!first.ok) throw new Error(first.error.message);
  await addStep(me(), cycle.value.id, {
    kind: "Transform",
    name: "After",
    script: behind,
    errorAction: "StopTransaction",
    after: { stepId: first.value.id, exit: "Forward" },
  });
  return cycle.value.id;
}

async function run(cycleId: string) {
  const plan = await planOf({ ...me(), cycleId });
  if (!plan.ok) throw new Error(plan.error.message);
  const id = await startPass(plan.value, "Webhook", {});
  for (let n = 0; n < 1000; n += 1) {
    const view = await transactionOf(me(), id);
    if (view?.endedAt != null) return view;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("a run did not end");
}

const lastSuccess = async (id: string) => (await cycleOf(me(), id))?.lastSuccessfulRunAt ?? null;
/** When the last of the sandbox's contacts was changed. */
const NEWEST = Date.UTC(2026, 0, 27, 9);

it("what a script sets is the next last successful run, and the run after it is told", async () => {
  const id = await made("None", "return 1;");
  expect((await run(id)).status).toBe("Completed");
  expect(await lastSuccess(id)).toBe(NEWEST);
  const second = await run(id);
  expect(second.steps[0]?.output).toMatchObject({ since: new Date(NEWEST).toISOString() });
});

it("also where the list is run for item by item", async () => {
  const id = await made("All", "return 1;");
  expect((await run(id)).parts).toMatchObject({ total: 23, completed: 23 });
  expect(await lastSuccess(id)).toBe(NEWEST);
});

it("a run that fails behind it leaves the date as it was", async () => {
  const id = await made("None", "throw new Error('no');");
  expect((await run(id)).status).toBe("Failed");
  expect(await lastSuccess(id)).toBeNull();
});
