import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { IP_HEADER, REQUEST_ID_HEADER } from "@/lib/access/request";
import { eq } from "@/db/query";
import { partners } from "@/db/schema";
import { transact } from "@/db/transact";
import { cycleOf } from "@/lib/cycles/data";
import { createCycle, setCycleStatus } from "@/lib/cycles/mutations";
import { mappingInputSchema } from "@/lib/cycles/schema";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { closeScripts } from "@/lib/scripts/pool";
import { addStep, saveStepSetup, setExternalAuthentication, setWebhookSecret, updateStep } from "@/lib/steps/mutations";
import { transactionOf } from "./data";
import { startEngine } from "./engine";
import { testStep } from "./test-step";
import { receiveWebhook, type IncomingWebhook } from "./webhook";

const KEY = "sk_sandbox_acme_4f9a1c2e";
let world: TestWorld;
let stop: () => Promise<void>;
let count = 0;
beforeAll(async () => {
  world = await createTestWorld();
  stop = await startEngine();
});
afterAll(async () => {
  await stop();
  await closeScripts();
  await world.close();
});
beforeEach(() => world.sandbox.control.reset());

const me = () => world.northwind.account;
const value = <T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

/** A running cycle with a webhook, and a step that puts out what the trigger gave. */
async function webhook(options: { script?: string; secret?: boolean; paused?: boolean } = {}) {
  const { id } = value(await createCycle(me(), { name: `Hook ${(count += 1)}`, description: null, trigger: "Webhook" }));
  const cycle = await cycleOf(me(), id);
  const trigger = cycle?.steps[0]?.id ?? "";
  const exit = { stepId: trigger, exit: "Forward" as const };
  value(
    await addStep(me(), id, {
      kind: "Transform",
      name: "Echo",
      script: "return trigger;",
      after: exit,
      collectionSplitType: "None",
    }),
  );
  if (options.script) value(await updateStep(me(), id, trigger, { script: options.script }));
  const secret = options.secret ? value(await setWebhookSecret(me(), id, true)) : null;
  if (!options.paused) await transact((tx) => setCycleStatus(tx, me(), id, { status: "Active" }));
  return { id, key: cycle?.webhook?.key ?? "", secret };
}

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

const send = (key: string, body: string | AsyncIterable<Uint8Array>, more: Partial<IncomingWebhook> = {}, perMinute = 1000) =>
  receiveWebhook(
    {
      method: "POST",
      key,
      query: "",
      headers: { "content-type": "application/json" },
      ...more,
      body: Readable.from(typeof body === "string" ? chunks(body) : body),
    },
    perMinute,
  );

