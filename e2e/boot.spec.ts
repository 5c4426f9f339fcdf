import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { request, type APIRequestContext } from "@playwright/test";
import { firstBreak, type ChainedEntry } from "@/lib/audit/policy";
import { accountId, emailOf, expect, passwordOf, readDemo, signIn, test } from "./fixtures";
import { freePort, freshFolder, KeywayServer, removeFolder, type ServerOptions } from "./keyway-server";
import { callAction } from "./server-actions";
import { openDatabase } from "./stored-rows";
import { installByAction } from "./wizard";

let folder: string;
let server: KeywayServer | null = null;

async function start(options: Partial<ServerOptions> = {}): Promise<KeywayServer> {
  server = new KeywayServer({ folder, port: await freePort(), ...options });
  return server;
}

/** Starts what can't start. Out: what it said. */
async function refused(options: Partial<ServerOptions> = {}): Promise<string> {
  const attempt = await start(options);
  const code = await attempt.ended();
  expect(code, `exit code, after: ${attempt.stderr}`).toBe(1);
  const said = attempt.stderr.trim();
  expect(said, "one or more sentences, no stack trace").not.toMatch(/\n\s+at |Error:|node:internal/);
  expect(said).toMatch(/^[A-Z/].*\.$/);
  return said;
}

/** Everything that the database holds, as one digest. */
function contents(): string {
  const database = openDatabase(folder);
  const tables = database.prepare("select name from sqlite_master where type = 'table' order by name").pluck().all() as string[];
  const hash = createHash("sha256");
  for (const name of tables) hash.update(name).update(JSON.stringify(database.prepare(`select * from "${name}"`).all()));
  database.close();
  return hash.digest("hex");
}

test.beforeEach(() => {
  folder = freshFolder();
});
test.afterEach(async () => {
  server?.kill();
  await server?.ended();
  server = null;
  removeFolder(folder);
});

/** Each of these starts servers of its own. */
test.describe.configure({ timeout: 150_000 });

test("a wrong master key is a sentence and exit code 1, and nothing is changed (S-11)", async () => {
  await (await (await start()).ready()).stop();
  const key = path.join(folder, "master.key");
  expect(statSync(key).mode & 0o777, "mode of the key that was made").toBe(0o600);
  const right = readFileSync(key);
  const before = contents();
  writeFileSync(key, `${randomBytes(32).toString("base64")}\n`);
  expect(await refused()).toContain("master key is not the one this database was sealed with");
  expect(contents()).toBe(before);
  rmSync(key);
  expect(await refused(), "a new key could open nothing").toContain("There is no master key");
  expect(existsSync(key)).toBe(false);
  expect(contents()).toBe(before);
  writeFileSync(key, right);
  await (await (await start()).ready()).stop();
});

test("production without a key makes none unless it is told to, and leaves nothing behind (S-11)", async () => {
  expect(await refused({ env: { KEYWAY_ALLOW_GENERATED_KEY: "0" } })).toContain("KEYWAY_MASTER_KEY");
  expect(readdirSync(folder)).toEqual([]);
  const short = await refused({ env: { KEYWAY_MASTER_KEY: Buffer.from("too short").toString("base64") } });
  expect(short).toContain("KEYWAY_MASTER_KEY must be 32 bytes");
  expect(readdirSync(folder)).toEqual([]);
});

test("a data folder that can't be written to is a sentence and exit code 1", async () => {
  const file = path.join(folder, "a-file");
  writeFileSync(file, "");
  const below = path.join(file, "data");
  const said = await refused({ env: { KEYWAY_DATA_DIR: below } });
  expect(said).toContain("data folder");
  expect(said).toContain("KEYWAY_DATA_DIR");
  const withKey = await refused({
    env: { KEYWAY_DATA_DIR: below, KEYWAY_MASTER_KEY: randomBytes(32).toString("base64") },
  });
  expect(withKey).toContain("KEYWAY_DATA_DIR");
  // A file system of the kernel's own takes no file, whoever asks.
  const kernel = await refused({ env: { KEYWAY_DATA_DIR: "/proc/keyway/data" } });
  expect(kernel).toContain("KEYWAY_DATA_DIR");
  expect(readdirSync(folder)).toEqual(["a-file"]);
});

