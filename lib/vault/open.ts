import { fail, ok, type Result } from "@/lib/kernel/result";
import { secret, type Secret } from "@/lib/kernel/secret";
import { decrypt } from "./keys";
import { context, dataKey, type SealedAt } from "./unwrap";

/**
 * Opens a sealed value. Only `oauth` and `run` may import this: the console has no way to reveal a secret.
 * Errors: `vault.unreadable`.
 */
export async function open(at: SealedAt, sealed: string): Promise<Result<Secret>> {
  const match = /^v(\d+)\.(.+)$/s.exec(sealed);
  if (!match?.[1] || !match[2]) return fail("vault.unreadable", "A stored secret has an unknown form.");
  const version = Number(match[1]);
  const key = await dataKey(at.partnerId, version);
  if (!key.ok) return key;
  const plain = decrypt(key.value.key, match[2], context(at, version));
  return plain.ok ? ok(secret(plain.value.toString("utf8"))) : plain;
}
