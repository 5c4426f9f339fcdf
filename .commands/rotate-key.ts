import { openDatabase, setDatabase } from "../db/client";
import { migrate } from "../db/migrate";
import { runCommand } from "../lib/platform/command-line";
import { env } from "../lib/platform/env";
import { partnersWithKeys } from "../lib/vault/data";
import { loadConfiguredKey } from "../lib/vault/master";
import { checkMasterKey } from "../lib/vault/mutations";
import { rotateDataKey, rotateMasterKey } from "../lib/vault/rotate";

/** `npm run rotate-key -- master | data [partner]`: new keys while Keyway runs. What was interrupted goes on where it was. */
const [what, partner, ...more] = process.argv.slice(2);

const say = (text: string) => process.stdout.write(`${text}\n`);

async function follow(rotation: AsyncGenerator<number>, of: string): Promise<number> {
  let done = 0;
  for await (done of rotation) say(`${done} ${of}`);
  return done;
}

async function rotate(): Promise<string | null> {
  if (!(what === "master" && partner === undefined) && !(what === "data" && more.length === 0)) {
    return "Say which: npm run rotate-key -- master, or npm run rotate-key -- data [partner]";
  }
  const settings = env();
  loadConfiguredKey(false);
  const database = openDatabase(settings.databaseFile);
  try {
    migrate(database);
    setDatabase(database);
    await checkMasterKey();
    if (what === "master") {
      const done = await follow(rotateMasterKey(), "data keys");
      const earlier = settings.masterKey ? "KEYWAY_MASTER_KEY_PREVIOUS" : `${settings.masterKeyFile}.previous`;
      say(`The master key is a new one; ${done} data keys were wrapped anew. Only earlier backups need the old key: ${earlier}.`);
      return null;
    }
    const partners = await partnersWithKeys(partner ?? null);
    if (partners.length === 0) return `There is no partner ${partner ?? ""}.`;
    for (const { id, slug } of partners) {
      say(`${slug}: a new data key; ${await follow(rotateDataKey(id), `values of ${slug}`)} values were sealed anew.`);
    }
    return null;
  } finally {
    database.close();
  }
}

runCommand(rotate);
