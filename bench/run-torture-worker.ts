import { openDatabase, setDatabase } from "@/db/client";
import { secret } from "@/lib/kernel/secret";
import { startEngine } from "@/lib/run/engine";
import { loadMasterKey } from "@/lib/vault/master";

/** A process that runs what is queued until somebody kills it. */
const setting = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
};

setDatabase(openDatabase(setting("TORTURE_DB")));
loadMasterKey({ inline: secret(setting("TORTURE_KEY")), file: "", mayGenerate: false });
await startEngine({ perAccount: 8, leaseMs: 2000 });
process.send?.("ready");
setInterval(() => undefined, 60_000);
