import { spawn } from "node:child_process";
import { createServer } from "node:http";
import path from "node:path";
import { Pool } from "undici";
import { openDatabase, setDatabase } from "@/db/client";
import { accountOfPartner } from "@/lib/access/data";
import { systemPartnerScope } from "@/lib/access/scopes";
import type { AccountScope } from "@/lib/access/types";
import { connectorDefinitionSchema, defaultAuthMethod } from "@/lib/auth-methods/definition";
import { connectorOf } from "@/lib/catalog/data";
import { syncLibrary } from "@/lib/catalog/mutations";
import { cycleOf } from "@/lib/cycles/data";
import { createCycle } from "@/lib/cycles/mutations";
import { mappingInputSchema } from "@/lib/cycles/schema";
import { createInstall } from "@/lib/installs/mutations";
import { activateCycle } from "@/lib/run/mutations";
import { addStep, saveStepSetup } from "@/lib/steps/mutations";
import { loadMasterKey } from "@/lib/vault/master";
import { baselineRow, freePort, limitRow, median, quantile, ratioRow, type Bench, type Row, type Subject } from "./harness";

/** What the provider answers, and what the script of the second cycle does. */
const ANSWER = JSON.stringify({ id: "c-1", name: "Nia", email: "nia@example.com" });
const SCRIPT = `function before_action() { method_request_headers["X-Run"] = transaction_id; method_request.name = method_request.name.toUpperCase(); return true; }`;
const BODY = JSON.stringify({ name: "Nia Hart", email: "nia@example.com", company: "Hart", city: "Cork" });

/** The same outgoing call from a bare Node process: a body comes in, a call goes out with it, the answer goes back. */
const PROXY = `
import { createServer } from "node:http";
import { Pool } from "undici";
const pool = new Pool(process.env.PROVIDER, { connections: 64, pipelining: 1 });
createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    const { name, email } = JSON.parse(Buffer.concat(chunks).toString());
    const headers = { "content-type": "application/json", "x-api-key": "sk_bench_0123456789abcdef", "idempotency-key": request.headers["x-number"] };
    const answer = await pool.request({ path: "/contacts", method: "POST", headers, body: JSON.stringify({ name, email }) });
    const text = await answer.body.text();
    response.writeHead(200, { "content-type": "application/json" }).end(text);
  });
}).listen(Number(process.env.PORT), "127.0.0.1", () => console.log("ready"));
`;

async function startProxy(provider: string): Promise<Subject> {
  const port = await freePort();
  const child = spawn(process.execPath, ["--input-type=module", "-e", PROXY], {
    cwd: path.resolve(import.meta.dirname, ".."),
    env: { ...process.env, PROVIDER: provider, PORT: String(port), NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill();
      }),
  };
}