async function echoed(answer: Awaited<ReturnType<typeof send>>): Promise<Record<string, unknown>> {
  const { transactionId } = JSON.parse(answer.body) as { transactionId: string };
  for (let n = 0; n < 300; n += 1) {
    const view = await transactionOf(me(), transactionId);
    if (view?.endedAt) return view.steps[0]?.output as Record<string, unknown>;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the run did not end");
}

describe("a webhook", () => {
  it("brings JSON, a list, a form or text, with its headers and query", async () => {
    const { key } = await webhook();
    // What the server itself writes into a request's headers is none of the sender's.
    const arrived = { "content-type": "application/json", [IP_HEADER]: "203.0.113.7", [REQUEST_ID_HEADER]: "req_1" };
    const answer = await send(key, '{"a":{"b":1}}', { query: "x=1&y=2&y=3", headers: arrived });
    expect(answer.status).toBe(202);
    const headers = { $headers: { "content-type": "application/json" } };
    expect(await echoed(answer)).toEqual({ a: { b: 1 }, $query: { x: "1", y: ["2", "3"] }, ...headers });
    expect(await echoed(await send(key, "[1,2]"))).toMatchObject({ items: [1, 2] });
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect(await echoed(await send(key, "name=Nia+H&tag=a&tag=b", { headers: form }))).toMatchObject({
      name: "Nia H",
      tag: ["a", "b"],
    });
    expect(await echoed(await send(key, "plain words", { headers: { "content-type": "text/plain" } }))).toMatchObject({
      text: "plain words",
    });
    expect(await send(key, "{ no", {})).toMatchObject({ status: 400 });
    const deep = (n: number) => `{"a":${"[".repeat(n)}"]]"${"]".repeat(n)}}`;
    expect(await send(key, deep(190))).toMatchObject({ status: 202 });
    expect(await send(key, deep(400_000))).toMatchObject({ status: 400 });
  });

  it("is refused above 1 MB, without its secret, above its limit, for an unknown key and while its cycle rests", async () => {
    const { key, secret } = await webhook({ secret: true });
    const known = { "content-type": "text/plain", "x-webhook-secret": String(secret) };
    expect(await send(key, "x")).toMatchObject({ status: 401 });
    expect(await send(key, "x", { headers: { ...known, "x-webhook-secret": "whsec_wrong" } })).toMatchObject({ status: 401 });
    expect(await send(key, "x", { headers: { authorization: `Bearer ${secret}` } })).toMatchObject({ status: 202 });
    const part = "y".repeat(300_000);
    expect(await send(key, chunks(part, part, part, part), { headers: known })).toMatchObject({ status: 413 });
    expect(await send(key, part, { headers: known })).toMatchObject({ status: 202 });
    expect(await send("unknown", "x")).toMatchObject({ status: 404 });
    expect(await send(key, "x", { method: "GET" })).toMatchObject({ status: 405 });
    expect(await send((await webhook({ paused: true })).key, "{}")).toMatchObject({ status: 409 });
    const limited = await webhook();
    expect(await send(limited.key, "{}", {}, 1)).toMatchObject({ status: 202 });
    const refused = await send(limited.key, "{}", {}, 1);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  });

  it("keeps no header that is a secret, and not the webhook's own", async () => {
    const { key, secret } = await webhook({ secret: true });
    const headers = { "x-webhook-secret": String(secret), authorization: "Bearer token-of-somebody-else", cookie: "a=b" };
    const answer = await send(key, "", { headers });
    const { transactionId } = JSON.parse(answer.body) as { transactionId: string };
    await echoed(answer);
    expect((await transactionOf(me(), transactionId))?.payload).toEqual({
      $headers: { authorization: "Bearer ••••" },
      $query: {},
    });
  });

  it("its script answers in place of a run, changes what came, or ignores it", async () => {
    const { key } = await webhook({
      script: `function before_webhook() {
        if (method_request.challenge) { method_response = { challenge: method_request.challenge, at: method_endpoint.split('/').pop() }; method_response_headers = { "X-Hook": "1", "Set-Cookie": "a=b" }; return false; }
        return true;
      }
      function after_webhook() { if (method_response.skip) return false; method_response.added = method_request_headers["x-from"]; method_response.where = script_execution_context; return true; }`,
    });
    const answered = await send(key, '{"challenge":"c"}');
    expect(answered).toMatchObject({ status: 200, headers: { "x-hook": "1" } });
    expect(JSON.parse(answered.body)).toEqual({ challenge: "c", at: key });
    expect(answered.headers["set-cookie"]).toBeUndefined();
    expect(await send(key, '{"skip":1}')).toMatchObject({ status: 202, body: '{"Ignored":true}' });
    expect(await echoed(await send(key, '{"n":1}', { headers: { "x-from": "me" } }))).toMatchObject({
      n: 1,
      added: "me",
      where: "RUNNING_TRANSACTION",
    });
  });
});

describe("a step tried by itself", () => {
  it("needs a connector that is authenticated, or a credential that the step may bring", async () => {
    const crm = await world.install(world.northwind, "sandbox-crm-api-key", { name: "Never" });
    const { id } = value(await createCycle(me(), { name: "Tried", description: null, trigger: "Webhook" }));
    const trigger = (await cycleOf(me(), id))?.steps[0]?.id ?? "";
    const after = { stepId: trigger, exit: "Forward" as const };
    const step = value(
      await addStep(me(), id, { kind: "Action", name: "List", accountConnectorId: crm, methodId: "list-contacts", after }),
    );
    expect(await testStep(me(), step.id, "")).toMatchObject({ ok: false, error: { code: "connector.not_authenticated" } });
    await transact((tx) =>
      tx.update(partners).set({ externalAuthenticationEnabled: true }).where(eq(partners.id, me().partnerId)),
    );
    value(await setExternalAuthentication(me(), id, step.id, true));
    const mapping = {
      kind: "Authentication",
      name: "ApiKey",
      mappingType: "StepOutput",
      sourceStepId: trigger,
      sourceField: "key",
    };
    value(await saveStepSetup(me(), id, step.id, { mappings: [mappingInputSchema.parse(mapping)], step: {} }));
    const tried = value(await testStep(me(), step.id, JSON.stringify({ trigger: { key: KEY } })));
    expect(tried).toMatchObject({ error: null, response: { status: 200 } });
    expect(JSON.stringify(tried)).not.toContain(KEY);
    expect(value(await testStep(me(), step.id, "{}")).error).toMatchObject({ code: "connector.values_missing" });
    expect(await testStep(me(), step.id, "nonsense")).toMatchObject({ ok: false, error: { code: "request.invalid" } });
    expect(await testStep(world.fabrikam.account, step.id, "")).toMatchObject({ ok: false, error: { code: "object.not_found" } });
  });
});
