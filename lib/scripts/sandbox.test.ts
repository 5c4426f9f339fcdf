import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Placeholders } from "./placeholders";
import { closeScripts, useScriptWorker } from "./pool";
import { runEvent, type EventInput } from "./run";

const run = (body: string, more: Partial<EventInput> = {}) =>
  runEvent({ event: "before_action", scripts: { connector: `function before_action() { ${body}\n return true; }` }, ...more });
const fine = () => run("method_response = 40 + 2;");

async function result(expression: string): Promise<unknown> {
  const outcome = await run(`try { method_response = String(${expression}); } catch (e) { method_response = 'threw'; }`);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.value.variables.method_response;
}

// The built worker, as a server has it; the tests of the events run the source.
beforeAll(async () => {
  const outfile = path.resolve(".cache/script-worker.test.js");
  await build({
    entryPoints: ["lib/scripts/worker.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
  useScriptWorker(outfile);
  await Promise.all([1, 2, 3, 4].map((n) => run("method_response = 1;", { owner: String(n) })));
});
afterAll(closeScripts);

const ESCAPES: readonly (readonly [string, string])[] = [
  ["process", "typeof process"],
  ["require", "typeof require"],
  ["module", "typeof module"],
  ["Buffer", "typeof Buffer"],
  ["fetch", "typeof fetch"],
  ["XMLHttpRequest", "typeof XMLHttpRequest"],
  ["WebSocket", "typeof WebSocket"],
  ["Worker", "typeof Worker"],
  ["WebAssembly", "typeof WebAssembly"],
  ["setTimeout", "typeof setTimeout"],
  ["std and os of the engine's shell", "typeof std + typeof os === 'undefinedundefined' ? 'undefined' : 'there'"],
  ["scriptArgs", "typeof scriptArgs"],
  ["the host function", "typeof host"],
  [
    "process by a function's constructor",
    "typeof (function(){}).constructor('return typeof process === \"undefined\" ? undefined : 1')()",
  ],
  [
    "process by an error's constructor",
    "typeof (() => { try { null.x } catch (e) { return e.constructor.constructor('return this.process')() } })()",
  ],
  ["process by console.log", "typeof console.log.constructor('return globalThis.process')()"],
  ["process by http_request", "typeof http_request.constructor('return globalThis.process')()"],
  ["process by a bound variable", "typeof this?.constructor?.constructor('return process')"],
  ["process by an async function", "typeof (async () => {}).constructor.constructor('return this.process')()"],
  ["process by a generator", "typeof (function*(){}).constructor.constructor('return this.process')()"],
  ["process by a proxy", "typeof new Proxy(console.log, {}).constructor('return this.process')()"],
  ["process by Reflect", "typeof Reflect.construct(Function, ['return this.process'])()"],
  ["process by eval", "typeof (0, eval)('this.process')"],
  ["callers", "typeof (() => { try { return before_action.caller } catch (e) { return undefined } })()"],
  [
    "prepareStackTrace",
    "typeof (() => { Error.prepareStackTrace = (e, frames) => frames; const s = new Error().stack; return typeof s === 'string' ? undefined : s })()",
  ],
];

describe("S-42 no host objects", () => {
  it.each(ESCAPES)("does not reach %s", async (_, expression) => {
    expect(["undefined", "threw"]).toContain(await result(expression));
    // The same question, asked of something that is there, is answered.
    expect(await result("typeof http_request")).toBe("function");
  });

  it("can't import", async () => {
    for (const name of ["node:fs", "fs", "std", "./x.js"])
      expect(await run(`import(${JSON.stringify(name)})`)).toMatchObject({ ok: true });
    const outcome = await run("import('std').then((m) => { globalThis.reached = 1 }); method_response = typeof reached;");
    expect(outcome).toMatchObject({ ok: true, value: { variables: { method_response: "undefined" } } });
    expect(await run("import fs from 'fs';")).toMatchObject({ ok: false, error: { details: { error: { kind: "syntax" } } } });
  });

  it("changes nothing outside by polluting prototypes", async () => {
    await run(`Object.prototype.polluted = 1; Array.prototype.push = () => 0; JSON.stringify = () => '{}'; JSON.parse = () => ({});
      String.prototype.includes = () => false; Promise = function () {}; Error = function () {}; globalThis.console = undefined;`);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(await fine()).toMatchObject({ ok: true, value: { variables: { method_response: 42 } } });
    const outcome = await run(
      'method_response = JSON.parse(\'{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}\');',
    );
    expect(outcome.ok && ({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(outcome.ok && Object.hasOwn(outcome.value.variables.method_response as object, "__proto__")).toBe(false);
    expect(outcome.ok && (outcome.value.variables.method_response as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("gives a script that lies about its values nothing but its own error", async () => {
    for (const body of [
      "method_response = { toJSON() { throw new Error('mine') } };",
      "method_response = {}; method_response.self = method_response;",
      "method_response = new Proxy({}, { ownKeys() { throw new Error('mine') } });",
      "Object.defineProperty(globalThis, 'method_response', { get() { throw new Error('mine') } });",
      "method_response = 10n;",
      "throw { get message() { throw new Error('mine') } };",
      "throw Object.create(null);",
      "throw undefined;",
    ]) {
      expect(await run(body)).toMatchObject({ ok: false, error: { code: "script.failed" } });
      expect(await fine()).toMatchObject({ ok: true });
    }
  });
});

const RUNAWAYS: readonly (readonly [string, string, string])[] = [
  ["an endless loop", "for (;;) {}", "timeout"],
  ["an endless loop that catches everything", "for (;;) { try { for (;;) {} } catch (e) {} finally { for (;;) {} } }", "timeout"],
  ["an endless generator", "for (const x of (function* () { for (;;) yield 1 })()) {}", "timeout"],
  ["an endless getter", "({ get x() { for (;;) {} } }).x", "timeout"],
  ["an endless sort", "[1, 2, 3].sort(() => { for (;;) {} })", "timeout"],
  ["a regex blow-up", "/^(a+)+$/.test('a'.repeat(40) + 'b')", "timeout"],
  ["another regex blow-up", "'a'.repeat(200000).replace(/(a*)*b/, '')", "timeout"],
  ["a built-in loop that can't be interrupted", "method_response = new Array(4e9 - 1).join('').length", "timeout"],
  ["a gigabyte at once", "method_response = new ArrayBuffer(1 << 30).byteLength", "memory"],
  ["a gigabyte of text", "method_response = 'x'.repeat(1 << 29).length", "memory"],
  ["a gigabyte in pieces", "const all = []; for (;;) all.push(new ArrayBuffer(1 << 20))", "memory"],
  ["a padded gigabyte", "method_response = 'x'.padEnd(1e9).length", "memory"],
];

describe("S-42 budgets", () => {
  it.each(RUNAWAYS)("ends %s, and nothing else", async (_, body, kind) => {
    const started = performance.now();
    // Memory runs out long before this time does, also on a busy machine; an endless script uses all of it.
    const timeMs = kind === "memory" ? 20_000 : 1000;
    const outcome = await run(body, { limits: { timeMs } });
    expect(outcome).toMatchObject({ ok: false, error: { code: "script.failed", details: { error: { kind } } } });
    expect(performance.now() - started).toBeLessThan(timeMs + 5000);
    expect(await fine()).toMatchObject({ ok: true, value: { variables: { method_response: 42 } } });
  });

  it.each([
    ["recursion", "function f() { return f() + 1 } f()"],
    ["mutual recursion", "const a = () => b(), b = () => a(); a()"],
    ["nested JSON", "JSON.parse('['.repeat(1e6))"],
    ["nested source", "eval('('.repeat(1e6))"],
    ["nested data", "let d = []; for (let i = 0; i < 1e6; i += 1) d = [d]; method_response = d"],
    ["a recursive replacer", "const f = () => 'a'.replace(/a/, f); f()"],
    ["toString recursion", "const o = { toString() { return '' + o } }; String(o)"],
  ])("ends %s", async (_, body) => {
    expect(await run(body, { limits: { timeMs: 3000 } })).toMatchObject({ ok: false, error: { code: "script.failed" } });
    expect(await fine()).toMatchObject({ ok: true });
  });

  it("bounds what goes in, what comes out and what is printed", async () => {
    const limits = { maxDataBytes: 100_000 };
    expect(await run("", { limits, variables: { method_request: "x".repeat(200_000) } })).toMatchObject({
      ok: false,
      error: { details: { error: { kind: "limit" } } },
    });
    expect(await run("method_response = 'x'.repeat(200000);", { limits })).toMatchObject({
      ok: false,
      error: { details: { error: { kind: "limit" } } },
    });
    const outcome = await run("for (let i = 0; i < 10000; i += 1) console.log('y'.repeat(9000));");
    expect(outcome.ok && outcome.value.console.length).toBe(501);
    expect(outcome.ok && outcome.value.console[0]?.length).toBe(4000);
  });

  it("never blocks the event loop for longer than 50 ms", async () => {
    const scripts = [
      "for (;;) {}",
      "/^(a+)+$/.test('a'.repeat(40) + 'b')",
      "method_response = new Array(4e9 - 1).join('').length",
      "const all = []; for (;;) all.push(new ArrayBuffer(1 << 20))",
    ];
    // Another process may hold the cores for a while; a script that blocks does so every time.
    const longest: number[] = [];
    for (let attempt = 0; attempt < 4 && Math.min(Infinity, ...longest) >= 50; attempt += 1) {
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      await Promise.all(scripts.map((body) => run(body, { limits: { timeMs: 700 } })));
      delay.disable();
      longest.push(delay.max / 1e6 - 5);
    }
    expect(Math.min(...longest)).toBeLessThan(50);
  });

  it("leaves threads for others when one owner's scripts don't end", async () => {
    await Promise.all([1, 2, 3, 4].map((n) => run("method_response = 1;", { owner: String(n) })));
    const endless = Array.from({ length: 12 }, () => run("for (;;) {}", { owner: "one", limits: { timeMs: 1200 } }));
    const started = performance.now();
    expect(await run("method_response = 1;", { owner: "two" })).toMatchObject({ ok: true });
    expect(performance.now() - started).toBeLessThan(1100);
    for (const outcome of await Promise.all(endless))
      expect(outcome).toMatchObject({ ok: false, error: { details: { error: { kind: "timeout" } } } });
  });
});

describe("jobs of one context, sent to a thread several at a time", () => {
  const own = { owner: "many", contextKey: "many/1" };
  const short = (more: Partial<EventInput> = {}) => run("method_response = 40 + 2;", { ...own, ...more });
  const shorts = (n: number, more: Partial<EventInput> = {}) => Promise.all(Array.from({ length: n }, () => short(more)));

  it("are each done once, in one context", async () => {
    await run("globalThis.done = 0;", own);
    const counted = Array.from({ length: 60 }, () => run("globalThis.done += 1; method_response = globalThis.done;", own));
    const seen = (await Promise.all(counted)).map((outcome) => outcome.ok && outcome.value.variables.method_response);
    // A thread that had nothing to do may have begun a context of its own: there the count is none.
    const numbers = seen.filter((n) => typeof n === "number" && Number.isFinite(n));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(seen).toHaveLength(60);
    expect(seen.every((n) => n !== false)).toBe(true);
  });

  it("don't wait for one that doesn't end", async () => {
    await shorts(4);
    const endless = run("for (;;) {}", { ...own, limits: { timeMs: 1500 } });
    const started = performance.now();
    for (const outcome of await shorts(20))
      expect(outcome).toMatchObject({ ok: true, value: { variables: { method_response: 42 } } });
    expect(performance.now() - started).toBeLessThan(1400);
    expect(await endless).toMatchObject({ ok: false, error: { details: { error: { kind: "timeout" } } } });
  });

  it("don't wait for the answer to a request of one", async () => {
    await shorts(4);
    let answer: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (answer = resolve));
    const capabilities = {
      httpRequest: async () => {
        await waiting;
        return { status: 200, headers: {}, text: "late" };
      },
    };
    const asking = run("method_response = http_request({ method: 'GET', url: 'https://api.acme.example/' }).content;", {
      ...own,
      capabilities,
    });
    const behind = await shorts(20);
    answer();
    for (const outcome of behind) expect(outcome).toMatchObject({ ok: true, value: { variables: { method_response: 42 } } });
    expect(await asking).toMatchObject({ ok: true, value: { variables: { method_response: "late" } } });
  });

  it("outlive the thread that they wait in", async () => {
    await shorts(4);
    const hungry = run("const all = []; for (;;) all.push(new ArrayBuffer(1 << 20))", { ...own, limits: { timeMs: 20_000 } });
    for (const outcome of await shorts(20)) expect(outcome).toMatchObject({ ok: true });
    expect(await hungry).toMatchObject({ ok: false, error: { details: { error: { kind: "memory" } } } });
  });

  it("are given up where none of the threads of their owner comes free in their own time", async () => {
    await shorts(4);
    const endless = Array.from({ length: 8 }, () => run("for (;;) {}", { ...own, limits: { timeMs: 1500 } }));
    for (const outcome of await shorts(5, { limits: { timeMs: 300 } }))
      expect(outcome).toMatchObject({
        ok: false,
        error: { code: "script.failed", message: expect.stringContaining("Too many scripts") },
      });
    await Promise.all(endless);
    expect(await short()).toMatchObject({ ok: true });
  });
});

describe("S-42 secrets are placeholders", () => {
  const SECRET = "user-name:p4ss&wörd/42";

  async function withSecret(body: string): Promise<{ text: string; revealed: string }> {
    const placeholders = new Placeholders();
    const outcome = await run(body, { placeholders, variables: { method_auth_value: placeholders.mark(SECRET) } });
    if (!outcome.ok) throw new Error(outcome.error.message);
    const text = JSON.stringify(outcome.value);
    for (const part of ["user-name", "p4ss", "wörd"]) expect(text).not.toContain(part);
    for (const part of ["user-name", "p4ss&wörd"]) expect(text).not.toContain(Buffer.from(part).toString("base64").slice(0, 8));
    return { text, revealed: String(placeholders.revealAll(outcome.value.variables.method_response)) };
  }

  it("concatenates, splits by delimiter and joins", async () => {
    expect((await withSecret("method_response = 'Bearer ' + method_auth_value;")).revealed).toBe(`Bearer ${SECRET}`);
    expect((await withSecret("method_response = method_auth_value.split(':')[1];")).revealed).toBe("p4ss&wörd/42");
    expect((await withSecret("method_response = `${method_auth_value.split(':').reverse().join(':')}`;")).revealed).toBe(
      "p4ss&wörd/42:user-name",
    );
    expect((await withSecret("method_response = encodeURIComponent(method_auth_value.split('/')[1]);")).revealed).toBe("42");
  });

  it("encodes and signs on the plaintext, giving another placeholder", async () => {
    const base64 = Buffer.from(`x:${SECRET}`).toString("base64");
    expect((await withSecret("method_response = 'Basic ' + btoa('x:' + method_auth_value);")).revealed).toBe(`Basic ${base64}`);
    expect((await withSecret("method_response = atob(btoa(method_auth_value));")).revealed).toBe(SECRET);
    const { text, revealed } = await withSecret("method_response = cyclr_sign('HMAC-SHA256', method_auth_value, 'text');");
    expect(revealed).toHaveLength(44);
    expect(text).not.toContain(revealed);
  });

  it("does not confirm a guess", async () => {
    await withSecret("method_response = btoa(method_auth_value) === btoa(method_auth_value);");
    const { revealed } = await withSecret(
      "method_response = atob(btoa(method_auth_value.split(':')[0] + ':user-name'.slice(0, 1))) === method_auth_value;",
    );
    expect(revealed).toBe("false");
  });

  it("says so where a library would compute on the marker", async () => {
    await expect(withSecret("method_response = CryptoJS.HmacSHA256('x', method_auth_value).toString();")).rejects.toThrow(
      "Use cyclr_sign",
    );
  });

  it("masks what a thrown error says", async () => {
    const placeholders = new Placeholders();
    const outcome = await run("throw new Error('key ' + method_auth_value);", {
      placeholders,
      variables: { method_auth_value: placeholders.mark("abcdefgh") },
    });
    expect(outcome).toMatchObject({ ok: false, error: { message: "key •••• (connector, line 1)" } });
  });

  it("hides in a provider's answer what it echoes, and not in what a script writes", async () => {
    const placeholders = new Placeholders();
    placeholders.mark(SECRET);
    const variables = { method_response: { seen: `you are ${SECRET}` }, action_data: { guess: SECRET } };
    const outcome = await run(
      "method_response_fields = [method_response.seen.includes('p4ss'), action_data.guess.includes('p4ss')];",
      { placeholders, variables },
    );
    expect(outcome.ok && outcome.value.variables.method_response_fields).toEqual([false, true]);
  });
});
