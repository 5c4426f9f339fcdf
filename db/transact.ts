import type { Statement } from "better-sqlite3";
import { isLater, type Soon } from "@/lib/kernel/soon";
import { database, type Database, type Reader } from "./client";

/** The connection inside a write transaction. */
export type Transaction = Reader & { readonly __transaction?: true };

/**
 * What a transaction writes: nothing but what a run keeps of itself, which leaves all that was remembered (`db/client.ts`) true; when a
 * connection was used and how that went, which leaves what is settled true; anything else.
 */
export type Written = "runs" | "calls" | "settings";

interface Brackets {
  readonly begin: Statement;
  readonly commit: Statement;
}
const brackets = new WeakMap<Database, Brackets>();

function bracketsOf(db: Database): Brackets {
  let held = brackets.get(db);
  if (!held) {
    held = { begin: db.rawWriter.prepare("BEGIN IMMEDIATE"), commit: db.rawWriter.prepare("COMMIT") };
    brackets.set(db, held);
  }
  return held;
}

/** Says inside a transaction of runs or of calls that it changes more than those may. */
export function changesSettings(): void {
  database().open.changesSettings = true;
}

/** Does something once the open transaction is committed, before anybody else can read; never where it is rolled back. */
export function afterCommit(done: () => void): void {
  database().open.afterCommit.push(done);
}

/**
 * Runs `work` alone among the writers of this process, between BEGIN IMMEDIATE and COMMIT; rolls back when it
 * throws. The driver's own transaction() would commit at the first await. No cryptography and no network in here.
 */
export async function transact<T>(work: (tx: Transaction) => Soon<T>, written: Written = "settings"): Promise<T> {
  const db = database();
  const previous = db.queue;
  let release!: () => void;
  db.queue = new Promise<void>((resolve) => (release = resolve));
  await previous;
  try {
    const { begin, commit } = bracketsOf(db);
    begin.run();
    try {
      const done = work(db.writer as Transaction);
      const result = isLater(done) ? await done : done;
      commit.run();
      const kind = db.open.changesSettings ? "settings" : written;
      if (kind !== "runs") db.commits[kind] += 1;
      for (const done of db.open.afterCommit) done();
      db.committed?.();
      return result;
    } catch (error) {
      if (db.rawWriter.inTransaction) db.rawWriter.exec("ROLLBACK");
      throw error;
    }
  } finally {
    db.open.changesSettings = false;
    db.open.afterCommit.length = 0;
    release();
  }
}

interface Joined {
  readonly written: Written;
  readonly work: (tx: Transaction) => Soon<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs `work` in one transaction with whatever else asks in the same turn of the event loop, and resolves after the COMMIT. Where
 * one of them throws, each is run again alone, so `work` has to be one that can be. No cryptography and no network in here.
 */
export function transactTogether<T>(work: (tx: Transaction) => Soon<T>, written: Written = "settings"): Promise<T> {
  const db = database();
  return new Promise<T>((resolve, reject) => {
    const entry: Joined = { written, work, resolve, reject };
    if (db.joined) {
      db.joined.push(entry);
      return;
    }
    const batch = [entry];
    db.joined = batch;
    setImmediate(() => {
      db.joined = null;
      void commitTogether(batch);
    });
  });
}

const KINDS: readonly Written[] = ["settings", "calls", "runs"];

async function commitTogether(batch: readonly Joined[]): Promise<void> {
  let values: unknown[];
  try {
    const written = KINDS.find((kind) => batch.some((each) => each.written === kind)) ?? "settings";
    values = await transact(async (tx) => {
      const out: unknown[] = [];
      for (const { work } of batch) {
        const done = work(tx);
        out.push(isLater(done) ? await done : done);
      }
      return out;
    }, written);
  } catch (error) {
    const [only] = batch;
    if (batch.length === 1 && only) only.reject(error);
    else for (const each of batch) await commitTogether([each]);
    return;
  }
  batch.forEach(({ resolve }, i) => resolve(values[i] as never));
}
