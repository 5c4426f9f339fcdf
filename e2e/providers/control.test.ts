import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FaultInput } from "./faults";
import { FormBrowser } from "./form-browser";
import { startSandboxProvider, type SandboxProvider } from "./sandbox";

const CLIENT = { client_id: "keyway-sandbox", client_secret: "sandbox-secret-7Qw2mX" };
const CALLBACK = "http://127.0.0.1:59999/connector/callback/abc";
const KEY = { "x-api-key": "sk_sandbox_acme_4f9a1c2e" };

let sandbox: SandboxProvider;
beforeAll(async () => {
  sandbox = await startSandboxProvider({ port: 0, control: true });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.control.reset());

async function steer(method: string, path: string, body?: unknown) {
  const response = await fetch(`${sandbox.url}/_control${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}
const fault = (input: FaultInput) => sandbox.control.fault(input);
const token = (form: Record<string, string>, init: RequestInit = {}) =>
  fetch(`${sandbox.url}/token`, { method: "POST", body: new URLSearchParams({ ...CLIENT, ...form }), ...init });
const me = (init: RequestInit = {}) => fetch(`${sandbox.url}/api/me`, { headers: KEY, ...init });
const authorize = async (scope = "contacts.read contacts.write offline_access") => {
  const query = new URLSearchParams({
    client_id: CLIENT.client_id,
    response_type: "code",
    redirect_uri: CALLBACK,
    state: "s",
    scope,
  });
  return (await new FormBrowser(sandbox.url).authorize(`${sandbox.url}/auth?${query}`, "mia@acme.example", "ito")).searchParams;
};

describe("the control API", () => {
  it("is not there unless asked for", async () => {
    const plain = await startSandboxProvider({ port: 0 });
    for (const path of ["/_control/log", "/_control/reset", "/_control"]) {
      expect((await fetch(plain.url + path, { method: "POST" })).status).toBe(404);
    }
    await plain.close();
  });

  it("changes settings and refuses what it doesn't know", async () => {
    expect((await steer("POST", "/settings", { accessTokenSeconds: 5 })).body).toMatchObject({
      accessTokenSeconds: 5,
      rotateRefreshTokens: true,
    });
    expect((await steer("POST", "/settings", { accessTokenSecond: 5 })).status).toBe(400);
    expect((await steer("POST", "/faults", { on: "token", kind: "explode" })).status).toBe(400);
    expect((await steer("POST", "/nothing")).status).toBe(404);
    expect((await steer("GET", "/state")).body).toMatchObject({ settings: { accessTokenSeconds: 5 }, faults: [] });
    const { expires_in } = (await steer("POST", "/tokens", { subject: "jonas@birch.example" })).body;
    expect(expires_in).toBe(5);
  });

  it("makes clients, keys and tokens, and takes them away", async () => {
    const client = (await steer("POST", "/clients", { name: "Second" })).body as unknown as {
      clientId: string;
      clientSecret: string;
    };
    const form = { grant_type: "client_credentials", client_id: client.clientId, client_secret: client.clientSecret };
    expect((await token(form)).status).toBe(200);
    const { key } = (await steer("POST", "/keys", { account: "birch" })).body as unknown as { key: string };
    expect((await me({ headers: { "x-api-key": key } })).status).toBe(200);
    expect((await steer("DELETE", "/keys", { key })).body).toEqual({ revoked: true });
    expect((await me({ headers: { "x-api-key": key } })).status).toBe(401);
    const issued = (await steer("POST", "/tokens", {})).body as unknown as { access_token: string; refresh_token: string };
    const bearer = { headers: { authorization: `Bearer ${issued.access_token}` } };
    expect((await me(bearer)).status).toBe(200);
    expect((await steer("POST", "/tokens/expire")).body).toEqual({ expired: 2 });
    expect((await me(bearer)).status).toBe(401);
    await steer("POST", "/tokens/revoke", { subject: "mia@acme.example" });
    expect((await token({ grant_type: "refresh_token", refresh_token: issued.refresh_token })).status).toBe(400);
  });

  it("keeps a log of what came in, and how", async () => {
    await token({ grant_type: "client_credentials", scope: "contacts.read" });
    await fetch(`${sandbox.url}/api/contacts?api_key=${KEY["x-api-key"]}`);
    const { requests, counters } = (await steer("GET", "/log")).body as unknown as {
      requests: Record<string, unknown>[];
      counters: unknown;
    };
    expect(requests).toHaveLength(2);
    expect(requests[0]).toMatchObject({
      n: 1,
      method: "POST",
      path: "/token",
      route: "token",
      grant: "client_credentials",
      status: 200,
    });
    expect(requests[0]?.body).toContain("client_secret=sandbox-secret-7Qw2mX");
    expect(requests[1]).toMatchObject({ path: "/api/contacts", caller: { via: "api-key", in: "query api_key" } });
    expect(counters).toMatchObject({
      exchanges: { client_credentials: { requests: 1, succeeded: 1, refused: 0 } },
      requests: { token: 1, api: 1 },
    });
    expect((await steer("GET", "/log?route=api")).body.requests).toHaveLength(1);
    await steer("POST", "/reset");
    expect((await steer("GET", "/log")).body.requests).toEqual([]);
  });
});

describe("misbehaviour", () => {
  it("denies the next consent and then behaves", async () => {
    await steer("POST", "/deny", {});
    expect((await authorize()).get("error")).toBe("access_denied");
    expect((await authorize()).get("code")).toBeTruthy();
  });

  it("drops a scope", async () => {
    sandbox.control.set({ dropScopes: ["contacts.write"] });
    const code = (await authorize()).get("code") ?? "";
    const answer = (await (await token({ grant_type: "authorization_code", code, redirect_uri: CALLBACK })).json()) as {
      scope: string;
    };
    expect(answer.scope).toBe("contacts.read offline_access");
  });

  it("sends a wrong issuer, or none", async () => {
    sandbox.control.set({ issuer: "https://evil.example" });
    expect((await authorize()).get("iss")).toBe("https://evil.example");
    sandbox.control.set({ issuer: "" });
    const back = await authorize();
    expect([back.get("iss"), back.has("code")]).toEqual([null, true]);
  });

  it("leaves the refresh token out, or announces how long it lives", async () => {
    sandbox.control.set({ announceRefreshSeconds: 39_600 });
    const form = { grant_type: "password", username: "mia@acme.example", password: "ito" };
    expect(await (await token(form)).json()).toMatchObject({ refresh_token_expires_in: 39_600 });
    sandbox.control.set({ dropRefreshToken: true });
    const answer = await (await token(form)).json();
    expect(answer).toHaveProperty("access_token");
    expect(answer).not.toHaveProperty("refresh_token");
    expect(answer).not.toHaveProperty("refresh_token_expires_in");
  });

  it("fails as often as told, on the grant and after the number it was told", async () => {
    fault({ on: "token", kind: "server-error", grant: "password", skip: 1, times: 2 });
    const byPassword = () => token({ grant_type: "password", username: "mia@acme.example", password: "ito" });
    expect((await token({ grant_type: "client_credentials" })).status).toBe(200);
    const statuses = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await byPassword()).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
    expect(sandbox.control.log({ route: "token" }).map((entry) => entry.fault)).toEqual([
      undefined,
      undefined,
      "server-error",
      "server-error",
      undefined,
    ]);
  });

  it("answers with errors of many kinds", async () => {
    fault({ on: "token", kind: "invalid-client" });
    fault({ on: "revoke", kind: "answer", status: 503, headers: { "x-why": "told" }, body: "<h1>Down</h1>" });
    fault({ on: "api", kind: "error-in-200", error: "token_expired" });
    fault({ on: "api", kind: "too-many-requests", retryAfter: 7 });
    fault({ on: "api", kind: "redirect", to: "http://127.0.0.1:1/stolen" });
    expect((await token({ grant_type: "client_credentials" })).status).toBe(401);
    const revoke = await fetch(`${sandbox.url}/token/revocation`, { method: "POST" });
    expect([revoke.status, revoke.headers.get("x-why"), await revoke.text()]).toEqual([503, "told", "<h1>Down</h1>"]);
    const quiet = await me();
    expect([quiet.status, await quiet.json()]).toEqual([200, { ok: false, error: "token_expired" }]);
    const limited = await me();
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
    const moved = await me({ redirect: "manual" });
    expect([moved.status, moved.headers.get("location")]).toEqual([302, "http://127.0.0.1:1/stolen"]);
    expect((await me()).status).toBe(200);
  });

  it("is slow, before the work or after it", async () => {
    const timed = async (run: () => Promise<unknown>) => {
      const start = performance.now();
      await run();
      return performance.now() - start;
    };
    fault({ on: "api", kind: "slow", ms: 150 });
    expect(await timed(() => me())).toBeGreaterThan(140);
    const { refresh_token } = await sandbox.control.issueTokens();
    fault({ on: "token", kind: "slow", ms: 800, when: "after" });
    const late = token({ grant_type: "refresh_token", refresh_token });
    await expect.poll(() => sandbox.control.counters.exchanges.refresh_token?.succeeded, { timeout: 700, interval: 5 }).toBe(1);
    expect((await late).status).toBe(200);
  });

  it("loses the answer after it did the work, or cuts before it", async () => {
    const { refresh_token } = await sandbox.control.issueTokens();
    fault({ on: "token", kind: "close" });
    await expect(token({ grant_type: "refresh_token", refresh_token })).rejects.toThrow();
    expect(sandbox.control.counters.exchanges.refresh_token).toEqual({ requests: 1, succeeded: 0, refused: 0 });
    fault({ on: "token", kind: "close", when: "after" });
    await expect(token({ grant_type: "refresh_token", refresh_token })).rejects.toThrow();
    expect(sandbox.control.counters.exchanges.refresh_token).toEqual({ requests: 2, succeeded: 1, refused: 0 });
  });

  it("drips, hangs and sends 10 MB", async () => {
    fault({ on: "api", kind: "drip", everyMs: 10 });
    await expect(me({ signal: AbortSignal.timeout(200) }).then((answer) => answer.text())).rejects.toThrow("timeout");
    fault({ on: "api", kind: "hang" });
    await expect(me({ signal: AbortSignal.timeout(100) })).rejects.toThrow("timeout");
    fault({ on: "token", kind: "huge" });
    const huge = await token({ grant_type: "client_credentials" });
    expect((await huge.arrayBuffer()).byteLength).toBeGreaterThan(10 * 1024 * 1024);
  });

  it("refuses a body that is too large without falling over", async () => {
    const answer = await fetch(`${sandbox.url}/api/contacts`, {
      method: "POST",
      headers: KEY,
      body: "x".repeat(1024 * 1024 + 1),
    });
    expect(answer.status).toBe(413);
    expect((await me()).status).toBe(200);
  });
});
