import { availableParallelism } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import { KEPT_CONTEXTS } from "./constants";
import type { ScriptAnswer, ScriptCallReply, ScriptError, ScriptJob, WorkerMessage } from "./types";

/** How long past its own limit a job may take before its thread is ended: some built-in loops can't be interrupted from inside. */
const GRACE_MS = 500;
const START_MS = 30_000;
const HEAP_MB = 128;
const STACK_MB = 16;

/** Answers a request of a script. `derived` are the markers made since the job began. */
export type AnswerCall = (request: unknown, derived: ScriptAnswer["derived"]) => Promise<ScriptCallReply>;

interface Task {
  readonly job: ScriptJob;
  readonly owner: string;
  readonly call: AnswerCall;
  readonly done: (answer: ScriptAnswer) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly replies: MessagePort;
  readonly signal: Int32Array;
  /** Keys whose contexts it holds, as far as known. */
  readonly keys: Set<string>;
  ready: boolean;
  task: Task | null;
  timer: NodeJS.Timeout | null;
}

interface PoolState {
  readonly threads: Set<Thread>;
  readonly queue: Task[];
  workerFile: string | null;
  nextId: number;
}

/** One pool per process, although Next bundles its own copy of this file. */
function state(): PoolState {
  const store = globalThis as unknown as Record<symbol, PoolState | undefined>;
  return (store[Symbol.for("keyway.scripts")] ??= { threads: new Set(), queue: [], workerFile: null, nextId: 1 });
}

/** Runs the source where nothing is built: in development and in tests. As text, so that no bundler follows it. */
const FROM_SOURCE = `import("tsx/esm/api").then((tsx) => {
  tsx.register();
  return import(${JSON.stringify(pathToFileURL(path.join(process.cwd(), "lib", "scripts", "worker.ts")).href)});
});`;

/** More than there are cores: a thread waits while its script's request is under way. */
const POOL_SIZE = Math.max(2, Math.min(8, availableParallelism() * 2));
/** One account's endless scripts leave threads for the others. */
const OWNER_SHARE = Math.ceil(POOL_SIZE / 2);

/** Names the built worker, `script-worker.mjs`, which a built server does at start. Without it the source runs through tsx. */
export function useScriptWorker(file: string): void {
  state().workerFile = file;
}

/** Ends all threads; what they were doing fails. For shutdown and tests. */
export async function closeScripts(): Promise<void> {
  const threads = [...state().threads];
  for (const task of state().queue.splice(0))
    task.done(failed(task.job, { kind: "error", message: "The server is shutting down." }));
  await Promise.all(threads.map((thread) => end(thread, { kind: "error", message: "The server is shutting down." }, true)));
}

/** Runs a job on a free thread, waiting for one as long as the job's own time limit. Out: the answer; it never rejects. */
export function runJob(job: Omit<ScriptJob, "id">, owner: string, call: AnswerCall): Promise<ScriptAnswer> {
  return new Promise((resolve) => {
    const pool = state();
    const task: Task = { job: { ...job, id: (pool.nextId += 1) }, owner, call, done: resolve };
    pool.queue.push(task);
    const patience = setTimeout(() => {
      const place = pool.queue.indexOf(task);
      if (place === -1) return;
      pool.queue.splice(place, 1);
      resolve(failed(task.job, { kind: "timeout", message: "Too many scripts are running. Try again in a moment." }));
    }, job.limits.timeMs);
    patience.unref();
    pump();
  });
}

function failed(job: ScriptJob, error: Pick<ScriptError, "kind" | "message">): ScriptAnswer {
  return {
    id: job.id,
    outcome: { ok: false, error: { level: null, line: null, ...error } },
    console: [],
    derived: [],
    retire: false,
  };
}

function pump(): void {
  const pool = state();
  const running = new Map<string, number>();
  for (const { task } of pool.threads) if (task) running.set(task.owner, (running.get(task.owner) ?? 0) + 1);
  for (let place = 0; place < pool.queue.length;) {
    const task = pool.queue[place];
    if (!task) return;
    const busy = running.get(task.owner) ?? 0;
    const thread = busy < OWNER_SHARE ? freeThread(task.job.contextKey) : null;
    if (!thread) {
      if (busy < OWNER_SHARE) return;
      place += 1;
      continue;
    }
    pool.queue.splice(place, 1);
    running.set(task.owner, busy + 1);
    start(thread, task);
  }
}

