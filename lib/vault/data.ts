import { preparedQuery, reader } from "@/db/client";
import { and, desc, eq, isNull, sql } from "@/db/query";
import { dataKeys, instanceFacts } from "@/db/schema";

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
