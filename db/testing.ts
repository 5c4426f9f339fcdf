import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, setDatabase, type Database } from "./client";
import { migrate } from "./migrate";

/** A migrated database in a folder of its own, set as the process's database until `close`. */
export function createTestDb(): Database & { close(): void; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "keyway-"));
  const db = openDatabase(join(folder, "keyway.db"));
  migrate(db);
  setDatabase(db);
  const close = db.close.bind(db);
  return Object.assign(db, {
    folder,
    close() {
      setDatabase(undefined);
      close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}
