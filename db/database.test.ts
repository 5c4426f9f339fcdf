import { afterEach, beforeEach, describe, expect, it } from "vitest";
import Sqlite from "better-sqlite3";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { startCheckpoints } from "./checkpoints";
import { frequentWrite, openDatabase, reader, remembered } from "./client";
import { migrate, migrationsFolder, NewerDatabaseError } from "./migrate";
import { eq, sql } from "./query";
import { instanceFacts } from "./schema";
import { createTestDb } from "./testing";
import { afterCommit, changesSettings, transact, transactTogether, type Transaction, type Written } from "./transact";

let db: ReturnType<typeof createTestDb>;
beforeEach(() => {
  db = createTestDb();
});
afterEach(() => db.close());

const put = (name: string, value: string) =>
  transact(async (tx) => {
    await tx.insert(instanceFacts).values({ name, value, updatedAt: 0 });
  });
const all = async () => reader().select().from(instanceFacts);

describe("S-60 the database", () => {
  it("runs in WAL mode with foreign keys, a busy timeout and NORMAL or stricter", () => {
    expect(db.rawWriter.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(db.rawWriter.pragma("foreign_keys", { simple: true })).toBe(1);
    expect(db.rawWriter.pragma("synchronous", { simple: true })).toBeGreaterThanOrEqual(1);
    expect(db.rawWriter.pragma("busy_timeout", { simple: true })).toBeGreaterThan(0);
  });

  it("refuses a write outside a transaction's connection", async () => {
    await expect(async () => reader().insert(instanceFacts).values({ name: "x", value: "y", updatedAt: 0 })).rejects.toThrow();
  });

  it("serialises writers: no update is lost among interleaved transactions, failures roll back", async () => {
    await put("counter", "0");
    const one = (fails: boolean) =>
      transact(async (tx) => {
        const [row] = await tx.select().from(instanceFacts).where(eq(instanceFacts.name, "counter"));
        await Promise.resolve();
        await tx
          .update(instanceFacts)
          .set({ value: String(Number(row?.value) + 1) })
          .where(eq(instanceFacts.name, "counter"));
        if (fails) throw new Error("no");
      }).catch(() => undefined);
    await Promise.all(Array.from({ length: 600 }, (_, i) => one(i % 3 === 0)));
    const [row] = await reader().select().from(instanceFacts).where(eq(instanceFacts.name, "counter"));
    expect(row?.value).toBe("400");
  });

  it("remembers what was read until the next commit, its own or another process's", async () => {
    let reads = 0;
    const count = (options?: { isCertain: true }) =>
      remembered(
        "test.count",
        "all",
        async () => {
          reads += 1;
          return (await all()).length;
        },
        options,
      );
    expect([await count(), await count(), reads]).toEqual([0, 0, 1]);
    await put("mine", "1");
    expect([await count(), await count(), reads]).toEqual([1, 1, 2]);
    const elsewhere = new Sqlite(join(db.folder, "keyway.db"));
    elsewhere.prepare("insert into instance_facts (name, value, updated_at) values ('theirs', '1', 0)").run();
    expect(await count({ isCertain: true })).toBe(2);
    elsewhere.prepare("delete from instance_facts where name = 'theirs'").run();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await count()).toBe(1);
    elsewhere.close();
  });

  it("goes on remembering over commits of runs, and of calls what is settled, unless another's commit was joined with theirs", async () => {
    let reads = 0;
    const count = (isSettled: boolean) => remembered("test.kinds", "all", () => (reads += 1), { isSettled });
    const write = (name: string, written: Written) =>
      transactTogether((tx) => tx.insert(instanceFacts).values({ name, value: "1", updatedAt: 0 }), written);
    expect([count(false), count(true)]).toEqual([1, 2]);
    await write("run", "runs");
    expect([count(false), count(true)]).toEqual([1, 2]);
    await Promise.all([write("run-2", "runs"), write("a call", "calls")]);
    expect([count(false), count(true)]).toEqual([3, 2]);
    await Promise.all([write("a call-2", "calls"), write("a setting", "settings")]);
    expect([count(false), count(true)]).toEqual([4, 5]);
  });

  it("forgets what is settled where a commit of runs says that it changes more than those", async () => {
    let reads = 0;
    const count = () => remembered("test.more", "all", () => (reads += 1), { isSettled: true });
    const more = (tx: Transaction) => {
      changesSettings();
      return tx.insert(instanceFacts).values({ name: "more", value: "1", updatedAt: 0 });
    };
    expect(count()).toBe(1);
    await transactTogether(more, "runs");
    expect(count()).toBe(2);
    await expect(transactTogether(more, "runs")).rejects.toThrow();
    await transactTogether(() => null, "runs");
    expect(count()).toBe(2);
  });

  it("does after a commit what was to be done after it, and nothing after a rollback", async () => {
    const done: string[] = [];
    const one = (name: string, fails = false) =>
      transact(() => {
        afterCommit(() => done.push(`${name}, ${db.rawWriter.inTransaction ? "before" : "after"}`));
        if (fails) throw new Error("no");
      });
    await one("first");
    await expect(one("second", true)).rejects.toThrow("no");
    await one("third");
    expect(done).toEqual(["first, after", "third, after"]);
  });

  it("writes with values by name, in each database that is opened, and asks for all of them", async () => {
    const put = frequentWrite((tx) =>
      tx.insert(instanceFacts).values({ name: sql.placeholder("name"), value: "fixed", updatedAt: sql.placeholder("at") }),
    );
    expect(await transact(() => put({ at: 7, name: "a" }))).toBe(1);
    expect(await all()).toEqual([{ name: "a", value: "fixed", updatedAt: 7 }]);
    await expect(transact(() => put({ name: "b" }))).rejects.toThrow("at");
    db.close();
    db = createTestDb();
    expect(await transact(() => put({ at: 8, name: "b" }))).toBe(1);
    expect(await all()).toEqual([{ name: "b", value: "fixed", updatedAt: 8 }]);
  });

  it("has its checkpoints done by a thread, and by itself again afterwards", async () => {
    // Beside the packages that it needs, as a built one is.
    const worker = join(import.meta.dirname, "..", ".cache", `checkpoint-worker-${process.pid}.mjs`);
    const entry = join(import.meta.dirname, "checkpoint-worker.ts");
    await build({ entryPoints: [entry], outfile: worker, bundle: true, platform: "node", format: "esm", packages: "external" });
    const stop = startCheckpoints(worker);
    // Nothing but a checkpoint makes the file itself grow.
    const checkpointed = () => statSync(db.path).size;
    const first = checkpointed();
    for (let n = 0; n < 60; n += 1) await put(`checkpoint ${n}`, "x".repeat(3000));
    await expect.poll(checkpointed, { timeout: 10_000 }).toBeGreaterThan(first);
    await stop();
    rmSync(worker);
    expect(db.rawWriter.pragma("wal_autocheckpoint", { simple: true })).toBe(1000);
    await put("after", "1");
    expect(await all()).toContainEqual(expect.objectContaining({ name: "after" }));
  });

  it("never remembers what a commit overtook", async () => {
    const late = remembered("test.late", "all", async () => {
      const rows = await all();
      await put("late", "1");
      await remembered("test.other", "all", async () => 0);
      return rows.length;
    });
    expect(await late).toBe(0);
    expect(await remembered("test.late", "all", async () => (await all()).length)).toBe(1);
  });

  it("shows readers nothing of an open transaction", async () => {
    let seen = -1;
    await transact(async (tx) => {
      await tx.insert(instanceFacts).values({ name: "half", value: "made", updatedAt: 0 });
      seen = (await all()).length;
    });
    expect(seen).toBe(0);
    expect(await all()).toHaveLength(1);
  });
});

