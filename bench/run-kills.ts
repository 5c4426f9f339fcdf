import { fork, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { database, reader } from "@/db/client";
import { eq, inArray } from "@/db/query";
import { transactions, transactionSteps } from "@/db/schema";
import { connectorDefinitionSchema } from "@/lib/auth-methods/definition";
import { cycleOf } from "@/lib/cycles/data";
import { createCycle } from "@/lib/cycles/mutations";
import { mappingInputSchema } from "@/lib/cycles/schema";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { startPass } from "@/lib/run/engine";
import { planOf } from "@/lib/run/plan";
import { addStep, saveStepSetup } from "@/lib/steps/mutations";

/** What was left after the kills. */
export interface Kills {
  readonly kills: number;
  /** Kills that fell between a call and the record of it. */
  readonly inCall: number;
  readonly passes: number;
  readonly completed: number;
  /** Steps that the provider did again although their success was recorded when the process died. */
  readonly repeated: number;
  /** Calls of one step under different idempotency keys. */
  readonly keysChanged: number;
  /** Calls that were made again because their answer, or its record, was lost. */
  readonly again: number;
  readonly integrity: string;
}

const value = <T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

/** A provider that counts what it is asked to do: by pass and step, with the keys it came under. */
async function countingProvider() {
  const done = new Map<string, string[]>();
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const key = String(request.headers["idempotency-key"]);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pass, step } = JSON.parse(Buffer.concat(chunks).toString() || "{}") as { pass?: string; step?: string };
      const name = `${pass}/${step}`;
      done.set(name, [...(done.get(name) ?? []), key]);
      for (const told of waiting) told();
      waiting.clear();
      // Long enough that a kill falls before, into and after an answer.
      setTimeout(() => response.writeHead(200, { "content-type": "application/json" }).end('{"id":"1"}'), Math.random() * 25);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  /** Resolves with the next call that comes in. */
  const nextCall = () => new Promise<void>((resolve) => void waiting.add(resolve));
  return {
    done,
    nextCall,
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** A cycle of three calls, one after the other. Out: the ids of its steps by their names. */
async function makeCycle(world: TestWorld, url: string) {
  const account = world.northwind.account;
  await world.define(
    connectorDefinitionSchema.parse({
      slug: "counting",
      name: "Counting",
      baseUrl: url,
      authMethods: [{ id: "none", type: "None" }],
      methods: [
        {
          id: "count",
          name: "Count",
          httpMethod: "POST",
          endpoint: "/count",
          idempotencyHeader: "Idempotency-Key",
          requestFields: [
            { path: "pass", title: "Pass" },
            { path: "step", title: "Step" },
          ],
        },
      ],
    }),
  );
  const connection = await world.install(world.northwind, "counting");
  const { id } = value(await createCycle(account, { name: "Counted", description: null, trigger: "Webhook" }));
  const steps = new Map<string, string>();
  let before = (await cycleOf(account, id))?.steps[0]?.id ?? "";
  for (const name of ["first", "second", "third"]) {
    const made = value(
      await addStep(account, id, {
        kind: "Action",
        name,
        accountConnectorId: connection,
        methodId: "count",
        errorAction: "Retry",
        after: { stepId: before, exit: "Forward" },
      }),
    );
    const mappings = [
      { kind: "Field", name: "pass", mappingType: "StaticValue", value: "{{run.id}}" },
      { kind: "Field", name: "step", mappingType: "StaticValue", value: name },
    ].map((m) => mappingInputSchema.parse(m));
    value(await saveStepSetup(account, id, made.id, { mappings, step: {} }));
    steps.set(made.id, name);
    before = made.id;
  }
  return { id, steps };
}

async function startWorker(key: string): Promise<ChildProcess> {
  const child = fork(path.join(import.meta.dirname, "run-torture-worker.ts"), {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, TORTURE_DB: database().path, TORTURE_KEY: key },
  });
  await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`a worker ended with ${code}`)));
  });
  child.removeAllListeners("exit");
  return child;
}

const gone = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });

/**
 * The process that runs passes is killed at a random moment, again and again, against a provider that counts. Nothing may be lost, and
 * no step may be done again whose success was recorded. In: how often, and how many passes are added before each.
 */
export async function killRuns(kills: number, perKill: number): Promise<Kills> {
  const key = randomBytes(32).toString("base64");
  const world = await createTestWorld({}, key);
  const provider = await countingProvider();
  let worker: ChildProcess | null = null;
  try {
    const { id, steps } = await makeCycle(world, provider.url);
    const plan = value(await planOf({ ...world.northwind.account, cycleId: id }));
    const passes: string[] = [];
    let repeated = 0;
    let inCall = 0;
    const recorded = async () => {
      const rows = await reader()
        .select({ pass: transactionSteps.transactionId, stepId: transactionSteps.stepId })
        .from(transactionSteps)
        .where(eq(transactionSteps.status, "Completed"));
      return rows.map((row) => `${row.pass}/${steps.get(row.stepId)}`);
    };
    const callsOf = (names: readonly string[]) => new Map(names.map((name) => [name, provider.done.get(name)?.length ?? 0]));
    let before = new Map<string, number>();
    const check = () => {
      for (const [name, calls] of before) if ((provider.done.get(name)?.length ?? 0) > calls) repeated += 1;
    };
    for (let n = 0; n < kills; n += 1) {
      for (let each = 0; each < perKill; each += 1) passes.push(await startPass(plan, "Webhook", {}));
      const earlier = callsOf([...provider.done.keys()]);
      worker = await startWorker(key);
      // Most kills fall among calls, however long the machine takes to begin; some before there is any.
      if (n % 4 > 0) await Promise.race([provider.nextCall(), wait(10_000)]);
      await wait(Math.random() * 120);
      await gone(worker);
      check();
      const known = new Set(await recorded());
      if ([...provider.done].some(([name, keys]) => keys.length > (earlier.get(name) ?? 0) && !known.has(name))) inCall += 1;
      before = callsOf([...known]);
    }
    worker = await startWorker(key);
    for (let n = 0; n < 1200; n += 1) {
      const open = await reader()
        .select({ id: transactions.id })
        .from(transactions)
        .where(inArray(transactions.status, ["Queued", "InProgress", "Waiting"]));
      if (open.length === 0) break;
      await wait(50);
    }
    check();
    const rows = await reader().select({ status: transactions.status }).from(transactions);
    const calls = [...provider.done.values()];
    return {
      kills,
      inCall,
      passes: passes.length,
      completed: rows.filter((row) => row.status === "Completed").length,
      repeated,
      keysChanged: calls.filter((keys) => new Set(keys).size > 1).length,
      again: calls.reduce((total, keys) => total + keys.length - 1, 0),
      integrity: String(database().rawReader.pragma("integrity_check", { simple: true })),
    };
  } finally {
    if (worker) await gone(worker);
    await provider.close();
    await world.close();
  }
}
