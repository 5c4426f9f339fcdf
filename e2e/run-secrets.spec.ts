import { request, type APIRequestContext } from "@playwright/test";
import { done, ended } from "./cycle-builder";
import { accountId, emailOf, expect, passwordOf, readDemo, Sandbox, signIn, test, type Demo } from "./fixtures";
import { freePort, freshFolder, KeywayServer, removeFolder } from "./keyway-server";
import { PAGES, type Ids } from "./matrix";
import { operationsOf, type Document } from "./openapi-document";
import { RestClient } from "./rest-client";
import { addressOf } from "./rest-world";
import { callAction } from "./server-actions";
import { Sweep } from "./sweep";
import { installByAction } from "./wizard";

let folder: string;
let server: KeywayServer;
let demo: Demo;
let acme: string;
let owner: APIRequestContext;
let outside: APIRequestContext;
let sandbox: Sandbox;
let api: RestClient;

test.beforeEach(async () => {
  folder = freshFolder();
  const ports = { port: await freePort(), sandboxPort: await freePort() };
  server = await new KeywayServer({ folder, ...ports, env: { KEYWAY_LOG_LEVEL: "trace" } }).ready();
  demo = readDemo(folder);
  acme = accountId("Acme Ltd", demo);
  outside = await request.newContext();
  sandbox = new Sandbox(outside, demo.sandbox.url);
  owner = await signIn(server.url, emailOf("owner"), passwordOf(emailOf("owner"), demo));
  const partner = await RestClient.signIn((path, init) => fetch(server.url + path, init), demo.api);
  const customers = (await partner.get("/accounts?pageSize=100")).body as { Id: string; Name: string }[];
  api = partner.withAccount(customers.find(({ Name }) => Name === "Acme Ltd")?.Id ?? null);
  const administrator = await signIn(server.url, emailOf("administrator"), passwordOf(emailOf("administrator"), demo));
  const partners = await (await administrator.get("/admin/partners")).text();
  for (const [, partnerId] of partners.matchAll(/\/admin\/partners\/([0-9a-f-]{36})/g))
    await callAction(administrator, "setExternalAuthenticationAction", { partnerId, on: true });
  await administrator.dispose();
});
test.afterEach(async () => {
  await Promise.all([owner.dispose(), outside.dispose()]);
  await server.stop();
  removeFolder(folder);
});

interface Brought {
  readonly id: string;
  readonly steps: readonly string[];
  readonly webhook: string;
  readonly secret: string;
}

type StepInput = Readonly<Record<string, unknown>> & {
  readonly mappings?: readonly object[];
  readonly external?: boolean;
};

