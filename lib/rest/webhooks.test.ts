import { afterAll, beforeAll, expect, it } from "vitest";
import { RestClient, type Send } from "@/e2e/rest-client";
import { reader } from "@/db/client";
import { auditEntries } from "@/db/schema";
import { transact } from "@/db/transact";
import { queueMessages } from "@/db/webhook-outbox";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { api } from "./app";

let world: TestWorld;
let send: Send;
let client: RestClient;

beforeAll(async () => {
  world = await createTestWorld();
  const app = api();
  send = async (path, init) => app.request(path, init);
  client = await RestClient.signIn(send, await world.apiClient(world.northwind));
});
afterAll(() => world.close());

const HOOK = { Url: "https://hooks.example.com/in", Events: ["cycle.failed", "connector.installed"] };

it("adds, shows, changes and removes a webhook, and shows its secret once", async () => {
  const made = await client.post("/webhooks", HOOK);
  expect(made).toMatchObject({ status: 200, body: { ...HOOK, Secret: expect.stringMatching(/^whsec_/) } });
  const path = `/webhooks/${made.body.Id}`;
  const shown = await client.get(path);
  expect(shown.body).toEqual({
    ...HOOK,
    Id: made.body.Id,
    SecretLast4: made.body.Secret.slice(-4),
    CreatedAtUtc: made.body.CreatedAtUtc,
  });
  expect((await client.get("/webhooks")).text).not.toContain(made.body.Secret);

  const changed = await client.put(path, { Url: "https://hooks.example.com/other" });
  expect(changed.body).toMatchObject({ Url: "https://hooks.example.com/other", Events: HOOK.Events });
  expect((await client.get(path)).body).toEqual(changed.body);

  const replaced = await client.post(`${path}/secret`, {});
  expect(replaced.body.Secret).toMatch(/^whsec_/);
  expect(replaced.body.Secret).not.toBe(made.body.Secret);
  expect((await client.get(path)).body.SecretLast4).toBe(replaced.body.Secret.slice(-4));

  expect((await client.delete(path)).status).toBe(200);
  expect((await client.get(path)).status).toBe(404);
});

it("lists what was sent to one webhook, and sends it again only by that webhook's address", async () => {
  const one = (await client.post("/webhooks", { ...HOOK, Events: ["cycle.failed"] })).body.Id;
  const other = (await client.post("/webhooks", { ...HOOK, Events: ["connector.installed"] })).body.Id;
  await transact((tx) =>
    queueMessages(
      tx,
      { partnerId: world.northwind.scope.partnerId, accountId: world.northwind.account.accountId },
      "cycle.failed",
      {
        Name: "Contacts",
      },
    ),
  );
  const listed = await client.get(`/webhooks/${one}/deliveries`);
  expect(listed.body).toEqual([expect.objectContaining({ Event: "cycle.failed", State: "Pending", Attempts: [] })]);
  expect(listed.headers.get("total-records")).toBe("1");
  expect((await client.get(`/webhooks/${other}/deliveries`)).body).toEqual([]);
  const id = listed.body[0].Id;
  expect((await client.post(`/webhooks/${other}/deliveries/${id}/resend`, {})).status).toBe(404);
  expect((await client.post(`/webhooks/${one}/deliveries/${id}/resend`, {})).status).toBe(200);
  const told = (await reader().select().from(auditEntries)).filter((e) => e.action === "webhook_endpoint.message_resent");
  expect(told).toEqual([expect.objectContaining({ objectId: one, objectName: "hooks.example.com" })]);
});

it("names what is wrong, and refuses a token for one account", async () => {
  expect((await client.post("/webhooks", { ...HOOK, Url: "ftp://hooks.example.com" })).body.Message).toMatch(/^URL has to be/);
  expect((await client.post("/webhooks", { ...HOOK, Events: [] })).body.Message).toBe("Choose at least one event.");
  expect((await client.post("/webhooks", { ...HOOK, Events: ["nothing"] })).status).toBe(400);
  await client.post("/accounts", { Id: "narrow", Name: "Narrow" });
  const narrow = await RestClient.signIn(send, await world.apiClient(world.northwind), "account:narrow");
  expect((await narrow.get("/webhooks")).status).toBe(403);
  expect((await narrow.post("/webhooks", HOOK)).status).toBe(403);
});

it("keeps how many runs of an account go on at the same time", async () => {
  const path = "/accounts/limited";
  expect((await client.post("/accounts", { Id: "limited", Name: "Limited", ConcurrentTransactions: 3 })).body).toMatchObject({
    ConcurrentTransactions: 3,
  });
  expect((await client.put(path, { Name: "Still limited" })).body.ConcurrentTransactions).toBe(3);
  expect((await client.put(path, { ConcurrentTransactions: 51 })).body.Message).toBe(
    "ConcurrentTransactions is a whole number from 1 to 50.",
  );
  expect((await client.put(path, { ConcurrentTransactions: null })).body.ConcurrentTransactions).toBeNull();
});
