import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { database, reader } from "@/db/client";
import * as schema from "@/db/schema";
import { accountProperties, auditEntries, credentials, dataKeys, partnerValues } from "@/db/schema";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { createInstall } from "@/lib/installs/mutations";
import { lookup } from "@/lib/auth-methods/templates";
import { expose } from "@/lib/kernel/expose";
import { Secret, secret } from "@/lib/kernel/secret";
import { openConnection } from "@/lib/oauth/values";
import { singleton } from "@/lib/platform/singleton";
import { instanceHealth, SEALED_COLUMNS } from "./data";
import { loadMasterKey, masterKey, MasterKeyError } from "./master";
import { checkMasterKey, makeDataKey } from "./mutations";
import { rotateDataKey, rotateMasterKey } from "./rotate";

const CLIENT = { client_id: "keyway-sandbox", client_secret: "sandbox-secret-7Qw2mX" };
const root = path.resolve(import.meta.dirname, "../..");

let world: TestWorld;
let folder: string;
let keyFile: string;
let ids: number[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "keyway-rotate-"));
  keyFile = path.join(folder, "master.key");
  const key = randomBytes(32).toString("base64");
  writeFileSync(keyFile, key, { mode: 0o600 });
  world = await createTestWorld({}, key);
  loadMasterKey({ inline: null, file: keyFile, mayGenerate: false });
  await world.setUp(world.northwind, "sandbox-crm-oauth", CLIENT);
  await world.setUp(world.fabrikam, "sandbox-crm-oauth", CLIENT);
  ids = [];
  for (let n = 0; n < 3; n += 1)
    ids.push(
      await world.install(world.northwind, "sandbox-crm-oauth", { name: `C${n}`, credential: { accessToken: `token-${n}` } }),
    );
});

afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Every secret of every connection opens and is what it was. */
async function expectReadable(): Promise<void> {
  for (const [n, id] of ids.entries()) {
    const opened = await openConnection(world.northwind.account, id);
    if (!opened.ok) throw new Error(opened.error.message);
    const text = (name: string) => {
      const value = lookup(opened.value.connector.values, name);
      return value instanceof Secret ? expose(value) : value;
    };
    expect(text("accessToken")).toBe(`token-${n}`);
    expect(text("client_secret")).toBe(CLIENT.client_secret);
  }
}

const all = async (rotation: AsyncGenerator<number>): Promise<number> => {
  let done = 0;
  for await (done of rotation);
  return done;
};

const actions = async () => (await reader().select().from(auditEntries)).map((entry) => entry.action);
const versions = async () =>
  new Set((await reader().select().from(credentials)).map((row) => row.sealed.slice(0, row.sealed.indexOf("."))));

