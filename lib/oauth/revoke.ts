import type { AccountScope } from "@/lib/access/types";
import { revocationRequest } from "@/lib/auth-methods/token-request";
import { lookup } from "@/lib/auth-methods/templates";
import { pauseCyclesNeeding, releaseFromCycles, unused } from "@/lib/cycles/mutations";
import { deleteInstall, removeCredential } from "@/lib/installs/mutations";
import type { Result } from "@/lib/kernel/result";
import { Secret } from "@/lib/kernel/secret";
import { sendOAuth } from "./exchange";
import { openConnection, type OpenedConnection } from "./values";

/**
 * Revokes at the provider where it has an endpoint for it (RFC 7009): the refresh token first, since most servers end
 * the access token with it. Out: a sentence on what was done; a provider that fails never keeps a secret here (S-31).
 */
async function revokeAtProvider(opened: OpenedConnection): Promise<string> {
  const { definition, authMethod, connector, credential } = opened;
  if (!credential) return "There was no credential.";
  if (authMethod.oauth2 === undefined)
    return "The credential was deleted here. A key or password stays valid at the provider until it is changed there.";
  let revoked = 0;
  for (const [name, hint] of [
    ["refreshToken", "refresh_token"],
    ["accessToken", "access_token"],
  ] as const) {
    const token = lookup(connector.values, name);
    if (!(token instanceof Secret)) continue;
    const prepared = revocationRequest({
      definition,
      authMethod,
      values: connector.values,
      sources: connector.sources,
      token,
      hint,
    });
    if (!prepared.ok) return `Deleted here. ${definition.name} could not be asked to revoke it: ${prepared.error.message}`;
    if (prepared.value === null)
      return `Deleted here. ${definition.name} has no way to revoke it from outside: remove the app there to end it.`;
    const answer = await sendOAuth(prepared.value);
    if (!answer.ok)
      return `Deleted here. ${definition.name} didn't answer the revocation, so it may stay valid there until it ends.`;
    if (answer.value.status >= 300)
      return `Deleted here. ${definition.name} refused the revocation (${answer.value.status}), so it may stay valid there until it ends.`;
    revoked += 1;
  }
  return revoked > 0 ? `Revoked at ${definition.name} and deleted here.` : "Deleted here.";
}

/** Removes the credential, keeps the properties, revokes where possible. Out: the name and what was done. Errors: 404. */
export async function deauthenticate(scope: AccountScope, id: number): Promise<Result<{ name: string; revocation: string }>> {
  const opened = await openConnection(scope, id);
  // A credential that can't be opened any more still has to be removable.
  if (!opened.ok && opened.error.code !== "vault.unreadable") return opened;
  const revocation = opened.ok
    ? await revokeAtProvider(opened.value)
    : "Deleted here. It could not be opened, so nothing was revoked at the provider.";
  const removed = await removeCredential(scope, id, revocation, (tx) => pauseCyclesNeeding(tx, scope, id));
  return removed.ok ? { ok: true, value: { name: removed.value.name, revocation } } : removed;
}

/** Deletes an installation that no cycle uses, after revoking its credential. Out: what was done. Errors: 404, `object.in_use`. */
export async function uninstall(scope: AccountScope, id: number): Promise<Result<{ revocation: string }>> {
  const opened = await openConnection(scope, id);
  if (!opened.ok && opened.error.code !== "vault.unreadable") return opened;
  const free = await unused(scope, id);
  if (!free.ok) return free;
  const revocation = opened.ok
    ? await revokeAtProvider(opened.value)
    : "It could not be opened, so nothing was revoked at the provider.";
  const deleted = await deleteInstall(scope, id, revocation, (tx) => releaseFromCycles(tx, scope, id));
  return deleted.ok ? { ok: true, value: { revocation } } : deleted;
}
