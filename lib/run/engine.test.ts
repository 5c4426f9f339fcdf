import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { database, reader } from "@/db/client";
import { eq } from "@/db/query";
import { partners, transactions, transactionSteps } from "@/db/schema";
import { transact } from "@/db/transact";
import { cycleOf } from "@/lib/cycles/data";
import { createCycle } from "@/lib/cycles/mutations";
import { mappingInputSchema, type NewStep } from "@/lib/cycles/schema";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { connectionOf } from "@/lib/installs/data";
import { HOUR, MINUTE, now, shiftClock } from "@/lib/kernel/clock";
import { closeScripts } from "@/lib/scripts/pool";
import { addStep, saveStepSetup, saveVariable, setExternalAuthentication } from "@/lib/steps/mutations";
import { incidentsOf, lastOutputsOf, listTransactions, transactionOf } from "./data";
import { startEngine, startPass } from "./engine";
import { activateCycle, cancelTransaction, deactivateCycle, resumeTransaction, runOnce } from "./mutations";
import { planOf } from "./plan";
import { purge } from "./retention";
import { transactionsFilterSchema } from "./schema";
import { wakeRuns } from "./signal";
import type { TransactionView } from "./types";

const KEY = "sk_sandbox_acme_4f9a1c2e";
let world: TestWorld;
let stop: () => Promise<void>;
let shifted = 0;
let count = 0;

beforeAll(async () => {
  world = await createTestWorld();
  await transact((tx) => tx.update(partners).set({ externalAuthenticationEnabled: true }).where(eq(partners.id, me().partnerId)));
});
afterAll(async () => {
  await closeScripts();
  await world.close();
});
beforeEach(async () => {
  await world.sandbox.control.reset();
  stop = await startEngine();
});
afterEach(async () => {
  await stop();
  shiftClock(-shifted);
  shifted = 0;
});

const me = () => world.northwind.account;
const later = (ms: number) => {
  shifted += ms;
  shiftClock(ms);
  wakeRuns();
};
const api = () => world.sandbox.control.log({ route: "api" });
const value = <T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

interface StepInput extends Partial<NewStep> {
  readonly map?: readonly object[];
  readonly external?: boolean;
}

/** A cycle with these steps behind its trigger, in order. Out: its id and those of the steps by name. */
async function cycle(steps: readonly StepInput[], trigger: "Webhook" | "Manual" | "Schedule" = "Webhook") {
  const { id } = value(await createCycle(me(), { name: `Cycle ${(count += 1)}`, description: null, trigger }));
  const first = (await cycleOf(me(), id))?.steps[0]?.id ?? "";
  const ids: Record<string, string> = { trigger: first };
  let before = first;
  let exit: "Forward" | "True" = "Forward";
  for (const { map, external, ...step } of steps) {
    const made = value(await addStep(me(), id, { kind: "Action", ...step, after: { stepId: before, exit } }));
    if (external) value(await setExternalAuthentication(me(), id, made.id, true));
    const mappings = (map ?? []).map((m) =>
      mappingInputSchema.parse({
        mappingType: "StaticValue",
        ...m,
        ...("from" in m ? { sourceStepId: ids[String(m.from)] } : {}),
      }),
    );
    value(await saveStepSetup(me(), id, made.id, { mappings, step: {} }));
    if (step.name) ids[step.name] = made.id;
    before = made.id;
    exit = step.kind === "Condition" ? "True" : "Forward";
  }
  return { id, ids };
}

async function start(cycleId: string, payload: unknown): Promise<string> {
  const plan = value(await planOf({ partnerId: me().partnerId, accountId: me().accountId, cycleId }));
  return startPass(plan, "Webhook", payload);
}

