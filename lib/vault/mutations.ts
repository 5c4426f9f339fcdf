import { randomBytes } from "node:crypto";
import { dataKeys, instanceFacts } from "@/db/schema";
import { transact, type Transaction } from "@/db/transact";
import { now } from "@/lib/kernel/clock";
import { guid, randomToken } from "@/lib/kernel/ids";
import { instanceFact, KEY_CHECK_CONTEXT } from "./data";
import { decrypt, encrypt } from "./keys";
import { MasterKeyError, masterKey } from "./master";

const CHECK = "keyway";

/** A new data key for a partner, wrapped; made before the transaction that stores it with {@link insertDataKey}. */
export function makeDataKey(partnerId: string, version = 1): typeof dataKeys.$inferInsert {
  const master = masterKey();
  return {
    id: guid(),
    partnerId,
    version,
    wrapped: encrypt(master.key, randomBytes(32), `data_keys|${partnerId}|${version}|wrapped`),
    masterKeyId: master.id,
    createdAt: now(),
  };
}

export async function insertDataKey(tx: Transaction, row: typeof dataKeys.$inferInsert): Promise<void> {
  await tx.insert(dataKeys).values(row);
}

async function putFact(name: string, value: string): Promise<void> {
  await transact(async (tx) => {
    await tx.insert(instanceFacts).values({ name, value, updatedAt: now() }).onConflictDoNothing();
  });
}

/**
 * At start: the key opens what an earlier start sealed, or it is the first start (S-11).
 * Throws {@link MasterKeyError} with a sentence when the key is another one.
 */
export async function checkMasterKey(): Promise<void> {
  const master = masterKey();
  const stored = await instanceFact("key_check");
  if (stored === null) {
    await putFact("key_check", encrypt(master.key, Buffer.from(CHECK), KEY_CHECK_CONTEXT));
  } else {
    const opened = decrypt(master.key, stored, KEY_CHECK_CONTEXT);
    if (!opened.ok || opened.value.toString() !== CHECK) {
      throw new MasterKeyError(
        "The master key is not the one this database was sealed with. Nothing was changed. Start with the right key, or restore the key that belongs to this database.",
      );
    }
  }
  if ((await instanceFact("callback_salt")) === null) await putFact("callback_salt", randomToken(192));
}
