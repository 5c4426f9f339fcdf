import { expose } from "@/lib/kernel/expose";
import type { SealedText, Secret } from "@/lib/kernel/secret";
import { encrypt } from "./keys";
import { context, dataKey, type SealedAt } from "./unwrap";

/**
 * Seals a secret for one row and field. Out: `v{key version}.{nonce}.{body}.{tag}`.
 * Throws when there is no key: no key, no write.
 */
export async function seal(at: SealedAt, value: Secret): Promise<SealedText> {
  const key = await dataKey(at.partnerId);
  if (!key.ok) throw new Error(key.error.message);
  return `v${key.value.version}.${encrypt(key.value.key, Buffer.from(expose(value), "utf8"), context(at, key.value.version))}`;
}
