import { fork, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { database, reader } from "@/db/client";
import { eq } from "@/db/query";
import { credentials, refreshJournal } from "@/db/schema";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { connectionOf } from "@/lib/installs/data";
import { storeGrant } from "@/lib/installs/mutations";
import { sealCredential } from "@/lib/installs/sealing";
import { HOUR, now } from "@/lib/kernel/clock";
import type { Answer, Order } from "./torture-worker";

/** What a run counted. */
export interface Counts {
  readonly generations: number;
  readonly exchanges: number;
  readonly callers: number;
  readonly failures: readonly string[];
  /** Generations in which two callers were given different tokens. */
  readonly split: number;
}

interface Stage {
  readonly world: TestWorld;
  readonly id: number;
  worker(): Promise<ChildProcess>;
  close(): Promise<void>;
}

const CLIENT = { client_id: "keyway-sandbox", client_secret: "sandbox-secret-7Qw2mX" };

/** A connection with tokens of the sandbox provider, and processes that share its database. */
async function stage(): Promise<Stage> {
  const key = randomBytes(32).toString("base64");
  const world = await createTestWorld({}, key);
  await world.setUp(world.northwind, "sandbox-crm-oauth", CLIENT);
  const id = await world.install(world.northwind, "sandbox-crm-oauth");
  const issued = await world.sandbox.control.issueTokens({ scope: "contacts.read contacts.write offline_access" });
  const { partnerId, accountId } = world.northwind.account;
  const sealed = await sealCredential(partnerId, {
    values: { accessToken: issued.access_token, refreshToken: issued.refresh_token },
    secretNames: [],
    expiresAt: now() + HOUR,
    refreshExpiresAt: null,
    isRefreshable: true,
    scopes: ["contacts.read"],
  });
  await storeGrant(world.northwind.account, id, sealed, [], { title: "Connected", detail: null, connectedAs: null });
  world.sandbox.control.clearLog();
  const children = new Set<ChildProcess>();
  return {
    world,
    id,
    async worker() {
      const child = fork(path.join(import.meta.dirname, "torture-worker.ts"), {
        execArgv: ["--import", "tsx"],
        env: {
          ...process.env,
          TORTURE_DB: database().path,
          TORTURE_KEY: key,
          TORTURE_CONNECTION: String(id),
          TORTURE_PARTNER: partnerId,
          TORTURE_ACCOUNT: accountId,
        },
      });
      children.add(child);
      await new Promise((resolve, reject) => {
        child.once("message", resolve);
        child.once("exit", (code) => reject(new Error(`a worker ended with ${code}`)));
      });
      child.removeAllListeners("exit");
      return child;
    },
    async close() {
      for (const child of children) child.kill("SIGKILL");
      await world.close();
    },
  };
}

const ask = (child: ChildProcess, order: Order): Promise<Answer> =>
  new Promise((resolve) => {
    child.once("message", (answer) => resolve(answer as Answer));
    child.send(order);
  });

const rowOf = async (id: number) => (await reader().select().from(credentials).where(eq(credentials.accountConnectorId, id)))[0];

/**
 * S-27: so many processes with so many callers want each generation's token renewed at the same time, at a provider that
 * rotates refresh tokens and revokes the family on reuse. Out: the counts; as many exchanges as generations, where all is well.
 */
export async function stampede(processes: number, callers: number, generations: number): Promise<Counts> {
  const { world, worker, close } = await stage();
  try {
    const workers = await Promise.all(Array.from({ length: processes }, worker));
    const failures = new Set<string>();
    let split = 0;
    for (let generation = 1; generation <= generations; generation += 1) {
      const answers = await Promise.all(workers.map((child) => ask(child, { generation, callers })));
      for (const answer of answers) answer.failures.forEach((code) => failures.add(code));
      if (new Set(answers.flatMap((a) => a.tokens)).size !== 1) split += 1;
    }
    return {
      generations,
      exchanges: world.sandbox.control.log({ route: "token" }).length,
      callers: processes * callers,
      failures: [...failures],
      split,
    };
  } finally {
    await close();
  }
}

export interface Recovery {
  readonly kills: number;
  readonly exchanges: number;
  readonly integrity: string;
  readonly openJournal: number;
  readonly state: string | undefined;
}

/**
 * S-28: the process that renews is killed while the provider works or answers, again and again; then a fresh one asks.
 * In: how often, when the provider is slow, and whether it rotates. Out: what is left.
 */
export async function killInTheMiddle(kills: number, when: "before" | "after", rotates: boolean): Promise<Recovery> {
  const { world, id, worker, close } = await stage();
  try {
    world.sandbox.control.set({ rotateRefreshTokens: rotates });
    for (let n = 0; n < kills; n += 1) {
      const generation = (await rowOf(id))?.generation ?? 1;
      world.sandbox.control.fault({ kind: "slow", on: "token", ms: 3000, when });
      const child = await worker();
      child.send({ generation, callers: 5 } satisfies Order);
      await wait(600 + Math.random() * 600);
      child.kill("SIGKILL");
      world.sandbox.control.clearFaults();
      // The lease of the dead ends by itself; here its time is taken away instead of waited for.
      database().rawWriter.exec("update credentials set lease_until = 0");
    }
    const survivor = await worker();
    const generation = (await rowOf(id))?.generation ?? 1;
    await ask(survivor, { generation, callers: 20 });
    const journal = await reader().select().from(refreshJournal);
    return {
      kills,
      exchanges: world.sandbox.control.log({ route: "token" }).length,
      integrity: String(database().rawReader.pragma("integrity_check", { simple: true })),
      openJournal: journal.filter((entry) => entry.closedAt === null).length,
      state: (await connectionOf(world.northwind.account, id))?.state,
    };
  } finally {
    await close();
  }
}
