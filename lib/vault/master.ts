import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expose } from "@/lib/kernel/expose";
import type { Secret } from "@/lib/kernel/secret";
import { env } from "@/lib/platform/env";
import { singleton } from "@/lib/platform/singleton";
import { keyId } from "./keys";

/** A key problem that ends the start with a sentence for the person who runs it. */
export class MasterKeyError extends Error {}

export interface MasterKey {
  readonly id: string;
  readonly key: Buffer;
}

interface KeyRing {
  current: MasterKey | null;
  /** The key before this one, while there may still be data keys wrapped by it (S-12). */
  previous: MasterKey | null;
  /** The file the keys stand in; null where they come from the environment. */
  file: string | null;
}

const ring = () => singleton<KeyRing>("master-key", () => ({ current: null, previous: null, file: null }));

const previousFile = (file: string): string => `${file}.previous`;

function parseKey(text: string, origin: string): MasterKey {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, "hex") : Buffer.from(trimmed, "base64");
  if (key.length !== 32)
    throw new MasterKeyError(`${origin} has to hold 32 bytes, as base64 or hexadecimal; it holds ${key.length}.`);
  return { id: keyId(key), key };
}

const readKey = (file: string): MasterKey => parseKey(readFileSync(file, "utf8"), file);

function writeKey(file: string, key: Buffer, flag: "wx" | "w"): void {
  writeFileSync(file, `${key.toString("base64")}\n`, { mode: 0o600, flag });
  chmodSync(file, 0o600);
}

/** Where the keys are looked for. */
export interface MasterKeyPlace {
  readonly inline: Secret | null;
  readonly previous?: Secret | null;
  readonly file: string;
}

/**
 * Finds the master key (S-11), and the one before it while a rotation isn't over. In: where to look, and whether one may be made.
 * Out: the key and, when it was made just now, the file it stands in. Throws {@link MasterKeyError}.
 */
export function loadMasterKey(options: MasterKeyPlace & { mayGenerate: boolean }): { key: MasterKey; made: string | null } {
  const { inline, previous, file } = options;
  let made: string | null = null;
  let key: MasterKey;
  if (inline) {
    key = parseKey(expose(inline), "KEYWAY_MASTER_KEY");
  } else if (existsSync(file)) {
    key = readKey(file);
  } else if (options.mayGenerate) {
    const bytes = randomBytes(32);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeKey(file, bytes, "wx");
    key = { id: keyId(bytes), key: bytes };
    made = file;
  } else {
    throw new MasterKeyError(
      `There is no master key. Set KEYWAY_MASTER_KEY, or put 32 random bytes as base64 into ${file} (mode 0600). ` +
        "KEYWAY_ALLOW_GENERATED_KEY=1 lets Keyway make one.",
    );
  }
  const held = ring();
  held.current = key;
  held.file = inline ? null : file;
  held.previous = previous ? parseKey(expose(previous), "KEYWAY_MASTER_KEY_PREVIOUS") : inline ? null : besides(file);
  return { key, made };
}

/** The same, from where the settings of this instance say. */
export function loadConfiguredKey(mayGenerate: boolean): { key: MasterKey; made: string | null } {
  const { masterKey: inline, previousMasterKey: previous, masterKeyFile: file } = env();
  return loadMasterKey({ inline, previous, file, mayGenerate });
}

const besides = (file: string): MasterKey | null => (existsSync(previousFile(file)) ? readKey(previousFile(file)) : null);

export function masterKey(): MasterKey {
  const { current } = ring();
  if (!current) throw new MasterKeyError("The master key is not loaded.");
  return current;
}

/** The keys that may open something: the current one, and the one before it. */
export const masterKeys = (): readonly MasterKey[] => {
  const { previous } = ring();
  return previous ? [masterKey(), previous] : [masterKey()];
};

/** Reads the key files again: another process may have rotated the key while this one ran. */
export function reloadMasterKeys(): void {
  const held = ring();
  if (held.file === null || !existsSync(held.file)) return;
  held.current = readKey(held.file);
  held.previous = besides(held.file);
}

/** The key of that id, also where it came into its file after the start; null where it isn't held. */
export function masterKeyById(id: string): MasterKey | null {
  const find = () => masterKeys().find((key) => key.id === id) ?? null;
  const known = find();
  if (known) return known;
  reloadMasterKeys();
  return find();
}

/**
 * Puts a new key into the file of the current one, which goes to `<file>.previous` first: at no moment is either lost. Where the keys
 * come from the environment nothing is written, and the previous one has to be there. Throws {@link MasterKeyError}.
 */
export function replaceMasterKey(): void {
  const held = ring();
  if (held.file === null) {
    if (held.previous) return;
    throw new MasterKeyError(
      "The master key comes from KEYWAY_MASTER_KEY. Set that to the new key and KEYWAY_MASTER_KEY_PREVIOUS to the old one, " +
        "start Keyway again with both, and then run this again.",
    );
  }
  const { file } = held;
  writeKey(`${file}.new`, randomBytes(32), "w");
  writeKey(`${file}.copy`, masterKey().key, "w");
  renameSync(`${file}.copy`, previousFile(file));
  renameSync(`${file}.new`, file);
  reloadMasterKeys();
}
