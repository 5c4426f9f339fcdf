import { availableParallelism } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import { KEPT_CONTEXTS } from "./constants";
import type { ScriptAnswer, ScriptCallReply, ScriptError, ScriptJob, SentJob, WorkerMessage } from "./types";

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
  /** Where the thread that it was sent to says that it has begun. */
  slot: number;
}

interface Thread {
  readonly worker: Worker;
  readonly replies: MessagePort;
  /** First the number of the last answered request; then, for each job that was sent, its id until one of both sides takes it. */
  readonly shared: Int32Array;
  /** Places of `shared` that no job has. */
  readonly slots: number[];
  /** Keys whose contexts it holds, as far as known. */
  readonly keys: Set<string>;
  ready: boolean;
  /** What it was sent and hasn't answered: the first runs, the others wait for it there and can be taken back. */
  readonly tasks: Task[];
  /** The first of them waits for an answer to a request. */
  isCalling: boolean;
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
/** How many jobs a thread may be sent at once, so that it needn't wait for this thread between two short ones. */
const DEPTH = 16;
const MAX_ID = 2 ** 31 - 1;

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
    pool.nextId = pool.nextId === MAX_ID ? 1 : pool.nextId + 1;
    const patience = setTimeout(() => {
      if (!takeBack(task)) return;
      resolve(failed(task.job, { kind: "timeout", message: "Too many scripts are running. Try again in a moment." }));
    }, job.limits.timeMs);
    patience.unref();
    const done = (answer: ScriptAnswer): void => {
      clearTimeout(patience);
      resolve(answer);
    };
    const task: Task = { job: { ...job, id: pool.nextId }, owner, call, done, slot: 0 };
    pool.queue.push(task);
    pump();
  });
}

/** Takes a task out of the queue, or back from the thread that it waits in. Out: false where it has begun. */
function takeBack(task: Task): boolean {
  const { queue, threads } = state();
  const place = queue.indexOf(task);
  if (place !== -1) queue.splice(place, 1);
  return place !== -1 || [...threads].some((thread) => thread.tasks.includes(task) && withdraw(thread, task));
}

/** Whichever side changes the place of a job first has it: the thread begins it, or it is as if it had never been sent. */
function withdraw(thread: Thread, task: Task): boolean {
  const { id } = task.job;
  if (Atomics.compareExchange(thread.shared, task.slot, id, 0) !== id) return false;
  remove(thread, task);
  return true;
}

function remove(thread: Thread, task: Task): void {
  thread.tasks.splice(thread.tasks.indexOf(task), 1);
  thread.slots.push(task.slot);
}

/** Puts what waits in a thread back to the front of the queue. */
function takeBackAll(thread: Thread): void {
  const waiting = thread.tasks.filter((task) => withdraw(thread, task));
  state().queue.unshift(...waiting);
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
  for (const { tasks } of pool.threads) if (tasks[0]) running.set(tasks[0].owner, (running.get(tasks[0].owner) ?? 0) + 1);
  // Nobody's job is sent to wait in a thread while another owner's has none.
  const isShared = pool.queue.some((task) => task.owner !== pool.queue[0]?.owner);
  for (let place = 0; place < pool.queue.length;) {
    const task = pool.queue[place];
    if (!task) return;
    const busy = running.get(task.owner) ?? 0;
    const free = busy < OWNER_SHARE ? freeThread(task.job.contextKey) : null;
    const thread = free ?? (isShared ? null : threadBehind(task));
    if (!thread) {
      if (busy < OWNER_SHARE) return;
      place += 1;
      continue;
    }
    pool.queue.splice(place, 1);
    if (free) running.set(task.owner, busy + 1);
    send(thread, task);
  }
  if (pool.queue.length === 0) relieve(running);
}

function freeThread(key: string | null): Thread | null {
  const pool = state();
  const free = [...pool.threads].filter((thread) => thread.tasks.length === 0);
  const holder = key === null ? undefined : free.find((thread) => thread.keys.has(key));
  return holder ?? free[0] ?? (pool.threads.size < POOL_SIZE ? spawn() : null);
}

/** The thread that does jobs of the same context and has the fewest of them. */
function threadBehind({ owner, job: { contextKey } }: Task): Thread | null {
  let best: Thread | null = null;
  for (const thread of state().threads) {
    const [first] = thread.tasks;
    const takesMore = thread.ready && !thread.isCalling && thread.slots.length > 0;
    if (!takesMore || contextKey === null || first?.owner !== owner || first.job.contextKey !== contextKey) continue;
    if (best === null || thread.tasks.length < best.tasks.length) best = thread;
  }
  return best;
}

