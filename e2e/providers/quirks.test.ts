import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FormBrowser } from "./form-browser";
import { startSandboxProvider, type SandboxProvider } from "./sandbox";

const ID = "keyway-sandbox";
const SECRET = "sandbox-secret-7Qw2mX";
const CALLBACK = "http://127.0.0.1:59999/connector/callback/abc";

let sandbox: SandboxProvider;
beforeAll(async () => {
  sandbox = await startSandboxProvider({ port: 0 });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await sandbox.control.reset();
  sandbox.control.set({ autoAllow: "mia@acme.example" });
});

const standard = { client_id: ID, response_type: "code", redirect_uri: CALLBACK, state: "s" };

async function authorize(quirk: string, query: Record<string, string> = standard): Promise<URLSearchParams> {
  const visit = await new FormBrowser(sandbox.url).open(`${sandbox.url}/quirks/${quirk}/authorize?${new URLSearchParams(query)}`);
  expect(visit.url).toContain(CALLBACK);
  return new URL(visit.url).searchParams;
}
const codeOf = async (quirk: string, query?: Record<string, string>) => (await authorize(quirk, query)).get("code") ?? "";

const request = async (quirk: string, init: RequestInit, query = "") => {
  const response = await fetch(`${sandbox.url}/quirks/${quirk}/token${query}`, init);
  return { status: response.status, type: response.headers.get("content-type") ?? "", text: await response.text() };
};
const exchangeForm = (code: string, more: Record<string, string> = {}) =>
  new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: CALLBACK,
    client_id: ID,
    client_secret: SECRET,
    ...more,
  });

/** The response of a code exchange under this quirk, with a standard request. */
async function exchanged(quirk: string) {
  const answer = await request(quirk, { method: "POST", body: exchangeForm(await codeOf(quirk)) });
  expect(answer.status).toBe(200);
  return { ...answer, json: answer.text.startsWith("{") ? (JSON.parse(answer.text) as Record<string, unknown>) : {} };
}

async function works(accessToken: unknown, path = "/api/me"): Promise<boolean> {
  return (await fetch(sandbox.url + path, { headers: { authorization: `Bearer ${accessToken}` } })).status === 200;
}

describe("token responses", () => {
  it("nested in authed_user, with failures as 200", async () => {
    const { json } = await exchanged("nested");
    expect(json).toMatchObject({ ok: true, authed_user: { token_type: "Bearer", expires_in: 3600 } });
    expect(json).not.toHaveProperty("access_token");
    expect(await works((json.authed_user as Record<string, unknown>).access_token)).toBe(true);
    const failed = await request("nested", { method: "POST", body: exchangeForm("used-up") });
    expect([failed.status, JSON.parse(failed.text)]).toEqual([200, { ok: false, error: "invalid_grant" }]);
  });

  it("nested in data", async () => {
    const { json } = await exchanged("data-envelope");
    expect(await works((json.data as Record<string, unknown>).access_token)).toBe(true);
  });

  it("form-encoded", async () => {
    const { type, text } = await exchanged("form-encoded");
    expect(type).toMatch(/^application\/x-www-form-urlencoded/);
    expect(await works(new URLSearchParams(text).get("access_token"))).toBe(true);
    const failed = await request("form-encoded", { method: "POST", body: exchangeForm("used-up") });
    expect([failed.status, new URLSearchParams(failed.text).get("error")]).toEqual([200, "invalid_grant"]);
  });

  it("of another type, or with members missing or spelled otherwise", async () => {
    expect((await exchanged("text-plain")).type).toMatch(/^text\/plain/);
    expect((await exchanged("no-token-type")).json).not.toHaveProperty("token_type");
    expect((await exchanged("no-expiry")).json).not.toHaveProperty("expires_in");
    expect((await exchanged("expires-ms")).json.expires_in).toBe(3_600_000);
    const inAnHour = Date.now() / 1000 + 3600;
    const at = (await exchanged("expires-at")).json;
    expect(Math.abs(Number(at.expires_at) - inAnHour)).toBeLessThan(5);
    expect(at).not.toHaveProperty("expires_in");
    const iso = (await exchanged("expires-at-iso")).json.expires_at;
    expect(Math.abs(Date.parse(String(iso)) / 1000 - inAnHour)).toBeLessThan(5);
    expect((await exchanged("own-lifetime-name")).json.access_token_validity).toBe(3600);
    expect((await exchanged("refresh-11h")).json.refresh_token_expires_in).toBe(39_600);
    expect((await exchanged("refresh-13h")).json.refresh_token_expires_in).toBe(46_800);
    expect((await exchanged("x-refresh")).json.x_refresh_token_expires_in).toBe(8_640_000);
  });

  it("that bring the address of the API", async () => {
    const { json } = await exchanged("instance-url");
    expect(json.instance_url).toBe(`${sandbox.url}/instances/na7`);
    expect(await works(json.access_token, "/instances/na7/api/me")).toBe(true);
    expect(await works(json.access_token, "/instances/eu1/api/me")).toBe(false);
  });
});

