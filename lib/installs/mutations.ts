import { insertConnectionEvent, noteVerified } from "@/db/connection-store";
import { and, eq, isNull, ne } from "@/db/query";
import {
  accountConnectors,
  accountProperties,
  connectLinks,
  connectionEvents,
  credentials,
  oauthAttempts,
  partnerIncidents,
} from "@/db/schema";
import { transact, transactTogether, type Transaction } from "@/db/transact";
import type { AccountScope } from "@/lib/access/types";
import type { AuditAction } from "@/lib/audit/constants";
import { recordAudit } from "@/lib/audit/mutations";
import type { AuthMethod } from "@/lib/auth-methods/definition";
import { plainToScripts } from "@/lib/auth-methods/registry";
import { definitionOfRelease } from "@/lib/catalog/data";
import { now } from "@/lib/kernel/clock";
import type { FailureOwner } from "@/lib/kernel/errors";
import { guid, timeGuid } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import type { ValueChange } from "@/lib/partners/types";
import { announceConnection } from "@/lib/webhooks/mutations";
import { propertyRows, sealCredential, type CredentialFacts, type PropertyRows, type SealedCredential } from "./sealing";

const gone = fail("object.not_found", "There is no such connection.");

export const nameInUse = (name: string) =>
  fail("name.in_use", `Account connector name '${name}' is in use.`, {
    fields: { name: "Another connector of this account has this name." },
  });

const NO_ERROR = { lastErrorAt: null, lastErrorCode: null, lastErrorOwner: null, lastErrorMessage: null } as const;

const mine = (scope: AccountScope, id: number) =>
  and(
    eq(accountConnectors.id, id),
    eq(accountConnectors.partnerId, scope.partnerId),
    eq(accountConnectors.accountId, scope.accountId),
    scope.onlyAccountConnectorId === undefined ? undefined : eq(accountConnectors.id, scope.onlyAccountConnectorId),
  );

/** Writes what was done to a connection into the audit. */
const audited = async (
  tx: Transaction,
  { partnerId, accountId, actor }: AccountScope,
  action: AuditAction,
  connection: { id: number; name: string },
  details: Record<string, unknown> = {},
) => {
  const object = { type: "connection", ...connection };
  await recordAudit(tx, { chain: partnerId, actor, action, object, accountId, details });
  await announceConnection(tx, { partnerId, accountId }, action, connection);
};

async function writeProperties(tx: Transaction, id: number, rows: PropertyRows): Promise<void> {
  for (const name of rows.cleared) {
    await tx.delete(accountProperties).where(and(eq(accountProperties.accountConnectorId, id), eq(accountProperties.name, name)));
  }
  // In place: the id of a property is known outside and stays.
  for (const row of rows.set) {
    await tx
      .insert(accountProperties)
      .values({ ...row, accountConnectorId: id })
      .onConflictDoUpdate({ target: [accountProperties.accountConnectorId, accountProperties.name], set: row });
  }
}

/** Replaces the credential of a connection: a new row, so that an exchange under way for the old one can't overwrite it. */
async function putCredential(tx: Transaction, id: number, credential: SealedCredential, by: string): Promise<void> {
  const [old] = await tx
    .delete(credentials)
    .where(eq(credentials.accountConnectorId, id))
    .returning({ generation: credentials.generation, fence: credentials.fence });
  await tx.insert(credentials).values({
    ...credential,
    accountConnectorId: id,
    generation: (old?.generation ?? 0) + 1,
    fence: (old?.fence ?? 0) + 1,
    obtainedAt: now(),
    obtainedBy: by,
  });
}

export interface NewEvent {
  readonly kind: typeof connectionEvents.$inferInsert.kind;
  readonly outcome: "ok" | "warn" | "bad";
  readonly title: string;
  readonly detail?: string | null;
  /** Redacted before it comes here. */
  readonly http?: { readonly request: string; readonly response: string } | null;
  readonly owner?: FailureOwner | null;
}

/** One line of the connection's timeline, inside a transaction. */
export function insertEvent(_tx: Transaction, scope: Pick<AccountScope, "actor">, id: number, event: NewEvent): void {
  const { name: actorName, requestId = null } = scope.actor;
  insertConnectionEvent({ ...event, id: timeGuid(), accountConnectorId: id, at: now(), actorName, requestId });
}

export interface NewInstall {
  readonly connector: { readonly id: number; readonly name: string; readonly releaseId: number };
  readonly authMethod: AuthMethod;
  readonly name: string;
  readonly description: string | null;
  readonly properties: readonly ValueChange[];
  /** Null: left for later, or obtained by signing in at the provider. */
  readonly credential: CredentialFacts | null;
}

