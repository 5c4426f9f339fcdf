import { database, type Reader } from "./client";

/** The connection inside a write transaction. */
export type Transaction = Reader & { readonly __transaction?: true };

/**
 * Runs `work` alone among the writers of this process, between BEGIN IMMEDIATE and COMMIT; rolls back when it
 * throws. The driver's own transaction() would commit at the first await. No cryptography and no network in here.
 */
export async function transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
  const db = database();
  const previous = db.queue;
  let release!: () => void;
  db.queue = new Promise<void>((resolve) => (release = resolve));
  await previous;
  try {
    db.rawWriter.exec("BEGIN IMMEDIATE");
    try {
      const result = await work(db.writer as Transaction);
      db.rawWriter.exec("COMMIT");
      return result;
    } catch (error) {
      if (db.rawWriter.inTransaction) db.rawWriter.exec("ROLLBACK");
      throw error;
    }
  } finally {
    release();
  }
}