/** The provider, in this process for all subjects alike: it tells when it has answered, by the number in the body. */
async function startProvider() {
  let calls = 0;
  let answered: () => void = () => undefined;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      calls += 1;
      response.writeHead(200, { "content-type": "application/json" }).end(ANSWER, () => answered());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    calls: () => calls,
    onAnswer: (listener: () => void) => (answered = listener),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** A cycle that a webhook starts and that makes one call. Out: the path of its webhook, and its id. */
async function makeCycle(account: AccountScope, slug: string, provider: string, script: string | null) {
  const definition = connectorDefinitionSchema.parse({
    slug,
    name: slug,
    baseUrl: provider,
    authMethods: [{ id: "api-key", type: "ApiKey", placements: [{ in: "header", name: "X-Api-Key", value: "{{apiKey}}" }] }],
    methods: [
      {
        id: "create",
        name: "Create contact",
        httpMethod: "POST",
        endpoint: "/contacts",
        idempotencyHeader: "Idempotency-Key",
        requestFields: ["name", "email"].map((field) => ({ path: field, title: field })),
        ...(script ? { script } : {}),
      },
    ],
  });
  await syncLibrary([{ definition, kind: "application" }]);
  const connector = await connectorOf(account, slug);
  if (!connector) throw new Error("no connector");
  const made = await createInstall(account, {
    connector,
    authMethod: defaultAuthMethod(definition),
    name: slug,
    description: null,
    properties: [],
    credential: {
      values: { apiKey: "sk_bench_0123456789abcdef" },
      secretNames: ["apiKey"],
      expiresAt: null,
      refreshExpiresAt: null,
      isRefreshable: false,
      scopes: null,
    },
  });
  const cycle = await createCycle(account, { name: slug, description: null, trigger: "Webhook" });
  if (!made.ok || !cycle.ok) throw new Error("nothing to measure");
  const whole = await cycleOf(account, cycle.value.id);
  const step = await addStep(account, cycle.value.id, {
    kind: "Action",
    name: "Create",
    accountConnectorId: made.value,
    methodId: "create",
    after: { stepId: whole?.steps[0]?.id ?? "", exit: "Forward" },
  });
  if (!step.ok) throw new Error(step.error.message);
  const mappings = ["name", "email"].map((name) =>
    mappingInputSchema.parse({ kind: "Field", name, mappingType: "StaticValue", value: `{{trigger.${name}}}` }),
  );
  await saveStepSetup(account, cycle.value.id, step.value.id, { mappings, step: {} });
  const active = await activateCycle(account, cycle.value.id);
  if (!active.ok) throw new Error(active.error.message);
  return { id: cycle.value.id, path: `/webhooks/${whole?.webhook?.key}` };
}

/** Within this a webhook is answered, milliseconds. */
const WEBHOOK_MS = 20;

interface Load {
  readonly perSecond: number;
  /** From sending to the answer, in milliseconds. */
  readonly answered: readonly number[];
  /** When each request was sent, in milliseconds of the wall clock. */
  readonly sent: readonly number[];
}

/** `connections` callers, each with one request under way: sent, answered, and at the provider, before its next. */
async function load(
  pool: Pool,
  target: string,
  connections: number,
  seconds: number,
  status: number,
  atProvider: (() => Promise<void>) | null,
): Promise<Load> {
  const sent: number[] = [];
  const answered: number[] = [];
  const started = performance.now();
  const until = started + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) {
        const at = performance.now();
        sent.push(performance.timeOrigin + at);
        const reached = atProvider?.();
        const headers = { "content-type": "application/json", "x-number": String(sent.length) };
        const answer = await pool.request({ path: target, method: "POST", headers, body: BODY });
        await answer.body.dump();
        answered.push(performance.now() - at);
        if (answer.statusCode !== status) throw new Error(`${target} answered ${answer.statusCode}`);
        await reached;
      }
    }),
  );
  return { perSecond: sent.length / ((performance.now() - started) / 1000), answered, sent };
}