async function until(id: string, test: (view: TransactionView) => boolean): Promise<TransactionView> {
  for (let n = 0; n < 400; n += 1) {
    const view = await transactionOf(me(), id);
    if (view && test(view)) return view;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`still ${JSON.stringify(await transactionOf(me(), id))}`);
}
const ended = (id: string) => until(id, (view) => view.endedAt !== null);
const run = async (cycleId: string, payload: unknown = {}) => ended(await start(cycleId, payload));

const installed = async (slug: string, credential?: Record<string, string>) =>
  world.install(world.northwind, slug, { name: `C ${(count += 1)}`, ...(credential ? { credential } : {}) });

describe("values", () => {
  it("go from the trigger and from earlier steps into parameters, fields and texts; whole values keep their kind", async () => {
    const crm = await installed("sandbox-crm-api-key", { apiKey: KEY });
    const { id, ids } = await cycle([
      {
        name: "Create",
        accountConnectorId: crm,
        methodId: "create-contact",
        map: [
          { kind: "Field", name: "name", value: "{{trigger.person.first}} {{trigger.person.last}}" },
          { kind: "Field", name: "email", mappingType: "StepOutput", from: "trigger", sourceField: "person.email" },
          {
            kind: "Field",
            name: "company",
            value: '= {{trigger.person.last}}.toUpperCase() + " ' + "of {{trigger.where}}" + '"',
          },
          { kind: "Field", name: "phone", mappingType: "Ignore" },
        ],
      },
      {
        name: "Get",
        accountConnectorId: crm,
        methodId: "get-contact",
        map: [{ kind: "Parameter", name: "id", mappingType: "StepOutput", from: "Create", sourceField: "id" }],
      },
      {
        name: "Shape",
        kind: "Transform",
        script: "return { full: get.name + '/' + trigger.person.email, n: steps.create.name.length };",
      },
    ]);
    const view = await run(id, { person: { first: "Nia", last: "O'Neil \"`${1}", email: "nia@example.com" }, where: "Cork" });
    expect(view.status).toBe("Completed");
    expect(view.steps.map((s) => [s.name, s.status])).toEqual([
      ["Create", "Completed"],
      ["Get", "Completed"],
      ["Shape", "Completed"],
    ]);
    expect(JSON.parse(view.steps[0]?.request?.body ?? "")).toEqual({
      name: "Nia O'Neil \"`${1}",
      email: "nia@example.com",
      company: "O'NEIL \"`${1} of Cork",
    });
    expect(view.steps[2]?.output).toEqual({ full: "Nia O'Neil \"`${1}/nia@example.com", n: 17 });
    const call = api().find((c) => c.method === "POST");
    expect(call?.headers["idempotency-key"]).toBe(view.steps[0]?.idempotencyKey);
    expect((await lastOutputsOf(me(), id, ids.trigger ?? "")).get(ids.Shape ?? "")).toEqual(view.steps[2]?.output);
  });

  it("a body typed as JSON takes merge fields as text and as whole values", async () => {
    const crm = await installed("sandbox-crm-api-key", { apiKey: KEY });
    const { id } = await cycle([
      {
        accountConnectorId: crm,
        methodId: "create-contact",
        rawBody: '{ "name": "x {{trigger.name}}", "address": {{trigger.address}}, "note": "a \\" {{trigger.none}}" }',
      },
    ]);
    const view = await run(id, { name: 'a"b\\c', address: { city: "Cork" } });
    expect(JSON.parse(view.steps[0]?.request?.body ?? "")).toEqual({ name: 'x a"b\\c', address: { city: "Cork" }, note: 'a " ' });
  });

  it("a condition chooses an exit, and variables are read", async () => {
    const { id } = await cycle([
      { name: "Is it big", kind: "Condition", operator: "GreaterThan" },
      { name: "Then", kind: "Transform", script: "return { big: variables.limit };" },
    ]);
    value(await saveVariable(me(), id, { ...variable("limit"), value: "10" }));
    const cond = (await cycleOf(me(), id))?.steps.find((s) => s.kind === "Condition")?.id ?? "";
    value(
      await saveStepSetup(me(), id, cond, {
        mappings: [
          mappingInputSchema.parse({ kind: "Operand", name: "left", mappingType: "StaticValue", value: "{{trigger.amount}}" }),
          mappingInputSchema.parse({ kind: "Operand", name: "right", mappingType: "Variable", variable: "limit" }),
        ],
        step: {},
      }),
    );
    expect((await run(id, { amount: 9 })).steps.map((s) => s.output)).toEqual([{ result: false }]);
    expect((await run(id, { amount: "100" })).steps.map((s) => s.output)).toEqual([{ result: true }, { big: "10" }]);
  });
});

