import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cycleOf } from "@/lib/cycles/data";
import { createCycle } from "@/lib/cycles/mutations";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { MINUTE, shiftClock } from "@/lib/kernel/clock";
import { accountOf } from "@/lib/partners/data";
import { updateAccount } from "@/lib/partners/mutations";
import { accountInputSchema } from "@/lib/partners/schema";
import { addStep } from "@/lib/steps/mutations";
import { transactionOf } from "./data";
import { startEngine, startPass } from "./engine";
import { planOf, type Plan } from "./plan";
import type { TransactionView } from "./types";

let world: TestWorld;
let stop: () => Promise<void>;
let plan: Plan;
const me = () => world.northwind.account;

beforeAll(async () => {
  world = await createTestWorld();
  const crm = await world.install(world.northwind, "sandbox-crm-api-key", {
    name: "CRM",
    credential: { apiKey: "sk_sandbox_acme_4f9a1c2e" },
  });
  const made = await createCycle(me(), { name: "Slow", description: null, trigger: "Webhook" });
  if (!made.ok) throw new Error(made.error.message);
  const trigger = (await cycleOf(me(), made.value.id))?.steps[0]?.id ?? "";
  const step = { kind: "Action" as const, name: "Call", accountConnectorId: crm, methodId: "list-contacts" };
  await addStep(me(), made.value.id, { ...step, collectionSplitType: "None", after: { stepId: trigger, exit: "Forward" } });
  const compiled = await planOf({ ...me(), cycleId: made.value.id });
  if (!compiled.ok) throw new Error(compiled.error.message);
  plan = compiled.value;
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sandbox.control.reset();
  world.sandbox.control.fault({ kind: "slow", on: "api", ms: 80, times: 100 });
  stop = await startEngine({ perAccount: 5 });
});
afterEach(() => stop());

async function ended(id: string): Promise<TransactionView> {
  for (let n = 0; n < 1000; n += 1) {
    const view = await transactionOf(me(), id);
    if (view?.endedAt != null) return view;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("a run did not end");
}

/** The most runs that were at work together, of six that were started at once. */
async function mostAtOnce(): Promise<number> {
  const ids: string[] = [];
  for (let n = 0; n < 6; n += 1) ids.push(await startPass(plan, "Webhook", {}));
  const views = await Promise.all(ids.map(ended));
  expect(views.every((view) => view.status === "Completed")).toBe(true);
  const spans = views.map((view) => [view.startedAt ?? 0, view.endedAt ?? 0] as const);
  return Math.max(...spans.map(([at]) => spans.filter(([from, to]) => from <= at && at < to).length));
}

const setLimit = async (typed: string) => {
  const account = await accountOf(me());
  if (!account) throw new Error("no account");
  const input = { name: account.name, externalId: account.externalId, timezone: "UTC", concurrentTransactions: typed };
  return updateAccount(me(), accountInputSchema.parse(input));
};

describe("runs of one account at the same time", () => {
  it("are as many as the instance says, until the account says otherwise, and again once it says nothing", async () => {
    expect(await mostAtOnce()).toBe(5);
    expect(await setLimit("2")).toMatchObject({ ok: true });
    shiftClock(MINUTE);
    expect(await mostAtOnce()).toBe(2);
    expect(await setLimit("1")).toMatchObject({ ok: true });
    shiftClock(MINUTE);
    expect(await mostAtOnce()).toBe(1);
    expect(await setLimit("")).toMatchObject({ ok: true });
    shiftClock(MINUTE);
    expect(await mostAtOnce()).toBe(5);
    shiftClock(-3 * MINUTE);
  });

  it("are a whole number from 1 to 50, and stay what they are where nothing is said", async () => {
    for (const wrong of ["0", "51", "-1", "1.5", "many", "1e1"])
      expect(accountInputSchema.safeParse({ name: "A", concurrentTransactions: wrong }).error?.issues[0]?.message).toMatch(
        /from 1 to 50/,
      );
    await setLimit("3");
    await updateAccount(me(), { name: "Same", externalId: "same", description: null, timezone: "UTC" });
    expect(await accountOf(me())).toMatchObject({ name: "Same", concurrentTransactions: 3 });
  });
});
