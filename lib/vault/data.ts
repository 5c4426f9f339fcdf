import { preparedQuery, reader } from "@/db/client";
import { and, desc, eq, isNull, sql } from "@/db/query";
import { dataKeys, instanceFacts } from "@/db/schema";
import { VERSION } from "@/lib/platform/version";
import { decrypt } from "./keys";
import { masterKey } from "./master";

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

/** Whether the database answers and the master key is the one it was sealed with, and the version of Keyway. */
export async function instanceHealth(): Promise<{ database: boolean; key: boolean; version: string }> {
  let check: string | null = null;
  try {
    check = await instanceFact("key_check");
  } catch {
    return { database: false, key: false, version: VERSION };
  }
  return { database: true, key: check !== null && decrypt(masterKey().key, check, KEY_CHECK_CONTEXT).ok, version: VERSION };
}
