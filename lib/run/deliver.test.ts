import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { recordCall, removeCredential } from "@/lib/installs/mutations";
import { MINUTE, shiftClock } from "@/lib/kernel/clock";
import { WEBHOOK_EVENTS } from "@/lib/webhooks/constants";
import { listDeliveries, listEndpoints } from "@/lib/webhooks/data";
import { createEndpoint, deleteEndpoint, replaceSecret, sendAgain } from "@/lib/webhooks/mutations";
import { nextWait } from "@/lib/webhooks/policy";
import { deliverDue } from "./deliver";

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let world: TestWorld;
let server: Server;
let url: string;
let status = 200;
const got: Got[] = [];

beforeAll(async () => {
  world = await createTestWorld();
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
    request.on("end", () => {
      got.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
});
afterAll(async () => {
  server.close();
  await world.close();
});

const isSigned = ({ headers, body }: Got, secret: string): boolean => {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const mac = createHmac("sha256", key).update(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`);
  return String(headers["webhook-signature"])
    .split(" ")
    .includes(`v1,${mac.digest("base64")}`);
};

it("tells of what happens, signed, tries again, and never shows a secret", async () => {
  const { scope, account } = world.northwind;
  const made = await createEndpoint(scope, { url, events: [...WEBHOOK_EVENTS] });
  if (!made.ok) throw new Error(made.error.message);
  const { id, secret } = made.value;
  const key = "a-key-that-stays-here-1234";
  const connection = await world.install(world.northwind, "sandbox-crm-api-key", { credential: { apiKey: key } });
  const failure = { code: "oauth.grant_rejected", owner: "customer" as const, message: "Connect again." };
  const event = { kind: "call" as const, outcome: "bad" as const, title: "Refused" };
  await recordCall(account, connection, { event, failure });
  await recordCall(account, connection, { event, failure });
  await removeCredential(account, connection, "Deleted here.", async () => undefined);
  expect(await deliverDue()).toBe(4);
  const types = got.map((g) => (JSON.parse(g.body) as { type: string }).type).sort();
  expect(types).toEqual([
    "connector.authenticated",
    "connector.deauthenticated",
    "connector.installed",
    "connector.needs_reconnect",
  ]);
  expect(got.every((g) => isSigned(g, secret))).toBe(true);
  expect(JSON.stringify([got, await listEndpoints(scope), await listDeliveries(scope)])).not.toContain(key);
  expect(JSON.stringify([await listEndpoints(scope), await listDeliveries(scope)])).not.toContain(secret);

  const replaced = await replaceSecret(scope, id);
  if (!replaced.ok) throw new Error(replaced.error.message);
  got.length = 0;
  status = 500;
  const [delivery] = await listDeliveries(scope);
  expect(await sendAgain(world.fabrikam.scope, delivery?.id ?? "")).toMatchObject({ ok: false });
  expect(await sendAgain(scope, delivery?.id ?? "")).toMatchObject({ ok: true });
  expect(await deliverDue()).toBe(1);
  expect(isSigned(got[0]!, secret) && isSigned(got[0]!, replaced.value.secret)).toBe(true);
  const failed = (await listDeliveries(scope)).find((d) => d.id === delivery?.id);
  expect(failed).toMatchObject({ state: "pending" });
  expect(failed?.attempts.at(-1)).toMatchObject({ status: 500 });
  expect(await deliverDue()).toBe(0);
  status = 204;
  shiftClock(MINUTE);
  expect(await deliverDue()).toBe(1);
  shiftClock(-MINUTE);
  expect((await listDeliveries(scope)).find((d) => d.id === delivery?.id)?.state).toBe("delivered");

  expect(await deleteEndpoint(world.fabrikam.scope, id)).toMatchObject({ ok: false });
  expect(await deleteEndpoint(scope, id)).toMatchObject({ ok: true });
  expect(await listDeliveries(scope)).toEqual([]);
});

it("waits longer each time, a fifth sooner or later, and ends", () => {
  expect(nextWait(1, 0)).toBe(4000);
  expect(nextWait(1, 1)).toBe(6000);
  expect(nextWait(7, 0.5)).toBe(14 * 60 * MINUTE);
  expect(nextWait(8, 0.5)).toBeNull();
});
