import { Worker } from "node:worker_threads";
import { database, type Database } from "./client";

/** Commits after which a thread is asked for a checkpoint. */
const COMMITS = 50;
/** Pages in the log (WAL) at which the writer does what is left itself, so that the log begins anew: 32 MB. */
const MOST_PAGES = 8000;
/** A thread that had nothing to do for so long is ended. */
const IDLE_MS = 60_000;

/**
 * From here on a thread does the checkpoints, with the worker file that is named: in the process's own thread each is a pause of every
 * request for two waits on the disk. Commits are as durable as before. Out: how to stop; the writer then does them by itself again.
 */
export function startCheckpoints(workerFile: string): () => Promise<void> {
  const current = database();
  current.rawWriter.pragma(`wal_autocheckpoint = ${MOST_PAGES}`);
  let worker: Worker | null = null;
  let isBusy = false;
  let commits = 0;
  let idle: NodeJS.Timeout | null = null;

  const end = async (): Promise<void> => {
    const ended = worker;
    worker = null;
    isBusy = false;
    await ended?.terminate();
  };
  const start = (): Worker => {
    const made = new Worker(workerFile, { workerData: current.path, env: {}, execArgv: [] });
    made.on("message", () => {
      isBusy = false;
      if (idle) idle.refresh();
      else idle = setTimeout(() => void end(), IDLE_MS).unref();
    });
    // Without it the writer's own checkpoints remain.
    made.on("error", () => void end());
    made.unref();
    return made;
  };
  const committed: Database["committed"] = () => {
    commits += 1;
    if (commits < COMMITS || isBusy) return;
    commits = 0;
    isBusy = true;
    (worker ??= start()).postMessage("checkpoint");
  };
  current.committed = committed;
  return async () => {
    current.committed = null;
    if (idle) clearTimeout(idle);
    await end();
    current.rawWriter.pragma("wal_autocheckpoint = 1000");
  };
}
