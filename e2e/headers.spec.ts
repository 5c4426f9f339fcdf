import { get as httpGet, request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { request } from "@playwright/test";
import { accountId, emailOf, expect, passwordOf, readDemo, signIn, test, type Sandbox } from "./fixtures";
import { freePort, freshFolder, KeywayServer, removeFolder } from "./keyway-server";
import { OPEN_PAGES, PAGES, HANDLERS, type Ids } from "./matrix";
import { callAction } from "./server-actions";
import { callbackOf, installByAction, saveOAuthSetup, startAttempt } from "./wizard";

const url = readDemo().url;
const acme = accountId("Acme Ltd");
const ids: Ids = {
  partner: "p",
  account: acme,
  connection: 1,
  connector: "sandbox-crm-api-key",
  partnerMember: "m",
  accountMember: "m",
  partnerInvitation: "i",
  accountInvitation: "i",
  attempt: "unknown",
  callback: "unknown",
  custom: "unknown",
  session: "s",
  link: "l",
  publicLink: "0000000000000000000000",
  cycle: "00000000-0000-4000-8000-000000000008",
  step: "00000000-0000-4000-8000-000000000009",
  transaction: "00000000-0000-4000-8000-00000000000b",
  edge: "00000000-0000-4000-8000-00000000000a",
  running: "00000000-0000-4000-8000-00000000000c",
  name: "-",
};
const nonceOf = (policy: string | undefined): string => /'nonce-([^']+)'/.exec(policy ?? "")?.[1] ?? "";

test("every page, route, error and static file carries the security headers (S-51)", async ({ client }) => {
  const owner = await client("owner");
  const seen = new Set<string>();
  const addresses = [
    ...[...PAGES, ...OPEN_PAGES, ...HANDLERS].map((each) => each.url(ids)),
    "/no/such/page",
    "/icon.svg",
    "/v1.0/health",
    "/v1.0/no-such-resource",
  ];
  for (const address of addresses) {
    const answer = await owner.get(address);
    const headers = answer.headers();
    expect.soft(headers["x-content-type-options"], address).toBe("nosniff");
    expect.soft(headers["x-frame-options"], address).toBe("DENY");
    expect.soft(headers["referrer-policy"], address).toBe("no-referrer");
    expect.soft(headers["x-powered-by"], address).toBeUndefined();
    if (address.startsWith("/v1.0")) continue;
    const policy = headers["content-security-policy"] ?? "";
    for (const rule of [
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'self'",
      "default-src 'self'",
    ])
      expect.soft(policy, address).toContain(rule);
    expect.soft(policy, address).not.toMatch(/script-src[^;]*unsafe/);
    const nonce = nonceOf(policy);
    expect.soft(nonce.length, address).toBeGreaterThanOrEqual(22);
    expect.soft(seen.has(nonce), `a nonce of ${address} that was used before`).toBe(false);
    seen.add(nonce);
    if (!(headers["content-type"] ?? "").startsWith("text/html")) continue;
    const scripts = [...(await answer.text()).matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    expect
      .soft(
        scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`)),
        `${address}: scripts without its nonce`,
      )
      .toEqual([]);
    expect.soft(headers["cache-control"], address).toMatch(/no-store|no-cache|private/);
  }
});

test("a script that was slipped into a page is not run, and no page can be framed (S-51)", async ({ as, complaints }) => {
  complaints.expect(/Content Security Policy|Refused to (execute|frame|display)|frame-ancestors|chrome-error/);
  const page = await as("owner");
  await page.goto("/accounts");
  await page.evaluate(() => {
    const script = document.createElement("div");
    script.innerHTML = `<img src="x:" onerror="window.slipped = 1"><a id="slip" href="javascript:window.slipped = 2">slip</a>`;
    document.body.append(script);
    document.getElementById("slip")?.click();
  });
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => (window as { slipped?: number }).slipped)).toBeUndefined();

  const outside = await as(null);
  await outside.route("https://attacker.example/", (route) =>
    route.fulfill({ contentType: "text/html", body: `<iframe src="${url}/sign-in" name="victim"></iframe>` }),
  );
  await outside.goto("https://attacker.example/");
  await outside.waitForTimeout(500);
  const frame = outside.frame({ name: "victim" });
  expect(
    await frame
      ?.locator("form")
      .count()
      .catch(() => 0),
  ).toBe(0);
});

test("cookies are HttpOnly and SameSite=Lax (S-50)", async () => {
  const client = await request.newContext({ baseURL: url, extraHTTPHeaders: { origin: url } });
  const first = await client.get("/api/auth/csrf");
  const { csrfToken } = (await first.json()) as { csrfToken: string };
  const form = { email: emailOf("viewer"), password: passwordOf(emailOf("viewer")), csrfToken, json: "true" };
  const second = await client.post("/api/auth/callback/credentials", { form });
  const set = [first, second]
    .flatMap((answer) => answer.headersArray())
    .filter(({ name }) => name.toLowerCase() === "set-cookie");
  expect(set.map(({ value }) => value.split("=")[0])).toEqual(expect.arrayContaining(["keyway.csrf", "keyway.session"]));
  for (const { value } of set) {
    expect(value).toMatch(/;\s*HttpOnly/i);
    expect(value).toMatch(/;\s*SameSite=Lax/i);
    expect(value).toMatch(/;\s*Path=\/(;|$)/i);
  }
  await client.dispose();
});

test("over TLS cookies are Secure and named __Host-, and the origin is pinned (S-50)", async () => {
  const folder = freshFolder();
  const port = await freePort();
  const server = new KeywayServer({ folder, port, env: { KEYWAY_URL: "https://keyway.example" } });
  try {
    await server.ready();
    const ask = (address: string, host = "keyway.example") =>
      new Promise<IncomingMessage>((resolve, reject) => {
        httpGet({ host: "127.0.0.1", port, path: address, headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer);
        }).on("error", reject);
      });
    const csrf = await ask("/api/auth/csrf");
    expect(csrf.headers["strict-transport-security"]).toMatch(/^max-age=\d{8}/);
    expect(csrf.headers["set-cookie"]?.length).toBeGreaterThan(0);
    for (const cookie of csrf.headers["set-cookie"] ?? []) {
      expect(cookie).toMatch(/^__Host-keyway\./);
      expect(cookie).toMatch(/;\s*Secure/i);
      expect(cookie).toMatch(/;\s*HttpOnly/i);
      expect(cookie).not.toMatch(/;\s*Domain=/i);
    }
    const elsewhere = await ask("/sign-in", "attacker.example");
    expect([elsewhere.statusCode, elsewhere.headers.location]).toEqual([307, "https://keyway.example/sign-in"]);
    const posted = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { host: "keyway.example", origin: `http://127.0.0.1:${port}` };
      const sent = httpRequest({ host: "127.0.0.1", port, path: "/api/auth/signout", method: "POST", headers }, resolve);
      sent.on("error", reject).end();
    });
    expect(posted.statusCode).toBe(403);
  } finally {
    await server.stop();
    removeFolder(folder);
  }
});

