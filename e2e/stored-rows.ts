import path from "node:path";
import Database from "better-sqlite3";

/** The database of a server, as it stands on disk. In: its data folder. The caller closes it. */
export const openDatabase = (folder: string, options: { readonly readonly?: boolean } = {}): Database.Database => {
  const database = new Database(path.join(folder, "keyway.db"), options);
  database.pragma("busy_timeout = 5000");
  return database;
};
