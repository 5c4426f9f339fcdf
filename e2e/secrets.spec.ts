import { readFileSync } from "node:fs";
import path from "node:path";
import { request, type APIRequestContext } from "@playwright/test";
import { accountId, emailOf, expect, passwordOf, readDemo, Sandbox, signIn, test } from "./fixtures";
import { freePort, freshFolder, KeywayServer, removeFolder } from "./keyway-server";
import { PAGES, type Ids } from "./matrix";
import { callAction } from "./server-actions";
import { openDatabase } from "./stored-rows";
import { canary, forms, Sweep } from "./sweep";
import { callbackOf, installByAction } from "./wizard";

let folder: string;
let server: KeywayServer;
let owner: APIRequestContext;
let customer: APIRequestContext;
let outside: APIRequestContext;

test.beforeEach(async () => {
  folder = freshFolder();
  const ports = { port: await freePort(), sandboxPort: await freePort() };
  server = await new KeywayServer({ folder, ...ports, env: { KEYWAY_LOG_LEVEL: "debug" } }).ready();
  const demo = readDemo(folder);
  owner = await signIn(server.url, emailOf("owner"), passwordOf(emailOf("owner"), demo));
  customer = await signIn(server.url, emailOf("acmeAdministrator"), passwordOf(emailOf("acmeAdministrator"), demo));
  outside = await request.newContext();
});
test.afterEach(async () => {
  await Promise.all([owner, customer, outside].map((client) => client.dispose()));
  await server.stop();
  removeFolder(folder);
});

test("a sweep finds a secret in every form that it knows", () => {
  const secret = canary("itself");
  for (const [form, written] of Object.entries(forms(secret))) {
    const sweep = new Sweep();
    sweep.plant("itself", secret);
    sweep.look("a text", `before ${written} after`);
    expect(sweep.found.length, form).toBeGreaterThan(0);
  }
  for (const around of ["", "a", "ab", "abc"]) {
    const sweep = new Sweep();
    sweep.plant("itself", secret);
    sweep.look("an Authorization header", Buffer.from(`${around}${secret}:x`).toString("base64"));
    expect(sweep.found.length, `base64 after ${around.length} bytes`).toBeGreaterThan(0);
  }
});