describe("token requests", () => {
  const json = (body: object) => ({
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

  it("in JSON", async () => {
    const code = await codeOf("json");
    expect((await request("json", { method: "POST", body: exchangeForm(code) })).status).toBe(415);
    expect((await request("json", json(Object.fromEntries(exchangeForm(code))))).status).toBe(200);
    expect(sandbox.control.counters.exchanges.authorization_code).toMatchObject({ requests: 2, succeeded: 1 });
  });

  it("by GET, and by POST with a query", async () => {
    expect((await request("token-by-get", {}, `?${exchangeForm(await codeOf("token-by-get"))}`)).status).toBe(200);
    expect((await request("token-by-get", { method: "POST", body: exchangeForm("x") })).status).toBe(405);
    expect((await request("token-by-query", { method: "POST" }, `?${exchangeForm(await codeOf("token-by-query"))}`)).status).toBe(
      200,
    );
    expect((await request("token-by-query", { method: "POST", body: exchangeForm("x") })).status).toBe(400);
  });

  it("with other parameter names, the standard ones refused", async () => {
    const own = { client_key: ID, response_type: "code", redirect_url: CALLBACK, state: "s" };
    const code = await codeOf("renamed", own);
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      code,
      client_key: ID,
      client_secret: SECRET,
      redirect_url: CALLBACK,
    });
    expect((await request("renamed", { method: "POST", body: exchangeForm(code) })).text).toContain(
      "unknown parameter client_id",
    );
    expect((await request("renamed", { method: "POST", body })).status).toBe(200);
    const standardNames = await fetch(`${sandbox.url}/quirks/renamed/authorize?${new URLSearchParams(standard)}`, {
      redirect: "manual",
    });
    expect(standardNames.status).toBe(400);

    const appCode = await codeOf("app-id", { app_id: ID, response_type: "code", redirect_uri: CALLBACK });
    const app = { grant_type: "authorization_code", auth_code: appCode, app_id: ID, secret: SECRET, redirect_uri: CALLBACK };
    expect((await request("app-id", json(app))).status).toBe(200);
  });

  it("that authenticate the client in one place only", async () => {
    const authorization = `Basic ${Buffer.from(`${ID}:${SECRET}`).toString("base64")}`;
    const bare = (code: string) => {
      const form = exchangeForm(code);
      form.delete("client_secret");
      return form;
    };
    const code = await codeOf("basic-only");
    expect((await request("basic-only", { method: "POST", body: exchangeForm(code) })).status).toBe(401);
    expect((await request("basic-only", { method: "POST", headers: { authorization }, body: bare(code) })).status).toBe(200);
    const second = await codeOf("post-only");
    expect((await request("post-only", { method: "POST", headers: { authorization }, body: bare(second) })).status).toBe(401);
    expect((await request("post-only", { method: "POST", body: exchangeForm(second) })).status).toBe(200);
  });
});

describe("authorization requests and responses", () => {
  it("with scopes between commas", async () => {
    const code = await codeOf("comma-scopes", { ...standard, scope: "contacts.read,contacts.write" });
    const answer = await request("comma-scopes", { method: "POST", body: exchangeForm(code) });
    expect((JSON.parse(answer.text) as Record<string, unknown>).scope).toBe("contacts.read,contacts.write");
  });

  it("with another name for the code, and with values of their own", async () => {
    const own = await authorize("own-code-name");
    expect(own.get("code")).toBeNull();
    const body = exchangeForm(own.get("sandbox_oauth_code") ?? "");
    expect((await request("own-code-name", { method: "POST", body })).status).toBe(200);
    const values = await authorize("redirect-values");
    expect([values.get("realmId"), values.get("accounts-server")]).toEqual(["9130347", "accounts.sandbox.example"]);
  });

  it("are not found under a name there is none of", async () => {
    expect((await fetch(`${sandbox.url}/quirks/unheard-of/token`, { method: "POST" })).status).toBe(404);
  });
});