async function authorized(client: Parameters<typeof startAttempt>[0], sandbox: Sandbox): Promise<string> {
  const name = `Headers ${Date.now()}`;
  const id = await installByAction(client, { name, slug: "sandbox-crm-oauth", authMethodId: "oauth2", later: true });
  await sandbox.set({ autoAllow: "mia@acme.example" });
  return callbackOf(client, await startAttempt(client, id));
}

test("after the callback: 303 to a clean URL, no referrer, nothing stored (S-24)", async ({ as, client, sandbox }) => {
  await saveOAuthSetup(await client("owner"));
  const { request: browser } = await as("acmeAdministrator");
  const callback = await authorized(browser, sandbox);
  const { code, state } = Object.fromEntries(new URL(callback).searchParams);
  const answer = await browser.get(callback, { maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  const headers = answer.headers();
  expect(headers.location).toMatch(/^\/connector\/result\/[0-9a-f-]{36}$/);
  expect(headers["referrer-policy"]).toBe("no-referrer");
  expect(headers["cache-control"]).toContain("no-store");
  const result = await browser.get(headers.location ?? "");
  expect(result.status()).toBe(200);
  expect(result.headers()["cache-control"]).toContain("no-store");
  expect(result.headers()["referrer-policy"]).toBe("no-referrer");
  const html = await result.text();
  for (const secret of [code, state]) {
    expect(secret?.length).toBeGreaterThan(20);
    expect(html).not.toContain(secret);
  }
});

test("a form post from the provider becomes the same GET, and hostile parameters lead nowhere else (S-24)", async ({
  client,
}) => {
  const anybody = await client(null);
  const posted = await anybody.post("/connector/callback/some-id", {
    headers: { origin: "https://provider.example" },
    form: { code: "c", state: "s" },
  });
  expect([posted.status(), posted.headers().location]).toEqual([303, "/connector/callback/some-id?code=c&state=s"]);
  const hostile = [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "https://a@evil.example",
    "https://keyway.exаmple",
  ];
  for (const target of hostile) {
    const query = new URLSearchParams({ code: "c", state: target, returnTo: target, redirect: target, next: target });
    const answer = await anybody.get(`/connector/callback/x?${query}`);
    expect(answer.headers().location).toBe("/connector/result/unknown?reason=oauth.attempt_unknown");
    const owner = await client("owner");
    const start = { accountId: acme, id: 1, returnTo: { kind: "tab", path: target } };
    const { result } = await callAction(owner, "startAttemptAction", start);
    expect(result, target).toMatchObject({ ok: false, error: { code: "request.invalid" } });
  }
});

test("a request for a whole address, or for none, is refused and leads nowhere", async () => {
  const { hostname, port, host } = new URL(url);
  for (const target of ["http://evil.example/x", `${url}/sign-in`, "*"]) {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
      );
      let text = "";
      socket
        .on("data", (chunk) => (text += chunk.toString()))
        .on("close", () => resolve(text))
        .on("error", reject);
    });
    expect(answer, target).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.toLowerCase()).not.toContain("location:");
  }
});

