import { preparedQuery, reader } from "@/db/client";
import { and, asc, desc, eq, isNull, ne, notLike, sql } from "@/db/query";
import {
  accountConnectors,
  accountProperties,
  credentials,
  cycles,
  cycleSteps,
  cycleVariables,
  dataKeys,
  instanceFacts,
  oauthAttempts,
  partners,
  partnerSetups,
  partnerValues,
  stepMappings,
  webhookEndpoints,
} from "@/db/schema";
import type { SealedText } from "@/lib/kernel/secret";
import { VERSION } from "@/lib/platform/version";
import { decrypt } from "./keys";
import { masterKeys, reloadMasterKeys } from "./master";

export const KEY_CHECK_CONTEXT = "instance_facts|key_check|value|0";

export type DataKeyRow = typeof dataKeys.$inferSelect;

const current = () =>
  preparedQuery("vault.currentKey", (db) =>
    db
      .select()
      .from(dataKeys)
      .where(and(eq(dataKeys.partnerId, sql.placeholder("partnerId")), isNull(dataKeys.retiredAt)))
      .orderBy(desc(dataKeys.version))
      .limit(1)
      .prepare(),
  );

const byVersion = () =>
  preparedQuery("vault.keyByVersion", (db) =>
    db
      .select()
      .from(dataKeys)
      .where(and(eq(dataKeys.partnerId, sql.placeholder("partnerId")), eq(dataKeys.version, sql.placeholder("version"))))
      .limit(1)
      .prepare(),
  );

export async function currentKeyRow(partnerId: string): Promise<DataKeyRow | null> {
  return (await current().execute({ partnerId }))[0] ?? null;
}

export async function keyRow(partnerId: string, version: number): Promise<DataKeyRow | null> {
  return (await byVersion().execute({ partnerId, version }))[0] ?? null;
}

export async function instanceFact(name: string): Promise<string | null> {
  const [row] = await reader().select({ value: instanceFacts.value }).from(instanceFacts).where(eq(instanceFacts.name, name));
  return row?.value ?? null;
}

/** Whether a held master key opens the sealed check of the instance, also where the key was rotated after the start. */
export function opensWithMasterKey(check: string): boolean {
  const opens = () => masterKeys().some(({ key }) => decrypt(key, check, KEY_CHECK_CONTEXT).ok);
  if (opens()) return true;
  reloadMasterKeys();
  return opens();
}

/** Whether the database answers and the master key is the one it was sealed with, and the version of Keyway. */
export async function instanceHealth(): Promise<{ database: boolean; key: boolean; version: string }> {
  let check: string | null = null;
  try {
    check = await instanceFact("key_check");
  } catch {
    return { database: false, key: false, version: VERSION };
  }
  return { database: true, key: check !== null && opensWithMasterKey(check), version: VERSION };
}

/** The master keys that wrap data keys now, by id. */
export async function wrappingKeys(): Promise<{ id: string }[]> {
  return reader().selectDistinct({ id: dataKeys.masterKeyId }).from(dataKeys);
}

/** Data keys that another master key than this one wraps. */
export async function wrappedByOthers(masterKeyId: string, limit: number): Promise<DataKeyRow[]> {
  return reader().select().from(dataKeys).where(ne(dataKeys.masterKeyId, masterKeyId)).limit(limit);
}

/** The partners whose data keys can be rotated: all, or the one of that name in addresses. */
export async function partnersWithKeys(slug: string | null): Promise<{ id: string; slug: string }[]> {
  return reader()
    .select({ id: partners.id, slug: partners.slug })
    .from(partners)
    .where(slug === null ? undefined : eq(partners.slug, slug))
    .orderBy(asc(partners.slug));
}

/** A ciphertext, the row it stands in and the place it is bound to. */
export interface SealedRow {
  readonly row: string;
  readonly field: string;
  readonly sealed: SealedText;
}

type Found = Promise<(Omit<SealedRow, "sealed"> & { readonly sealed: SealedText | null })[]>;