/** From a webhook to the recorded result of the call it makes, against a bare process that makes the same call. */
const runs: Bench = {
  name: "runs",
  async run({ startKeyway }) {
    const provider = await startProvider();
    const keyway = await startKeyway({
      KEYWAY_EGRESS_ALLOW: `127.0.0.1:${provider.port}`,
      KEYWAY_RUNS_PER_ACCOUNT: "64",
      KEYWAY_RUNS_AT_ONCE: "64",
      KEYWAY_WEBHOOKS_PER_MINUTE: "10000000",
    });
    const proxy = await startProxy(provider.url);
    const database = openDatabase(path.join(keyway.dataDir, "keyway.db"));
    setDatabase(database);
    loadMasterKey({ inline: null, file: path.join(keyway.dataDir, "master.key"), mayGenerate: false });
    const [row] = database.rawReader.prepare("select id, partner_id as partnerId from accounts limit 1").all() as {
      id: string;
      partnerId: string;
    }[];
    const account = row && (await accountOfPartner(systemPartnerScope(row.partnerId), row.id));
    if (!account?.ok) throw new Error("no account");
    const plain = await makeCycle(account.value, "bench-plain", provider.url, null);
    const scripted = await makeCycle(account.value, "bench-script", provider.url, SCRIPT);
    const pools = [proxy.url, keyway.url].map((url) => new Pool(url, { connections: 64, pipelining: 1 }));
    const [proxyPool, keywayPool] = pools as [Pool, Pool];

    const openOf = database.rawReader.prepare("select count(*) as n from transactions where due_at is not null");
    const endedOf = database.rawReader.prepare(
      `select ended_at as at, status, json_extract(payload, '$."$headers"."x-number"') as number
       from transactions where cycle_id = ? and created_at >= ?`,
    );
    const waiting: (() => void)[] = [];
    provider.onAnswer(() => waiting.shift()?.());
    const measureRuns = async (cycle: { id: string; path: string }, connections: number, seconds: number) => {
      const from = Date.now();
      const started = performance.now();
      const before = provider.calls();
      const { sent, answered } = await load(
        keywayPool,
        cycle.path,
        connections,
        seconds,
        202,
        () => new Promise((resolve) => waiting.push(resolve)),
      );
      while ((openOf.get() as { n: number }).n > 0) await new Promise((resolve) => setTimeout(resolve, 1));
      const perSecond = sent.length / ((performance.now() - started) / 1000);
      const rows = endedOf.all(cycle.id, from) as { at: number; status: string; number: string }[];
      const good = rows.filter((each) => each.status === "Completed").length;
      if (good !== sent.length || provider.calls() - before !== sent.length) {
        throw new Error(`${sent.length} webhooks, ${good} completed runs, ${provider.calls() - before} calls`);
      }
      // From sending the webhook to the recorded end, which stands in whole milliseconds.
      const sorted = rows.map((each) => each.at + 0.5 - (sent[Number(each.number) - 1] ?? 0)).sort((a, b) => a - b);
      const answers = [...answered].sort((a, b) => a - b);
      return { perSecond, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), answered: quantile(answers, 0.99) };
    };

    const rows: Row[] = [];
    try {
      for (const connections of [1, 32]) {
        const answers: number[] = [];
        const figures = { proxy: [] as number[], plain: [] as number[], scripted: [] as number[] };
        const spread = { plain: [] as number[], scripted: [] as number[] };
        for (let round = 0; round < 4; round += 1) {
          const bare = await load(proxyPool, "/", connections, round === 0 ? 2 : 4, 200, null);
          const one = await measureRuns(plain, connections, round === 0 ? 2 : 4);
          const two = await measureRuns(scripted, connections, round === 0 ? 2 : 4);
          // The first round is for warming up.
          if (round === 0) continue;
          figures.proxy.push(bare.perSecond);
          figures.plain.push(one.perSecond);
          figures.scripted.push(two.perSecond);
          answers.push(one.answered);
          spread.plain.push(one.p99 / one.p50);
          spread.scripted.push(two.p99 / two.p50);
        }
        const base = median(figures.proxy);
        const at = `${connections} connection${connections === 1 ? "" : "s"}`;
        rows.push(
          baselineRow(`bare proxy, ${at}`, base),
          ratioRow(`run, ${at}`, median(figures.plain), base, 0.3, "runs/s"),
          ratioRow(`run with a script, ${at}`, median(figures.scripted), base, 0.18, "runs/s"),
        );
        for (const [name, values] of Object.entries(spread)) {
          const times = median(values);
          rows.push(limitRow(`p99 of p50, ${name}, ${at}`, times, 4, "times"));
        }
        const name = `webhook to its 202, p99, ${at}`;
        // With 32 under way each waits for the others: what one costs is shown by one.
        rows.push(
          connections === 1 ? limitRow(name, median(answers), WEBHOOK_MS, "ms") : baselineRow(name, median(answers), "ms"),
        );
      }
    } finally {
      await Promise.all(pools.map((pool) => pool.close()));
      await proxy.stop();
      await keyway.stop();
      await provider.close();
      database.close();
      setDatabase(undefined);
    }
    return rows;
  },
};

export default runs;