describe("migrations", () => {
  const journal = () =>
    (
      JSON.parse(readFileSync(join(migrationsFolder(), "meta", "_journal.json"), "utf8")) as {
        entries: { tag: string; when: number }[];
      }
    ).entries;

  it("are named, complete and apply from every prefix", () => {
    const entries = journal();
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries) expect(existsSync(join(migrationsFolder(), `${entry.tag}.sql`))).toBe(true);
    expect(readdirSync(migrationsFolder()).filter((f) => f.endsWith(".sql"))).toHaveLength(entries.length);
    for (let n = 0; n < entries.length; n += 1) {
      const raw = new Sqlite(":memory:");
      for (const entry of entries.slice(0, n + 1)) {
        for (const statement of readFileSync(join(migrationsFolder(), `${entry.tag}.sql`), "utf8").split(
          "--> statement-breakpoint",
        ))
          raw.exec(statement);
      }
      expect(raw.pragma("integrity_check", { simple: true })).toBe("ok");
      raw.close();
    }
  });

  it("applied twice change nothing", () => {
    expect(migrate(db).applied).toBe(0);
  });

  it("refuse a database of a newer version and leave it as it is", () => {
    const folder = mkdtempSync(join(tmpdir(), "keyway-newer-"));
    const path = join(folder, "keyway.db");
    const newer = openDatabase(path);
    migrate(newer);
    newer.rawWriter.prepare("insert into __drizzle_migrations (hash, created_at) values ('later', ?)").run(Date.now() + 1e12);
    const before = newer.rawWriter.prepare("select count(*) as n from __drizzle_migrations").get();
    expect(() => migrate(newer)).toThrow(NewerDatabaseError);
    expect(newer.rawWriter.prepare("select count(*) as n from __drizzle_migrations").get()).toEqual(before);
    newer.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