/**
 * Installs a connector into an account: the row, its properties, its credential, timeline and audit, all or nothing.
 * Out: the new id. Errors: `name.in_use`.
 */
export async function createInstall(scope: AccountScope, input: NewInstall): Promise<Result<number>> {
  const properties = await propertyRows(scope, input.properties);
  const credential = input.credential ? await sealCredential(scope.partnerId, input.credential) : null;
  const release = await definitionOfRelease(scope, input.connector.releaseId);
  const plaintextForScripts = release ? plainToScripts(release.definition, input.authMethod) : [];
  return transact(async (tx) => {
    const [taken] = await tx
      .select({ id: accountConnectors.id })
      .from(accountConnectors)
      .where(and(eq(accountConnectors.accountId, scope.accountId), eq(accountConnectors.name, input.name)));
    if (taken) return nameInUse(input.name);
    const [row] = await tx
      .insert(accountConnectors)
      .values({
        partnerId: scope.partnerId,
        accountId: scope.accountId,
        connectorId: input.connector.id,
        releaseId: input.connector.releaseId,
        name: input.name,
        description: input.description,
        authMethodId: input.authMethod.id,
        authType: input.authMethod.type,
        createdAt: now(),
        createdBy: scope.actor.name,
      })
      .returning({ id: accountConnectors.id });
    if (!row) throw new Error("an installation was not written");
    await writeProperties(tx, row.id, properties);
    if (credential) await putCredential(tx, row.id, credential, scope.actor.name);
    insertEvent(tx, scope, row.id, {
      kind: "settings",
      outcome: "ok",
      title: "Installed",
      detail: `Connector ${input.connector.name}.`,
    });
    if (credential) insertEvent(tx, scope, row.id, { kind: "connect", outcome: "ok", title: "Credential entered" });
    await audited(
      tx,
      scope,
      "connector.installed",
      { id: row.id, name: input.name },
      {
        connector: input.connector.name,
        authMethod: input.authMethod.id,
        authenticated: credential !== null,
        ...(plaintextForScripts.length > 0 ? { plaintextForScripts } : {}),
      },
    );
    if (credential) await announceConnection(tx, scope, "connector.authenticated", { id: row.id, name: input.name });
    return ok(row.id);
  });
}

/** Renames or describes. Errors: 404, `name.in_use`. */
export async function updateInstall(
  scope: AccountScope,
  id: number,
  input: { name: string; description: string | null },
): Promise<Result<null>> {
  return transact(async (tx) => {
    const [taken] = await tx
      .select({ id: accountConnectors.id })
      .from(accountConnectors)
      .where(
        and(
          eq(accountConnectors.accountId, scope.accountId),
          eq(accountConnectors.name, input.name),
          ne(accountConnectors.id, id),
        ),
      );
    const changed = taken
      ? []
      : await tx.update(accountConnectors).set(input).where(mine(scope, id)).returning({ id: accountConnectors.id });
    if (taken) return nameInUse(input.name);
    if (changed.length === 0) return gone;
    await audited(tx, scope, "connector.updated", { id, name: input.name });
    return ok(null);
  });
}

/** Saves properties and, where given, a typed credential of an existing installation. Errors: 404. */
export async function saveValues(
  scope: AccountScope,
  id: number,
  changes: readonly ValueChange[],
  credential: CredentialFacts | null,
): Promise<Result<null>> {
  const rows = await propertyRows(scope, changes);
  const sealed = credential ? await sealCredential(scope.partnerId, credential) : null;
  return transact(async (tx) => {
    const [row] = await tx.select({ name: accountConnectors.name }).from(accountConnectors).where(mine(scope, id));
    if (!row) return gone;
    await writeProperties(tx, id, rows);
    if (sealed) {
      await putCredential(tx, id, sealed, scope.actor.name);
      // What was wrong with the credential before says nothing about this one.
      await tx
        .update(accountConnectors)
        .set({ ...NO_ERROR })
        .where(mine(scope, id));
      insertEvent(tx, scope, id, { kind: "connect", outcome: "ok", title: "Credential entered" });
    } else if (rows.set.length + rows.cleared.length > 0) {
      insertEvent(tx, scope, id, { kind: "settings", outcome: "ok", title: "Properties saved" });
    }
    await audited(
      tx,
      scope,
      sealed ? "connector.authenticated" : "connector.properties_saved",
      { id, name: row.name },
      { set: rows.set.map((r) => r.name), cleared: rows.cleared },
    );
    return ok(null);
  });
}

