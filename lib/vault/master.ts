import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expose } from "@/lib/kernel/expose";
import type { Secret } from "@/lib/kernel/secret";
import { singleton } from "@/lib/platform/singleton";
import { keyId } from "./keys";

/** A key problem that ends the start with a sentence for the person who runs it. */
export class MasterKeyError extends Error {}

export interface MasterKey {
  readonly id: string;
  readonly key: Buffer;
}

const holder = () => singleton<{ current: MasterKey | null }>("master-key", () => ({ current: null }));

function parseKey(text: string, origin: string): Buffer {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, "hex") : Buffer.from(trimmed, "base64");
  if (key.length !== 32)
    throw new MasterKeyError(`${origin} has to hold 32 bytes, as base64 or hexadecimal; it holds ${key.length}.`);
  return key;
}

/**
 * Finds the master key (S-11). In: where to look, and whether one may be made.
 * Out: the key and, when it was made just now, the file it stands in. Throws {@link MasterKeyError}.
 */
export function loadMasterKey(options: { inline: Secret | null; file: string; mayGenerate: boolean }): {
  key: MasterKey;
  made: string | null;
} {
  let made: string | null = null;
  let bytes: Buffer;
  if (options.inline) {
    bytes = parseKey(expose(options.inline), "KEYWAY_MASTER_KEY");
  } else if (existsSync(options.file)) {
    bytes = parseKey(readFileSync(options.file, "utf8"), options.file);
  } else if (options.mayGenerate) {
    bytes = randomBytes(32);
    mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
    writeFileSync(options.file, bytes.toString("base64") + "\n", { mode: 0o600, flag: "wx" });
    chmodSync(options.file, 0o600);
    made = options.file;
  } else {
    throw new MasterKeyError(
      `There is no master key. Set KEYWAY_MASTER_KEY, or put 32 random bytes as base64 into ${options.file} (mode 0600). ` +
        "KEYWAY_ALLOW_GENERATED_KEY=1 lets Keyway make one.",
    );
  }
  const key = { id: keyId(bytes), key: bytes };
  holder().current = key;
  return { key, made };
}

export function masterKey(): MasterKey {
  const current = holder().current;
  if (!current) throw new MasterKeyError("The master key is not loaded.");
  return current;
}