function freeThread(key: string | null): Thread | null {
  const pool = state();
  const free = [...pool.threads].filter((thread) => thread.task === null);
  const holder = key === null ? undefined : free.find((thread) => thread.keys.has(key));
  return holder ?? free[0] ?? (pool.threads.size < POOL_SIZE ? spawn() : null);
}

function spawn(): Thread {
  const pool = state();
  const { port1, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(pool.workerFile ?? FROM_SOURCE, {
    eval: pool.workerFile === null,
    workerData: { replies: port2, signal },
    transferList: [port2],
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 16, stackSizeMb: STACK_MB },
  });
  const thread: Thread = { worker, replies: port1, signal, keys: new Set(), ready: false, task: null, timer: null };
  worker.on("message", (message: WorkerMessage) => receive(thread, message));
  worker.on("error", (error) => {
    const memory = (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY";
    const message = memory ? "The script used more memory than it may." : `The script could not be run: ${error.message}`;
    void end(thread, { kind: "memory", message });
  });
  worker.on("exit", () => void end(thread, { kind: "error", message: "The script's thread ended." }));
  worker.unref();
  port1.unref();
  pool.threads.add(thread);
  return thread;
}

function start(thread: Thread, task: Task): void {
  thread.task = task;
  thread.worker.ref();
  const key = task.job.contextKey;
  if (key !== null) {
    thread.keys.delete(key);
    thread.keys.add(key);
    const [oldest] = thread.keys;
    if (thread.keys.size > KEPT_CONTEXTS && oldest !== undefined) thread.keys.delete(oldest);
  }
  // A thread that is still starting has not begun the job: its time counts from there.
  if (thread.ready) watch(thread, task);
  else
    thread.timer = setTimeout(() => void end(thread, { kind: "error", message: "The script's thread did not start." }), START_MS);
  thread.worker.postMessage(task.job);
}

function watch(thread: Thread, task: Task): void {
  if (thread.timer) clearTimeout(thread.timer);
  const { timeMs } = task.job.limits;
  const tooLong = { kind: "timeout", message: `The script ran longer than ${timeMs / 1000} seconds.` } as const;
  thread.timer = setTimeout(() => void end(thread, tooLong), timeMs + GRACE_MS);
}

function receive(thread: Thread, message: WorkerMessage): void {
  const task = thread.task;
  if (message.type === "ready") {
    thread.ready = true;
    if (task) watch(thread, task);
    return;
  }
  if (!task) return;
  if (message.type === "call") {
    void answerCall(thread, task, message);
    return;
  }
  if (message.answer.id !== task.job.id) return;
  finish(thread);
  if (message.answer.retire) replace(thread);
  task.done(message.answer);
  pump();
}

async function answerCall(thread: Thread, task: Task, message: Extract<WorkerMessage, { type: "call" }>): Promise<void> {
  let reply: ScriptCallReply;
  try {
    reply = await task.call(message.request, message.derived);
  } catch (error) {
    reply = { error: error instanceof Error ? error.message : "The request failed." };
  }
  if (thread.task !== task) return;
  thread.replies.postMessage({ call: message.call, reply });
  // The thread waits for this number to change, so that an answer between its look and its wait isn't missed.
  Atomics.store(thread.signal, 0, message.call);
  Atomics.notify(thread.signal, 0);
}

function finish(thread: Thread): void {
  if (thread.timer) clearTimeout(thread.timer);
  thread.timer = null;
  thread.task = null;
  thread.worker.unref();
}

/** A thread that did its work before is followed by another at once, so that the next job doesn't wait for one to start. */
function replace(thread: Thread): void {
  if (state().threads.delete(thread) && thread.ready) spawn();
}

/** Ends a thread and fails what it was doing. Nothing else is affected: the next job gets a new one. */
async function end(thread: Thread, error: Pick<ScriptError, "kind" | "message">, closing = false): Promise<void> {
  const { task } = thread;
  if (closing) state().threads.delete(thread);
  else replace(thread);
  finish(thread);
  thread.replies.close();
  if (task) task.done(failed(task.job, error));
  pump();
  await thread.worker.terminate();
}
