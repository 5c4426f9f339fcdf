import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { database, openDatabase, setDatabase } from "@/db/client";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { expose } from "@/lib/kernel/expose";
import { lookup } from "@/lib/auth-methods/templates";
import { openConnection } from "@/lib/oauth/values";
import type { Secret } from "@/lib/kernel/secret";
import { loadMasterKey } from "./master";

const root = path.resolve(import.meta.dirname, "../..");
let world: TestWorld;
let folder: string;
let keyFile: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "keyway-backup-"));
  keyFile = path.join(folder, "master.key");
  const key = randomBytes(32).toString("base64");
  writeFileSync(keyFile, key, { mode: 0o600 });
  world = await createTestWorld({}, key);
  loadMasterKey({ inline: null, file: keyFile, mayGenerate: false });
  await world.setUp(world.northwind, "sandbox-crm-oauth", {
    client_id: "keyway-sandbox",
    client_secret: "sandbox-secret-7Qw2mX",
  });
});

afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const install = (n: number) =>
  world.install(world.northwind, "sandbox-crm-oauth", { name: `C${n}`, credential: { accessToken: `token-${n}` } });

/** `npm run backup` in a process of its own. */
function backup(...args: string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", ".commands/backup.ts", ...args], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production", KEYWAY_DB: database().path, KEYWAY_MASTER_KEY_FILE: keyFile },
  });
  return new Promise((resolve) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
    child.once("close", (code) => resolve({ code, text }));
  });
}

describe("S-62 backup and restore", () => {
  it("a copy made under load is whole, and after a restore every secret opens", { timeout: 60_000 }, async () => {
    const first = await install(0);
    const file = path.join(folder, "copy.db");
    let isDone = false;
    const copied = backup(file).finally(() => (isDone = true));
    let written = 1;
    for (; !isDone || written < 5; written += 1) {
      await install(written);
      // A write is over without a turn of the event loop; the end of the other process is told in one.
      await setImmediate();
    }
    const { code, text } = await copied;
    expect(text).toMatch(/each of its \d+ secrets opens/);
    expect(code).toBe(0);
    const secrets = Number(/its (\d+) secrets/.exec(text)?.[1]);
    expect(secrets).toBeGreaterThanOrEqual(2);
    expect(secrets).toBeLessThanOrEqual(written + 1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}-wal`)).toBe(false);

    const before = database();
    const restored = openDatabase(file);
    setDatabase(restored);
    try {
      const opened = await openConnection(world.northwind.account, first);
      if (!opened.ok) throw new Error(opened.error.message);
      expect(expose(lookup(opened.value.connector.values, "accessToken") as Secret)).toBe("token-0");
    } finally {
      setDatabase(before);
      restored.close();
    }
    expect(await backup(file), "a backup never takes the place of another").toMatchObject({ code: 1 });
  });

  it("what can't be opened is told, by its place: another key, a changed value, no file", { timeout: 60_000 }, async () => {
    await install(0);
    const file = path.join(folder, "copy.db");
    expect((await backup(file)).code).toBe(0);
    const changed = path.join(folder, "changed.db");
    copyFileSync(file, changed);
    const raw = new Sqlite(changed);
    raw.exec("update credentials set sealed = substr(sealed, 1, length(sealed) - 4) || 'AAAA'");
    raw.close();
    expect(await backup("--check", changed)).toMatchObject({
      code: 1,
      text: expect.stringContaining("in credentials") as string,
    });
    expect(await backup("--check", path.join(folder, "none.db"))).toMatchObject({ code: 1 });
    expect(await backup()).toMatchObject({ code: 1, text: expect.stringContaining("Say where to") as string });
    writeFileSync(keyFile, randomBytes(32).toString("base64"));
    expect(await backup("--check", file)).toMatchObject({ code: 1, text: expect.stringContaining("master key") as string });
    writeFileSync(keyFile, randomBytes(32).toString("base64"));
  });
});