test("no secret comes back: not in a page, an answer, the log, the audit or the database (S-13, S-14)", async ({ page }) => {
  test.setTimeout(240_000);
  const sweep = new Sweep();
  const demo = readDemo(folder);
  const sandbox = new Sandbox(outside, demo.sandbox.url);
  const acme = accountId("Acme Ltd", demo);
  const act = async (client: APIRequestContext, name: string, input: unknown) => {
    const answer = await callAction(client, name, input);
    sweep.look(`the answer of ${name}`, answer.body);
    return answer.result;
  };
  const ok = async (client: APIRequestContext, name: string, input: unknown) => {
    const result = await act(client, name, input);
    expect(result, `${name}: ${JSON.stringify(result).slice(0, 300)}`).toMatchObject({ ok: true });
    return (result as unknown as { value: { id: number; url: string } }).value;
  };

  // The partner's secret, which the provider knows, then a replaced one that it refuses.
  const clientSecret = sweep.plant("client secret");
  await sandbox.createClient({ clientId: "keyway-sandbox", clientSecret });
  const setup = (secret: string) => ({
    slug: "sandbox-crm-oauth",
    values: { client_id: "keyway-sandbox", client_secret: { set: secret } },
  });
  await ok(owner, "saveSetupAction", setup(clientSecret));

  // OAuth: code, state and tokens come from the provider, once well and once refused, and are renewed once.
  await sandbox.set({ autoAllow: "mia@acme.example" });
  const oauth = await installByAction(customer, {
    account: acme,
    slug: "sandbox-crm-oauth",
    authMethodId: "oauth2",
    name: "OAuth",
    later: true,
  });
  const connect = async () => {
    const returnTo = { kind: "tab", path: `/portal/${acme}` };
    const { url } = await ok(customer, "startAttemptAction", { accountId: acme, id: oauth, returnTo });
    const callback = await callbackOf(customer, url);
    for (const [name, value] of new URL(callback).searchParams)
      if (name === "code" || name === "state") sweep.plant(`OAuth ${name}`, value);
    const back = await customer.get(callback);
    sweep.look("the result page", await back.text());
  };
  await connect();
  await ok(customer, "verifyAction", { accountId: acme, id: oauth });
  await ok(owner, "callMethodAction", { accountId: acme, id: oauth, methodId: "list-contacts" });
  endAccessToken(oauth);
  await ok(owner, "callMethodAction", { accountId: acme, id: oauth, methodId: "who-am-i" });
  const wrongSecret = sweep.plant("wrong client secret");
  await ok(owner, "saveSetupAction", setup(wrongSecret));
  await connect();
  await ok(owner, "saveSetupAction", setup(clientSecret));
  await sandbox.fault({
    on: "token",
    kind: "answer",
    status: 400,
    body: { error: "invalid_grant", error_description: `no ${clientSecret}` },
  });
  await connect();
  const sent = await sandbox.log();
  const tokens = sent.flatMap(({ headers }) => /^Bearer (.+)$/.exec(String(headers.authorization))?.[1] ?? []);
  const verifiers = sent.flatMap(({ body }) => new URLSearchParams(body).get("code_verifier") ?? []);
  const refreshTokens = sent.flatMap(({ body }) => new URLSearchParams(body).get("refresh_token") ?? []);
  expect(
    [tokens.length, verifiers.length, refreshTokens.length].every((count) => count > 0),
    "tokens were used",
  ).toBe(true);
  for (const [name, values] of Object.entries({
    "access token": tokens,
    "PKCE verifier": verifiers,
    "refresh token": refreshTokens,
  }))
    for (const value of new Set(values)) sweep.plant(name + value.slice(-4), value);

  // API key and password: right ones that work, wrong ones that the provider quotes in its refusal.
  const key = sweep.plant("API key", await sandbox.mintKey("acme"));
  const byKey = await installByAction(customer, {
    account: acme,
    slug: "sandbox-crm-api-key",
    authMethodId: "api-key",
    name: "Key",
    values: { apiKey: { set: key } },
  });
  await ok(customer, "verifyAction", { accountId: acme, id: byKey });
  const wrongKey = sweep.plant("wrong API key");
  await ok(customer, "saveValuesAction", {
    accountId: acme,
    id: byKey,
    purpose: "signIn",
    values: { apiKey: { set: wrongKey } },
  });
  await sandbox.fault({
    on: "api",
    kind: "answer",
    status: 401,
    body: { error: "bad_key", error_description: `${wrongKey} is no key` },
  });
  await act(owner, "callMethodAction", { accountId: acme, id: byKey, methodId: "list-contacts" });
  await sandbox.fault({
    on: "api",
    kind: "answer",
    status: 500,
    headers: { "x-echo": encodeURIComponent(wrongKey) },
    body: { echoed: wrongKey },
  });
  await act(customer, "verifyAction", { accountId: acme, id: byKey });
  const password = sweep.plant("password");
  const basic = {
    slug: "sandbox-crm-basic",
    authMethodId: "basic",
    values: { username: "mia@acme.example", password: { set: password } },
  };
  const byPassword = await installByAction(customer, { account: acme, name: "Basic", ...basic });
  await sandbox.fault({
    on: "api",
    kind: "answer",
    status: 400,
    body: { sent: Buffer.from(`mia@acme.example:${password}`).toString("base64") },
  });
  await act(owner, "callMethodAction", { accountId: acme, id: byPassword, methodId: "list-contacts" });
  await act(customer, "verifyAction", { accountId: acme, id: byPassword });
  // Refused input is not echoed either.
  const refused = sweep.plant("refused");
  await act(customer, "installAction", {
    accountId: acme,
    ...basic,
    name: "",
    description: "",
    later: false,
    values: { username: refused, password: { set: refused } },
  });
  await act(owner, "saveSetupAction", {
    slug: "sandbox-crm-oauth",
    values: { client_secret: { set: refused }, nothing: refused, client_id: ["x"] },
  });
  await act(owner, "changePasswordAction", { current: refused, next: sweep.plant("new password") });
  // The passwords of people, and their sessions.
  for (const person of demo.people) sweep.plant(`password of ${person.email}`, person.password);
  for (const { name, value } of (await owner.storageState()).cookies)
    if (name.endsWith("session")) sweep.plant("session cookie", value);
  sweep.plant("master key", readFileSync(path.join(folder, "master.key"), "utf8").trim());

  // Every page as HTML and as RSC payload, every route.
  for (const id of [oauth, byKey, byPassword]) {
    const ids = { account: acme, connection: id, connector: "sandbox-crm-oauth", partner: "-", attempt: "-" } as unknown as Ids;
    for (const each of PAGES) {
      const address = each.url(ids);
      for (const client of [owner, customer]) {
        for (const headers of [{}, { rsc: "1" }] as Record<string, string>[]) {
          const answer = await client.get(address, { headers });
          sweep.look(`${address}${headers.rsc ? " (RSC)" : ""}`, (await answer.text()) + JSON.stringify(answer.headers()));
        }
      }
    }
    const live = `/api/live/connections/${id}?account=${acme}`;
    sweep.look(live, await (await customer.get(live)).text());
  }
  for (const address of ["/api/live/library", "/api/live/search?q=sandbox", "/v1.0/health", "/connectors/sandbox-crm-oauth"])
    sweep.look(address, await (await owner.get(address)).text());
  const settings = await (await owner.get("/connectors/sandbox-crm-oauth")).text();
  expect(settings, "the end of a long secret is what may be shown").toContain(clientSecret.slice(-4));

  // What a browser holds after looking at them.
  await page.context().addCookies((await owner.storageState()).cookies);
  for (const id of [oauth, byKey, byPassword]) {
    await page.goto(`${server.url}/connections/${id}/activity`);
    for (const summary of await page.locator("summary").all()) await summary.click();
    sweep.look(`the page of connection ${id} in a browser`, await page.content());
  }
  // It asks how its connection stands, and the server ends before it does.
  await page.close();

  // The log, at its most talkative.
  expect(server.stdout.length).toBeGreaterThan(500);
  sweep.look("stdout", server.stdout);
  sweep.look("stderr", server.stderr);

  sweep.lookInto(folder);
  expect([...new Set(sweep.found)], `of ${sweep.swept} places`).toEqual([]);
  expect(sweep.swept).toBeGreaterThan(300);
});

/** Lets the access token of a connection end, so that the next call renews it. */
function endAccessToken(id: number): void {
  const database = openDatabase(folder);
  database.prepare("update credentials set expires_at = ? where account_connector_id = ?").run(Date.now() - 1000, id);
  database.close();
}
