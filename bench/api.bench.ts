import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { baselineRow, freePort, limitRow, memoryOf, ratioRow, type Bench, type Row, type Target } from "./harness";

const CACHE = path.resolve(import.meta.dirname, "../.cache/bench");
const MINUTES = Number(process.env.BENCH_MINUTES ?? 5);
const ANSWER = JSON.stringify({
  contacts: Array.from({ length: 10 }, (_, n) => ({ id: `c${n}`, name: `Contact ${n}`, email: `contact${n}@example.com` })),
  total: 10,
});

/** A provider, and a server without any work of its own: the same bytes, or the same outgoing call handed on. */
const SERVERS: Readonly<Record<string, string>> = {
  "provider.mjs": `import { createServer } from "node:http";
const answer = ${JSON.stringify(ANSWER)};
createServer((_, response) => response.writeHead(200, { "content-type": "application/json" }).end(answer)).listen(Number(process.argv[2]), "127.0.0.1");
`,
  "bare.mjs": `import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { Agent, request } from "undici";
const [port, provider, folder] = process.argv.slice(2);
const bodies = { "/one": readFileSync(folder + "/one.json"), "/list": readFileSync(folder + "/list.json") };
const dispatcher = new Agent({ connections: 128 });
createServer(async (incoming, response) => {
  const body = bodies[incoming.url] ?? (await (await request(provider, { dispatcher, headers: { "x-api-key": "key" } })).body.text());
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(body);
}).listen(Number(port), "127.0.0.1");
`,
};

const started: ChildProcess[] = [];

async function startServer(file: string, args: readonly string[]): Promise<string> {
  const port = await freePort();
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(path.join(CACHE, file), SERVERS[file] ?? "");
  const child = spawn(process.execPath, [path.join(CACHE, file), String(port), ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  started.push(child);
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries += 1) {
    if (await fetch(`${url}/one`).catch(() => null)) return url;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${file} does not answer.`);
}

type Call = (path: string, body?: unknown) => Promise<never>;

/** A client that gives the JSON of an answer, and throws for everything that isn't 200. */
const clientOf =
  (url: string, headers: Record<string, string>): Call =>
  async (address, body) => {
    const response = await fetch(url + address, {
      method: body === undefined ? "GET" : "POST",
      headers: { ...headers, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
    return (await response.json()) as never;
  };

async function tokenOf(url: string, api: { clientId: string; clientSecret: string }): Promise<string> {
  const response = await fetch(`${url}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: api.clientId, client_secret: api.clientSecret }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

/** Read, list and call over the REST API against servers without any work of their own; latencies; memory over minutes. */
const api: Bench = {
  name: "api",
  async run({ startKeyway, compare, measure }) {
    const provider = await startServer("provider.mjs", []);
    try {
      const keyway = await startKeyway({
        SANDBOX_URL: provider,
        KEYWAY_API_RATE: "0",
      });
      const authorization = `Bearer ${await tokenOf(keyway.url, keyway.demo.api)}`;
      const headers = { authorization, "x-cyclr-account": "acme" };
      const call = clientOf(`${keyway.url}/v1.0`, headers);
      const [connector] = (await call("/connectors?query=Sandbox CRM (API key)")) as { Id: number }[];
      const [method] = (await call(`/connectors/${connector!.Id}/methods?query=List contacts`)) as { Id: number }[];
      let id = 0;
      for (let n = 0; n < 60; n += 1) {
        const made = (await call(`/connectors/${connector!.Id}/install`, {
          Name: `Bench ${n}`,
          AuthValue: `key-of-bench-${n}`,
        })) as {
          Id: number;
        };
        id = made.Id;
      }
      const paths = {
        one: `/v1.0/account/connectors/${id}`,
        list: "/v1.0/account/connectors?pageSize=50",
        call: `/v1.0/account/connectors/${id}/methods/${method!.Id}`,
      };
      for (const file of ["one", "list"] as const)
        writeFileSync(path.join(CACHE, `${file}.json`), await (await fetch(keyway.url + paths[file], { headers })).text());
      const bare = await startServer("bare.mjs", [provider, CACHE]);
      const rows: Row[] = [];
      for (const [name, bar] of [
        ["one", 0.4],
        ["list", 0.25],
        ["call", 0.35],
      ] as const) {
        const subject: Target = { title: name, url: keyway.url + paths[name], headers };
        const [baseline, rate] = await compare([{ title: `bare ${name}`, url: `${bare}/${name}` }, subject], { seconds: 6 });
        const { p50, p99 } = await measure(subject, 6);
        rows.push(
          baselineRow(`bare ${name}`, baseline!),
          ratioRow(WORDS[name], rate!, baseline!, bar),
          limitRow(`${WORDS[name]}, p99 of p50`, p99 / p50, 5, "times"),
        );
      }
      rows.push(await memory(keyway.pid, () => measure({ title: "read", url: keyway.url + paths.one, headers }, 30)));
      return rows;
    } finally {
      for (const child of started) child.kill("SIGTERM");
    }
  },
};

const WORDS = { one: "read of an account connector", list: "list of 50", call: "call through a connector" } as const;

/** Growth of memory over minutes of load, after one to warm up. */
async function memory(pid: number, load: () => Promise<unknown>): Promise<Row> {
  await load();
  await load();
  const before = memoryOf(pid);
  const until = Date.now() + MINUTES * 60_000;
  while (Date.now() < until) await load();
  return limitRow(`memory after ${MINUTES} minutes of load, of before`, memoryOf(pid) / before, 1.15, "times");
}

export default api;
