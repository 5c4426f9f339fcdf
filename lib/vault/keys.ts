import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { fail, ok, type Result } from "@/lib/kernel/result";

/** AES-256-GCM (NIST SP 800-38D): 256-bit key, random 96-bit nonce, 128-bit tag. */
const ALGORITHM = "aes-256-gcm";

/** Encrypts; `context` is bound as additional data and has to be the same when it is opened. */
export function encrypt(key: Buffer, plain: Buffer, context: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(Buffer.from(context, "utf8"));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return [nonce, body, cipher.getAuthTag()].map((b) => b.toString("base64url")).join(".");
}

/** Opens what {@link encrypt} made. Errors: `vault.unreadable` when key, context or bytes differ. */
export function decrypt(key: Buffer, text: string, context: string): Result<Buffer> {
  const unreadable = fail("vault.unreadable", "A stored secret can't be opened with the key of this instance.");
  const parts = text.split(".").map((p) => Buffer.from(p, "base64url"));
  const [nonce, body, tag] = parts;
  if (parts.length !== 3 || !nonce || !body || !tag || nonce.length !== 12 || tag.length !== 16) return unreadable;
  try {
    const decipher = createDecipheriv(ALGORITHM, key, nonce);
    decipher.setAAD(Buffer.from(context, "utf8"));
    decipher.setAuthTag(tag);
    return ok(Buffer.concat([decipher.update(body), decipher.final()]));
  } catch {
    return unreadable;
  }
}

/** A name for a master key that tells nothing of it. */
export const keyId = (key: Buffer): string => createHash("sha256").update("keyway key id").update(key).digest("hex").slice(0, 16);

/** A key for one purpose, derived from the master key (RFC 5869). */
export const deriveKey = (master: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync("sha256", master, Buffer.alloc(0), `keyway ${purpose}`, 32));

/** Text encrypted under a key of its own, for what is kept a short while and isn't a partner's. */
export const keptAnswers = (key: Buffer) => ({
  encrypt: (text: string, context: string): string => encrypt(key, Buffer.from(text, "utf8"), context),
  decrypt: (stored: string, context: string): string | null => {
    const opened = decrypt(key, stored, context);
    return opened.ok ? opened.value.toString("utf8") : null;
  },
});
