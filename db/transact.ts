import type { Statement } from "better-sqlite3";
import { database, type Database, type Reader } from "./client";

/** The connection inside a write transaction. */
export type Transaction = Reader & { readonly __transaction?: true };

export interface TransactOptions {
  /** Nothing but what a run writes of itself is changed: what was remembered (`db/client.ts`) stays. */
  readonly ofRuns?: boolean;
}

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

/**
 * Runs `work` alone among the writers of this process, between BEGIN IMMEDIATE and COMMIT; rolls back when it
 * throws. The driver's own transaction() would commit at the first await. No cryptography and no network in here.
 */
export async function transact<T>(work: (tx: Transaction) => Promise<T>, { ofRuns = false }: TransactOptions = {}): Promise<T> {
  const db = database();
  const previous = db.queue;
  let release!: () => void;
  db.queue = new Promise<void>((resolve) => (release = resolve));
  await previous;
  try {
    const { begin, commit } = bracketsOf(db);
    begin.run();
    try {
      const result = await work(db.writer as Transaction);
      commit.run();
      if (!ofRuns) db.commits += 1;
      db.committed?.();
      return result;
    } catch (error) {
      if (db.rawWriter.inTransaction) db.rawWriter.exec("ROLLBACK");
      throw error;
    }
  } finally {
    release();
  }
}

interface Joined {
  readonly ofRuns: boolean;
  readonly work: (tx: Transaction) => Promise<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

const joined = new WeakMap<Database, Joined[]>();

/**
 * Runs `work` in one transaction with whatever else asks in the same turn of the event loop, and resolves after the COMMIT. Where
 * one of them throws, each is run again alone, so `work` has to be one that can be. No cryptography and no network in here.
 */
export function transactTogether<T>(work: (tx: Transaction) => Promise<T>, { ofRuns = false }: TransactOptions = {}): Promise<T> {
  const db = database();
  return new Promise<T>((resolve, reject) => {
    const entry: Joined = { ofRuns, work, resolve, reject };
    const waiting = joined.get(db);
    if (waiting) {
      waiting.push(entry);
      return;
    }
    const batch = [entry];
    joined.set(db, batch);
    setImmediate(() => {
      joined.delete(db);
      void commitTogether(batch);
    });
  });
}

async function commitTogether(batch: readonly Joined[]): Promise<void> {
  let values: unknown[];
  try {
    values = await transact(
      async (tx) => {
        const out: unknown[] = [];
        for (const { work } of batch) out.push(await work(tx));
        return out;
      },
      { ofRuns: batch.every((each) => each.ofRuns) },
    );
  } catch (error) {
    const [only] = batch;
    if (batch.length === 1 && only) only.reject(error);
    else for (const each of batch) await commitTogether([each]);
    return;
  }
  batch.forEach(({ resolve }, i) => resolve(values[i] as never));
}
