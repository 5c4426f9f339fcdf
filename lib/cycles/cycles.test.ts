import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reader } from "@/db/client";
import { eq } from "@/db/query";
import { cycleRevisions, cycles, cycleVariables, partners, stepMappings } from "@/db/schema";
import { transact } from "@/db/transact";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { deauthenticate, uninstall } from "@/lib/oauth/revoke";
import {
  addStep,
  connectSteps,
  moveStep,
  removeAuthenticationMappings,
  removeStep,
  saveStepSetup,
  saveVariable,
  setExternalAuthentication,
} from "@/lib/steps/mutations";
import { cycleOf, listCycles, prerequisitesOf, stepSetupOf } from "./data";
import { inOrder } from "./graph";
import { copyCycle, createCycle, deleteCycle, purgeDeletedCycles, restoreCycle, setCycleStatus, undoChange } from "./mutations";
import type { NewStep } from "./schema";
import { cyclesFilterSchema, mappingInputSchema } from "./schema";
import type { Cycle } from "./types";
import { shiftClock } from "@/lib/kernel/clock";

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(() => world.close());

const me = () => world.northwind.account;
const value = <T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const cycleNow = async (id: string): Promise<Cycle> => {
  const cycle = await cycleOf(me(), id);
  if (!cycle) throw new Error("no cycle");
  return cycle;
};
const make = async (trigger: "Manual" | "Webhook" | "Schedule" = "Webhook") => {
  const { id } = value(await createCycle(me(), { name: "Contacts", description: null, trigger }));
  const first = (await cycleNow(id)).steps[0];
  if (!first) throw new Error("no trigger");
  return { id, trigger: first.id };
};
const step = async (cycleId: string, after: string, more: Partial<NewStep> = {}) =>
  value(await addStep(me(), cycleId, { kind: "Action", after: { stepId: after, exit: "Forward" }, ...more })).id;
const mapping = (input: object) => mappingInputSchema.parse({ mappingType: "StaticValue", ...input });
const allowExternal = (on: boolean) =>
  transact((tx) => tx.update(partners).set({ externalAuthenticationEnabled: on }).where(eq(partners.id, me().partnerId)));

