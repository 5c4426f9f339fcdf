import type { AccountScope } from "@/lib/access/types";
import type { AuthMethod, ConnectorDefinition } from "@/lib/auth-methods/definition";
import { connectorValues, resolveValues, VALUES, type ConnectorValues, type ResolvedValue } from "@/lib/auth-methods/resolve";
import { withSharedValues } from "@/lib/auth-methods/shared-values";
import type { TemplateValue } from "@/lib/auth-methods/templates";
import { definitionOfRelease } from "@/lib/catalog/data";
import { authMethodOf } from "@/lib/catalog/definitions";
import { sealedInstall } from "@/lib/installs/data";
import { expose } from "@/lib/kernel/expose";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { secret } from "@/lib/kernel/secret";
import { sealedSetupValues } from "@/lib/partners/data";
import { open } from "@/lib/vault/open";
import { callbackUrl } from "./redirect-uri";

export type OpenInstall = NonNullable<Awaited<ReturnType<typeof sealedInstall>>>["install"];
export type OpenCredential = NonNullable<NonNullable<Awaited<ReturnType<typeof sealedInstall>>>["credential"]>;

/** An installed connector with its values opened, for the moment of one call. */
export interface OpenedConnection {
  /** Who opened it. */
  readonly scope: Pick<AccountScope, "partnerId" | "accountId">;
  /** Its values were typed for this one call: there is no credential, and nothing may be kept. */
  readonly isTrial?: true;
  readonly install: OpenInstall;
  readonly credential: OpenCredential | null;
  readonly definition: ConnectorDefinition;
  readonly authMethod: AuthMethod;
  readonly resolved: readonly ResolvedValue<TemplateValue>[];
  readonly connector: ConnectorValues;
  readonly redirectUri: string;
}

/** The values of a credential record by name, as secrets. Errors: `vault.unreadable`. */
export async function openCredential(
  partnerId: string,
  credential: { id: string; sealed: string },
): Promise<Result<Record<string, TemplateValue>>> {
  const record = await open({ partnerId, table: "credentials", row: credential.id, field: "record" }, credential.sealed);
  if (!record.ok) return record;
  const values = JSON.parse(expose(record.value)) as Record<string, string>;
  return ok(Object.fromEntries(Object.entries(values).map(([name, text]) => [name, secret(text)])));
}

/**
 * Opens everything that a call through an installed connector needs, from both layers.
 * Errors: `object.not_found`, `vault.unreadable`.
 */
export async function openConnection(scope: AccountScope, id: number): Promise<Result<OpenedConnection>> {
  const found = await sealedInstall(scope, id);
  if (!found) return fail("object.not_found", "There is no such connection.");
  const { install, credential } = found;
  const release = await definitionOfRelease(scope, install.releaseId);
  const authMethod = release && authMethodOf(release.definition, install.authMethodId);
  if (!release || !authMethod) return fail("object.not_found", "The connector of this connection is gone.");

  const account: Record<string, TemplateValue> = {};
  for (const p of found.properties) {
    if (p.sealed === null) {
      account[p.name] = p.value;
      continue;
    }
    const opened = await open(
      { partnerId: scope.partnerId, table: "account_properties", row: p.sealKey, field: p.name },
      p.sealed,
    );
    if (!opened.ok) return opened;
    account[p.name] = opened.value;
  }
  const partner: Record<string, TemplateValue> = {};
  for (const v of await sealedSetupValues(scope, install.connectorId)) {
    if (v.sealed === null) {
      partner[v.name] = v.value;
      continue;
    }
    const opened = await open({ partnerId: scope.partnerId, table: "partner_values", row: v.id, field: v.name }, v.sealed);
    if (!opened.ok) return opened;
    partner[v.name] = opened.value;
  }
  if (credential) {
    const opened = await openCredential(scope.partnerId, credential);
    if (!opened.ok) return opened;
    Object.assign(account, opened.value);
  }
  const redirectUri = await callbackUrl(scope.partnerId, install.connectorId);
  const resolved = resolveValues({
    definition: release.definition,
    authMethod,
    layers: { account, partner, system: { redirect_uri: redirectUri } },
    representation: VALUES,
  });
  const connector = connectorValues(resolved);
  if (!connector.ok) return connector;
  const values = {
    ...connector.value.values,
    ...(partner.scopes ? { scopes: partner.scopes } : {}),
    ...(partner.optionalScopes ? { optionalScopes: partner.optionalScopes } : {}),
  };
  return ok({
    scope,
    install,
    credential,
    definition: withSharedValues(release.definition),
    authMethod,
    resolved,
    connector: { values, sources: connector.value.sources },
    redirectUri,
  });
}
