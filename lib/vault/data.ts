import { preparedQuery, reader } from "@/db/client";
import { and, asc, desc, eq, isNull, ne, notLike, sql } from "@/db/query";
import {
  accountConnectors,
  accountProperties,
  credentials,
  dataKeys,
  instanceFacts,
  oauthAttempts,
  partners,
  partnerSetups,
  partnerValues,
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

/** Every table with something sealed in it: a rotation that left one out would leave its secrets under an old key. */
export const SEALED_TABLES = ["partner_values", "account_properties", "credentials", "oauth_attempts"] as const;
export type SealedTable = (typeof SEALED_TABLES)[number];

/** A ciphertext, the row it stands in and the place it is bound to. */
export interface SealedRow {
  readonly table: SealedTable;
  readonly row: string;
  readonly field: string;
  readonly sealed: SealedText;
}

/** Ciphertexts of a partner under another version of its data key than this one; at most `limit` of one table. */
export async function sealedByOthers(partnerId: string, version: number, limit: number): Promise<SealedRow[]> {
  const prefix = `v${version}.%`;
  for (const table of SEALED_TABLES) {
    const found = (await QUERIES[table](partnerId, prefix, limit)).flatMap(({ sealed, ...row }) =>
      sealed === null ? [] : [{ table, ...row, sealed }],
    );
    if (found.length > 0) return found;
  }
  return [];
}

interface Found {
  readonly row: string;
  readonly field: string;
  readonly sealed: SealedText | null;
}

const QUERIES: Readonly<Record<SealedTable, (partnerId: string, prefix: string, limit: number) => Promise<Found[]>>> = {
  partner_values: async (partnerId, prefix, limit) =>
    reader()
      .select({ row: partnerValues.id, field: partnerValues.name, sealed: partnerValues.sealed })
      .from(partnerValues)
      .innerJoin(partnerSetups, eq(partnerSetups.id, partnerValues.setupId))
      .where(and(eq(partnerSetups.partnerId, partnerId), notLike(partnerValues.sealed, prefix)))
      .limit(limit),
  account_properties: async (partnerId, prefix, limit) =>
    reader()
      .select({ row: accountProperties.sealKey, field: accountProperties.name, sealed: accountProperties.sealed })
      .from(accountProperties)
      .innerJoin(accountConnectors, eq(accountConnectors.id, accountProperties.accountConnectorId))
      .where(and(eq(accountConnectors.partnerId, partnerId), notLike(accountProperties.sealed, prefix)))
      .limit(limit),
  credentials: async (partnerId, prefix, limit) =>
    reader()
      .select({ row: credentials.id, field: sql<string>`'record'`, sealed: credentials.sealed })
      .from(credentials)
      .innerJoin(accountConnectors, eq(accountConnectors.id, credentials.accountConnectorId))
      .where(and(eq(accountConnectors.partnerId, partnerId), notLike(credentials.sealed, prefix)))
      .limit(limit),
  oauth_attempts: async (partnerId, prefix, limit) =>
    reader()
      .select({ row: oauthAttempts.id, field: sql<string>`'verifier'`, sealed: oauthAttempts.sealedVerifier })
      .from(oauthAttempts)
      .where(and(eq(oauthAttempts.partnerId, partnerId), notLike(oauthAttempts.sealedVerifier, prefix)))
      .limit(limit),
};
