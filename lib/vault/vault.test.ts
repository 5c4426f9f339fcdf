import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { transact } from "@/db/transact";
import { createTestDb } from "@/db/testing";
import { expose } from "@/lib/kernel/expose";
import { secret } from "@/lib/kernel/secret";
import { loadMasterKey, MasterKeyError } from "./master";
import { checkMasterKey, insertDataKey, makeDataKey } from "./mutations";
import { open } from "./open";
import { seal } from "./seal";

const key = () => secret(randomBytes(32).toString("base64"));

let db: ReturnType<typeof createTestDb>;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "keyway-vault-"));
  db = createTestDb();
  loadMasterKey({ inline: key(), file: join(folder, "none"), mayGenerate: false });
  await checkMasterKey();
  const rows = ["p1", "p2"].map((partner) => makeDataKey(partner));
  await transact(async (tx) => {
    for (const row of rows) await insertDataKey(tx, row);
  });
});

afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (more: Partial<{ partnerId: string; table: string; row: string; field: string }> = {}) => ({
  partnerId: "p1",
  table: "partner_values",
  row: "r1",
  field: "client_secret",
  ...more,
});

describe("S-10 sealed values", () => {
  it("open where they were sealed, and show nothing of the plain text", async () => {
    const sealed = await seal(at(), secret("canary-4711-secret"));
    expect(sealed).not.toContain("canary");
    const opened = await open(at(), sealed);
    expect(opened.ok && expose(opened.value)).toBe("canary-4711-secret");
  });

  it.each([
    ["another row", { row: "r2" }],
    ["another field", { field: "client_id" }],
    ["another table", { table: "account_properties" }],
    ["another partner", { partnerId: "p2" }],
  ])("don't open in %s", async (_place, moved) => {
    const opened = await open(at(moved), await seal(at(), secret("value")));
    expect(opened.ok ? "opened" : opened.error.code).toBe("vault.unreadable");
  });

  it("don't open under another key version or with a changed byte", async () => {
    const sealed = await seal(at(), secret("value"));
    await transact((tx) => insertDataKey(tx, makeDataKey("p1", 2)));
    expect((await open(at(), sealed.replace(/^v1\./, "v2."))).ok).toBe(false);
    const [head, nonce, body, tag] = sealed.split(".") as [string, string, string, string];
    const flipped = (body[0] === "A" ? "B" : "A") + body.slice(1);
    expect((await open(at(), [head, nonce, flipped, tag].join("."))).ok).toBe(false);
    expect((await open(at(), "v1.not-sealed")).ok).toBe(false);
  });

  it("never use a nonce twice", async () => {
    const nonces = await Promise.all(Array.from({ length: 200 }, async () => (await seal(at(), secret("same"))).split(".")[1]));
    expect(new Set(nonces).size).toBe(200);
  });

  it("refuse to be made for a partner without a key", async () => {
    await expect(seal(at({ partnerId: "p3" }), secret("value"))).rejects.toThrow(/no data key/);
  });
});

describe("S-11 master key", () => {
  const file = () => join(folder, "made", "master.key");

  it("is made once, with mode 0600, where that is allowed", () => {
    const first = loadMasterKey({ inline: null, file: file(), mayGenerate: true });
    expect(first.made).toBe(file());
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    const second = loadMasterKey({ inline: null, file: file(), mayGenerate: true });
    expect(second.made).toBeNull();
    expect(second.key.id).toBe(first.key.id);
  });

  it("is not made where that is not allowed", () => {
    expect(() => loadMasterKey({ inline: null, file: file(), mayGenerate: false })).toThrow(MasterKeyError);
    expect(existsSync(file())).toBe(false);
  });

  it.each([
    ["too short", randomBytes(16).toString("base64")],
    ["not a key", "hello"],
    ["empty", ""],
  ])("is refused when %s", (_what, text) => {
    const path = join(folder, "bad.key");
    writeFileSync(path, text);
    expect(() => loadMasterKey({ inline: null, file: path, mayGenerate: true })).toThrow(/32 bytes/);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("that is another one is refused at start with a sentence, and changes nothing", async () => {
    loadMasterKey({ inline: key(), file: file(), mayGenerate: false });
    await expect(checkMasterKey()).rejects.toThrow(/not the one this database was sealed with/);
  });
});