const variable = (systemName: string) => ({
  systemName: null,
  displayName: systemName,
  description: null,
  values: [],
  isSensitive: false,
  isLaunchVisible: false,
});

describe("a list", () => {
  const list = (crm: number, split: "All" | "First" | "None") =>
    cycle([
      {
        name: "List",
        accountConnectorId: crm,
        methodId: "list-contacts",
        collectionSplitType: split,
        map: [{ kind: "Parameter", name: "pageSize", value: "3" }],
      },
      { name: "Each", kind: "Transform", script: "return { id: list.contacts.id ?? list.contacts.length };" },
    ]);

  it("runs what follows once per item, for the first alone, or once for all", async () => {
    const crm = await installed("sandbox-crm-api-key", { apiKey: KEY });
    const all = await list(crm, "All");
    const view = await run(all.id);
    expect(view).toMatchObject({ status: "Completed", parts: { total: 3, completed: 3, open: 0 } });
    const parts = await listTransactions(me(), transactionsFilterSchema.parse({ parent: view.id }));
    expect(parts.rows.map((r) => [r.itemIndex, r.splitType, r.status])).toEqual([0, 1, 2].map((n) => [n, "Split", "Completed"]));
    const outputs = await Promise.all(parts.rows.map(async (r) => (await transactionOf(me(), r.id))?.steps[0]?.output));
    expect(new Set(outputs.map((o) => (o as { id: string }).id)).size).toBe(3);
    expect((await run((await list(crm, "First")).id)).steps[1]?.output).toMatchObject({
      id: expect.stringMatching(/^acme/) as string,
    });
    expect((await run((await list(crm, "None")).id)).steps[1]?.output).toEqual({ id: 3 });
  });
});

