import { currentKeyRow, sealedByOthers, wrappedByOthers } from "./data";
import { decrypt, encrypt } from "./keys";
import { masterKey, masterKeyById, MasterKeyError, replaceMasterKey } from "./master";
import {
  closeDataRotation,
  closeMasterRotation,
  makeDataKey,
  saveResealed,
  saveWrapped,
  sealedCheck,
  startDataRotation,
  type Resealed,
} from "./mutations";
import { open } from "./open";
import { seal } from "./seal";
import { wrappedContext } from "./unwrap";

const BATCH = 100;

/**
 * Rotates the master key while everything runs (S-12): a new one takes its place, and each data key is wrapped anew. What was
 * interrupted goes on where it was, and meanwhile both keys open their share. Yields how many data keys are done, after each batch.
 * Throws {@link MasterKeyError} with a sentence.
 */
export async function* rotateMasterKey(): AsyncGenerator<number> {
  const isUnderWay = (await wrappedByOthers(masterKey().id, 1)).length > 0;
  if (!isUnderWay) replaceMasterKey();
  const master = masterKey();
  let done = 0;
  for (;;) {
    const rows = await wrappedByOthers(master.id, BATCH);
    if (rows.length === 0) break;
    for (const row of rows) {
      const context = wrappedContext(row.partnerId, row.version);
      const old = masterKeyById(row.masterKeyId);
      const plain = old && decrypt(old.key, row.wrapped, context);
      if (!plain?.ok)
        throw new MasterKeyError("A data key can't be opened with the keys that are held. Nothing of it was changed.");
      await saveWrapped(row, encrypt(master.key, plain.value, context), master.id);
    }
    done += rows.length;
    yield done;
  }
  await closeMasterRotation(master.id, sealedCheck(), done);
}

/**
 * Rotates the data key of a partner while everything runs (S-12): what is written from now on is under the new version, and
 * everything else is sealed anew, batch by batch. What was interrupted goes on where it was. Yields how many values are done.
 * Throws where a value can't be opened: it stays as it is.
 */
export async function* rotateDataKey(partnerId: string): AsyncGenerator<number> {
  const before = await currentKeyRow(partnerId);
  if (!before) throw new MasterKeyError("This partner has no data key.");
  const isUnderWay = (await sealedByOthers(partnerId, before.version, 1)) !== null;
  if (!isUnderWay) await startDataRotation(makeDataKey(partnerId, before.version + 1));
  const current = (await currentKeyRow(partnerId)) ?? before;
  let done = 0;
  for (;;) {
    const found = await sealedByOthers(partnerId, current.version, BATCH);
    if (!found) break;
    const [table = ""] = found.column.split(".");
    const resealed: Resealed[] = [];
    for (const { row, field, sealed } of found.rows) {
      const at = { partnerId, table, row, field };
      const plain = await open(at, sealed);
      if (!plain.ok) throw new MasterKeyError(`A value of ${table} (${row}) can't be opened, so it stays as it is.`);
      resealed.push({ row, before: sealed, after: await seal(at, plain.value) });
    }
    await saveResealed(found.column, resealed);
    done += resealed.length;
    yield done;
  }
  await closeDataRotation(current, done);
}