describe("a cycle and its steps", () => {
  it("inserts in the flow, moves, removes, and each change can be taken back", async () => {
    const { id, trigger } = await make();
    const b = await step(id, trigger, { name: "B" });
    const a = await step(id, trigger, { name: "A" });
    const names = async () => inOrder(await cycleNow(id)).map((s) => s.name);
    expect(await names()).toEqual(["Webhook", "A", "B"]);
    value(await moveStep(me(), id, a, { stepId: b, exit: "Forward" }));
    expect(await names()).toEqual(["Webhook", "B", "A"]);
    value(await removeStep(me(), id, b));
    expect(await names()).toEqual(["Webhook", "A"]);
    expect(value(await undoChange(me(), id)).title).toBe("Removal of a step");
    expect(await names()).toEqual(["Webhook", "B", "A"]);
    value(await undoChange(me(), id));
    expect(await names()).toEqual(["Webhook", "A", "B"]);
  });

  it("never leads back to an earlier step, and an exit leads to one step", async () => {
    const { id, trigger } = await make();
    const a = await step(id, trigger, { name: "A" });
    const b = await step(id, a, { name: "B" });
    expect(await connectSteps(me(), id, { headStepId: b, tailStepId: a, type: "Forward" })).toMatchObject({ ok: false });
    expect(await connectSteps(me(), id, { headStepId: b, tailStepId: trigger, type: "Forward" })).toMatchObject({ ok: false });
    expect(await connectSteps(me(), id, { headStepId: a, tailStepId: b, type: "True" })).toMatchObject({ ok: false });
    value(await connectSteps(me(), id, { headStepId: trigger, tailStepId: b, type: "Forward" }));
    expect((await cycleNow(id)).edges.filter((e) => e.headStepId === trigger)).toHaveLength(1);
    expect((await prerequisitesOf(me(), id))?.some((p) => p.code === 11 && p.stepId === a)).toBe(true);
  });

  it("orders any flow so that every step comes after those that lead to it", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.boolean()), { maxLength: 20 }), (pairs) => {
        const kinds = Array.from({ length: 8 }, (_, i) => (i === 0 ? "Trigger" : i % 2 ? "Condition" : "Action"));
        const steps = kinds.map((kind, i) => ({ id: String(i), kind }));
        const seen = new Set<string>();
        const edges = pairs.flatMap(([x, y, yes], n) => {
          const type = kinds[x] === "Condition" ? (yes ? "True" : "False") : "Forward";
          if (x >= y || seen.has(`${x}${type}`)) return [];
          seen.add(`${x}${type}`);
          return [{ id: String(n), headStepId: String(x), tailStepId: String(y), type }];
        });
        const order = inOrder({ steps, edges } as unknown as Cycle).map((s) => s.id);
        expect(new Set(order).size).toBe(8);
        const reached = new Set(["0"]);
        for (const s of order) for (const e of edges) if (e.headStepId === s && reached.has(s)) reached.add(e.tailStepId);
        for (const e of edges)
          if (reached.has(e.headStepId)) expect(order.indexOf(e.headStepId)).toBeLessThan(order.indexOf(e.tailStepId));
      }),
    );
  });

  it("is not changed while it runs, and nothing of it is anybody else's", async () => {
    const { id, trigger } = await make();
    await transact((tx) => setCycleStatus(tx, me(), id, { status: "Active" }));
    expect(await addStep(me(), id, { kind: "Delay", after: { stepId: trigger, exit: "Forward" } })).toMatchObject({
      ok: false,
      error: { code: "object.running" },
    });
    expect(await deleteCycle(me(), id)).toMatchObject({ ok: false, error: { code: "object.running" } });
    const other = world.fabrikam.account;
    expect(await cycleOf(other, id)).toBeNull();
    expect(await addStep(other, id, { kind: "Delay", after: null })).toMatchObject({ error: { code: "object.not_found" } });
    expect(await stepSetupOf(other, trigger)).toBeNull();
    expect(await listCycles(other, cyclesFilterSchema.parse({}))).toEqual([]);
  });

  it("is deleted for 30 days", async () => {
    const { id } = await make();
    value(await deleteCycle(me(), id));
    expect(await cycleOf(me(), id)).toBeNull();
    value(await restoreCycle(me(), id));
    expect(await cycleOf(me(), id)).not.toBeNull();
    value(await deleteCycle(me(), id));
    expect(await purgeDeletedCycles()).toBe(0);
    shiftClock(31 * 24 * 3_600_000);
    expect(await purgeDeletedCycles()).toBe(1);
    shiftClock(-31 * 24 * 3_600_000);
    expect(await reader().select().from(cycles).where(eq(cycles.id, id))).toEqual([]);
  });
});