/** A running cycle with a webhook and these steps behind it, in order; a mapping's `from` counts them, the trigger being 0. */
async function running(
  name: string,
  steps: readonly StepInput[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Brought> {
  const act = <T>(action: string, input: object) => done<T>(owner, action, { accountId: acme, ...input });
  const { id: cycleId } = await act<{ id: string }>("createCycleAction", { name, trigger: "Webhook" });
  const ids: string[] = [(await api.get(`/cycles/${cycleId}/steps`)).body[0].Id as string];
  for (const [systemName, value] of Object.entries(variables))
    await act("saveVariableAction", {
      cycleId,
      variable: { systemName: null, displayName: systemName, value, isSensitive: true },
    });
  for (const { mappings = [], external = false, ...step } of steps) {
    const after = { stepId: ids.at(-1), exit: "Forward" };
    const { id: stepId } = await act<{ id: string }>("addStepAction", { cycleId, kind: "Action", after, ...step });
    if (external) await act("setStepExternalAuthenticationAction", { cycleId, stepId, on: true });
    const placed = mappings.map((m) =>
      "from" in m ? { ...m, sourceStepId: ids[m.from as number], mappingType: "StepOutput" } : m,
    );
    await act("saveStepSetupAction", { cycleId, stepId, mappings: placed });
    ids.push(stepId);
  }
  const secret = await act<string>("makeWebhookSecretAction", { cycleId });
  await act("activateCycleAction", { cycleId });
  const setup = await (await owner.get(`/cycles/${cycleId}/steps/${ids[0]}`)).text();
  return { id: cycleId, steps: ids, webhook: /\/webhooks\/[\w-]+/.exec(setup)?.[0] ?? "", secret };
}

const auth = (name: string, from: number, sourceField: string) => ({ kind: "Authentication", name, from, sourceField });

/** Calls a webhook with its secret. Out: the id of the run. */
async function send(cycle: Brought, more: { data?: unknown; form?: Record<string, string>; headers?: object; query?: string }) {
  const answer = await outside.post(`${server.url}${cycle.webhook}${more.query ?? ""}`, {
    ...(more.form ? { form: more.form } : { data: more.data as object }),
    headers: { "x-webhook-secret": cycle.secret, ...more.headers },
  });
  expect(answer.status(), await answer.text()).toBe(202);
  return { cycle, run: ((await answer.json()) as { transactionId: string }).transactionId };
}

test("a credential that a webhook brings reaches the provider and is kept nowhere (S-14)", async ({ page }) => {
  test.setTimeout(240_000);
  const sweep = new Sweep();
  const act = async (name: string, input: object) => {
    const answer = await callAction(owner, name, { accountId: acme, ...input });
    sweep.look(`the answer of ${name}`, answer.body);
  };
  const install = (slug: string, authMethodId: string, name: string) =>
    installByAction(owner, { account: acme, slug, authMethodId, name, later: true });
  const byKey = await install("sandbox-crm-api-key", "api-key", "Key of each run");
  const byPassword = await install("sandbox-crm-basic", "basic", "Password of each run");
  const key = { accountConnectorId: byKey, methodId: "who-am-i", external: true };
  const password = { accountConnectorId: byPassword, methodId: "who-am-i", external: true };
  const sent: { cycle: Brought; run: string }[] = [];
  const goods: string[] = [];
  const good = async (name: string) => {
    const value = sweep.plant(name, await sandbox.mintKey("acme"));
    goods.push(value);
    return value;
  };

  // From the body, a header, the query, a form; through a script; into two halves of Basic; of each entry of a list.
  const body = await running("Body", [{ ...key, mappings: [auth("ApiKey", 0, "customer.key")] }]);
  sent.push(await send(body, { data: { customer: { key: await good("key in a body") }, about: "plain" } }));
  sent.push(await send(body, { form: { "customer.key": await good("key in a form") } }));
  const header = await running("Header", [{ ...key, mappings: [auth("ApiKey", 0, "$headers.x-customer-token")] }]);
  sent.push(await send(header, { data: {}, headers: { "x-customer-token": await good("key in a header") } }));
  const query = await running("Query", [{ ...key, mappings: [auth("ApiKey", 0, "$query.token")] }]);
  sent.push(await send(query, { data: {}, query: `?token=${encodeURIComponent(await good("key in a query"))}` }));
  const scripted = await running("Script", [
    { kind: "Transform", name: "Unwrap", script: "return { key: trigger.wrapped.slice(4), length: 1 };" },
    { ...key, mappings: [auth("ApiKey", 1, "key")] },
  ]);
  sent.push(await send(scripted, { data: { wrapped: `abcd${await good("key in a script")}` } }));
  const list = await running("List", [
    { kind: "Transform", name: "List", script: "return { items: trigger.keys.map(k => ({ key: k })) };" },
    { ...key, mappings: [auth("ApiKey", 1, "[items].key")] },
  ]);
  sent.push(await send(list, { data: { keys: [await good("first key of a list"), await good("second key of a list")] } }));
  const halves = await running("Halves", [{ ...password, mappings: [auth("Username", 0, "user"), auth("Password", 0, "pass")] }]);
  const refused = sweep.plant("refused password");
  const user = sweep.plant("refused user name", `user-${Math.random().toString(36).slice(2)}-end`);
  sent.push(await send(halves, { data: { user, pass: refused } }));
  const variable = sweep.plant("sensitive variable");
  const own = await running(
    "Variable",
    [{ ...key, mappings: [{ kind: "Authentication", name: "ApiKey", mappingType: "Variable", variable: "held" }] }],
    { held: variable },
  );
  sent.push(await send(own, { data: {} }));
  for (const { run } of sent) await ended(owner, run);
  const views = await Promise.all(sent.map(async ({ run }) => ended(owner, run)));
  expect(views.slice(0, 6).map((view) => view.status)).toEqual(Array(6).fill("Completed"));
  for (const { name, status, error } of views.slice(0, 6).flatMap((view) => view.steps))
    expect(status, `${name}: ${error?.message}`).toBe("Completed");

  // A provider that quotes what it was sent, in its answer and in a header of it.
  const quoted = sweep.plant("quoted key");
  await sandbox.fault({
    on: "api",
    kind: "answer",
    status: 400,
    headers: { "x-echo": encodeURIComponent(quoted) },
    body: { error: `no ${quoted}`, sent: { key: quoted } },
  });
  const quoting = await send(body, { data: { customer: { key: quoted } } });
  await ended(owner, quoting.run);
  sent.push(quoting);

  // Waiting: for a further try, and for its time.
  const waiting = sweep.plant("key that waits for a try");
  await sandbox.fault({ on: "api", kind: "answer", status: 503, body: { error: `busy: ${waiting}` } });
  const retried = await running("Retried", [{ ...key, errorAction: "Retry", mappings: [auth("ApiKey", 0, "key")] }]);
  const rested = await running("Rested", [
    { kind: "Delay", name: "Rest", delay: { unit: "Hours", interval: 2 } },
    { ...key, mappings: [auth("ApiKey", 0, "key")] },
  ]);
  const open = [
    await send(retried, { data: { key: waiting } }),
    await send(rested, { data: { key: sweep.plant("key that waits for its time") } }),
  ];
  for (const { run } of open) {
    const state = async () => ((await (await owner.get(`/api/live/transactions/${run}`)).json()) as { status: string }).status;
    await expect.poll(state, { timeout: 20_000 }).toBe("Waiting");
  }
  sent.push(...open);
  await act("testStepAction", {
    stepId: body.steps[1],
    sample: JSON.stringify({ trigger: { customer: { key: sweep.plant("sample") } } }),
  });
  await act("runOnceAction", {
    cycleId: body.id,
    payload: JSON.stringify({ customer: { key: sweep.plant("payload by hand") } }),
  });
  for (const each of [body, header, query, scripted, list, halves, own, retried, rested])
    sweep.plant(`webhook secret of ${each.id}`, each.secret);

  // At the provider they are, all of them.
  const log = await sandbox.log();
  const seen = log.map(({ headers }) => JSON.stringify(headers)).join("\n");
  for (const value of goods) expect(seen).toContain(value);
  expect(seen).toContain(Buffer.from(`${user}:${refused}`).toString("base64"));
  for (const value of [variable, quoted, waiting]) expect(seen).toContain(JSON.stringify(value).slice(1, -1));

  // Everywhere else they are not: pages and their payloads, answers of the API, the log, the files.
  const operations = operationsOf((await (await outside.get(`${server.url}/v1.0/openapi.json`)).json()) as Document);
  const reads = operations.filter((o) => o.method === "GET" && /cycle|step|transaction|incident/i.test(o.path));
  expect(reads.length).toBeGreaterThan(8);
  let shown = 0;
  for (const { cycle, run } of sent) {
    const { Id } = (await api.get(`/cycles/${cycle.id}`)).body as { Id: string };
    expect(Id).toBe(cycle.id);
    for (const { path } of reads) {
      const address = addressOf(path, { cycleId: cycle.id, stepId: cycle.steps[1] ?? "", transactionId: run, accountId: acme });
      const answer = await api.get(address);
      sweep.look(address, answer.text);
      if (answer.status === 200) shown += 1;
    }
    const ids = { account: acme, cycle: cycle.id, running: cycle.id, step: cycle.steps.at(-1), transaction: run } as Ids;
    const pages = PAGES.filter(({ file }) => /cycles|dashboard|accountId\]\/page/.test(file)).map(({ url }) => url(ids));
    for (const address of [...pages, `/cycles/${cycle.id}?view=list`, `/cycles/${cycle.id}/steps/${cycle.steps[0]}`]) {
      for (const headers of [{}, { rsc: "1" }] as Record<string, string>[])
        sweep.look(address, await (await owner.get(address, { headers })).text());
    }
    for (const address of [`/api/live/transactions/${run}`, `/api/live/transactions?cycle=${cycle.id}&splitType=`])
      sweep.look(address, await (await owner.get(address)).text());
  }
  expect(shown, "answers of the API that showed something").toBeGreaterThan(sent.length * 3);
  for (const id of [byKey, byPassword])
    for (const tab of ["", "/activity", "/credentials", "/where-used"])
      sweep.look(`/connections/${id}${tab}`, await (await owner.get(`/connections/${id}${tab}`)).text());
  await page.context().addCookies((await owner.storageState()).cookies);
  for (const { cycle, run } of sent) {
    await page.goto(`${server.url}/cycles/${cycle.id}/runs/${run}`);
    for (const summary of await page.locator("summary").all()) await summary.click();
    sweep.look(`the page of run ${run} in a browser`, await page.content());
  }
  // It asks how its run goes on, and the server ends before it does.
  await page.close();
  expect(server.stdout.length).toBeGreaterThan(500);
  sweep.look("stdout", server.stdout);
  sweep.look("stderr", server.stderr);
  sweep.lookInto(folder);
  expect([...new Set(sweep.found)], `of ${sweep.swept} places`).toEqual([]);
  expect(sweep.swept).toBeGreaterThan(300);
});