/** A thread that has nothing to do takes over the last job that waits behind another. */
function relieve(running: ReadonlyMap<string, number>): void {
  for (const busy of state().threads) {
    const last = busy.tasks.at(-1);
    if (busy.tasks.length < 2 || !last || (running.get(last.owner) ?? 0) >= OWNER_SHARE) continue;
    const free = [...state().threads].find((thread) => thread.ready && thread.tasks.length === 0);
    if (!free) return;
    if (withdraw(busy, last)) return send(free, last);
  }
}

function spawn(): Thread {
  const pool = state();
  const { port1, port2 } = new MessageChannel();
  const shared = new Int32Array(new SharedArrayBuffer(4 * (1 + DEPTH)));
  const worker = new Worker(pool.workerFile ?? FROM_SOURCE, {
    eval: pool.workerFile === null,
    workerData: { replies: port2, shared },
    transferList: [port2],
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 16, stackSizeMb: STACK_MB },
  });
  const thread: Thread = {
    worker,
    replies: port1,
    shared,
    slots: Array.from({ length: DEPTH }, (_, n) => n + 1),
    keys: new Set(),
    ready: false,
    tasks: [],
    isCalling: false,
    timer: null,
  };
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

function send(thread: Thread, task: Task): void {
  if (thread.tasks.length === 0) thread.worker.ref();
  thread.tasks.push(task);
  task.slot = thread.slots.pop() ?? 0;
  const { contextKey: key, id } = task.job;
  if (key !== null) {
    thread.keys.delete(key);
    thread.keys.add(key);
    const [oldest] = thread.keys;
    if (thread.keys.size > KEPT_CONTEXTS && oldest !== undefined) thread.keys.delete(oldest);
  }
  if (thread.tasks.length === 1) begins(thread);
  Atomics.store(thread.shared, task.slot, id);
  thread.worker.postMessage({ job: task.job, slot: task.slot } satisfies SentJob);
}

/** The first of a thread's jobs begins: from here on its time counts. Of a thread that is still starting, that of the start does. */
function begins(thread: Thread): void {
  const [task] = thread.tasks;
  if (thread.timer) clearTimeout(thread.timer);
  thread.timer = null;
  if (!task) return;
  const { timeMs } = task.job.limits;
  const tooLong = { kind: "timeout", message: `The script ran longer than ${timeMs / 1000} seconds.` } as const;
  const noStart = { kind: "error", message: "The script's thread did not start." } as const;
  thread.timer = thread.ready
    ? setTimeout(() => void end(thread, tooLong), timeMs + GRACE_MS)
    : setTimeout(() => void end(thread, noStart), START_MS);
}

function receive(thread: Thread, message: WorkerMessage): void {
  if (message.type === "ready") {
    thread.ready = true;
    begins(thread);
    return;
  }
  const [task] = thread.tasks;
  if (!task) return;
  if (message.type === "call") {
    thread.isCalling = true;
    // What waits behind a request could wait for long.
    takeBackAll(thread);
    pump();
    void answerCall(thread, task, message);
    return;
  }
  if (message.answer.id !== task.job.id) return;
  remove(thread, task);
  if (message.answer.retire) {
    takeBackAll(thread);
    replace(thread);
  }
  begins(thread);
  if (thread.tasks.length === 0) thread.worker.unref();
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
  if (thread.tasks[0] !== task) return;
  thread.isCalling = false;
  thread.replies.postMessage({ call: message.call, reply });
  // The thread waits for this number to change, so that an answer between its look and its wait isn't missed.
  Atomics.store(thread.shared, 0, message.call);
  Atomics.notify(thread.shared, 0);
}

/** A thread that did its work before is followed by another at once, so that the next job doesn't wait for one to start. */
function replace(thread: Thread): void {
  if (state().threads.delete(thread) && thread.ready) spawn();
}

/** Ends a thread and fails what it was doing; what waited there goes to others. Nothing else is affected: the next job gets a new one. */
async function end(thread: Thread, error: Pick<ScriptError, "kind" | "message">, closing = false): Promise<void> {
  if (closing) state().threads.delete(thread);
  else {
    takeBackAll(thread);
    replace(thread);
  }
  const failing = thread.tasks.splice(0);
  begins(thread);
  thread.worker.unref();
  thread.replies.close();
  for (const task of failing) task.done(failed(task.job, error));
  pump();
  await thread.worker.terminate();
}
