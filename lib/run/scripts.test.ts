import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FormBrowser } from "@/e2e/providers/form-browser";
import { OAUTH1_CONSUMERS, OAUTH1_TOKENS } from "@/e2e/providers/oauth1-server";
import { startSandboxProvider, type SandboxProvider } from "@/e2e/providers/sandbox";
import { tokenHash } from "@/lib/access/tokens";
import { connectorDefinitionSchema, type ConnectorDefinition } from "@/lib/auth-methods/definition";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { connectionOf } from "@/lib/installs/data";
import { MINUTE, shiftClock } from "@/lib/kernel/clock";
import { startAttempt } from "@/lib/oauth/authorize";
import { finishAttempt } from "@/lib/oauth/callback";
import { attemptById } from "@/lib/oauth/data";
import { closeScripts } from "@/lib/scripts/pool";
import { callMethod } from "./call";
import { verifyConnection } from "./verify";

const CLIENT = { client_id: "keyway-sandbox", client_secret: "sandbox-secret-7Qw2mX" };
const KEY = "sk_sandbox_acme_4f9a1c2e";
const BEARER = `function before_action() {
    method_request_headers.Authorization = 'Bearer ' + method_auth_value;
    return true;
}`;

let world: TestWorld;
let elsewhere: SandboxProvider;
let count = 0;
beforeAll(async () => {
  world = await createTestWorld();
  elsewhere = await startSandboxProvider({ port: 0 });
});
afterAll(async () => {
  await closeScripts();
  await elsewhere.close();
  await world.close();
});
beforeEach(async () => {
  await world.sandbox.control.reset();
  elsewhere.control.clearLog();
});

/** A connector like a sandbox one, with scripts and whatever else changes; installed with this credential. */
async function scripted(
  of: string,
  script: string | { connector?: string; method?: string },
  more: {
    change?: (d: ConnectorDefinition) => unknown;
    credential?: Record<string, string> | null;
    setup?: Record<string, string>;
  } = {},
) {
  const slug = `scripted-${(count += 1)}`;
  const { definition } = await world.connector(of);
  const { connector, method } = typeof script === "string" ? { connector: script, method: undefined } : script;
  const changed = { ...definition, ...(more.change?.(definition) as object | undefined) };
  await world.define(
    connectorDefinitionSchema.parse({
      ...changed,
      slug,
      ...(connector ? { script: connector } : {}),
      methods: changed.methods.map((m) => (method ? { ...m, script: method } : m)),
    }),
  );
  if (more.setup) await world.setUp(world.northwind, slug, more.setup);
  const credential = more.credential === undefined ? { apiKey: KEY } : more.credential;
  return world.install(world.northwind, slug, { name: `Connection ${count}`, ...(credential ? { credential } : {}) });
}

const call = (
  id: number,
  methodId = "list-contacts",
  parameters: Record<string, string> = {},
  fields: Record<string, unknown> = {},
) => callMethod(world.northwind.account, id, { methodId, parameters, fields });

async function answerOf(id: number, ...more: [methodId?: string, parameters?: Record<string, string>, fields?: object]) {
  const called = await call(id, more[0], more[1], more[2] as Record<string, unknown>);
  if (!called.ok) throw new Error(called.error.message);
  return JSON.parse(called.value.response.body) as Record<string, unknown>;
}

const api = () => world.sandbox.control.log({ route: "api" });
const tokens = () => world.sandbox.control.log({ route: "token" });
const threads = () =>
  (globalThis as unknown as Record<symbol, { threads: Set<unknown> } | undefined>)[Symbol.for("keyway.scripts")]?.threads.size ??
  0;

it("a call without a script starts no thread", async () => {
  const id = await world.install(world.northwind, "sandbox-crm-api-key", { name: "Plain", credential: { apiKey: KEY } });
  expect((await call(id)).ok).toBe(true);
  const other = await scripted("sandbox-crm-api-key", "function before_webhook() { return true; }");
  expect((await call(other)).ok).toBe(true);
  expect(threads()).toBe(0);
});

