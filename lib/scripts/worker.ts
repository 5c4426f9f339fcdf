import { setPriority } from "node:os";
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from "node:worker_threads";
import { Sandbox } from "./sandbox";
import type { ScriptCallReply, SentJob, WorkerMessage } from "./types";

/** The thread that scripts run in. It is busy or waiting for the whole of a job; whoever started it may end it at any time. */
const { replies, shared } = workerData as { replies: MessagePort; shared: Int32Array };
const port = parentPort;
if (!port) throw new Error("worker.ts runs in a worker thread");

let current = 0;
let calls = 0;
const post = (message: WorkerMessage): void => port.postMessage(message);

const sandbox = await Sandbox.create((request, derived, waitMs): ScriptCallReply => {
  const call = (calls += 1);
  const until = performance.now() + waitMs;
  post({ type: "call", id: current, call, request, derived });
  for (;;) {
    const received = receiveMessageOnPort(replies) as { message: { call: number; reply: ScriptCallReply } } | undefined;
    if (received?.message.call === call) return received.message.reply;
    // An answer to an earlier call that came too late is passed over.
    if (received) continue;
    const left = until - performance.now();
    if (left <= 0) return { error: "The request took too long." };
    Atomics.wait(shared, 0, call - 1, left);
  }
});

port.on("message", ({ job, slot }: SentJob) => {
  // It was taken back while it waited here.
  if (Atomics.compareExchange(shared, slot, job.id, -job.id) !== job.id) return;
  current = job.id;
  const answer = sandbox.run(job);
  post({ type: "answer", answer });
  if (answer.retire) port.close();
});

// On Linux this concerns the calling thread alone: a busy script gives way to the thread that serves requests.
if (process.platform === "linux") setPriority(10);
post({ type: "ready" });
