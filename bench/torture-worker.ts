import { openDatabase, setDatabase } from "@/db/client";
import { accountOfPartner } from "@/lib/access/data";
import { systemPartnerScope } from "@/lib/access/scopes";
import { expose } from "@/lib/kernel/expose";
import { lookup } from "@/lib/auth-methods/templates";
import { Secret, secret } from "@/lib/kernel/secret";
import { usableConnection } from "@/lib/oauth/refresh";
import { loadMasterKey } from "@/lib/vault/master";

/** One of several processes that want the same token renewed: told over IPC when, it answers with what every caller got. */
export interface Order {
  readonly generation: number;
  readonly callers: number;
}
export interface Answer {
  readonly generation: number;
  /** Distinct access tokens that the callers were given: one, where all is well. */
  readonly tokens: readonly string[];
  readonly failures: readonly string[];
}

const setting = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
};

setDatabase(openDatabase(setting("TORTURE_DB")));
loadMasterKey({ inline: secret(setting("TORTURE_KEY")), file: "", mayGenerate: false });
const id = Number(setting("TORTURE_CONNECTION"));
const found = await accountOfPartner(systemPartnerScope(setting("TORTURE_PARTNER")), setting("TORTURE_ACCOUNT"));
if (!found.ok) throw new Error(found.error.message);
const scope = found.value;

process.on("message", (order: Order) => {
  void (async () => {
    const calls = Array.from({ length: order.callers }, () =>
      usableConnection(scope, id, { refusedGeneration: order.generation }),
    );
    const results = await Promise.all(calls);
    const tokens = new Set<string>();
    const failures = new Set<string>();
    for (const result of results) {
      if (!result.ok) failures.add(result.error.code);
      else {
        const token = lookup(result.value.connector.values, "accessToken");
        tokens.add(token instanceof Secret ? expose(token) : "none");
      }
    }
    process.send?.({ generation: order.generation, tokens: [...tokens], failures: [...failures] } satisfies Answer);
  })();
});
process.send?.("ready");