describe("a credential that passes through a run", () => {
  it("is used, in place of one that was never there, and is kept nowhere", async () => {
    const crm = await installed("sandbox-crm-oauth");
    const { id } = await cycle([
      {
        name: "Wait",
        kind: "Delay",
        delay: { unit: "Minutes", interval: 5 },
      },
      {
        name: "Who",
        accountConnectorId: crm,
        methodId: "who-am-i",
        external: true,
        map: [
          { kind: "Authentication", name: "AccessToken", mappingType: "StepOutput", from: "trigger", sourceField: "auth.token" },
        ],
      },
    ]);
    const tokens = await Promise.all(
      ["mia@acme.example", "jonas@birch.example"].map(
        async (subject) => (await world.sandbox.control.issueTokens({ scope: "contacts.read", subject })).access_token,
      ),
    );
    const ids = await Promise.all(tokens.map((token) => start(id, { auth: { token }, copy: `Bearer ${token}`, name: "Nia" })));
    for (const each of ids) await until(each, (v) => v.status === "Waiting");
    const before = readFileSync(`${database().path}-wal`).toString("latin1") + readFileSync(database().path).toString("latin1");
    for (const token of tokens) expect(before).not.toContain(token);
    later(5 * MINUTE);
    const views = await Promise.all(ids.map(ended));
    expect(views.map((v) => v.status)).toEqual(["Completed", "Completed"]);
    expect(
      api()
        .map((c) => c.headers.authorization)
        .sort(),
    ).toEqual(tokens.map((t) => `Bearer ${t}`).sort());
    expect(views[0]?.payload).toEqual({ auth: { token: "[credential]" }, copy: "Bearer ••••", name: "Nia" });
    const rows = await reader().select().from(transactions).where(eq(transactions.cycleId, id));
    expect(rows.map((r) => r.sealedPayload)).toEqual([null, null]);
    expect((await reader().select().from(transactionSteps)).every((s) => s.sealedOutput === null)).toBe(true);
    const kept =
      readFileSync(`${database().path}-wal`).toString("latin1") +
      JSON.stringify(views) +
      readFileSync(database().path).toString("latin1");
    for (const token of tokens) expect(kept).not.toContain(token);
    expect((await connectionOf(me(), crm))?.lastVerifiedAt).toBeNull();
  });

  it("mapped but empty fails by name, and the connector's own is not used", async () => {
    const crm = await installed("sandbox-crm-api-key", { apiKey: KEY });
    const { id } = await cycle([
      {
        accountConnectorId: crm,
        methodId: "list-contacts",
        errorAction: "StopTransaction",
        map: [{ kind: "Authentication", name: "ApiKey", mappingType: "StepOutput", from: "trigger", sourceField: "key" }],
      },
    ]);
    const view = await run(id, { key: " " });
    expect(view).toMatchObject({ status: "Failed", error: { code: "connector.values_missing", owner: "partner" } });
    expect(view.error?.message).toMatch(/^API key: the mapping of this step came to nothing/i);
    expect(api()).toHaveLength(0);
    expect((await connectionOf(me(), crm))?.lastErrorAt).toBeNull();
  });

  it("through a script it is replaced in everything that the script could read", async () => {
    const crm = await installed("sandbox-crm-api-key");
    const { id } = await cycle([
      {
        accountConnectorId: crm,
        methodId: "list-contacts",
        external: true,
        map: [{ kind: "Authentication", name: "ApiKey", value: "= trigger.parts[0] + {{trigger.rest}}" }],
      },
    ]);
    const view = await run(id, { parts: [KEY.slice(0, 6), "other text"], rest: KEY.slice(6) });
    expect(view.status).toBe("Completed");
    expect(view.steps[0]?.status).toBe("Completed");
    expect(view.payload).toEqual({ parts: ["[credential]", "[credential]"], rest: "[credential]" });
  });

  it("with one of two Basic values mapped, the other comes from the connector", async () => {
    const crm = await installed("sandbox-crm-basic", { username: "someone", password: "wrong" });
    const { id } = await cycle([
      {
        accountConnectorId: crm,
        methodId: "list-contacts",
        map: [{ kind: "Authentication", name: "Username", value: "{{trigger.user}}" }],
      },
    ]);
    await run(id, { user: "brought-in" });
    expect(Buffer.from(String(api()[0]?.headers.authorization).slice(6), "base64").toString()).toBe("brought-in:wrong");
  });
});