describe("External Authentication", () => {
  it("lifts the prerequisite of its own step only, and only while the administrator allows it", async () => {
    const connection = await world.install(world.northwind, "sandbox-crm-api-key", { name: "Never authenticated" });
    const { id, trigger } = await make();
    const call = { accountConnectorId: connection, methodId: "list-contacts" };
    const first = await step(id, trigger, call);
    const second = await step(id, first, call);
    const codes = async () => (await prerequisitesOf(me(), id))?.map((p) => [p.code, p.slot?.name ?? p.objectId]);
    expect(await codes()).toEqual([[20, String(connection)]]);
    await allowExternal(false);
    expect(await setExternalAuthentication(me(), id, first, true)).toMatchObject({ error: { code: "feature.disabled" } });
    await allowExternal(true);
    for (const s of [first, second]) value(await setExternalAuthentication(me(), id, s, true));
    expect(await codes()).toEqual([
      [40, "ApiKey"],
      [40, "ApiKey"],
    ]);
    const token = mapping({
      kind: "Authentication",
      name: "ApiKey",
      mappingType: "StepOutput",
      sourceStepId: trigger,
      sourceField: "key",
    });
    for (const s of [first, second]) value(await saveStepSetup(me(), id, s, { mappings: [token] }));
    expect(await codes()).toEqual([]);
    value(await setExternalAuthentication(me(), id, second, false));
    expect(await codes()).toEqual([[20, String(connection)]]);
    const setup = await stepSetupOf(me(), second);
    expect(setup?.externalAuthentication).toMatchObject({ isOn: false, stillMapped: ["API Key"] });
    expect(setup?.authentication.map((s) => s.name)).toEqual(["ApiKey"]);
    expect(setup?.effectiveCredential.find((c) => c.name === "ApiKey")).toMatchObject({
      source: "Step",
      mappingType: "StepOutput",
    });
    expect(value(await removeAuthenticationMappings(me(), id, second))).toBe(1);
    const after = await stepSetupOf(me(), second);
    expect(after?.authentication).toEqual([]);
    expect(after?.effectiveCredential.find((c) => c.name === "ApiKey")).toMatchObject({ source: "Missing" });
    await allowExternal(false);
    expect((await stepSetupOf(me(), first))?.externalAuthentication).toMatchObject({
      isAllowed: false,
      stillMapped: ["API Key"],
    });
    expect(await codes()).toEqual([[20, String(connection)]]);
    await allowExternal(true);
  });

  it("keeps a typed credential sealed, through a copy and Undo, and makes a variable that feeds one sensitive", async () => {
    const connection = await world.install(world.northwind, "sandbox-crm-api-key", { name: "With a variable" });
    const { id, trigger } = await make();
    const call = await step(id, trigger, { accountConnectorId: connection, methodId: "list-contacts" });
    const typed = mapping({ kind: "Authentication", name: "ApiKey", value: "canary-typed-1234567890" });
    value(await saveStepSetup(me(), id, call, { mappings: [typed] }));
    const mapped = (await cycleNow(id)).steps.find((s) => s.id === call)?.mappings[0];
    expect(mapped).toMatchObject({ value: null, secret: { last4: "7890" } });
    value(await saveStepSetup(me(), id, call, { mappings: [{ ...typed, value: null, keepSecret: true }] }));
    expect((await cycleNow(id)).steps.find((s) => s.id === call)?.mappings[0]).toMatchObject({ secret: { last4: "7890" } });
    const copy = value(await copyCycle(me(), id)).id;
    expect((await cycleNow(copy)).steps.flatMap((s) => s.mappings)[0]).toMatchObject({ secret: { last4: "7890" } });

    const name = value(
      await saveVariable(me(), id, {
        systemName: null,
        displayName: "Customer token",
        description: null,
        value: "canary-variable-1234567890",
        values: [],
        isSensitive: false,
        isLaunchVisible: false,
      }),
    );
    expect(name).toBe("customer_token");
    value(
      await saveStepSetup(me(), id, call, {
        mappings: [mapping({ ...typed, mappingType: "Variable", value: null, variable: name })],
      }),
    );
    expect((await cycleNow(id)).variables[0]).toMatchObject({ isSensitive: true, value: null, last4: "7890" });
    for (const table of [cycleVariables, stepMappings, cycleRevisions])
      expect(JSON.stringify(await reader().select().from(table))).not.toContain("canary-");
  });

  it("pauses a cycle whose connector is de-authenticated, unless each of its steps brings its own", async () => {
    const connection = await world.install(world.northwind, "sandbox-crm-api-key", {
      name: "Paused",
      credential: { apiKey: "k-123456789012" },
    });
    const build = async (external: boolean) => {
      const { id, trigger } = await make();
      const call = await step(id, trigger, { accountConnectorId: connection, methodId: "list-contacts" });
      if (external) value(await setExternalAuthentication(me(), id, call, true));
      await transact((tx) => setCycleStatus(tx, me(), id, { status: "Active" }));
      return id;
    };
    const [needs, brings] = [await build(false), await build(true)];
    value(await deauthenticate(me(), connection));
    expect((await cycleNow(needs)).status).toBe("Paused");
    expect((await cycleNow(brings)).status).toBe("Active");
    const refused = await uninstall(me(), connection);
    expect(refused).toMatchObject({ ok: false, error: { code: "object.in_use" } });
    await transact((tx) => setCycleStatus(tx, me(), brings, { status: "Paused" }));
    for (const id of [needs, brings]) value(await deleteCycle(me(), id));
    value(await uninstall(me(), connection));
  });
});
