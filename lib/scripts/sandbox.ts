import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  RELEASE_SYNC,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from "quickjs-emscripten";
import { asFunction, BOOTSTRAP } from "./bootstrap";
import { KEPT_CONTEXTS, MAX_CONSOLE_LINE, MAX_CONSOLE_LINES, SCRIPT_LEVELS, type ScriptLevel } from "./constants";
import { HOST_FUNCTIONS, HostFunctionError } from "./host-functions";
import { Placeholders } from "./placeholders";
import type { ScriptAnswer, ScriptCallReply, ScriptError, ScriptJob } from "./types";

const IDLE_MS = 60_000;
const STACK_BYTES = 1024 * 1024;
const PAGE_BYTES = 64 * 1024;
const MEBIBYTE = 1024 * 1024;
const FIRST_PAGES = (16 * MEBIBYTE) / PAGE_BYTES;
/** The engine counts allocations without their sizes, so what really bounds a script is the memory the module may grow to. */
const MOST_PAGES = (192 * MEBIBYTE) / PAGE_BYTES;
/** This memory never shrinks: past this the worker is replaced. */
const RETIRE_BYTES = 96 * MEBIBYTE;

/** Makes a request on behalf of the running job and waits for it, without an event loop. */
export type CallMain = (request: unknown, derived: ScriptAnswer["derived"], waitMs: number) => ScriptCallReply;

interface Running {
  readonly job: ScriptJob;
  readonly placeholders: Placeholders;
  readonly console: string[];
  readonly deadline: number;
  /** Bytes that the module had when the job began. */
  readonly heldBytes: number;
  requests: number;
}

/** A context with the memory and the budget of its own, and the scripts that were compiled in it. */
interface Room {
  readonly runtime: QuickJSRuntime;
  readonly context: QuickJSContext;
  readonly api: Readonly<Record<"event" | "enter" | "result" | "failed" | "guard", QuickJSHandle>>;
  readonly compiled: Map<string, QuickJSHandle>;
  readonly libraries: Set<string>;
  usedAt: number;
}

const LIBRARIES: readonly { readonly name: string; readonly wanted: RegExp; readonly files: readonly string[] }[] = [
  {
    name: "moment",
    wanted: /\bmoment\b/,
    files: ["moment/min/moment.min.js", "moment-timezone/builds/moment-timezone-with-data-1970-2030.min.js"],
  },
  { name: "crypto-js", wanted: /\bCryptoJS\b/, files: ["crypto-js/crypto-js.js"] },
];
const librarySources = new Map<string, string>();

function librarySource(file: string): string {
  let source = librarySources.get(file);
  if (source === undefined) {
    // The packages are found from the working directory, since a bundle has no place among them.
    source = readFileSync(createRequire(path.join(process.cwd(), "package.json")).resolve(file), "utf8");
    librarySources.set(file, source);
  }
  return source;
}

class ScriptFailure extends Error {
  constructor(readonly scriptError: ScriptError) {
    super(scriptError.message);
  }
}

/** The QuickJS side of one worker thread: runs one job at a time, to its end. */
export class Sandbox {
  readonly #rooms = new Map<string, Room>();
  #running: Running | null = null;

  private constructor(
    private readonly module: QuickJSWASMModule,
    private readonly memory: WebAssembly.Memory,
    private readonly callMain: CallMain,
  ) {}

