import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { PartnerScope } from "@/lib/access/types";
import { methodTitle } from "@/lib/auth-methods/prompts";
import { MINUTE, now } from "@/lib/kernel/clock";
import { guid } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { egress } from "@/lib/platform/egress";
import { env } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { singleton } from "@/lib/platform/singleton";
import { MAX_DEFINITION } from "./schema";
import type { ImportState, OpenApiQuestion, OpenApiReply, OpenApiResult } from "./types";

const TIME_LIMIT = 2 * MINUTE;
const KEPT = 15 * MINUTE;
/** Of one partner, at the same time. */
const MAX_RUNNING = 2;
const HEAP_MB = 1024;

interface Job {
  readonly partnerId: string;
  readonly startedAt: number;
  state: Exclude<ImportState, { state: "done" }> | { readonly state: "done"; readonly result: OpenApiResult };
}

const jobs = () => singleton("openapi-imports", () => new Map<string, Job>());

/** What the thread runs: the built file, else the source through tsx. As text, so that no bundler follows it. */
function threadCode(): string {
  const built = path.join(process.cwd(), "dist", "openapi-worker.mjs");
  if (env().production && existsSync(built)) return `import(${JSON.stringify(pathToFileURL(built).href)});`;
  const source = path.join(process.cwd(), "lib", "custom-connectors", "openapi-worker.ts");
  return `import("tsx/esm/api").then((tsx) => {
  tsx.register();
  return import(${JSON.stringify(pathToFileURL(source).href)});
});`;
}

const startThread = (workerData: { text?: string; url?: string }): Worker =>
  new Worker(threadCode(), { eval: true, workerData, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });

/** A document by its address, through the one door to the network. */
async function fetched(url: string): Promise<Result<string>> {
  if (!/^https?:/i.test(url)) return fail("request.invalid", `${url} isn't a web address.`);
  const answer = await egress({
    method: "GET",
    url,
    purpose: "import",
    headers: { accept: "application/json, application/yaml, text/yaml, */*" },
    maxBytes: MAX_DEFINITION,
    maxRedirects: 3,
  });
  if (!answer.ok) return answer;
  const { status } = answer.value;
  return status === 200 ? ok(answer.value.text()) : fail("provider.rejected", `${url} answered with ${status}.`);
}

/** Begins to convert a document: pasted or uploaded text, or what stands at an address. Out: the id to follow it by. */
export function startImport(scope: PartnerScope, input: { text?: string; url?: string }): Result<{ id: string }> {
  const all = jobs();
  for (const [id, job] of all) if (now() - job.startedAt > KEPT) all.delete(id);
  const running = [...all.values()].filter((j) => j.partnerId === scope.partnerId && j.state.state === "running");
  if (running.length >= MAX_RUNNING) return fail("rate.limited", "Two imports are under way. Wait for one of them.");
  const id = guid();
  const job: Job = {
    partnerId: scope.partnerId,
    startedAt: now(),
    state: { state: "running", phase: "reading", done: 0, total: 1 },
  };
  all.set(id, job);
  const thread = startThread(input);
  const end = (state: Job["state"]): void => {
    clearTimeout(timer);
    if (job.state.state === "running") job.state = state;
    void thread.terminate();
  };
  const timer = setTimeout(() => end({ state: "failed", problem: "The document takes too long to read." }), TIME_LIMIT);
  timer.unref();
  thread.on("message", (said: OpenApiQuestion) => {
    if (said.kind === "load") {
      void fetched(said.url).then((answer) => {
        const reply: OpenApiReply = answer.ok
          ? { id: said.id, text: answer.value }
          : { id: said.id, text: null, problem: answer.error.message };
        thread.postMessage(reply);
      });
    } else if (said.kind === "progress") job.state = { state: "running", phase: said.phase, done: said.done, total: said.total };
    else if (said.kind === "done") end({ state: "done", result: said.result });
    else {
      log().info({ cause: said.cause }, "an OpenAPI document was not imported");
      end({ state: "failed", problem: said.problem });
    }
  });
  thread.on("error", (error) => {
    log().warn({ err: error }, "an OpenAPI import failed");
    end({ state: "failed", problem: "The document is too large or too deep to be read." });
  });
  return ok({ id });
}

const jobOf = (scope: PartnerScope, id: string): Job | null => {
  const job = jobs().get(id);
  return job?.partnerId === scope.partnerId ? job : null;
};

/** How an import stands; null for an unknown one and for another partner's alike. */
export function importState(scope: PartnerScope, id: string): ImportState | null {
  const job = jobOf(scope, id);
  if (!job) return null;
  if (job.state.state !== "done") return job.state;
  const { version, definition, leftovers } = job.state.result;
  return {
    state: "done",
    version,
    name: definition.name,
    baseUrl: typeof definition.baseUrl === "string" ? definition.baseUrl : (definition.baseUrl?.[0] ?? ""),
    methods: definition.methods.length,
    authMethods: definition.authMethods.map(methodTitle),
    categories: new Set(definition.methods.map((m) => m.category)).size,
    leftovers,
  };
}

/** The definition that an import made; null while it runs, and for another partner's. */
export function importedDefinition(scope: PartnerScope, id: string) {
  const state = jobOf(scope, id)?.state;
  return state?.state === "done" ? state.result.definition : null;
}
