import { randomBytes } from "node:crypto";
import { and, eq, isNull, lt } from "@/db/query";
import {
  accountProperties,
  credentials,
  cycleVariables,
  dataKeys,
  instanceFacts,
  oauthAttempts,
  partnerValues,
  stepMappings,
  webhookEndpoints,
} from "@/db/schema";
import { transact, type Transaction } from "@/db/transact";
import type { Actor } from "@/lib/access/types";
import { INSTANCE_CHAIN, recordAudit } from "@/lib/audit/mutations";
import { now } from "@/lib/kernel/clock";
import { guid, randomToken } from "@/lib/kernel/ids";
import type { SealedText } from "@/lib/kernel/secret";
import { instanceFact, KEY_CHECK_CONTEXT, opensWithMasterKey, wrappingKeys, type DataKeyRow, type SealedColumn } from "./data";
import { encrypt } from "./keys";
import { MasterKeyError, masterKey, masterKeyById, reloadMasterKeys } from "./master";
import { wrappedContext } from "./unwrap";

const CHECK = "keyway";

/** A new data key for a partner, wrapped; made before the transaction that stores it with {@link insertDataKey}. */
export function makeDataKey(partnerId: string, version = 1): DataKeyRow {
  // A key that was rotated since the start must not wrap anything new.
  reloadMasterKeys();
  const master = masterKey();
  return {
    id: guid(),
    partnerId,
    version,
    wrapped: encrypt(master.key, randomBytes(32), wrappedContext(partnerId, version)),
    masterKeyId: master.id,
    createdAt: now(),
    retiredAt: null,
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
 * At start: a held key opens what an earlier start sealed, and every data key; or it is the first start (S-11, S-12).
 * Throws {@link MasterKeyError} with a sentence when the key is another one.
 */
export async function checkMasterKey(): Promise<void> {
  const stored = await instanceFact("key_check");
  if (stored === null) {
    await putFact("key_check", encrypt(masterKey().key, Buffer.from(CHECK), KEY_CHECK_CONTEXT));
  } else if (!opensWithMasterKey(stored)) {
    throw new MasterKeyError(
      "The master key is not the one this database was sealed with. Nothing was changed. Start with the right key, or restore the key that belongs to this database.",
    );
  }
  const missing = (await wrappingKeys()).filter(({ id }) => masterKeyById(id) === null);
  if (missing.length > 0) {
    throw new MasterKeyError(
      "A rotation of the master key isn't over: some data keys are still wrapped by another one. Nothing was changed. Give both, KEYWAY_MASTER_KEY and " +
        "KEYWAY_MASTER_KEY_PREVIOUS or the key file and the one of that name that ends in .previous, and run npm run rotate-key -- master.",
    );
  }
  if ((await instanceFact("callback_salt")) === null) await putFact("callback_salt", randomToken(192));
}

/** The rotation of keys, as the audit names who did it. */
const OPERATOR: Actor = { type: "system", id: "command-line", name: "Command line" };

/** Wraps a data key anew, where nobody else has meanwhile. */
export async function saveWrapped(row: DataKeyRow, wrapped: string, masterKeyId: string): Promise<void> {
  await transact(async (tx) => {
    await tx
      .update(dataKeys)
      .set({ wrapped, masterKeyId })
      .where(and(eq(dataKeys.id, row.id), eq(dataKeys.masterKeyId, row.masterKeyId)));
  });
}

/** Ends the rotation of the master key: the check of the instance stands under the new one. */
export async function closeMasterRotation(masterKeyId: string, keyCheck: string, rewrapped: number): Promise<void> {
  await transact(async (tx) => {
    await tx.update(instanceFacts).set({ value: keyCheck, updatedAt: now() }).where(eq(instanceFacts.name, "key_check"));
    await recordAudit(tx, {
      chain: INSTANCE_CHAIN,
      actor: OPERATOR,
      action: "master_key.rotated",
      object: { type: "master_key", id: masterKeyId, name: "Master key" },
      details: { dataKeys: rewrapped },
    });
  });
}

/** What the check of the instance is under the current master key. */
export const sealedCheck = (): string => encrypt(masterKey().key, Buffer.from(CHECK), KEY_CHECK_CONTEXT);

/** From here on everything new of the partner is sealed under this version. */
export async function startDataRotation(row: DataKeyRow): Promise<void> {
  await transact(async (tx) => {
    await insertDataKey(tx, row);
    await recordAudit(tx, {
      chain: row.partnerId,
      actor: OPERATOR,
      action: "data_key.rotation_started",
      object: { type: "data_key", id: row.id, name: `Version ${row.version}` },
    });
  });
}

/** Retires the versions before this one, which still open what a writer that was late left behind. */
export async function closeDataRotation(row: DataKeyRow, resealed: number): Promise<void> {
  await transact(async (tx) => {
    await tx
      .update(dataKeys)
      .set({ retiredAt: now() })
      .where(and(eq(dataKeys.partnerId, row.partnerId), lt(dataKeys.version, row.version), isNull(dataKeys.retiredAt)));
    await recordAudit(tx, {
      chain: row.partnerId,
      actor: OPERATOR,
      action: "data_key.rotated",
      object: { type: "data_key", id: row.id, name: `Version ${row.version}` },
      details: { values: resealed },
    });
  });
}

export interface Resealed {
  /** Of the row, as it is bound into the ciphertext. */
  readonly row: string;
  readonly before: SealedText;
  readonly after: SealedText;
}

const REPLACE: Readonly<Record<SealedColumn, (tx: Transaction, change: Resealed) => Promise<unknown>>> = {
  "partner_values.sealed": async (tx, { row, before, after: sealed }) =>
    tx
      .update(partnerValues)
      .set({ sealed })
      .where(and(eq(partnerValues.id, row), eq(partnerValues.sealed, before))),
  "account_properties.sealed": async (tx, { row, before, after: sealed }) =>
    tx
      .update(accountProperties)
      .set({ sealed })
      .where(and(eq(accountProperties.sealKey, row), eq(accountProperties.sealed, before))),
  "credentials.sealed": async (tx, { row, before, after: sealed }) =>
    tx
      .update(credentials)
      .set({ sealed })
      .where(and(eq(credentials.id, row), eq(credentials.sealed, before))),
  "oauth_attempts.sealed_verifier": async (tx, { row, before, after: sealedVerifier }) =>
    tx
      .update(oauthAttempts)
      .set({ sealedVerifier })
      .where(and(eq(oauthAttempts.id, row), eq(oauthAttempts.sealedVerifier, before))),
  "step_mappings.sealed": async (tx, { row, before, after: sealed }) =>
    tx
      .update(stepMappings)
      .set({ sealed })
      .where(and(eq(stepMappings.sealKey, row), eq(stepMappings.sealed, before))),
  "cycle_variables.sealed": async (tx, { row, before, after: sealed }) =>
    tx
      .update(cycleVariables)
      .set({ sealed })
      .where(and(eq(cycleVariables.sealKey, row), eq(cycleVariables.sealed, before))),
  "webhook_endpoints.sealed_secret": async (tx, { row, before, after: sealedSecret }) =>
    tx
      .update(webhookEndpoints)
      .set({ sealedSecret })
      .where(and(eq(webhookEndpoints.id, row), eq(webhookEndpoints.sealedSecret, before))),
  "webhook_endpoints.sealed_previous_secret": async (tx, { row, before, after: sealedPreviousSecret }) =>
    tx
      .update(webhookEndpoints)
      .set({ sealedPreviousSecret })
      .where(and(eq(webhookEndpoints.id, row), eq(webhookEndpoints.sealedPreviousSecret, before))),
};

/** Replaces ciphertexts, each only where nobody wrote another one meanwhile. */
export async function saveResealed(column: SealedColumn, changes: readonly Resealed[]): Promise<void> {
  await transact(async (tx) => {
    for (const change of changes) await REPLACE[column](tx, change);
  });
}