describe("before a call", () => {
  it("the bearer script sends the key as a bearer token, and nobody sees it", async () => {
    const id = await scripted("sandbox-crm-api-key", BEARER, {
      change: (d) => ({ authMethods: [{ ...d.authMethods[0], placements: [] }] }),
    });
    const called = await call(id);
    expect(api().at(-1)?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(called.ok && called.value.response.status).toBe(200);
    expect(JSON.stringify([called, await connectionOf(world.northwind.account, id)])).not.toContain(KEY);
    expect(await verifyConnection(world.northwind.account, id)).toMatchObject({ ok: true });
  });

  it("a script of the method runs before that of the connector, over headers, query, path and body", async () => {
    const id = await scripted("sandbox-crm-api-key", {
      method: `function before_action() {
        method_request_headers["X-Order"] = "method";
        if (method_request.name) method_request = { name: method_request.name.toUpperCase(), address: { city: "Cork" } };
        if (method_request_mergefields.id) method_request_mergefields.id = "acme-2";
        return true;
      }`,
      connector: `function before_action() {
        method_request_headers["X-Order"] += " connector";
        method_request_parameters.pageSize = 3;
        delete method_request_parameters.search;
        return true;
      }`,
    });
    const listed = await answerOf(id, "list-contacts", { search: "nobody at all" });
    expect(listed).toMatchObject({ pageSize: 3, contacts: [{}, {}, {}] });
    expect(api().at(-1)?.headers["x-order"]).toBe("method connector");
    expect(await answerOf(id, "get-contact", { id: "acme-1" })).toMatchObject({ id: "acme-2" });
    expect(await answerOf(id, "create-contact", {}, { name: "Nia" })).toMatchObject({ name: "NIA", address: { city: "Cork" } });
  });

  it("false stops it and a message fails it, without a request", async () => {
    const stopped = await call(await scripted("sandbox-crm-api-key", "function before_action() { return false; }"));
    expect(stopped).toMatchObject({ ok: false, error: { code: "script.failed", details: { owner: "policy" } } });
    const thrown = await call(
      await scripted("sandbox-crm-api-key", "function before_action() { throw new Error('No phone: ' + method_auth_value); }"),
    );
    expect(thrown.ok ? "" : thrown.error.message).toMatch(/^No phone: •+ \(connector, line 1\)$/);
    expect(api()).toHaveLength(0);
  });

  it("parameters of the target Script are script_parameters, as are the connector's values, secret ones as markers", async () => {
    const id = await scripted(
      "sandbox-crm-api-key",
      `function before_action() {
        method_request_parameters.search = script_parameters.Wanted + "/" + (script_parameters.apiKey.indexOf("sk_") === 0);
        method_request_headers["X-Signed"] = cyclr_sign("HMAC-SHA256", script_parameters.apiKey, "text", "hex");
        return true;
      }`,
      {
        change: (d) => ({
          methods: d.methods.map((m) => ({
            ...m,
            parameters: [
              ...m.parameters,
              { name: "Wanted", title: "Wanted", targetType: "Script", targetName: "Wanted", optional: true },
            ],
          })),
        }),
      },
    );
    const called = await call(id, "list-contacts", { Wanted: "brandt" });
    const { createHmac } = await import("node:crypto");
    const signature = createHmac("sha256", KEY).update("text").digest("hex");
    expect(api().at(-1)).toMatchObject({ query: { search: "brandt/false" }, headers: { "x-signed": signature } });
    expect(JSON.stringify(called)).not.toContain(signature);
  });

  it("an OAuth 1 signature covers what the script changed", async () => {
    const [consumer] = OAUTH1_CONSUMERS;
    const [pair] = OAUTH1_TOKENS;
    const id = await scripted(
      "sandbox-crm-oauth1",
      "function before_action() { method_request_parameters.search = 'Ünal & Co'; return true; }",
      {
        credential: { accessToken: pair?.token ?? "", accessTokenSecret: pair?.secret ?? "" },
        setup: { client_id: consumer.key, client_secret: consumer.secret ?? "" },
      },
    );
    expect(await answerOf(id)).toMatchObject({ caller: { via: "oauth1" }, total: 0 });
  });
});

describe("S-41 S-42 a secret in a script", () => {
  const requesting = (url: string) =>
    `function before_action() {
      var answer;
      try { answer = http_request({ method: "GET", url: "${url}/api/contacts", headers: { "X-Api-Key": method_auth_value } }).status_code; }
      catch (e) { answer = e.message; }
      method_request_parameters.search = String(answer);
      return true;
    }`;

  it("goes along with http_request to a host of the connector", async () => {
    const id = await scripted("sandbox-crm-api-key", requesting(world.sandbox.url));
    await call(id);
    expect(api().map((r) => r.headers["x-api-key"])).toEqual([KEY, KEY]);
    expect(api().at(-1)?.query.search).toBe("200");
  });

  it("goes to no other host", async () => {
    const id = await scripted("sandbox-crm-api-key", requesting(elsewhere.url));
    await call(id);
    expect(elsewhere.control.log()).toHaveLength(0);
    expect(api().at(-1)?.query.search).toMatch(/tried to send a secret to 127\.0\.0\.1/);
  });

  it("of the partner stays outside where a customer chose the host freely", async () => {
    const script = `function before_action() {
      method_request_headers["X-Client"] = String(script_parameters.client_secret);
      return true;
    }`;
    const address = { name: "address", title: "Address", level: "account", format: "hostname" } as const;
    const id = await scripted("sandbox-crm-client-credentials", script, {
      change: (d) => ({ baseUrl: "http://{{address}}", parameters: [...d.parameters, address] }),
      credential: {},
      setup: CLIENT,
    });
    const { saveValues } = await import("@/lib/installs/mutations");
    const host = new URL(world.sandbox.url).host;
    await saveValues(world.northwind.account, id, [{ kind: "set", name: "address", value: host, isSecret: false }], null);
    await call(id);
    expect(api().at(-1)?.headers["x-client"]).toBe("undefined");
  });
});

describe("after a call", () => {
  it("a script changes the answer, and action_data lasts from before to after", async () => {
    const id = await scripted(
      "sandbox-crm-api-key",
      `function before_action() { action_data.asked = method_request_parameters.search; return true; }
       function after_action() { method_response = { asked: action_data.asked, status: statusCode + " " + reasonPhrase, total: method_response.total }; return true; }`,
    );
    expect(await answerOf(id, "list-contacts", { search: "brandt" })).toEqual({ asked: "brandt", status: "200 OK", total: 1 });
  });

  it("after_error sees what the provider said", async () => {
    const id = await scripted(
      "sandbox-crm-api-key",
      "function after_error() { throw new Error(method_error.statusCode + ': ' + JSON.parse(method_error.content).error); }",
    );
    const called = await call(id, "get-contact", { id: "nobody" });
    expect(called.ok ? "" : called.error.message).toContain("404: not_found");
  });

  const REFRESH = `function after_action() {
    if (method_response.error === 'token_expired') throw new AuthRefreshException();
    return true;
  }`;

  it("AuthRefreshException on a 200 with an error body fetches a new token and tries once more", async () => {
    const id = await scripted("sandbox-crm-client-credentials", REFRESH, { credential: {}, setup: CLIENT });
    await call(id);
    world.sandbox.control.clearLog();
    world.sandbox.control.fault({ kind: "error-in-200", on: "api", error: "token_expired" });
    expect(await answerOf(id)).toMatchObject({ caller: { via: "bearer" } });
    expect([tokens().length, api().length]).toEqual([1, 2]);
  });

  it("and only once: a second one is a failure that asks for a new sign-in", async () => {
    const id = await scripted("sandbox-crm-client-credentials", REFRESH, { credential: {}, setup: CLIENT });
    await call(id);
    world.sandbox.control.clearLog();
    world.sandbox.control.fault({ kind: "error-in-200", on: "api", error: "token_expired", times: 9 });
    expect((await call(id)).ok).toBe(true);
    expect([tokens().length, api().length]).toEqual([1, 2]);
    expect((await connectionOf(world.northwind.account, id))?.state).toBe("NeedsReconnect");
  });

  it("AuthSessionException runs the look-up again, once, and then the call", async () => {
    const id = await scripted(
      "sandbox-crm-api-key",
      `function before_action() { method_request_headers["X-Session"] = String(script_parameters.session); return true; }
       function after_action() { if (method_response.error === 'session') throw new AuthSessionException(); return true; }`,
      {
        change: (d) => ({
          parameters: [
            ...d.parameters,
            { name: "session", title: "Session", level: "account", source: "postConnect", required: false },
          ],
          postConnect: [{ request: { method: "GET", paths: ["/api/me"] }, save: { session: "account.id" } }],
        }),
      },
    );
    world.sandbox.control.fault({ kind: "error-in-200", on: "api", path: "/api/contacts", error: "session" });
    expect(await answerOf(id)).toMatchObject({ caller: { via: "api-key" } });
    expect(api().map((r) => [r.path, r.headers["x-session"]])).toEqual([
      ["/api/contacts", "undefined"],
      ["/api/me", "undefined"],
      ["/api/contacts", "acme"],
    ]);
  });
});

describe("around OAuth 2", () => {
  const SCRIPT = `function before_oauth2_authorise() { method_endpoint += "&login_hint=mia"; return true; }
    function before_oauth2_token() { method_request_headers["X-Tenant"] = "t1"; method_request.extra = typeof method_request.client_secret + method_request.client_secret.length; return true; }
    function after_oauth2_token() { if (method_response.access_token === undefined) throw new Error("no token"); method_response.expires_in = 1800; return true; }
    function before_oauth2_refresh() { method_request.again = method_request.grant_type; return true; }
    function after_oauth2_refresh() { method_response.expires_in = 900; return true; }`;
  const HASH = tokenHash("browser");
  const start = (id: number) => startAttempt(world.northwind.account, id, { hash: HASH, returnTo: { kind: "tab", path: "/" } });

  it("the five events change address, requests and answers; tokens stay outside", async () => {
    const id = await scripted("sandbox-crm-oauth", SCRIPT, { credential: null, setup: CLIENT });
    const started = await start(id);
    if (!started.ok) throw new Error(started.error.message);
    expect(new URL(started.value.url).searchParams.get("login_hint")).toBe("mia");
    const at = await new FormBrowser(world.sandbox.url).authorize(started.value.url, "mia@acme.example", "ito");
    await finishAttempt({
      id: at.pathname.split("/").at(-1) ?? "",
      query: at.searchParams,
      browserHash: HASH,
      person: `user:${world.northwind.account.actor.id}`,
    });
    expect((await attemptById(started.value.attemptId))?.attempt.outcome).toBe("ok");
    const [exchange] = tokens();
    expect(exchange?.headers["x-tenant"]).toBe("t1");
    const form = new URLSearchParams(exchange?.body);
    expect(form.get("client_secret")).toBe(CLIENT.client_secret);
    // A marker has another length than what it stands for.
    expect(form.get("extra")).toMatch(/^string\d+$/);
    expect(form.get("extra")).not.toBe(`string${CLIENT.client_secret.length}`);
    expect(await answerOf(id)).toMatchObject({ caller: { subject: "mia@acme.example" } });
    shiftClock(20 * MINUTE);
    try {
      expect((await call(id)).ok).toBe(true);
      expect(new URLSearchParams(tokens()[1]?.body).get("again")).toBe("refresh_token");
      shiftClock(10 * MINUTE);
      await call(id);
      shiftClock(-10 * MINUTE);
      expect(tokens()).toHaveLength(3);
    } finally {
      shiftClock(-20 * MINUTE);
    }
  });

  it.each([
    ["without the state", "method_endpoint = method_endpoint.replace(/state=[^&]*/, 'state=mine')", /state/],
    ["to another host", "method_endpoint = 'http://127.0.0.1:9/?' + method_endpoint.split('?')[1]", /doesn't name/],
    ["with a secret in it", "method_endpoint += '&s=' + script_parameters.client_secret", /secret/],
  ])("nobody is sent away %s", async (_what, change, words) => {
    const id = await scripted("sandbox-crm-oauth", `function before_oauth2_authorise() { ${change}; return true; }`, {
      credential: null,
      setup: CLIENT,
    });
    const started = await start(id);
    expect(started.ok ? "" : started.error.message).toMatch(words);
  });

  it("a script that stops the token request fails it as a rule of the connector", async () => {
    const id = await scripted("sandbox-crm-client-credentials", "function before_oauth2_token() { return false; }", {
      credential: {},
      setup: CLIENT,
    });
    expect(await call(id)).toMatchObject({ ok: false, error: { code: "script.failed" } });
    expect(tokens()).toHaveLength(0);
  });

  it("a new refresh token outlives a script that fails on its answer", async () => {
    const id = await scripted("sandbox-crm-password", "function after_oauth2_refresh() { throw new Error('no'); }", {
      credential: { username: "mia@acme.example", password: "ito" },
      setup: CLIENT,
    });
    await call(id);
    shiftClock(50 * MINUTE);
    try {
      expect((await call(id)).ok).toBe(true);
      expect(tokens()).toHaveLength(2);
      await call(id);
      expect(tokens()).toHaveLength(2);
    } finally {
      shiftClock(-50 * MINUTE);
    }
  });
});