test("a taken port is a sentence and exit code 1, and nothing is changed", async () => {
  await (await (await start()).ready()).stop();
  const before = contents();
  const other = createServer((_request, response) => response.end());
  const port = await freePort();
  await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
  expect(await refused({ port })).toContain(`Port ${port}`);
  const sandbox = await freePort();
  const second = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => second.listen(sandbox, "127.0.0.1", resolve));
  expect(await refused({ sandboxPort: sandbox })).toContain(`Port ${sandbox}`);
  other.close();
  second.close();
  expect(contents()).toBe(before);
});

test("a database of a newer version is a sentence and exit code 1, and nothing is changed", async () => {
  await (await (await start()).ready()).stop();
  const database = openDatabase(folder);
  database.prepare("insert into __drizzle_migrations (hash, created_at) values ('of a later version', 99999999999999)").run();
  database.close();
  const before = contents();
  expect(await refused()).toContain("written by a newer version of Keyway");
  expect(contents()).toBe(before);
});

test("a file that is no database is a sentence and exit code 1, and stays as it is", async () => {
  const file = path.join(folder, "keyway.db");
  writeFileSync(file, "Dear diary, ".repeat(500));
  writeFileSync(path.join(folder, "master.key"), randomBytes(32).toString("base64"), { mode: 0o600 });
  expect(await refused()).toContain("isn't a Keyway database");
  expect(readFileSync(file, "utf8")).toBe("Dear diary, ".repeat(500));
});

/** A server with the demonstration, and the partner's owner signed in. */
async function demonstration(ports: { port: number; sandboxPort: number }): Promise<APIRequestContext> {
  const { url } = await (await start(ports)).ready();
  const demo = readDemo(folder);
  return signIn(url, emailOf("owner"), passwordOf(emailOf("owner"), demo));
}
const apiKey = { slug: "sandbox-crm-api-key", authMethodId: "api-key" };
const mintKey = async (sandboxPort: number): Promise<string> => {
  const client = await request.newContext();
  const answer = await client.post(`http://127.0.0.1:${sandboxPort}/_control/keys`, { data: { account: "acme" } });
  const { key } = (await answer.json()) as { key: string };
  await client.dispose();
  return key;
};

test("a second start keeps everything: people, sessions, accounts and secrets that open", async () => {
  const ports = { port: await freePort(), sandboxPort: await freePort() };
  const owner = await demonstration(ports);
  const acme = accountId("Acme Ltd", readDemo(folder));
  const key = "sample-key-that-stays-1234";
  const made = await callAction(owner, "createAccountAction", { name: "Kept Ltd" });
  expect(made.result.ok).toBe(true);
  const id = await installByAction(owner, { account: acme, name: "Kept", ...apiKey, values: { apiKey: { set: key } } });
  const words = readFileSync(path.join(folder, "demo.json"), "utf8");
  expect(statSync(path.join(folder, "demo.json")).mode & 0o777).toBe(0o600);
  await server?.stop();

  await (await start(ports)).ready();
  expect(readFileSync(path.join(folder, "demo.json"), "utf8")).toBe(words);
  const accounts = await owner.get("/accounts");
  expect(accounts.status(), "the session is still good").toBe(200);
  expect(await accounts.text()).toContain("Kept Ltd");
  const fresh = await mintKey(ports.sandboxPort);
  const values = { apiKey: { set: fresh } };
  const saved = await callAction(owner, "saveValuesAction", { accountId: acme, id, values, purpose: "signIn" });
  expect(saved.result).toMatchObject({ ok: true });
  const tested = await callAction(owner, "verifyAction", { accountId: acme, id });
  expect(tested.result).toMatchObject({ ok: true, value: { status: 200 } });
  await owner.dispose();
});

