import { afterAll, beforeAll, expect, it } from "vitest";
import { cycleOf } from "@/lib/cycles/data";
import { createCycle } from "@/lib/cycles/mutations";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { addStep } from "@/lib/steps/mutations";
import { listDeliveries } from "@/lib/webhooks/data";
import { createEndpoint } from "@/lib/webhooks/mutations";
import { incidentsOf, transactionOf } from "./data";
import { startEngine, startPass } from "./engine";
import { clearIncidents } from "./mutations";
import { planOf } from "./plan";

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(() => world.close());

const must = <T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

it("a run that fails is told to the partner's backend, once, and its incident can be removed", async () => {
  const { scope, account } = world.northwind;
  must(await createEndpoint(scope, { url: "https://hooks.example/failed", events: ["cycle.failed"] }));
  must(await createEndpoint(scope, { url: "https://hooks.example/other", events: ["connector.expiring"] }));
  const connector = await world.install(world.northwind, "sandbox-crm-api-key", { credential: { apiKey: "sk_of_nobody" } });
  const { id } = must(await createCycle(account, { name: "Fails", description: null, trigger: "Webhook" }));
  const trigger = (await cycleOf(account, id))?.steps[0]?.id ?? "";
  const action = {
    kind: "Action",
    name: "List",
    accountConnectorId: connector,
    methodId: "list-contacts",
    errorAction: "StopTransaction",
  } as const;
  must(await addStep(account, id, { ...action, after: { stepId: trigger, exit: "Forward" } }));

  const stop = await startEngine();
  const plan = must(await planOf({ partnerId: account.partnerId, accountId: account.accountId, cycleId: id }));
  const transaction = await startPass(plan, "Webhook", {});
  await expect.poll(async () => (await transactionOf(account, transaction))?.status, { timeout: 10_000 }).toBe("Failed");
  await stop();

  const messages = await listDeliveries(scope);
  expect(messages.map((m) => [m.event, m.endpointUrl])).toEqual([["cycle.failed", "https://hooks.example/failed"]]);
  const [incident] = await incidentsOf(account, { cycle: id });
  expect(incident).toMatchObject({ level: "Error", stepName: "List", transactionId: transaction });

  expect(await clearIncidents(world.fabrikam.account, id)).toMatchObject({ ok: false, error: { code: "object.not_found" } });
  expect(await clearIncidents(account, id)).toEqual({ ok: true, value: 1 });
  expect(await incidentsOf(account, { cycle: id })).toEqual([]);
  expect((await transactionOf(account, transaction))?.status).toBe("Failed");
}, 30_000);