/** Stores what a provider granted, with the properties that came along, in one transaction. Errors: 404. */
export async function storeGrant(
  scope: AccountScope,
  id: number,
  credential: SealedCredential,
  arrived: readonly ValueChange[],
  told: { title: string; detail: string | null; connectedAs: string | null },
): Promise<Result<null>> {
  const rows = await propertyRows(scope, arrived);
  return transact(async (tx) => {
    const [row] = await tx
      .update(accountConnectors)
      .set({
        ...NO_ERROR,
        ...(told.connectedAs ? { connectedAs: told.connectedAs } : {}),
      })
      .where(mine(scope, id))
      .returning({ name: accountConnectors.name, connectorId: accountConnectors.connectorId });
    if (!row) return gone;
    await writeProperties(tx, id, rows);
    await putCredential(tx, id, credential, scope.actor.name);
    insertEvent(tx, scope, id, { kind: "connect", outcome: "ok", title: told.title, detail: told.detail });
    await closeIncidents(tx, scope.partnerId, row.connectorId);
    await audited(tx, scope, "connector.authenticated", { id, name: row.name });
    return ok(null);
  });
}

/**
 * Removes the credential and keeps the properties. In: what is known of the revocation at the provider, and what else ends with it
 * in the same transaction. Errors: 404.
 */
export async function removeCredential(
  scope: AccountScope,
  id: number,
  revocation: string,
  also: (tx: Transaction) => Promise<unknown>,
): Promise<Result<{ name: string }>> {
  return transact(async (tx) => {
    const [row] = await tx
      .update(accountConnectors)
      .set({
        ...NO_ERROR,
        lastVerifiedAt: null,
        lastVerification: null,
        connectedAs: null,
      })
      .where(mine(scope, id))
      .returning({ name: accountConnectors.name });
    if (!row) return gone;
    await tx.delete(credentials).where(eq(credentials.accountConnectorId, id));
    await tx.delete(oauthAttempts).where(and(eq(oauthAttempts.accountConnectorId, id), isNull(oauthAttempts.consumedAt)));
    insertEvent(tx, scope, id, { kind: "revoke", outcome: "ok", title: "De-authenticated", detail: revocation });
    await audited(tx, scope, "connector.deauthenticated", { id, name: row.name }, { revocation });
    await also(tx);
    return ok(row);
  });
}

/** Deletes an installation with all that hangs on it. In: what is checked and let go first. Errors: 404, those of `before`. */
export async function deleteInstall(
  scope: AccountScope,
  id: number,
  revocation: string,
  before: (tx: Transaction) => Promise<Result<null>>,
): Promise<Result<null>> {
  return transact(async (tx) => {
    const free = await before(tx);
    if (!free.ok) return free;
    const [row] = await tx.delete(accountConnectors).where(mine(scope, id)).returning({ name: accountConnectors.name });
    if (!row) return gone;
    await tx.delete(connectLinks).where(eq(connectLinks.accountConnectorId, id));
    await audited(tx, scope, "connector.deleted", { id, name: row.name }, { revocation });
    return ok(null);
  });
}

export async function setDisabled(scope: AccountScope, id: number, disabled: boolean): Promise<Result<null>> {
  return transact(async (tx) => {
    const [row] = await tx
      .update(accountConnectors)
      .set({ disabledAt: disabled ? now() : null })
      .where(mine(scope, id))
      .returning({ name: accountConnectors.name });
    if (!row) return gone;
    insertEvent(tx, scope, id, { kind: "settings", outcome: "ok", title: disabled ? "Disabled" : "Enabled" });
    await audited(tx, scope, disabled ? "connector.disabled" : "connector.enabled", { id, name: row.name });
    return ok(null);
  });
}

export interface CallOutcome {
  readonly event: NewEvent;
  /** Set when the call tells whether the credential works. */
  readonly verified?: { readonly status: number; readonly durationMs: number; readonly method: string };
  /** No error stood at the connection that a success ends: nothing changes but when it was used. */
  readonly noErrorStood?: boolean;
  readonly failure?: { readonly code: string; readonly owner: FailureOwner; readonly message: string };
}

/** A call that went well: the hot path. It shares its commit with whatever else ends in the same turn. */
async function recordSuccess(scope: AccountScope, id: number, verification: object, outcome: CallOutcome): Promise<void> {
  const { partnerId, accountId, onlyAccountConnectorId = id } = scope;
  if (onlyAccountConnectorId !== id) return;
  const record = (tx: Transaction) => {
    if (noteVerified({ id, partnerId, accountId, at: now(), verification })) insertEvent(tx, scope, id, outcome.event);
  };
  await transactTogether(record, outcome.noErrorStood ? "calls" : "settings");
}