  static async create(callMain: CallMain): Promise<Sandbox> {
    const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES });
    return new Sandbox(await newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmMemory: memory })), memory, callMain);
  }

  /** Runs a job. Never throws for anything that a script does. */
  run(job: ScriptJob): ScriptAnswer {
    const placeholders = new Placeholders(job.placeholders);
    const running: Running = {
      job,
      placeholders,
      console: [],
      deadline: performance.now() + job.limits.timeMs,

      heldBytes: this.memory.buffer.byteLength,
      requests: 0,
    };
    this.#running = running;
    let outcome: ScriptAnswer["outcome"];
    let retire = false;
    let room: Room | null = null;
    let keep = false;
    try {
      room = this.#enter(job);
      const data = this.#perform(room, job);
      if (performance.now() > running.deadline) throw new ScriptFailure(tooLong(job));
      outcome = this.#outcome(data);
      keep = job.contextKey !== null;
    } catch (error) {
      // Anything but a script's own failure may have left the module in pieces.
      retire = !(error instanceof ScriptFailure);
      outcome = { ok: false, error: error instanceof ScriptFailure ? error.scriptError : hostFailure(error) };
      keep = error instanceof ScriptFailure && error.scriptError.kind === "error" && job.contextKey !== null;
    }
    this.#running = null;
    if (!retire) this.#leave(job, room, keep);
    return {
      id: job.id,
      outcome,
      console: running.console,
      derived: this.#derived(running),
      retire: retire || this.memory.buffer.byteLength > RETIRE_BYTES,
    };
  }

  #derived(running: Running): ScriptAnswer["derived"] {
    return running.placeholders.transfer().entries.slice(running.job.placeholders.entries.length);
  }

  #enter(job: ScriptJob): Room {
    const kept = job.contextKey === null ? undefined : this.#rooms.get(job.contextKey);
    if (kept) {
      this.#rooms.delete(job.contextKey ?? "");
      kept.runtime.setMemoryLimit(job.limits.memoryBytes);
      return kept;
    }
    const runtime = this.module.newRuntime();
    runtime.setMemoryLimit(job.limits.memoryBytes);
    runtime.setMaxStackSize(STACK_BYTES);
    runtime.setInterruptHandler(() => this.#running !== null && (performance.now() > this.#running.deadline || this.#grown()));
    const context = runtime.newContext();
    const host = context.newFunction("host", (name, args) =>
      context.newString(this.#hostCall(context.getString(name), context.getString(args))),
    );
    const made = context.unwrapResult(context.evalCode(BOOTSTRAP, "bootstrap"));
    const api = context.unwrapResult(context.callFunction(made, context.undefined, host));
    const part = (name: string): QuickJSHandle => context.getProp(api, name);
    const room: Room = {
      runtime,
      context,
      api: { event: part("event"), enter: part("enter"), result: part("result"), failed: part("failed"), guard: part("guard") },
      compiled: new Map(),
      libraries: new Set(),
      usedAt: 0,
    };
    for (const handle of [host, made, api]) handle.dispose();
    return room;
  }

  #grown(): boolean {
    const running = this.#running;
    return running !== null && this.memory.buffer.byteLength - running.heldBytes > running.job.limits.memoryBytes;
  }

  #leave(job: ScriptJob, room: Room | null, keep: boolean): void {
    const at = performance.now();
    if (room && keep && job.contextKey !== null) {
      room.usedAt = at;
      this.#rooms.set(job.contextKey, room);
    } else if (room) dispose(room);
    for (const [key, old] of this.#rooms) {
      if (this.#rooms.size <= KEPT_CONTEXTS && at - old.usedAt < IDLE_MS) break;
      this.#rooms.delete(key);
      dispose(old);
    }
  }

  #perform(room: Room, job: ScriptJob): string {
    const { context } = room;
    const input = JSON.stringify({
      run: job.placeholders.run,
      event: job.event,
      levels: job.scripts.map((script) => script.level),
    });
    const sources = job.expression === null ? job.scripts.map((script) => script.source) : [job.expression];
    this.#load(room, sources.join("\n"));
    const argument = context.newString(input);
    const variables = context.newString(job.variables);
    try {
      if (job.expression === null) {
        const scripts = job.scripts.map(({ level, source }) => this.#compile(room, level, source));
        return this.#take(room, context.callFunction(room.api.event, context.undefined, argument, variables, ...scripts));
      }
      this.#take(room, context.callFunction(room.api.enter, context.undefined, argument, variables));
      const evaluated = context.evalCode(job.expression, "expression", { strict: true, type: "global" });
      if (evaluated.error) throw this.#failure(room, evaluated.error);
      const written = context.callFunction(room.api.result, context.undefined, evaluated.value);
      evaluated.value.dispose();
      return this.#take(room, written);
    } finally {
      argument.dispose();
      variables.dispose();
    }
  }

  #take(room: Room, result: ReturnType<QuickJSContext["callFunction"]>): string {
    if (result.error) throw this.#failure(room, result.error);
    const text = room.context.typeof(result.value) === "string" ? room.context.getString(result.value) : "";
    result.value.dispose();
    return text;
  }

  /** The script alone has to be a program, so that no stray brace can close the function around it. */
  #compile(room: Room, level: ScriptLevel, source: string): QuickJSHandle {
    const key = `${level}\n${source}`;
    const held = room.compiled.get(key);
    if (held) return held;
    const checked = room.context.evalCode(source, level, { compileOnly: true, strict: true, type: "global" });
    if (checked.error) throw this.#failure(room, checked.error, level);
    checked.value.dispose();
    const made = room.context.evalCode(asFunction(source), level, { type: "global" });
    if (made.error) throw this.#failure(room, made.error, level);
    room.compiled.set(key, made.value);
    return made.value;
  }

  #load(room: Room, sources: string): void {
    for (const library of LIBRARIES) {
      if (room.libraries.has(library.name) || !library.wanted.test(sources)) continue;
      for (const file of library.files) {
        const loaded = room.context.evalCode(librarySource(file), library.name, { type: "global" });
        if (loaded.error) throw this.#failure(room, loaded.error);
        loaded.value.dispose();
      }
      if (library.name === "crypto-js") this.#take(room, room.context.callFunction(room.api.guard, room.context.undefined));
      room.libraries.add(library.name);
    }
  }

  /** An error that came out of the sandbox itself: a syntax error, the end of the time or of the memory, or an inline script's own. */
  #failure(room: Room, error: QuickJSHandle, level: ScriptLevel | null = null): ScriptFailure {
    const seen = room.context.dump(error) as { name?: unknown; message?: unknown; stack?: unknown } | null;
    error.dispose();
    const isObject = typeof seen === "object" && seen !== null;
    return new ScriptFailure(
      this.#explain({
        name: isObject ? String(seen.name ?? "") : "",
        message: isObject ? String(seen.message ?? "") : String(seen),
        stack: isObject ? String(seen.stack ?? "") : "",
        level: level ?? (this.#running?.job.expression === null ? null : "expression"),
      }),
    );
  }

  #explain(seen: { name: string; message: string; stack: string; level: ScriptError["level"] }): ScriptError {
    const running = this.#running;
    const [, file, line] = /\b(connector|method|step|expression):(\d+)/.exec(seen.stack) ?? [];
    const level = SCRIPT_LEVELS.find((name) => name === file) ?? seen.level;
    const at = { level, line: line === undefined ? null : Number(line) };
    if (seen.name === "InternalError" && seen.message === "interrupted") {
      return {
        kind: "timeout",
        message: `The script ran longer than ${(running?.job.limits.timeMs ?? 0) / 1000} seconds.`,
        ...at,
      };
    }
    if (seen.name === "InternalError" && seen.message === "out of memory") {
      return { kind: "memory", message: "The script used more memory than it may.", ...at };
    }
    const recursion = (seen.name === "InternalError" || seen.name === "RangeError") && /stack/i.test(seen.message);
    const message = recursion ? "The script calls itself too deeply." : seen.message || "The script failed.";
    return {
      kind: seen.name === "SyntaxError" ? "syntax" : "error",
      message: running?.placeholders.mask(message) ?? message,
      ...at,
    };
  }

  #outcome(data: string): ScriptAnswer["outcome"] {
    const running = this.#running;
    if (!running) throw new Error("no job is running");
    const { limits } = running.job;
    if (data.length > limits.maxDataBytes) {
      throw new ScriptFailure({
        kind: "limit",
        message: `The script left more than ${limits.maxDataBytes / 1024} KB of data.`,
        level: null,
        line: null,
      });
    }
    const parsed = JSON.parse(data) as
      | {
          failed: {
            name: string;
            message: string;
            stack: string;
            level: ScriptError["level"];
            signal: "refresh" | "session" | null;
          };
        }
      | { failed?: undefined; signal: "continue" | "stop"; ran: ScriptLevel[] };
    if (!parsed.failed) return { ok: true, signal: parsed.signal, data, ran: parsed.ran };
    if (parsed.failed.signal) return { ok: true, signal: parsed.failed.signal, data: "{}", ran: [] };
    throw new ScriptFailure(this.#explain(parsed.failed));
  }

  #hostCall(name: string, args: string): string {
    const running = this.#running;
    if (!running) return JSON.stringify({ error: "Nothing is running." });
    try {
      const values = JSON.parse(args) as unknown[];
      if (name === "console") return this.#print(running, String(values[0]));
      if (name === "http_request") return JSON.stringify(this.#request(running, values[0]));
      const found = Object.hasOwn(HOST_FUNCTIONS, name) ? HOST_FUNCTIONS[name] : undefined;
      return JSON.stringify(found ? { value: found(values, running.placeholders) } : { error: `There is no function ${name}.` });
    } catch (error) {
      const known = error instanceof HostFunctionError || error instanceof RangeError;
      return JSON.stringify({ error: known ? error.message : `${name} failed.` });
    }
  }

  #print(running: Running, text: string): string {
    const lines = running.console;
    if (lines.length < MAX_CONSOLE_LINES) lines.push(running.placeholders.mask(text).slice(0, MAX_CONSOLE_LINE));
    else if (lines.length === MAX_CONSOLE_LINES) lines.push("The rest of the output is left out.");
    return "{}";
  }

  #request(running: Running, request: unknown): ScriptCallReply {
    const { limits, mayRequest } = running.job;
    if (!mayRequest) return { error: "http_request isn't available here." };
    running.requests += 1;
    if (running.requests > limits.maxRequests) return { error: `A script may make ${limits.maxRequests} requests.` };
    if (JSON.stringify(request ?? null).length > limits.maxRequestBytes) {
      return { error: `A request may have ${limits.maxRequestBytes / 1024} KB.` };
    }
    return this.callMain(request, this.#derived(running), Math.max(0, running.deadline - performance.now()));
  }
}

const tooLong = (job: ScriptJob | undefined): ScriptError => ({
  kind: "timeout",
  message: `The script ran longer than ${(job?.limits.timeMs ?? 0) / 1000} seconds.`,
  level: null,
  line: null,
});

function hostFailure(error: unknown): ScriptError {
  // Recursion inside the engine's own functions ends in the stack of this thread.
  const deep = error instanceof RangeError || (error instanceof Error && /stack|unreachable|memory access/.test(error.message));
  return {
    kind: "memory",
    message: deep ? "The script nests too deeply." : "The script could not be run.",
    level: null,
    line: null,
  };
}

function dispose(room: Room): void {
  for (const handle of [...Object.values(room.api), ...room.compiled.values()]) handle.dispose();
  room.context.dispose();
  room.runtime.dispose();
}
