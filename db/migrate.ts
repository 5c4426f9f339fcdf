import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { migrate as run } from "drizzle-orm/better-sqlite3/migrator";
import type { Database } from "./client";

export class NewerDatabaseError extends Error {}

/** Where the committed migrations are, from the directory the server is started in. */
export const migrationsFolder = (root = process.cwd()): string => join(root, "db", "migrations");

interface Journal {
  entries: { when: number; tag: string }[];
}

/**
 * Applies what is pending, forward only, in one transaction. Throws {@link NewerDatabaseError} when the file was
 * written by a later version, before anything is changed.
 */
export function migrate(database: Database, folder = migrationsFolder()): { applied: number; version: string } {
  const journalPath = join(folder, "meta", "_journal.json");
  if (!existsSync(journalPath)) throw new Error(`No migrations at ${folder}. Start Keyway from its own folder.`);
  const journal = JSON.parse(readFileSync(journalPath, "utf8")) as Journal;
  const newest = journal.entries.at(-1);
  const known = database.rawWriter.prepare("select 1 from sqlite_master where name = '__drizzle_migrations'").get();
  const before = known
    ? (database.rawWriter.prepare("select count(*) as n, max(created_at) as at from __drizzle_migrations").get() as {
        n: number;
        at: number | null;
      })
    : { n: 0, at: null };
  if (before.at !== null && newest && before.at > newest.when) {
    throw new NewerDatabaseError(
      `The database ${database.path} was written by a newer version of Keyway. Start that version, or restore a backup made before the upgrade.`,
    );
  }
  run(database.writer, { migrationsFolder: folder });
  return { applied: journal.entries.length - before.n, version: newest?.tag ?? "none" };
}