test("kill -9 while installs are being written: the integrity check passes and nothing is half-made (S-60)", async () => {
  test.setTimeout(120_000);
  const ports = { port: await freePort(), sandboxPort: await freePort() };
  const owner = await demonstration(ports);
  const acme = accountId("Acme Ltd", readDemo(folder));
  const promised: string[] = [];
  let writing = true;
  const writer = async (lane: number) => {
    for (let n = 0; writing; n += 1) {
      const name = `Killed ${lane}-${n}`;
      const input = {
        accountId: acme,
        description: "",
        later: false,
        name,
        ...apiKey,
        values: { apiKey: { set: "k".repeat(20) } },
      };
      const answer = await callAction(owner, "installAction", input).catch(() => null);
      if (!answer) return;
      if (answer.result.ok) promised.push(name);
    }
  };
  const lanes = [0, 1, 2, 3].map(writer);
  await expect.poll(() => promised.length, { timeout: 60_000 }).toBeGreaterThan(12);
  server?.kill();
  writing = false;
  await Promise.all(lanes);
  await server?.ended();
  await owner.dispose();

  const database = openDatabase(folder);
  expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
  expect(database.pragma("foreign_key_check")).toEqual([]);
  const one = (sql: string) => database.prepare(sql).pluck().all() as string[];
  const killed = "select name from account_connectors where name like 'Killed %'";
  const installed = one(killed);
  expect(
    promised.filter((name) => !installed.includes(name)),
    "answered with success, yet gone",
  ).toEqual([]);
  expect(one(`${killed} and id not in (select account_connector_id from credentials)`)).toEqual([]);
  expect(one(`${killed} and id not in (select account_connector_id from connection_events)`)).toEqual([]);
  expect(one(`${killed} and name not in (select object_name from audit_entries where chain = partner_id)`)).toEqual([]);
  const entries = database
    .prepare(
      `select chain, sequence, at, actor_type as actorType, actor_id as actorId, actor_name as actorName, action, object_type as objectType,
       object_id as objectId, object_name as objectName, account_id as accountId, details, ip, request_id as requestId,
       previous_hash as previousHash, hash from audit_entries order by chain, sequence`,
    )
    .all() as (ChainedEntry & { hash: string; details: unknown })[];
  for (const chain of new Set(entries.map((entry) => entry.chain))) {
    const chained = entries.filter((entry) => entry.chain === chain);
    expect(
      firstBreak(chained.map((e) => ({ ...e, details: JSON.parse(String(e.details)) as Record<string, unknown> }))),
    ).toBeNull();
  }
  database.close();

  const again = await demonstration(ports);
  const input = { accountId: acme, id: Number(lastId(installed)), values: { apiKey: { set: await mintKey(ports.sandboxPort) } } };
  expect((await callAction(again, "saveValuesAction", { ...input, purpose: "signIn" })).result).toMatchObject({ ok: true });
  const { result } = await callAction(again, "verifyAction", { accountId: acme, id: input.id });
  expect(result).toMatchObject({ ok: true, value: { status: 200 } });
  await again.dispose();
});

/** The id of the install that was written last. */
function lastId(names: readonly string[]): number {
  const database = openDatabase(folder, { readonly: true });
  const id = database.prepare("select max(id) from account_connectors where name like 'Killed %'").pluck().get() as number;
  database.close();
  expect(names.length).toBeGreaterThan(0);
  return id;
}

test("SIGTERM ends it in order: exit code 0, and no journal is left open", async () => {
  const running = await (await start()).ready();
  await running.stop();
  expect(await running.ended()).toBe(0);
  const wal = path.join(folder, "keyway.db-wal");
  expect(existsSync(wal) ? statSync(wal).size : 0).toBe(0);
});