describe("failures", () => {
  const failing = async (errorAction: "Ignore" | "Retry" | "StopTransaction" | "StopIntegration") => {
    const crm = await installed("sandbox-crm-api-key", { apiKey: KEY });
    const made = await cycle([
      { name: "Call", accountConnectorId: crm, methodId: "list-contacts", errorAction, collectionSplitType: "None" },
      { name: "After", kind: "Transform", script: "return 1;" },
    ]);
    return { ...made, crm };
  };
  const broken = () => world.sandbox.control.fault({ kind: "server-error", on: "api", status: 503, times: 100 });

  it("are ignored with a warning, or end the transaction or the integration", async () => {
    const ignored = await failing("Ignore");
    broken();
    const view = await run(ignored.id);
    expect(view.status).toBe("Completed");
    expect(view.steps.map((s) => s.status)).toEqual(["Ignored", "Completed"]);
    expect(view.incidents).toMatchObject([{ level: "Warning", stepName: "Call" }]);
    const stopped = await failing("StopTransaction");
    const failed = await run(stopped.id);
    expect(failed).toMatchObject({ status: "Failed", error: { owner: "provider" } });
    expect(await incidentsOf(me(), { transaction: failed.id })).toMatchObject([{ level: "Error" }]);
    const whole = await failing("StopIntegration");
    value(await activateCycle(me(), whole.id));
    await run(whole.id);
    expect((await cycleOf(me(), whole.id))?.status).toBe("Paused");
  });

  it("are tried again 5 min, 35 min, 1 h 35, 4 h 35 and 10 h 35 after the first, with the same idempotency key", async () => {
    const { id } = await failing("Retry");
    broken();
    const transaction = await start(id, {});
    const first = await until(transaction, (v) => v.status === "Waiting");
    const began = first.steps[0]?.startedAt ?? 0;
    for (const [n, minutes] of [5, 35, 95, 275, 635].entries()) {
      const view = await until(transaction, (v) => v.status === "Waiting" && v.attempt === n + 1);
      expect(Math.abs((view.nextAttemptAt ?? 0) - began - minutes * MINUTE)).toBeLessThan(3000);
      later((view.nextAttemptAt ?? 0) - now() + 1);
    }
    const view = await ended(transaction);
    expect(view).toMatchObject({ status: "Failed", steps: [{ attempts: 6, status: "Failed", response: { status: 503 } }] });
    expect(api()).toHaveLength(6);
    const tries = view.steps[0]?.earlierTries ?? [];
    expect(tries.map((each) => each.response?.status)).toEqual([503, 503, 503, 503, 503]);
    expect(tries.map((each) => Math.round((each.startedAt - began) / MINUTE))).toEqual([0, 5, 35, 95, 275]);
  });

  it("a step that works at last shows what went before", async () => {
    const { id } = await failing("Retry");
    world.sandbox.control.fault({ kind: "server-error", on: "api", status: 503, times: 1 });
    const transaction = await start(id, {});
    const waiting = await until(transaction, (v) => v.status === "Waiting");
    expect(waiting.steps).toMatchObject([{ status: "Waiting", response: { status: 503 }, earlierTries: [] }]);
    later((waiting.nextAttemptAt ?? 0) - now() + 1);
    const [call] = (await ended(transaction)).steps;
    expect(call).toMatchObject({ status: "Completed", attempts: 2, error: null, response: { status: 200 } });
    expect(call?.earlierTries).toMatchObject([{ response: { status: 503 }, error: { owner: "provider" } }]);
  });

  it("a 429 waits for Retry-After, and so does every other run of that connection", async () => {
    const { id } = await failing("StopTransaction");
    world.sandbox.control.fault({ kind: "too-many-requests", on: "api", retryAfter: 120 });
    const one = await start(id, {});
    const waiting = await until(one, (v) => v.status === "Waiting");
    expect(Math.abs((waiting.nextAttemptAt ?? 0) - now() - 2 * MINUTE)).toBeLessThan(3000);
    const two = await start(id, {});
    await until(two, (v) => v.status === "Waiting");
    expect(api()).toHaveLength(1);
    later(2 * MINUTE + 1);
    expect((await ended(one)).status).toBe("Completed");
    expect((await ended(two)).status).toBe("Completed");
  });
});

