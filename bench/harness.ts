import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import autocannon from "autocannon";

const ROOT = path.resolve(import.meta.dirname, "..");
const CACHE = path.join(ROOT, ".cache", "bench");
const CONNECTIONS = 32;

/** One figure of a measurement. `ratio` is subject to baseline, `bar` the least ratio (or value) that is accepted. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio?: number;
  readonly bar?: number;
  readonly pass: boolean;
}

/** A person of the demonstration, as demo.json names them. */
export interface DemoPerson {
  readonly role: string;
  readonly email: string;
  readonly password: string;
  readonly account?: string;
}

export interface Demo {
  readonly url: string;
  readonly people: readonly DemoPerson[];
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
  readonly sandbox: { readonly url: string };
  readonly api: { readonly clientId: string; readonly clientSecret: string };
}

/** A server under measurement. */
export interface Subject {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A measurement: `npm run bench -- NAME` loads `bench/NAME.bench.ts` and runs it. */
export interface Bench {
  readonly name: string;
  run(context: BenchContext): Promise<readonly Row[]>;
}

export interface BenchContext {
  /** The production server on a data folder of its own with the demonstration in it. */
  readonly startKeyway: (
    env?: Record<string, string>,
    options?: StartOptions,
  ) => Promise<Subject & { readonly demo: Demo; readonly pid: number; readonly dataDir: string }>;
  /** One round of load on one target: requests a second, and latencies in milliseconds. */
  readonly measure: (target: Target, seconds: number) => Promise<Measured>;
  /** A bare Next application with one page that is rendered per request and shows `rows` rows. */
  readonly startBarePage: (rows: number) => Promise<Subject>;
  /** Requests a second of each target, measured in alternating rounds after a warm-up; medians. */
  readonly compare: (targets: readonly Target[], options?: CompareOptions) => Promise<readonly number[]>;
}

export interface StartOptions {
  /** The data folder stays as the start before left it. */
  readonly keep?: boolean;
}

/** What is sent again and again. Every answer has to be 200, or one that `accept` names. */
export interface Target {
  readonly title: string;
  readonly url: string;
  readonly method?: "GET" | "POST";
  readonly headers?: Record<string, string>;
  /** What is different in every request. */
  readonly make?: (request: autocannon.Request) => Partial<autocannon.Request>;
  readonly accept?: readonly number[];
}

export interface Measured {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

export interface CompareOptions {
  readonly rounds?: number;
  readonly seconds?: number;
}

/** Resident memory of a process and all below it, in MB. */
export function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const own = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  return childrenOf(pid).reduce((sum, child) => sum + memoryOf(child), own);
}

/** Processes that a process started. */
export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** The value below which that share (0 to 1) of sorted values lies. */
export const quantile = (sorted: ArrayLike<number>, at: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0;

/** The row of a subject that has to reach `bar` times its baseline. */
export const ratioRow = (name: string, value: number, baseline: number, bar: number, unit = "req/s"): Row => {
  const ratio = value / baseline;
  return { name, value, unit, ratio, bar, pass: ratio >= bar };
};

/** The row of a figure that may be `bar` at the most. */
export const limitRow = (name: string, value: number, bar: number, unit: string): Row => ({
  name,
  value,
  unit,
  bar,
  pass: value <= bar,
});

/** The row of a baseline: shown, never failed. */
export const baselineRow = (name: string, value: number, unit = "req/s"): Row => ({ name, value, unit, pass: true });

/** A port nobody listens on now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
  });
}

async function untilAnswers(url: string, child: ChildProcess, log: string): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until && child.exitCode === null) {
    try {
      if ((await fetch(url)).status < 500) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await stopProcess(child);
  throw new Error(`${url} does not answer.\n${existsSync(log) ? readFileSync(log, "utf8").slice(-2000) : ""}`);
}

async function startKeyway(
  env: Record<string, string> = {},
  { keep = false }: StartOptions = {},
): Promise<Subject & { demo: Demo; pid: number; dataDir: string }> {
  const dataDir = path.join(CACHE, "data");
  const log = path.join(CACHE, "data.log");
  mkdirSync(CACHE, { recursive: true });
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const out = openSync(log, "w");
  const fresh = path.join(ROOT, ".commands/fresh-server.mjs");
  const child = spawn(process.execPath, [fresh, dataDir, String(port), String(sandboxPort), ...(keep ? ["--keep"] : [])], {
    stdio: ["ignore", out, out],
    env: { ...process.env, ...env },
  });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(`${url}/v1.0/health`, child, log);
  const demo = JSON.parse(readFileSync(path.join(dataDir, "demo.json"), "utf8")) as Demo;
  return { url, demo, dataDir, pid: child.pid ?? 0, stop: () => stopProcess(child) };
}

const BARE_FILES: Readonly<Record<string, string>> = {
  "package.json": `{ "private": true, "type": "module" }\n`,
  "next.config.js": `export default { typescript: { ignoreBuildErrors: true }, turbopack: { root: ${JSON.stringify(ROOT)} } };\n`,
  "app/layout.jsx": `export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>;
}
`,
  // connection() makes the page dynamic, as every page with a session is.
  "app/page.jsx": `import { connection } from "next/server";
const count = Number(process.env.BARE_ROWS);
const rows = Array.from({ length: count }, (_, i) => ({ id: i, name: "Connector " + i, category: "Category " + (i % 5), about: "What it is good for, in a line of text" }));
export default async function Page() {
  await connection();
  return <main><h1>Rows</h1><table><thead><tr><th>Name</th><th>Category</th><th>About</th></tr></thead><tbody>
    {rows.map((row) => <tr key={row.id}><td><a href={"/rows/" + row.id}>{row.name}</a></td><td>{row.category}</td><td>{row.about}</td></tr>)}
  </tbody></table></main>;
}
`,
  // The work that a sign-in can't do without: one argon2id verification at the same cost (lib/access/passwords.ts).
  "app/verify/route.js": `import { hash, verify } from "@node-rs/argon2";
const stored = hash("a password that nobody has", { memoryCost: 19456, timeCost: 2, parallelism: 1 });
export async function POST(request) {
  const form = await request.formData();
  return Response.json({ ok: await verify(await stored, String(form.get("password"))) });
}
`,
};

/** Builds the bare application once for each content of its files. */
async function buildBare(): Promise<string> {
  const folder = path.join(CACHE, "bare");
  const content = JSON.stringify([BARE_FILES, readFileSync(path.join(ROOT, "node_modules/next/package.json"), "utf8")]);
  const mark = path.join(folder, "built-from.json");
  if (existsSync(mark) && readFileSync(mark, "utf8") === content) return folder;
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of Object.entries(BARE_FILES)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const child = spawn(path.join(ROOT, "node_modules/.bin/next"), ["build"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error("The bare page could not be built.");
  writeFileSync(mark, content);
  return folder;
}

async function startBarePage(rows: number): Promise<Subject> {
  const folder = await buildBare();
  const port = await freePort();
  const log = path.join(CACHE, "bare.log");
  const out = openSync(log, "w");
  const child = spawn(
    process.execPath,
    [path.join(ROOT, "node_modules/next/dist/bin/next"), "start", "-p", String(port), "-H", "127.0.0.1"],
    {
      cwd: folder,
      stdio: ["ignore", out, out],
      env: { ...process.env, NODE_ENV: "production", BARE_ROWS: String(rows) },
    },
  );
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(url, child, log);
  return { url, stop: () => stopProcess(child) };
}

/** One round of load on one target. Throws where answers are not what was asked for. */
async function measure(target: Target, seconds: number): Promise<Measured> {
  const accepted = new Set([200, ...(target.accept ?? [])]);
  const wrong = new Map<number, number>();
  const times: number[] = [];
  const { make } = target;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url: target.url,
        connections: CONNECTIONS,
        duration: seconds,
        timeout: 30,
        requests: [
          {
            method: target.method ?? "GET",
            headers: target.headers ?? {},
            ...(make ? { setupRequest: (request) => ({ ...request, ...make(request) }) } : {}),
          },
        ],
      },
      (error, finished) => (error ? reject(error as Error) : resolve(finished)),
    );
    // Its own latencies come in whole milliseconds, which says nothing of answers that take less.
    instance.on("response", (_client, status, _bytes, took) => {
      times.push(took);
      if (!accepted.has(status)) wrong.set(status, (wrong.get(status) ?? 0) + 1);
    });
  });
  if (wrong.size > 0)
    throw new Error(`${target.title}: answered ${[...wrong].map(([status, count]) => `${count} x ${status}`).join(", ")}`);
  if (result.errors + result.timeouts > 0)
    throw new Error(`${target.title}: ${result.errors} errors, ${result.timeouts} timeouts`);
  const sorted = Float64Array.from(times).sort();
  return { rate: result.requests.average, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

const load = async (target: Target, seconds: number): Promise<number> => (await measure(target, seconds)).rate;

async function compare(targets: readonly Target[], { rounds = 3, seconds = 8 }: CompareOptions = {}): Promise<number[]> {
  for (const target of targets) await load(target, Math.max(3, seconds / 2));
  const figures = targets.map(() => [] as number[]);
  // In turns, so that a slow minute of the machine falls on all of them.
  for (let round = 0; round < rounds; round += 1)
    for (const [index, target] of targets.entries()) figures[index]!.push(await load(target, seconds));
  return figures.map(median);
}

/** Everything a measurement needs, and `stopAll` for its end however it came about. */
export function createContext(): BenchContext & { stopAll: () => Promise<void> } {
  const started: Subject[] = [];
  const keep = async <S extends Subject>(starting: Promise<S>): Promise<S> => {
    const subject = await starting;
    started.push(subject);
    return subject;
  };
  return {
    startKeyway: (env, options) => keep(startKeyway(env, options)),
    startBarePage: (rows) => keep(startBarePage(rows)),
    compare,
    measure,
    stopAll: async () => {
      await Promise.all(started.map((subject) => subject.stop()));
    },
  };
}
