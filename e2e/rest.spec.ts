import { expect, readDemo, test, type Page } from "./fixtures";
import { RestClient, type Send } from "./rest-client";
import { saveOAuthSetup, signInAtProvider } from "./wizard";

const demo = readDemo();
const send: Send = (path, init) => fetch(demo.url + path, init);

let partner: RestClient;
let acme: RestClient;

test.beforeAll(async () => {
  partner = await RestClient.signIn(send, demo.api);
  const account = await partner.post("/accounts", { Id: `api-${Date.now()}`, Name: "Customer of the API" });
  expect(account.status).toBe(200);
  acme = partner.withAccount(account.body.Id as string);
});

test.beforeEach(async ({ client, sandbox }) => {
  await sandbox.reset();
  await saveOAuthSetup(await client("owner"));
});

/** The only connector of that name, as a client finds it. */
async function connectorNamed(name: string): Promise<{ Id: number }> {
  const found = (await partner.get("/connectors?pageSize=1000")).body.filter((c: { Name: string }) => c.Name === name);
  expect(found).toHaveLength(1);
  return found[0];
}

/** Installs, sets what is still asked for, and gives the id. In: the answers to required properties, by name. */
async function install(name: string, answers: Record<string, string> = {}): Promise<number> {
  const connector = await connectorNamed(name);
  const installed = await acme.post(`/connectors/${connector.Id}/install`, { Name: `${name} ${Date.now()}` });
  expect(installed.body).toMatchObject({ Authenticated: false, AuthValue: null });
  const id = installed.body.Id as number;
  const { Parameters } = (await acme.get(`/account/connectors/${id}`)).body.Connector;
  for (const p of Parameters.filter((each: never) => each["IsAccountConnectorProperty"] && !each["IsOptional"])) {
    const value = answers[p.TargetName as string];
    expect(value, `${p.TargetName} of ${name}`).toBeDefined();
    expect((await acme.post(`/account/connectors/${id}/properties`, { Name: p.TargetName, Value: value })).status).toBe(200);
  }
  return id;
}

const connector = async (id: number) => (await acme.get(`/account/connectors/${id}`)).body;

/** Calls *List contacts* and gives how the provider saw the caller. */
async function callerOf(id: number) {
  const { Connector } = await connector(id);
  const methods = (await partner.get(`/connectors/${Connector.Id}/methods`)).body;
  const list = methods.find((m: { Name: string }) => m.Name === "List contacts");
  const answer = await acme.post(`/account/connectors/${id}/methods/${list.Id}`, {});
  expect(answer.status, answer.text).toBe(200);
  expect(answer.body.contacts.length).toBeGreaterThan(0);
  return answer.body.caller;
}

async function signInAddress(id: number, more: Record<string, string> = {}): Promise<string> {
  const token = await partner.post(`/accounts/${acme.account}/signintoken`, { Username: "user@customer.example" });
  expect(token.status).toBe(200);
  const query = new URLSearchParams({ id: String(id), token: token.body.Token, targetOrigin: demo.sandbox.url, ...more });
  return `${demo.url}/connectorauth/updateaccountconnectoroauth?${query}`;
}

const start = (page: Page) => page.getByRole("button", { name: /^(Continue to|Connect) / }).click();

test("a key and a password are set as AuthValue, used and removed", async () => {
  for (const [name, type, value, via] of [
    ["Sandbox CRM (API key)", "ApiKey", "sk_sandbox_acme_4f9a1c2e", "api-key"],
    ["Sandbox CRM (Basic)", "Basic", Buffer.from("mia@acme.example:ito").toString("base64"), "basic"],
  ] as const) {
    const id = await install(name);
    expect((await connector(id)).Connector).toMatchObject({ AuthType: type, OAuth2Type: "Unknown" });
    const saved = await acme.put(`/account/connectors/${id}`, { AuthValue: value });
    expect(saved.body).toMatchObject({ Authenticated: true, AuthValue: null });
    expect((await callerOf(id)).via).toBe(via);
    const removed = await acme.put(`/account/connectors/${id}/deauthenticate`, {});
    expect(removed.body.Message).toMatch(/^Connector '.*' successfully de-authenticated\.$/);
    expect((await connector(id)).Authenticated).toBe(false);
  }
});

test("a browser signs in at the provider and comes back to the partner's page", async ({ page }) => {
  const id = await install("Sandbox CRM (OAuth)");
  expect((await connector(id)).Connector).toMatchObject({ AuthType: "OAuth2", OAuth2Type: "AuthorisationCode" });
  const address = await signInAddress(id);
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Connect Sandbox CRM (OAuth)");
  await start(page);
  await signInAtProvider(page);
  await page.waitForURL(`${demo.sandbox.url}/`);
  expect((await connector(id)).Authenticated).toBe(true);
  expect((await callerOf(id)).via).toBe("bearer");
  expect((await page.request.get(address)).status()).toBe(403);
  expect((await acme.put(`/account/connectors/${id}/deauthenticate`, {})).status).toBe(200);
  expect((await connector(id)).Authenticated).toBe(false);
});

