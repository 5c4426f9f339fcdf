import type { AccountScope } from "@/lib/access/types";
import { withCustomFields } from "@/lib/auth-methods/custom-fields";
import type { AuthMethod, ConnectorDefinition } from "@/lib/auth-methods/definition";
import {
  connectorValues,
  resolveValues,
  VALUES,
  type ConnectorValues,
  type Layer,
  type ResolvedValue,
  type ValueLayers,
} from "@/lib/auth-methods/resolve";
import { withSharedValues } from "@/lib/auth-methods/shared-values";
import type { TemplateValue } from "@/lib/auth-methods/templates";
import { definitionOfRelease } from "@/lib/catalog/data";
import { authMethodOf } from "@/lib/catalog/definitions";
import { sealedInstall } from "@/lib/installs/data";
import { expose } from "@/lib/kernel/expose";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { secret } from "@/lib/kernel/secret";
import { soon, type Soon } from "@/lib/kernel/soon";
import { singleton } from "@/lib/platform/singleton";
import { sealedSetupValues } from "@/lib/partners/data";
import { open } from "@/lib/vault/open";
import { openedBefore } from "./data";
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
  /** What the values were resolved from, for a step that brings some itself. */
  readonly layers?: Omit<ValueLayers<TemplateValue>, "step">;
  /** A step brought values of its own: what it left to the connector may still be missing. */
  readonly isStep?: boolean;
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

type Sealed = NonNullable<Awaited<ReturnType<typeof sealedInstall>>>;
type SetupValues = Awaited<ReturnType<typeof sealedSetupValues>>;

/** Both layers of values, opened. Errors: `vault.unreadable`. */
async function openLayers(
  partnerId: string,
  found: Sealed,
  setup: SetupValues,
): Promise<Result<{ readonly account: Record<string, TemplateValue>; readonly partner: Record<string, TemplateValue> }>> {
  const account: Record<string, TemplateValue> = {};
  for (const p of found.properties) {
    if (p.sealed === null) {
      account[p.name] = p.value;
      continue;
    }
    const opened = await open({ partnerId, table: "account_properties", row: p.sealKey, field: p.name }, p.sealed);
    if (!opened.ok) return opened;
    account[p.name] = opened.value;
  }
  const partner: Record<string, TemplateValue> = {};
  for (const v of setup) {
    if (v.sealed === null) {
      partner[v.name] = v.value;
      continue;
    }
    const opened = await open({ partnerId, table: "partner_values", row: v.id, field: v.name }, v.sealed);
    if (!opened.ok) return opened;
    partner[v.name] = opened.value;
  }
  if (found.credential) {
    const opened = await openCredential(partnerId, found.credential);
    if (!opened.ok) return opened;
    Object.assign(account, opened.value);
  }
  return ok({ account, partner });
}

interface Resolved {
  readonly resolved: OpenedConnection["resolved"];
  readonly connector: ConnectorValues;
}

function resolve(
  definition: ConnectorDefinition,
  authMethod: AuthMethod,
  layers: Omit<ValueLayers<TemplateValue>, "step">,
  step?: Layer<TemplateValue>,
): Result<Resolved> {
  const resolved = resolveValues({
    definition,
    authMethod,
    layers: step ? { ...layers, step } : layers,
    representation: VALUES,
  });
  const connector = connectorValues(resolved);
  if (!connector.ok) return connector;
  const partner = layers.partner ?? {};
  const values = {
    ...connector.value.values,
    ...(partner.scopes ? { scopes: partner.scopes } : {}),
    ...(partner.optionalScopes ? { optionalScopes: partner.optionalScopes } : {}),
  };
  return ok({ resolved, connector: { values, sources: connector.value.sources } });
}

type Kept = Resolved &
  Pick<OpenedConnection, "definition" | "authMethod" | "redirectUri" | "layers"> & {
    stamp: string;
    readonly release: ConnectorDefinition;
  };
