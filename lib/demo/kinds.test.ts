import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SAMPLE_AUTH_FIELDS } from "@/e2e/providers/auth-fields";
import { SAMPLE_KEYS } from "@/e2e/providers/callers";
import { RSA_PRIVATE_KEY } from "@/e2e/providers/oauth1-key";
import { OAUTH1_CONSUMERS, OAUTH1_TOKENS } from "@/e2e/providers/oauth1-server";
import { callMethod } from "@/lib/run/call";
import { verifyConnection } from "@/lib/run/verify";
import { closeScripts } from "@/lib/scripts/pool";
import { createTestWorld, type TestWorld } from "./testing";

const CLIENT = { client_id: "keyway-sandbox", client_secret: "sandbox-secret-7Qw2mX" };
const MIA = { username: "mia@acme.example", password: "ito" };
const KEY = SAMPLE_KEYS[0]!.key;
const FIELDS = SAMPLE_AUTH_FIELDS[0]!;
const [HMAC, RSA] = OAUTH1_CONSUMERS;
const PAIR = OAUTH1_TOKENS[0]!;

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(async () => {
  await closeScripts();
  await world.close();
});

interface Given {
  readonly setup?: Record<string, string>;
  readonly credential?: Record<string, string>;
}

/** By slug: what the partner gives, what the customer types, and how the provider sees the caller. */
const KINDS: readonly (readonly [slug: string, given: Given, via: string])[] = [
  ["sandbox-crm-none", {}, "nothing"],
  ["sandbox-crm-api-key", { credential: { apiKey: KEY } }, "api-key"],
  ["sandbox-crm-script", { credential: { apiKey: KEY } }, "api-key"],
  ["sandbox-crm-basic", { credential: MIA }, "basic"],
  ["sandbox-crm-client-credentials", { setup: CLIENT, credential: {} }, "bearer"],
  ["sandbox-crm-password", { setup: CLIENT, credential: MIA }, "bearer"],
  [
    "sandbox-crm-oauth1-tokens",
    {
      setup: { client_id: HMAC.key, client_secret: HMAC.secret ?? "" },
      credential: { accessToken: PAIR.token, accessTokenSecret: PAIR.secret },
    },
    "oauth1",
  ],
  ["sandbox-crm-oauth1-rsa", { setup: { client_id: RSA.key, private_key: RSA_PRIVATE_KEY }, credential: {} }, "oauth1"],
  [
    "sandbox-crm-fields",
    { credential: { "Account ID": String(FIELDS.account_id), Token: FIELDS.token, "Test mode": "true" } },
    "auth-fields",
  ],
];

describe("every kind of the demonstration that needs no person at the provider", () => {
  it.each(KINDS)("%s lists contacts and passes its test", async (slug, { setup, credential }, via) => {
    if (setup) await world.setUp(world.northwind, slug, setup);
    const id = await world.install(world.northwind, slug, credential ? { credential } : {});
    expect(await verifyConnection(world.northwind.account, id)).toMatchObject({ ok: true, value: { status: 200 } });
    const called = await callMethod(world.northwind.account, id, { methodId: "list-contacts", parameters: {}, fields: {} });
    if (!called.ok) throw new Error(called.error.message);
    expect(called.value.response.status).toBe(200);
    expect(JSON.parse(called.value.response.body)).toMatchObject({ caller: { via, account: "acme" } });
  });
});
