import { parentPort, workerData } from "node:worker_threads";
import { now } from "@/lib/kernel/clock";
import { convertOpenApi, OpenApiError } from "./openapi";
import type { OpenApiQuestion, OpenApiReply } from "./types";

/** Converts one document in a thread of its own, so that a large one holds up nobody. The thread has no network: it asks for files. */
const port = parentPort;
if (!port) throw new Error("This runs in a thread.");
const waiting = new Map<number, { resolve: (text: string) => void; reject: (error: Error) => void }>();
let next = 0;
const say = (question: OpenApiQuestion): void => port.postMessage(question);

port.on("message", (reply: OpenApiReply) => {
  const asked = waiting.get(reply.id);
  waiting.delete(reply.id);
  if (reply.text === null) asked?.reject(new OpenApiError(reply.problem));
  else asked?.resolve(reply.text);
});

const load = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const id = (next += 1);
    waiting.set(id, { resolve, reject });
    say({ kind: "load", id, url });
  });

const { text, url } = workerData as { text?: string; url?: string };
let told = 0;
convertOpenApi({
  ...(text === undefined ? {} : { text }),
  ...(url === undefined ? {} : { url }),
  load,
  progress: (phase, done, total) => {
    // Ten times a second are enough for a bar.
    if (done !== total && done !== 0 && now() - told < 100) return;
    told = now();
    say({ kind: "progress", phase, done, total });
  },
}).then(
  (result) => say({ kind: "done", result }),
  (error: unknown) =>
    say({
      kind: "failed",
      problem: error instanceof OpenApiError ? error.message : "The document can't be read.",
      cause: String(error),
    }),
);
