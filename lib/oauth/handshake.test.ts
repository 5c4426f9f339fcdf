import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { reader } from "@/db/client";
import { oauthAttempts } from "@/db/schema";
import { FormBrowser } from "@/e2e/providers/form-browser";
import { RSA_PRIVATE_KEY } from "@/e2e/providers/oauth1-key";
import { OAUTH1_CONSUMERS, OAUTH1_TOKENS } from "@/e2e/providers/oauth1-server";
import { tokenHash } from "@/lib/access/tokens";
import { connectorDefinitionSchema, type OAuth1 } from "@/lib/auth-methods/definition";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { connectionOf } from "@/lib/installs/data";
import { openIncidents } from "@/lib/tenants/data";
import { MINUTE, shiftClock } from "@/lib/kernel/clock";
import { callMethod } from "@/lib/run/call";
import { startAttempt } from "./authorize";
import { finishAttempt } from "./callback";
import { attemptById } from "./data";

const [HMAC, RSA] = OAUTH1_CONSUMERS;
const PLAIN = { client_id: HMAC.key, client_secret: HMAC.secret ?? "" };
const PEM = { client_id: RSA.key, private_key: RSA_PRIVATE_KEY };
const HASH = tokenHash("the nonce of browser A");

let world: TestWorld;
let count = 0;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(async () => {
  await world.close();
});
beforeEach(async () => {
  await world.sandbox.control.reset();
});

/** A connector of its own with the OAuth 1 of the sandbox's, changed; its values are set up at the partner. */
async function connectorWith(values: Record<string, string>, change: Partial<OAuth1>): Promise<string> {
  const slug = `oauth1-${(count += 1)}`;
  const { definition } = await world.connector("sandbox-crm-oauth1");
  const [method] = definition.authMethods;
  await world.define(
    connectorDefinitionSchema.parse({
      ...definition,
      slug,
      authMethods: [{ ...method, parameters: [], oauth1: { ...method?.oauth1, ...change } }],
    }),
  );
  await world.setUp(world.northwind, slug, values);
  return slug;
}

const installed = async (
  values: Record<string, string> = PLAIN,
  change: Partial<OAuth1> = {},
  credential?: Record<string, string>,
) =>
  world.install(world.northwind, await connectorWith(values, change), {
    name: `Connection ${count}`,
    ...(credential ? { credential } : {}),
  });

const begin = (id: number) => startAttempt(world.northwind.account, id, { hash: HASH, returnTo: { kind: "tab", path: "/" } });

async function begun(id: number) {
  const started = await begin(id);
  if (!started.ok) throw new Error(started.error.message);
  return started.value;
}

const consent = (url: string) => new FormBrowser(world.sandbox.url).authorize(url, "mia@acme.example", "ito");

const arrive = (at: URL, more: Partial<Parameters<typeof finishAttempt>[0]> = {}) =>
  finishAttempt({
    id: at.pathname.split("/").at(-1) ?? "",
    query: at.searchParams,
    browserHash: HASH,
    person: `user:${world.northwind.account.actor.id}`,
    ...more,
  });

const outcomeOf = async (attemptId: string) => (await attemptById(attemptId))?.attempt ?? null;

async function connect(id: number) {
  const { url, attemptId } = await begun(id);
  await arrive(await consent(url));
  return outcomeOf(attemptId);
}

const call = (id: number, methodId = "list-contacts", more: { parameters?: Record<string, string>; fields?: object } = {}) =>
  callMethod(world.northwind.account, id, { methodId, parameters: more.parameters ?? {}, fields: { ...more.fields } });

/** As whom the provider saw the call. */
async function callerOf(id: number): Promise<unknown> {
  const called = await call(id, "list-contacts", { parameters: { search: "Brandt & Söhne +1" } });
  if (!called.ok) throw new Error(called.error.message);
  return (JSON.parse(called.value.response.body) as { caller?: unknown }).caller;
}

const METHODS = [
  ["HMAC-SHA1", PLAIN],
  ["HMAC-SHA256", PLAIN],
  ["PLAINTEXT", PLAIN],
  ["RSA-SHA1", PEM],
] as const;

describe.each(METHODS)("a handshake with %s", (signatureMethod, values) => {
  it("ends with a token pair that calls the API as the person who signed in", async () => {
    const id = await installed(values, { signatureMethod });
    expect(await connect(id)).toMatchObject({ outcome: "ok" });
    expect(await connectionOf(world.northwind.account, id)).toMatchObject({ state: "Connected", isRefreshable: false });
    expect(await callerOf(id)).toMatchObject({
      via: "oauth1",
      in: `header Authorization (${signatureMethod})`,
      subject: "mia@acme.example",
    });
  });

  it("signs a write in JSON", async () => {
    const id = await installed(values, { signatureMethod });
    await connect(id);
    const made = await call(id, "create-contact", { fields: { name: "Nia Osei", "address.city": "Cork" } });
    expect(made.ok && made.value.response.status).toBe(201);
  });
});

