import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { database } from "@/db/client";
import { RestClient, type Send } from "@/e2e/rest-client";
import { tokenHash } from "@/lib/access/tokens";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { answeredBefore } from "@/lib/doors/rest-kept";
import { DAY, shiftClock } from "@/lib/kernel/clock";
import { api } from "./app";

let world: TestWorld;
let acme: RestClient;
let id: number;
let other: Sqlite.Database;

beforeAll(async () => {
  world = await createTestWorld();
  const app = api();
  const send: Send = async (path, init) => app.request(path, init);
  const partner = await RestClient.signIn(send, await world.apiClient(world.northwind));
  await partner.post("/accounts", { Id: "acme", Name: "Acme" });
  await partner.post("/accounts", { Id: "birch", Name: "Birch" });
  acme = partner.withAccount("acme");
  const connector = encodeURIComponent("Sandbox CRM (API key)");
  id = (await acme.post(`/connectors/${connector}/install`, { Name: "First", AuthValue: "a-key-of-this-test" })).body
    .Id as number;
  other = new Sqlite(join(database().path));
});
afterAll(async () => {
  other.close();
  await world.close();
});

const path = () => `/account/connectors/${id}`;
const before = (changed: { url?: string; token?: string; account?: string; ip?: string } = {}) =>
  answeredBefore({
    url: changed.url ?? `/v1.0${path()}`,
    authorization: `Bearer ${changed.token ?? acme.token}`,
    account: changed.account ?? "acme",
    ip: changed.ip ?? null,
  });
const kept = async () => {
  const found = await before();
  return found && { headers: found.headers, text: Buffer.from(found.body).toString() };
};

/** A request that comes after another process's commit is read in a later turn of the event loop. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(async () => {
  await acme.get(path());
});

it("gives what the full way gave, its headers included", async () => {
  for (const url of [path(), "/account/connectors?pageSize=50"]) {
    const full = await acme.get(url);
    const found = await before({ url: `/v1.0${url}` });
    expect(Buffer.from(found!.body).toString()).toBe(full.text);
    const pairs = Object.fromEntries(
      Array.from({ length: found!.headers.length / 2 }, (_, n) => found!.headers.slice(2 * n, 2 * n + 2) as [string, string]),
    );
    const { "content-length": length, ...rest } = pairs;
    expect(Number(length)).toBe(Buffer.byteLength(full.text));
    expect({ ...rest, "x-content-type-options": "nosniff" }).toEqual(Object.fromEntries(full.headers));
  }
});

it("belongs to the token, the account, the address and the query that asked", async () => {
  expect(await before()).not.toBeNull();
  for (const changed of [{ token: "another" }, { account: "birch" }, { ip: "203.0.113.7" }, { url: `/v1.0${path()}?x=1` }])
    expect(await before(changed)).toBeNull();
  expect(answeredBefore({ url: `/v1.0${path()}`, authorization: undefined, account: "acme", ip: null })).toBeNull();
});

it("ends with a commit of this process", async () => {
  expect((await kept())?.text).toContain('"Name":"First"');
  await acme.put(path(), { Name: "Second" });
  expect((await kept())?.text ?? "").not.toContain('"Name":"First"');
  await acme.get(path());
  expect((await kept())?.text).toContain('"Name":"Second"');
});

it("ends with a commit of another process, so a token that was revoked there is refused from the next request on", async () => {
  expect(await before()).not.toBeNull();
  const hash = tokenHash(acme.token);
  const row = other.prepare("select * from access_tokens where token_hash = ?").get(hash) as Record<string, unknown>;
  other.prepare("delete from access_tokens where token_hash = ?").run(hash);
  await nextTurn();
  expect(await before()).toBeNull();
  expect((await acme.get(path())).status).toBe(401);
  expect(await before()).toBeNull();
  const names = Object.keys(row);
  other
    .prepare(`insert into access_tokens (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`)
    .run(Object.values(row));
  await nextTurn();
});

it("ends with the token", async () => {
  expect(await before()).not.toBeNull();
  shiftClock(15 * DAY);
  try {
    expect(await before()).toBeNull();
  } finally {
    shiftClock(0);
  }
});

it("keeps nothing of a refusal or of a write", async () => {
  await acme.get("/account/connectors/999999");
  expect(await before({ url: "/v1.0/account/connectors/999999" })).toBeNull();
  await acme.get("/accounts");
  expect(await before({ url: "/v1.0/accounts" })).toBeNull();
});