test("after signing in, nobody is led to another site", async ({ as }) => {
  for (const next of ["//evil.example/x", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]) {
    const page = await as(null);
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel("E-mail").fill(emailOf("editor"));
    await page.getByLabel("Password").fill(passwordOf(emailOf("editor")));
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page).toHaveURL(`${url}/dashboard`);
    await page.close();
  }
});

/** A member of the partner's team, made for one test. Out: how they sign in, and the membership. */
async function newMember(owner: Awaited<ReturnType<typeof signIn>>, name: string) {
  const email = `${name.toLowerCase()}-${Date.now()}@northwind.example`;
  const password = `a good passphrase of ${name}`;
  const { result } = await callAction(owner, "invitePartnerAction", { email, role: "editor" });
  const { url: link } = (result as unknown as { value: { url: string } }).value;
  const accept = { token: link.split("/").at(-1), name, password };
  const accepted = await callAction(owner, "acceptInvitationAction", accept);
  expect(accepted.result).toMatchObject({ ok: true });
  return { email, password };
}

test("ten wrong tries lock an address for a while, with the right password too (S-50)", async ({ as, client, complaints }) => {
  complaints.expect(/status of 401/);
  const { email, password } = await newMember(await client("owner"), "Locked");
  const anybody = await request.newContext({ baseURL: url, extraHTTPHeaders: { origin: url } });
  const { csrfToken } = (await (await anybody.get("/api/auth/csrf")).json()) as { csrfToken: string };
  const told = new Set<string>();
  for (let n = 0; n < 10; n += 1) {
    const form = { email, password: `wrong ${n}`, csrfToken, json: "true" };
    told.add(await (await anybody.post("/api/auth/callback/credentials", { form })).text());
  }
  expect([...told].join(" ")).toContain("auth.invalid_credentials");
  await anybody.dispose();
  const page = await as(null);
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Too many tries" })).toBeVisible();
  await expect(page).toHaveURL(/\/sign-in/);
});

test("a member who is removed is out at once, with sessions and all (S-50)", async ({ as, client }) => {
  const owner = await client("owner");
  const { email, password } = await newMember(owner, "Removed");
  const theirs = await signIn(url, email, password);
  expect((await theirs.get("/accounts")).status()).toBe(200);
  const page = await as("owner");
  await page.goto("/settings/people");
  await page
    .getByRole("row", { name: new RegExp(email) })
    .getByRole("button", { name: /Remove/ })
    .click();
  await page
    .getByRole("alertdialog")
    .getByRole("button", { name: /Remove/ })
    .click();
  await expect(page.getByRole("row", { name: new RegExp(email) })).toHaveCount(0);
  const after = await theirs.get("/accounts", { maxRedirects: 0 });
  expect(after.status()).toBe(307);
  const { result } = await callAction(theirs, "createAccountAction", { name: "Too late" });
  expect(result).toMatchObject({ ok: false, error: { code: "auth.required" } });
  await theirs.dispose();
});

test("a page is the same answer from its own entry point and by way of Next's router", async ({ client }) => {
  const owner = await client("owner");
  /** Without what is new in each answer: its nonce, its time and its request's id. */
  const plain = async (address: string, headers: Record<string, string>) => {
    const answer = await owner.get(address, { headers, maxRedirects: 0 });
    const nonce = nonceOf(answer.headers()["content-security-policy"]);
    const { date, "x-request-id": id, ...rest } = answer.headers();
    expect(date && id, address).toBeTruthy();
    const text = await answer.text();
    const title = /<title>[^<]*<\/title>/.exec(text)?.[0];
    const shown = /<h1[^>]*>[^<]*/.exec(text)?.[0];
    return { status: answer.status(), headers: JSON.stringify(rest).replaceAll(nonce || "none", "nonce"), title, shown };
  };
  for (const each of [...PAGES, ...OPEN_PAGES]) {
    const address = each.url(ids);
    // The router drops this header; a request that has it isn't answered by the entry point.
    const [own, routed] = [await plain(address, {}), await plain(address, { "x-nextjs-data": "1" })];
    expect.soft(own, address).toEqual(routed);
  }
});