const MOST_KEPT = 500;
const kept = () => singleton("opened-connections", () => new Map<string, Kept>());

/** Everything a connection is opened from, as it is stored: as long as none of it changes, neither does what was opened. */
const stampOf = (found: Sealed, setup: SetupValues, definition: ConnectorDefinition, authMethod: AuthMethod): string =>
  JSON.stringify([
    definition.slug,
    authMethod.id,
    found.install.releaseId,
    found.credential?.id,
    found.credential?.sealed,
    found.customFields,
    found.properties.map((p) => [p.sealKey, p.name, p.value, p.sealed]),
    setup.map((v) => [v.id, v.name, v.value, v.sealed]),
  ]);

/** The values of a step on top of the connector's own (domain section 5). In: by parameter. Errors: of a composite that can't be built. */
export function withStepValues(opened: OpenedConnection, step: Layer<TemplateValue>): Result<OpenedConnection> {
  const resolved = resolve(opened.definition, opened.authMethod, opened.layers ?? {}, step);
  return resolved.ok ? ok({ ...opened, ...resolved.value, isStep: true }) : resolved;
}

type Opened = Omit<OpenedConnection, "scope">;

/** Errors: `object.not_found`, `vault.unreadable`. */
async function openAnew(scope: Pick<AccountScope, "partnerId" | "accountId">, id: number): Promise<Result<Opened>> {
  const found = await sealedInstall(scope, id);
  if (!found) return fail("object.not_found", "There is no such connection.");
  const { install, credential } = found;
  const release = await definitionOfRelease(scope, install.releaseId);
  const authMethod = release && authMethodOf(release.definition, install.authMethodId);
  if (!release || !authMethod) return fail("object.not_found", "The connector of this connection is gone.");
  const setup = await sealedSetupValues(scope, install.connectorId);
  const key = `${scope.partnerId}/${scope.accountId}/${id}`;
  const own = { install, credential, isStep: false };
  const held = kept().get(key);
  const stamp = stampOf(found, setup, release.definition, authMethod);
  if (held?.stamp === stamp && held.release === release.definition) {
    const { resolved, connector, definition, authMethod: method, redirectUri, layers } = held;
    return ok({ ...own, resolved, connector, definition, authMethod: method, redirectUri, ...(layers ? { layers } : {}) });
  }
  const layers = await openLayers(scope.partnerId, found, setup);
  if (!layers.ok) return layers;
  const redirectUri = await callbackUrl(scope.partnerId, install.connectorId);
  const definition = withSharedValues(withCustomFields(release.definition, found.customFields));
  const all = { ...layers.value, system: { redirect_uri: redirectUri } };
  const resolved = resolve(definition, authMethod, all);
  if (!resolved.ok) return resolved;
  const opened = { ...resolved.value, definition, authMethod, redirectUri, layers: all };
  kept().delete(key);
  kept().set(key, { ...opened, stamp, release: release.definition });
  const [oldest] = kept().keys();
  if (kept().size > MOST_KEPT && oldest !== undefined) kept().delete(oldest);
  return ok({ ...own, ...opened });
}

/**
 * Opens everything that a call through an installed connector needs, from both layers; what was opened before and hasn't changed since
 * is taken as it is. In: `isCertain` where another process may have changed it this very moment. Errors: `object.not_found`,
 * `vault.unreadable`.
 */
export function openConnection(scope: AccountScope, id: number, isCertain = false): Soon<Result<OpenedConnection>> {
  const { partnerId, accountId } = scope;
  if ((scope.onlyAccountConnectorId ?? id) !== id) return fail("object.not_found", "There is no such connection.");
  const opening = openedBefore(`${partnerId}/${accountId}/${id}`, () => openAnew({ partnerId, accountId }, id), isCertain);
  return soon(opening, (opened) => (opened.ok ? ok({ scope, ...opened.value }) : opened));
}
