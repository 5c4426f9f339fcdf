import { chmodSync, closeSync, existsSync, fsyncSync, openSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { openDatabase, setDatabase } from "../db/client";
import { runCommand } from "../lib/platform/command-line";
import { env } from "../lib/platform/env";
import { countSecrets } from "../lib/vault/backup";
import { loadConfiguredKey } from "../lib/vault/master";
import { checkMasterKey } from "../lib/vault/mutations";

/** `npm run backup -- FILE`: a copy of the database while Keyway runs, checked. `--check FILE` checks one that was made before. */
const { values, positionals } = parseArgs({ options: { check: { type: "string" } }, allowPositionals: true });

/** Copies the database as it is at one moment, while others go on writing, into a new file of mode 0600. */
function copyTo(file: string, from: string): void {
  if (existsSync(file)) throw new Error(`${file} is there already. Name a new file.`);
  const { rawWriter, close } = openDatabase(from);
  try {
    // One statement in one read transaction; SQLite's backup API begins anew with each write of another process.
    rawWriter.prepare("vacuum into ?").run(file);
  } finally {
    close();
  }
  chmodSync(file, 0o600);
  const handle = openSync(file, "r");
  fsyncSync(handle);
  closeSync(handle);
}

/** Checks a file that isn't in use (S-62): its pages, its master key, and that every secret opens. Out: how many there are. */
async function check(file: string): Promise<number> {
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  const copy = openDatabase(file);
  try {
    const integrity = String(copy.rawReader.pragma("integrity_check", { simple: true }));
    if (integrity !== "ok") throw new Error(`${file} is damaged: ${integrity}.`);
    setDatabase(copy);
    await checkMasterKey();
    return await countSecrets();
  } finally {
    setDatabase(undefined);
    copy.close();
  }
}

async function backup(): Promise<string | null> {
  const [target, ...more] = positionals;
  const file = values.check ?? target;
  if (!file || more.length > 0 || (values.check && target)) return "Say where to: npm run backup -- keyway-backup.db";
  const settings = env();
  loadConfiguredKey(false);
  const full = path.resolve(file);
  if (target) copyTo(full, settings.databaseFile);
  const secrets = await check(full);
  process.stdout.write(
    `${file} is whole, and each of its ${secrets} secrets opens with the master key. Keep the key apart from it.\n`,
  );
  return null;
}

runCommand(backup);