/** Keeps the result of a call: last used, last verified or last error, and the timeline. */
export async function recordCall(scope: AccountScope, id: number, outcome: CallOutcome): Promise<void> {
  if (outcome.verified && !outcome.failure) return recordSuccess(scope, id, outcome.verified, outcome);
  await transact(async (tx) => {
    const at = now();
    const needsCustomer = outcome.failure?.owner === "customer" && (await isNewsOfCustomer(tx, scope, id));
    const changed = await tx
      .update(accountConnectors)
      .set({
        lastUsedAt: at,
        ...(outcome.verified
          ? {
              lastVerifiedAt: at,
              lastVerification: { ...outcome.verified },
              ...NO_ERROR,
            }
          : {}),
        ...(outcome.failure
          ? {
              lastErrorAt: at,
              lastErrorCode: outcome.failure.code,
              lastErrorOwner: outcome.failure.owner,
              lastErrorMessage: outcome.failure.message,
            }
          : {}),
      })
      .where(mine(scope, id))
      .returning({ connectorId: accountConnectors.connectorId, name: accountConnectors.name });
    const row = changed[0];
    if (!row) return;
    const { connectorId } = row;
    insertEvent(tx, scope, id, outcome.event);
    if (needsCustomer) await announceConnection(tx, scope, "connector.needs_reconnect", { id, name: row.name });
    if (outcome.failure?.owner === "partner") await openIncident(tx, scope.partnerId, connectorId, outcome.failure);
  });
}

/** Whether the customer isn't known yet to be needed. */
async function isNewsOfCustomer(tx: Transaction, scope: AccountScope, id: number): Promise<boolean> {
  const [row] = await tx.select({ owner: accountConnectors.lastErrorOwner }).from(accountConnectors).where(mine(scope, id));
  return row?.owner !== "customer";
}

/** One open incident per partner and connector, however many connections see it. */
async function openIncident(
  tx: Transaction,
  partnerId: string,
  connectorId: number,
  failure: { code: string; message: string },
): Promise<void> {
  const at = now();
  const open = and(
    eq(partnerIncidents.partnerId, partnerId),
    eq(partnerIncidents.connectorId, connectorId),
    isNull(partnerIncidents.closedAt),
  );
  const [known] = await tx.select().from(partnerIncidents).where(open);
  if (known) {
    await tx
      .update(partnerIncidents)
      .set({ lastSeenAt: at, occurrences: known.occurrences + 1, message: failure.message, code: failure.code })
      .where(eq(partnerIncidents.id, known.id));
  } else {
    await tx
      .insert(partnerIncidents)
      .values({ id: guid(), partnerId, connectorId, code: failure.code, message: failure.message, openedAt: at, lastSeenAt: at });
  }
}

/** Keeps what a look-up after authentication found. */
export async function saveLookup(scope: AccountScope, id: number, changes: readonly ValueChange[]): Promise<void> {
  const rows = await propertyRows(scope, changes);
  await transact(async (tx) => {
    const [row] = await tx.select({ id: accountConnectors.id }).from(accountConnectors).where(mine(scope, id));
    if (!row) return;
    await writeProperties(tx, id, rows);
    insertEvent(tx, scope, id, {
      kind: "connect",
      outcome: "ok",
      title: "Looked up after connecting",
      detail: rows.set.map((r) => r.name).join(", "),
    });
  });
}

/** Keeps properties that arrived with a renewed token, and says so in the timeline; an earlier error is over. */
export async function saveArrived(
  scope: AccountScope,
  id: number,
  changes: readonly ValueChange[],
  event: NewEvent,
): Promise<void> {
  const rows = await propertyRows(scope, changes);
  await transact(async (tx) => {
    const [row] = await tx
      .update(accountConnectors)
      .set({ ...NO_ERROR })
      .where(mine(scope, id))
      .returning({ connectorId: accountConnectors.connectorId });
    if (!row) return;
    await writeProperties(tx, id, rows);
    insertEvent(tx, scope, id, event);
    await closeIncidents(tx, scope.partnerId, row.connectorId);
  });
}

/** What the partner had to mend is mended: an exchange with its app went through. */
async function closeIncidents(tx: Transaction, partnerId: string, connectorId: number): Promise<void> {
  await tx
    .update(partnerIncidents)
    .set({ closedAt: now() })
    .where(
      and(
        eq(partnerIncidents.partnerId, partnerId),
        eq(partnerIncidents.connectorId, connectorId),
        isNull(partnerIncidents.closedAt),
      ),
    );
}
