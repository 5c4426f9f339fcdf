import { partnersWithKeys, SEALED_COLUMNS, type SealedColumn } from "./data";
import { MasterKeyError } from "./master";
import { open } from "./open";

/** No version of a data key, so that a search for what is under another one finds everything. */
const NO_VERSION = "v0.%";

/** Opens every stored secret of every partner (S-62). Out: how many there are. Throws {@link MasterKeyError}, which says where one doesn't. */
export async function countSecrets(): Promise<number> {
  let count = 0;
  for (const { id: partnerId, slug } of await partnersWithKeys(null))
    for (const column of Object.keys(SEALED_COLUMNS) as SealedColumn[]) {
      const [table = ""] = column.split(".");
      for (const { row, field, sealed } of await SEALED_COLUMNS[column](partnerId, NO_VERSION, Number.MAX_SAFE_INTEGER)) {
        if (sealed === null) continue;
        const plain = await open({ partnerId, table, row, field }, sealed);
        if (!plain.ok) throw new MasterKeyError(`A value of ${slug} in ${table} (${row}) can't be opened.`);
        count += 1;
      }
    }
  return count;
}