describe("S-12 the master key", () => {
  it("is replaced in its file, everything goes on opening, and the change is audited", async () => {
    const before = masterKey();
    expect(await all(rotateMasterKey())).toBe(2);
    expect(masterKey().id).not.toBe(before.id);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${keyFile}.previous`, "utf8").trim()).toBe(before.key.toString("base64"));
    expect(statSync(`${keyFile}.previous`).mode & 0o777).toBe(0o600);
    expect(existsSync(`${keyFile}.new`)).toBe(false);
    await expectReadable();
    expect(await actions()).toContain("master_key.rotated");
    rmSync(`${keyFile}.previous`);
    loadMasterKey({ inline: null, file: keyFile, mayGenerate: false });
    await checkMasterKey();
    expect(await instanceHealth()).toMatchObject({ key: true });
  });

  it("is found by a process that started with the old one, which seals nothing new under it", async () => {
    const old = masterKey();
    const held = (name: string) => singleton<unknown>(name, () => null);
    await all(rotateMasterKey());
    const ring = held("master-key") as object;
    Object.assign(ring, { current: old, previous: null });
    (held("data-keys") as Map<string, Buffer>).clear();
    await expectReadable();
    Object.assign(ring, { current: old, previous: null });
    expect(await instanceHealth()).toMatchObject({ key: true });
    Object.assign(ring, { current: old, previous: null });
    expect(makeDataKey("another").masterKeyId).not.toBe(old.id);
  });

  it("that was interrupted after some data keys leaves all readable, and goes on with the same new key", async () => {
    const rows = await reader().select().from(dataKeys);
    const first = rows[0]!;
    const before = masterKey();
    copyFileSync(keyFile, `${keyFile}.previous`);
    writeFileSync(keyFile, randomBytes(32).toString("base64"), { mode: 0o600 });
    const { key: after } = loadMasterKey({ inline: null, file: keyFile, mayGenerate: false });
    const { saveWrapped } = await import("./mutations");
    const { decrypt, encrypt } = await import("./keys");
    const context = `data_keys|${first.partnerId}|1|wrapped`;
    const plain = decrypt(before.key, first.wrapped, context);
    if (!plain.ok) throw new Error("unreadable");
    await saveWrapped(first, encrypt(after.key, plain.value, context), after.id);

    await checkMasterKey();
    await expectReadable();
    for (const lost of [before, after]) {
      loadMasterKey({ inline: secret(lost.key.toString("base64")), file: "", mayGenerate: false });
      await expect(checkMasterKey(), "one of both alone is refused at start").rejects.toThrow(MasterKeyError);
    }
    loadMasterKey({ inline: null, file: keyFile, mayGenerate: false });
    expect(await all(rotateMasterKey())).toBe(1);
    expect(masterKey().id).toBe(after.id);
    await expectReadable();
  });

  it("from the environment asks for both first, and writes no file", async () => {
    const old = masterKey().key.toString("base64");
    const fresh = randomBytes(32).toString("base64");
    loadMasterKey({ inline: secret(old), file: keyFile, mayGenerate: false });
    await expect(all(rotateMasterKey())).rejects.toThrow(/KEYWAY_MASTER_KEY_PREVIOUS/);
    loadMasterKey({ inline: secret(fresh), previous: secret(old), file: keyFile, mayGenerate: false });
    await checkMasterKey();
    await expectReadable();
    expect(await all(rotateMasterKey())).toBe(2);
    loadMasterKey({ inline: secret(fresh), file: keyFile, mayGenerate: false });
    await checkMasterKey();
    await expectReadable();
    expect(existsSync(`${keyFile}.previous`)).toBe(false);
  });
});

describe("S-12 a partner's data key", () => {
  it("seals everything anew, of that partner alone", async () => {
    const { partnerId } = world.northwind.scope;
    expect(await all(rotateDataKey(partnerId))).toBe(4);
    expect(await versions()).toEqual(new Set(["v2"]));
    const others = (await reader().select().from(partnerValues)).flatMap((v) => (v.sealed ? [v.sealed.slice(0, 2)] : []));
    expect(others.sort()).toEqual(["v1", "v2"]);
    const keys = (await reader().select().from(dataKeys)).filter((key) => key.partnerId === partnerId);
    expect(keys.map((key) => [key.version, key.retiredAt === null])).toEqual([
      [1, false],
      [2, true],
    ]);
    await expectReadable();
    expect(await actions()).toEqual(expect.arrayContaining(["data_key.rotation_started", "data_key.rotated"]));
  });

  it("stopped in the middle leaves all readable, takes new values under the new key, and goes on", async () => {
    const { scope, account } = world.northwind;
    const { id, name, releaseId, definition } = await world.connector("sandbox-crm-api-key");
    const authMethod = definition.authMethods[0]!;
    const make = (wanted: string) =>
      createInstall(account, {
        connector: { id, name, releaseId },
        authMethod,
        name: wanted,
        description: null,
        properties: Array.from({ length: 120 }, (_, n) => ({
          kind: "set",
          name: `p${n}`,
          value: `value-${n}-secret`,
          isSecret: true,
        })),
        credential: null,
      });
    await make("Many");
    for await (const _done of rotateDataKey(scope.partnerId)) break;
    const sealed = async () => (await reader().select().from(accountProperties)).map((row) => row.sealed?.slice(0, 3));
    await expectReadable();
    await make("Meanwhile");
    const under = await sealed();
    expect(under.filter((v) => v === "v1.").length).toBeGreaterThan(0);
    expect(under.slice(-120)).toEqual(Array.from({ length: 120 }, () => "v2."));
    await all(rotateDataKey(scope.partnerId));
    expect(new Set(await sealed())).toEqual(new Set(["v2."]));
    expect((await reader().select().from(dataKeys)).filter((key) => key.version === 3)).toEqual([]);
    await expectReadable();
  });

  it("knows every column with something sealed in it", () => {
    const sealedColumns = Object.values(schema).flatMap((each) => {
      const table = (each as unknown as Record<symbol, string>)[Symbol.for("drizzle:Name")];
      const columns = Object.values(each as unknown as Record<string, { name?: string; columnType?: string }>);
      return columns.flatMap((column) => (column?.columnType === "SQLiteCustomColumn" ? [`${table}.${column.name}`] : []));
    });
    expect(sealedColumns.length).toBeGreaterThan(3);
    // What a run holds is wiped when it ends; until then the retired key opens it.
    const ofRuns = ["transactions.sealed_payload", "transaction_steps.sealed_output"];
    expect(sealedColumns.filter((name) => !ofRuns.includes(name)).sort()).toEqual(Object.keys(SEALED_COLUMNS).sort());
  });
});

describe("S-12 npm run rotate-key", () => {
  const command = (...args: string[]) =>
    spawn(process.execPath, ["--import", "tsx", ".commands/rotate-key.ts", ...args], {
      cwd: root,
      env: { ...process.env, NODE_ENV: "production", KEYWAY_DB: database().path, KEYWAY_MASTER_KEY_FILE: keyFile },
    });
  const finished = (child: ReturnType<typeof command>): Promise<{ code: number | null; text: string }> =>
    new Promise((resolve) => {
      let text = "";
      child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
      child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
      child.once("close", (code) => resolve({ code, text }));
    });

  it("killed in the middle, and run again, ends with everything under new keys", { timeout: 60_000 }, async () => {
    const { account } = world.northwind;
    const { id, name, releaseId, definition } = await world.connector("sandbox-crm-api-key");
    await createInstall(account, {
      connector: { id, name, releaseId },
      authMethod: definition.authMethods[0]!,
      name: "Very many",
      description: null,
      properties: Array.from({ length: 1500 }, (_, n) => ({ kind: "set", name: `p${n}`, value: `value-${n}`, isSecret: true })),
      credential: null,
    });
    const child = command("data", "northwind");
    await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
    child.kill("SIGKILL");
    await finished(child);
    await expectReadable();
    expect(String(database().rawReader.pragma("integrity_check", { simple: true }))).toBe("ok");
    expect((await finished(command("data"))).code).toBe(0);
    expect(await versions()).toEqual(new Set(["v2"]));
    expect((await finished(command("master"))).code).toBe(0);
    loadMasterKey({ inline: null, file: keyFile, mayGenerate: false });
    await checkMasterKey();
    await expectReadable();
    const wrong = await finished(command("other"));
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.text).toContain("Say which");
  });
});