describe("a cycle at work", () => {
  const waiting = () =>
    cycle([
      { name: "Wait", kind: "Delay", delay: { unit: "Hours", interval: 1 } },
      { kind: "Transform", script: "return 1;" },
    ]);

  it("runs on its schedule, once for what was missed", async () => {
    const { id } = await cycle([{ kind: "Transform", script: "return trigger;" }], "Schedule");
    value(await activateCycle(me(), id, { interval: 5, startTime: now() + MINUTE }));
    const rows = async () => (await listTransactions(me(), transactionsFilterSchema.parse({ cycle: id }))).rows;
    expect(await rows()).toHaveLength(0);
    later(MINUTE);
    await until((await waitFor(rows, 1))[0]?.id ?? "", (v) => v.status === "Completed");
    later(HOUR);
    await waitFor(rows, 2);
    expect((await cycleOf(me(), id))?.nextRunAt).toBeGreaterThan(now());
    value(await deactivateCycle(me(), id, { finishQueuedTransactions: false }));
    expect((await cycleOf(me(), id))?.nextRunAt).toBeNull();
  });

  it("finishes what is queued, or cancels it; a single run by hand leaves it paused", async () => {
    const { id } = await waiting();
    value(await activateCycle(me(), id));
    const one = await start(id, {});
    await until(one, (v) => v.status === "Waiting");
    value(await deactivateCycle(me(), id, { finishQueuedTransactions: true }));
    expect((await cycleOf(me(), id))?.status).toBe("Stopping");
    value(await resumeTransaction(me(), one));
    expect((await ended(one)).status).toBe("Completed");
    expect((await cycleOf(me(), id))?.status).toBe("Paused");
    const { transactionId } = value(await runOnce(me(), id, { by: "hand" }));
    await until(transactionId, (v) => v.status === "Waiting");
    expect(await runOnce(me(), id)).toMatchObject({ ok: false, error: { code: "object.running" } });
    value(await cancelTransaction(me(), transactionId));
    expect((await ended(transactionId)).status).toBe("Cancelled");
    expect((await cycleOf(me(), id))?.status).toBe("Paused");
  });

  it("refuses to start while something is missing, with the reasons", async () => {
    const { id } = await cycle([{ name: "Wait", kind: "Delay" }]);
    expect(await activateCycle(me(), id)).toMatchObject({
      ok: false,
      error: { details: { prerequisites: [{ code: 60 }, { code: 61 }] } },
    });
  });

  it("goes on where it was after a restart, and repeats nothing", async () => {
    const crm = await installed("sandbox-crm-api-key", { apiKey: KEY });
    const { id } = await cycle([
      { accountConnectorId: crm, methodId: "create-contact", name: "Make", map: [{ kind: "Field", name: "name", value: "Nia" }] },
      { name: "Wait", kind: "Delay", delay: { unit: "Minutes", interval: 5 } },
      { name: "Last", kind: "Transform", script: "return { id: make.id };" },
    ]);
    const transaction = await start(id, {});
    await until(transaction, (v) => v.status === "Waiting");
    await stop();
    later(5 * MINUTE);
    stop = await startEngine();
    const view = await ended(transaction);
    expect(view.steps[2]?.output).toEqual({ id: (view.steps[0]?.output as { id: string }).id });
    expect(api()).toHaveLength(1);
  });

  it("its runs are removed after their time", async () => {
    const { id } = await cycle([{ kind: "Transform", script: "return 1;" }]);
    await run(id);
    later(32 * 24 * HOUR);
    await purge();
    expect((await listTransactions(me(), transactionsFilterSchema.parse({ cycle: id }))).rows).toEqual([]);
  });

  it("is nobody else's", async () => {
    const { id } = await waiting();
    const transaction = await start(id, {});
    const other = world.fabrikam.account;
    expect(await transactionOf(other, transaction)).toBeNull();
    expect((await listTransactions(other, transactionsFilterSchema.parse({}))).rows).toEqual([]);
    expect(await cancelTransaction(other, transaction)).toMatchObject({ ok: false, error: { code: "object.not_found" } });
    expect(await runOnce(other, id)).toMatchObject({ ok: false, error: { code: "object.not_found" } });
    expect(await activateCycle(other, id)).toMatchObject({ ok: false, error: { code: "object.not_found" } });
    value(await cancelTransaction(me(), transaction));
  });
});

async function waitFor<T>(read: () => Promise<readonly T[]>, least: number): Promise<readonly T[]> {
  for (let n = 0; n < 400; n += 1) {
    const rows = await read();
    if (rows.length >= least) return rows;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("nothing came");
}
