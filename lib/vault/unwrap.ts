import { fail, ok, type Result } from "@/lib/kernel/result";
import { singleton } from "@/lib/platform/singleton";
import { currentKeyRow, keyRow, type DataKeyRow } from "./data";
import { decrypt } from "./keys";
import { masterKeyById } from "./master";

/** The place a ciphertext belongs to; bound into it, so that it opens nowhere else (S-10). */
export interface SealedAt {
  readonly partnerId: string;
  readonly table: string;
  readonly row: string;
  readonly field: string;
}

/** What a wrapped data key is bound to. */
export const wrappedContext = (partnerId: string, version: number): string => `data_keys|${partnerId}|${version}|wrapped`;

export const context = (at: SealedAt, version: number): string => `${at.table}|${at.row}|${at.field}|${version}`;

const cache = () => singleton("data-keys", () => new Map<string, Buffer>());

function unwrap(row: DataKeyRow): Result<Buffer> {
  const name = `${row.partnerId}:${row.version}:${row.id}`;
  const known = cache().get(name);
  if (known) return ok(known);
  const master = masterKeyById(row.masterKeyId);
  if (!master) return fail("vault.unreadable", "The master key that wraps a data key isn't held.");
  const opened = decrypt(master.key, row.wrapped, wrappedContext(row.partnerId, row.version));
  if (opened.ok) cache().set(name, opened.value);
  return opened;
}

/** The data key of a partner: the current one, or that of a version. */
export async function dataKey(partnerId: string, version?: number): Promise<Result<{ key: Buffer; version: number }>> {
  const row = version === undefined ? await currentKeyRow(partnerId) : await keyRow(partnerId, version);
  if (!row) return fail("vault.unreadable", "There is no data key for this partner.");
  const key = unwrap(row);
  return key.ok ? ok({ key: key.value, version: row.version }) : key;
}
