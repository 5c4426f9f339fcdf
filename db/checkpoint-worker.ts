import { parentPort, workerData } from "node:worker_threads";
import Sqlite from "better-sqlite3";

/** Brings what is in the log of commits (WAL) into the database file, a pass for each message. A passive checkpoint waits for nobody and stops nobody. */
const port = parentPort;
if (!port) throw new Error("checkpoint-worker.ts runs in a worker thread");
const connection = new Sqlite(workerData as string);
const checkpoint = connection.prepare("PRAGMA wal_checkpoint(PASSIVE)");

port.on("message", () => {
  checkpoint.all();
  port.postMessage("done");
});