describe("a handshake", () => {
  it("S-14 S-20 keeps neither request token nor secrets in the clear, in rows, traces and calls", async () => {
    const id = await installed(PLAIN, { signatureMethod: "PLAINTEXT" });
    const { url, attemptId } = await begun(id);
    const token = new URL(url).searchParams.get("oauth_token") ?? "";
    expect(token).not.toBe("");
    expect(JSON.stringify(await outcomeOf(attemptId))).not.toContain(token);
    await arrive(await consent(url));
    const called = await call(id);
    const seen = JSON.stringify([
      called,
      await reader().select().from(oauthAttempts),
      await connectionOf(world.northwind.account, id),
    ]);
    const sent = world.sandbox.control.log({ route: "oauth1-api" }).at(-1)?.headers.authorization ?? "";
    const held = decodeURIComponent(/oauth_signature="([^"]+)"/.exec(sent)?.[1] ?? "")
      .split("&")
      .map(decodeURIComponent);
    const access = /oauth_token="([^"]+)"/.exec(sent)?.[1] ?? "";
    for (const text of [...held, access]) {
      expect(text).not.toBe("");
      expect(seen).not.toContain(text);
    }
  });

  it("names the realm that the connector asks for", async () => {
    world.sandbox.control.set({ oauth1Realm: "sandbox-crm" });
    const id = await installed(PLAIN, { realm: "sandbox-crm" });
    expect(await connect(id)).toMatchObject({ outcome: "ok" });
    expect(await callerOf(id)).toMatchObject({ via: "oauth1" });
  });

  it("is taken once, and ends after ten minutes", async () => {
    const first = await begun(await installed());
    const at = await consent(first.url);
    const results = await Promise.all(Array.from({ length: 10 }, () => arrive(at)));
    expect(results.filter((r) => r.ok)).toHaveLength(1);
    const late = await begun(await installed());
    const lateAt = await consent(late.url);
    shiftClock(11 * MINUTE);
    try {
      await arrive(lateAt);
      expect(await outcomeOf(late.attemptId)).toMatchObject({ outcome: "oauth.attempt_expired" });
    } finally {
      shiftClock(-11 * MINUTE);
    }
  });

  it("S-22 is finished only in the browser and by the person that started it", async () => {
    const { url, attemptId } = await begun(await installed());
    const at = await consent(url);
    for (const more of [{ browserHash: tokenHash("browser B") }, { browserHash: null }, { person: "user:somebody-else" }]) {
      const result = await arrive(at, more);
      expect(result.ok ? "" : result.error.code).toBe("oauth.browser_mismatch");
    }
    expect(world.sandbox.control.log({ path: "/oauth1/access_token" })).toHaveLength(0);
    await arrive(at);
    expect(await outcomeOf(attemptId)).toMatchObject({ outcome: "ok" });
  });

  it("is not known at another connector's callback", async () => {
    const first = await begun(await installed());
    const second = new URL((await consent((await begun(await installed())).url)).href);
    const result = await arrive(await consent(first.url), { id: second.pathname.split("/").at(-1) ?? "" });
    expect(result.ok ? "" : result.error.code).toBe("oauth.attempt_unknown");
  });

  it("that is declined is told in words of its own and stores nothing", async () => {
    world.sandbox.control.denyNextConsent();
    const id = await installed();
    expect(await connect(id)).toMatchObject({ outcome: "oauth.denied", outcomeOwner: "customer" });
    expect(await connectionOf(world.northwind.account, id)).toMatchObject({ hasCredential: false });
  });

  it("with a wrong consumer secret is refused before anybody is sent away, without showing it", async () => {
    const id = await installed({ ...PLAIN, client_secret: "wrong-consumer-secret" });
    const started = await begin(id);
    expect(started).toMatchObject({ ok: false, error: { details: { owner: "partner" } } });
    expect(JSON.stringify([started, await connectionOf(world.northwind.account, id)])).not.toContain("wrong-consumer-secret");
    expect(await openIncidents(world.northwind.scope)).not.toEqual([]);
  });

  it("with a key that can't sign says so", async () => {
    const started = await begin(await installed({ client_id: RSA.key, private_key: "no pem" }, { signatureMethod: "RSA-SHA1" }));
    expect(started.ok ? "" : started.error.message).toMatch(/can't sign/);
  });

  it("names a consumer key that is missing", async () => {
    const started = await begin(await installed({ client_secret: "x" }));
    expect(started).toMatchObject({ ok: false, error: { code: "connector.values_missing" } });
  });
});

describe("without a handshake", () => {
  it("a token pair that was typed in signs", async () => {
    const [pair] = OAUTH1_TOKENS;
    if (!pair) throw new Error("no pair");
    const id = await installed(PLAIN, { tokenSource: "entered" }, { accessToken: pair.token, accessTokenSecret: pair.secret });
    expect(await callerOf(id)).toMatchObject({ via: "oauth1", subject: "mia@acme.example" });
    const started = await begin(id);
    expect(started).toMatchObject({ ok: false, error: { code: "connector.method_unsupported" } });
  });

  it("RSA signs without a token", async () => {
    const id = await installed(PEM, { tokenSource: "none", signatureMethod: "RSA-SHA1" }, {});
    expect(await callerOf(id)).toMatchObject({ via: "oauth1", subject: null, client: RSA.key });
  });

  it("the parameters of a form body are signed", async () => {
    const slug = await connectorWith(PLAIN, { tokenSource: "entered" });
    const { definition } = await world.connector(slug);
    const methods = definition.methods.map((m) => (m.id === "create-contact" ? { ...m, bodyFormat: "form" as const } : m));
    await world.define(connectorDefinitionSchema.parse({ ...definition, slug: `${slug}-form`, methods }));
    await world.setUp(world.northwind, `${slug}-form`, PLAIN);
    const [pair] = OAUTH1_TOKENS;
    const id = await world.install(world.northwind, `${slug}-form`, {
      name: "Form",
      credential: { accessToken: pair?.token ?? "", accessTokenSecret: pair?.secret ?? "" },
    });
    const made = await call(id, "create-contact", { fields: { name: "Ünal & Çelik", "address.city": "A b+c" } });
    expect(made.ok && made.value.response.status).toBe(201);
    expect(made.ok && JSON.parse(made.value.response.body)).toMatchObject({ name: "Ünal & Çelik", address: { city: "A b+c" } });
  });
});