/** Every column with something sealed in it: a rotation that left one out would leave its secrets under an old key. */
export const SEALED_COLUMNS = {
  "partner_values.sealed": (partnerId: string, prefix: string, limit: number): Found =>
    reader()
      .select({ row: partnerValues.id, field: partnerValues.name, sealed: partnerValues.sealed })
      .from(partnerValues)
      .innerJoin(partnerSetups, eq(partnerSetups.id, partnerValues.setupId))
      .where(and(eq(partnerSetups.partnerId, partnerId), notLike(partnerValues.sealed, prefix)))
      .limit(limit),
  "account_properties.sealed": (partnerId: string, prefix: string, limit: number): Found =>
    reader()
      .select({ row: accountProperties.sealKey, field: accountProperties.name, sealed: accountProperties.sealed })
      .from(accountProperties)
      .innerJoin(accountConnectors, eq(accountConnectors.id, accountProperties.accountConnectorId))
      .where(and(eq(accountConnectors.partnerId, partnerId), notLike(accountProperties.sealed, prefix)))
      .limit(limit),
  "credentials.sealed": (partnerId: string, prefix: string, limit: number): Found =>
    reader()
      .select({ row: credentials.id, field: sql<string>`'record'`, sealed: credentials.sealed })
      .from(credentials)
      .innerJoin(accountConnectors, eq(accountConnectors.id, credentials.accountConnectorId))
      .where(and(eq(accountConnectors.partnerId, partnerId), notLike(credentials.sealed, prefix)))
      .limit(limit),
  "oauth_attempts.sealed_verifier": (partnerId: string, prefix: string, limit: number): Found =>
    reader()
      .select({ row: oauthAttempts.id, field: sql<string>`'verifier'`, sealed: oauthAttempts.sealedVerifier })
      .from(oauthAttempts)
      .where(and(eq(oauthAttempts.partnerId, partnerId), notLike(oauthAttempts.sealedVerifier, prefix)))
      .limit(limit),
  "step_mappings.sealed": (partnerId: string, prefix: string, limit: number): Found =>
    reader()
      .select({ row: sql<string>`${stepMappings.sealKey}`, field: stepMappings.name, sealed: stepMappings.sealed })
      .from(stepMappings)
      .innerJoin(cycleSteps, eq(cycleSteps.id, stepMappings.stepId))
      .innerJoin(cycles, eq(cycles.id, cycleSteps.cycleId))
      .where(and(eq(cycles.partnerId, partnerId), notLike(stepMappings.sealed, prefix)))
      .limit(limit),
  "cycle_variables.sealed": (partnerId: string, prefix: string, limit: number): Found =>
    reader()
      .select({ row: sql<string>`${cycleVariables.sealKey}`, field: cycleVariables.systemName, sealed: cycleVariables.sealed })
      .from(cycleVariables)
      .innerJoin(cycles, eq(cycles.id, cycleVariables.cycleId))
      .where(and(eq(cycles.partnerId, partnerId), notLike(cycleVariables.sealed, prefix)))
      .limit(limit),
  "webhook_endpoints.sealed_secret": (partnerId: string, prefix: string, limit: number): Found =>
    reader()
      .select({ row: webhookEndpoints.id, field: sql<string>`'secret'`, sealed: webhookEndpoints.sealedSecret })
      .from(webhookEndpoints)
      .where(and(eq(webhookEndpoints.partnerId, partnerId), notLike(webhookEndpoints.sealedSecret, prefix)))
      .limit(limit),
  "webhook_endpoints.sealed_previous_secret": (partnerId: string, prefix: string, limit: number): Found =>
    reader()
      .select({ row: webhookEndpoints.id, field: sql<string>`'secret'`, sealed: webhookEndpoints.sealedPreviousSecret })
      .from(webhookEndpoints)
      .where(and(eq(webhookEndpoints.partnerId, partnerId), notLike(webhookEndpoints.sealedPreviousSecret, prefix)))
      .limit(limit),
} as const;
export type SealedColumn = keyof typeof SEALED_COLUMNS;

/** Ciphertexts of a partner under another version of its data key than this one; at most `limit`, of one column. */
export async function sealedByOthers(
  partnerId: string,
  version: number,
  limit: number,
): Promise<{ column: SealedColumn; rows: SealedRow[] } | null> {
  for (const column of Object.keys(SEALED_COLUMNS) as SealedColumn[]) {
    const found = await SEALED_COLUMNS[column](partnerId, `v${version}.%`, limit);
    const rows = found.flatMap(({ sealed, ...row }) => (sealed === null ? [] : [{ ...row, sealed }]));
    if (rows.length > 0) return { column, rows };
  }
  return null;
}