test("OAuth 1, client credentials and password connect the same way", async ({ page }) => {
  const client = { ClientId: "keyway-sandbox", ClientSecret: "sandbox-secret-7Qw2mX" };
  const one = await install("Sandbox CRM (OAuth 1)", { ClientId: "keyway-oauth1", ClientSecret: "oauth1-secret-9Lr4dN" });
  await page.goto(await signInAddress(one));
  await start(page);
  await signInAtProvider(page);
  await page.waitForURL(`${demo.sandbox.url}/`);
  expect((await connector(one)).Authenticated).toBe(true);
  const person = { ...client, Username: "mia@acme.example", Password: "ito" };
  for (const name of ["Sandbox CRM (Client credentials)", "Sandbox CRM (Password)"]) {
    const id = await install(name, person);
    await page.goto(await signInAddress(id));
    await start(page);
    await page.waitForURL(`${demo.sandbox.url}/`);
    expect((await connector(id)).Authenticated, name).toBe(true);
    expect((await callerOf(id)).via).toBe("bearer");
  }
});

test("a token is fetched with the next call where AuthValue is an empty object", async () => {
  const id = await install("Sandbox CRM (Client credentials)", {
    ClientId: "keyway-sandbox",
    ClientSecret: "sandbox-secret-7Qw2mX",
  });
  expect((await acme.put(`/account/connectors/${id}`, { AuthValue: "{}" })).body.Authenticated).toBe(true);
  expect((await callerOf(id)).via).toBe("bearer");
});

test("a page that opened the window is told by a message, and told of a refusal too", async ({ page }) => {
  await page.route(`${demo.sandbox.url}/partner-page`, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: "<script>window.told=[];addEventListener('message',(e)=>told.push([e.origin,e.data]))</script>",
    }),
  );
  await page.goto(`${demo.sandbox.url}/partner-page`);
  const open = async (id: number): Promise<Page> => {
    const address = await signInAddress(id, { callbackMessage: "connected" });
    const [opened] = await Promise.all([page.waitForEvent("popup"), page.evaluate((url) => void globalThis.open(url), address)]);
    await start(opened);
    return opened;
  };
  const told = () => page.evaluate(() => (globalThis as unknown as { told: unknown[] }).told);
  const first = await open(await install("Sandbox CRM (OAuth)"));
  await signInAtProvider(first);
  await expect.poll(told).toEqual([[demo.url, "connected"]]);

  const id = await install("Sandbox CRM (OAuth)");
  const second = await open(id);
  await second.getByRole("button", { name: "Cancel" }).click();
  await expect.poll(told).toEqual([
    [demo.url, "connected"],
    [demo.url, expect.objectContaining({ type: "connectorauth", status: "error", error: "access_denied" })],
  ]);
  await second.getByRole("button", { name: "Try again" }).click();
  await signInAtProvider(second);
  await expect.poll(async () => (await connector(id)).Authenticated).toBe(true);
});

test("a refusal says what happened, then goes back with it", async ({ page }) => {
  await page.goto(await signInAddress(await install("Sandbox CRM (OAuth)")));
  await start(page);
  await page.getByLabel("Email address").fill("mia@acme.example");
  await page.getByLabel("Password").fill("ito");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  await page.waitForURL(/error=access_denied&error_description=/);
  expect(new URL(page.url()).origin).toBe(demo.sandbox.url);
});

test("only an allowed origin, written exactly, is gone back to", async ({ page }) => {
  const id = await install("Sandbox CRM (OAuth)");
  const good = new URL(demo.sandbox.url);
  for (const targetOrigin of [
    "https://evil.example",
    `http://user@${good.host}`,
    `http://${good.host}.evil.example`,
    `//${good.host}`,
    `http:\\\\${good.host}`,
    `http://${good.host}/path`,
    `HTTP://${good.host}`,
    "https://ex\u00e4mple.com",
    "javascript:alert(1)",
    "*",
  ]) {
    const answer = await page.request.get(await signInAddress(id, { targetOrigin }));
    expect([targetOrigin, answer.status()]).toEqual([targetOrigin, 403]);
  }
  expect((await page.request.get(await signInAddress(999_999))).status()).toBe(403);
  const address = await signInAddress(id);
  for (let scan = 0; scan < 5; scan += 1) expect((await page.request.get(address)).status()).toBe(200);
  await page.goto(address);
  await expect(page.getByRole("button", { name: "Continue to Sandbox CRM (OAuth)" })).toBeVisible();
});

test("a user whom the API made signs in with a token, once, and comes to their account", async ({ page, complaints }) => {
  complaints.expect(/status of 403/);
  const made = await partner.post("/accounts/tokens", { AccountId: acme.account, Username: "token@customer.example" });
  const address = `${demo.url}/account/signinwithtoken?token=${encodeURIComponent(made.body.Token)}`;
  await page.goto(`${address}&returnUrl=//elsewhere.example/`);
  await page.reload();
  // Opening it has used nothing up.
  await page.getByRole("button", { name: "Continue as token@customer.example" }).click();
  await page.waitForURL(/\/portal\//);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("403 – Forbidden: Access is denied.");
  await page.goto("/account/signinwithtoken");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("403 – Forbidden: Access is denied.");
});
