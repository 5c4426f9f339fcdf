import { and, eq, isNull, ne } from "@/db/query";
import { accountConnectors, accounts, cycles, partners, partnerSetups, partnerValues } from "@/db/schema";
import { transact, type Transaction } from "@/db/transact";
import { insertInvitation } from "@/lib/access/mutations";
import type { AccountScope, InstanceScope, PartnerScope } from "@/lib/access/types";
import type { AuditAction } from "@/lib/audit/constants";
import { INSTANCE_CHAIN, recordAudit } from "@/lib/audit/mutations";
import { now } from "@/lib/kernel/clock";
import { guid, slugify } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { lastFour, secret } from "@/lib/kernel/secret";
import { insertDataKey, makeDataKey } from "@/lib/vault/mutations";
import { seal } from "@/lib/vault/seal";
import type { Account } from "./data";
import type { AccountInput, Branding } from "./schema";
import type { ValueChange } from "./types";

const idInUse = fail("object.conflict", "ID already in use", { fields: { externalId: "Another account has this API ID." } });

/** What an account has that only the REST API sets. */
export type AccountMore = Partial<
  Pick<
    typeof accounts.$inferInsert,
    | "parentAccountId"
    | "auditInfo"
    | "taskAuditInfo"
    | "stepDataSuccessRetentionHours"
    | "stepDataErroredRetentionHours"
    | "transactionErrorWebhookEnabled"
    | "transactionErrorWebhookUrl"
    | "transactionErrorWebhookIncludeWarnings"
  >
>;

type AccountWrite = AccountInput & { readonly more?: AccountMore };

/** Creates an account. Out: its row. Errors: `object.conflict` when the API ID is taken. */
export async function createAccount(scope: PartnerScope, input: AccountWrite): Promise<Result<Account>> {
  const id = guid();
  const externalId = input.externalId ?? id;
  return transact(async (tx) => {
    const [taken] = await tx
      .select({ id: accounts.id })
      .from(accounts)
      .where(and(eq(accounts.partnerId, scope.partnerId), eq(accounts.externalId, externalId)));
    if (taken) return idInUse;
    const [row] = await tx
      .insert(accounts)
      .values({
        id,
        partnerId: scope.partnerId,
        externalId,
        name: input.name,
        description: input.description ?? null,
        timezone: input.timezone,
        concurrentTransactions: input.concurrentTransactions ?? null,
        ...input.more,
        createdAt: now(),
      })
      .returning();
    if (!row) throw new Error("an account was not written");
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "account.created",
      object: { type: "account", id, name: input.name },
      accountId: id,
    });
    return ok(row);
  });
}

/** Changes name, API ID, description, time zone or how many runs go on at the same time. Errors: 404, `object.conflict`. */
export async function updateAccount(scope: AccountScope, input: AccountWrite): Promise<Result<null>> {
  return transact(async (tx) => {
    const externalId = input.externalId ?? scope.accountId;
    const [taken] = await tx
      .select({ id: accounts.id })
      .from(accounts)
      .where(and(eq(accounts.partnerId, scope.partnerId), eq(accounts.externalId, externalId), ne(accounts.id, scope.accountId)));
    if (taken) return idInUse;
    const changed = await tx
      .update(accounts)
      .set({
        name: input.name,
        externalId,
        description: input.description ?? null,
        timezone: input.timezone,
        ...(input.concurrentTransactions === undefined ? {} : { concurrentTransactions: input.concurrentTransactions }),
        ...input.more,
      })
      .where(and(eq(accounts.id, scope.accountId), eq(accounts.partnerId, scope.partnerId), isNull(accounts.deletedAt)))
      .returning({ id: accounts.id });
    if (changed.length === 0) return fail("object.not_found", "There is no such account.");
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "account.updated",
      object: { type: "account", id: scope.accountId, name: input.name },
      accountId: scope.accountId,
    });
    return ok(null);
  });
}

/** Deletes an account that has no connectors left. Errors: 404, `object.in_use`. */
export async function deleteAccount(scope: AccountScope): Promise<Result<null>> {
  return transact(async (tx) => {
    const [used] = await tx
      .select({ id: accountConnectors.id })
      .from(accountConnectors)
      .where(eq(accountConnectors.accountId, scope.accountId))
      .limit(1);
    if (used)
      return fail(
        "object.in_use",
        "This account still has connectors. Delete them first, so that their credentials are revoked.",
      );
    const [row] = await tx
      .update(accounts)
      .set({ deletedAt: now(), externalId: `deleted:${scope.accountId}` })
      .where(and(eq(accounts.id, scope.accountId), eq(accounts.partnerId, scope.partnerId), isNull(accounts.deletedAt)))
      .returning({ name: accounts.name });
    if (!row) return fail("object.not_found", "There is no such account.");
    await tx
      .update(cycles)
      .set({ status: "Paused", nextRunAt: null, deletedAt: now() })
      .where(and(eq(cycles.accountId, scope.accountId), isNull(cycles.deletedAt)));
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "account.deleted",
      object: { type: "account", id: scope.accountId, name: row.name },
      accountId: scope.accountId,
    });
    return ok(null);
  });
}

async function setupRow(tx: Transaction, scope: PartnerScope, connectorId: number): Promise<string> {
  const [existing] = await tx
    .select({ id: partnerSetups.id })
    .from(partnerSetups)
    .where(and(eq(partnerSetups.partnerId, scope.partnerId), eq(partnerSetups.connectorId, connectorId)));
  const saved = { savedAt: now(), savedBy: scope.actor.name };
  if (existing) {
    await tx.update(partnerSetups).set(saved).where(eq(partnerSetups.id, existing.id));
    return existing.id;
  }
  const id = guid();
  await tx.insert(partnerSetups).values({ id, partnerId: scope.partnerId, connectorId, ...saved });
  return id;
}

/**
 * Saves the Authentication Settings of a connector. In: a change per value that the definition lets a partner give,
 * checked before. Secrets are sealed before the transaction; the audit entry names what changed, never a value.
 */
export async function saveSetup(
  scope: PartnerScope,
  connector: { readonly id: number; readonly name: string },
  changes: readonly ValueChange[],
): Promise<Result<null>> {
  const rows: (typeof partnerValues.$inferInsert & { name: string })[] = [];
  const cleared: string[] = [];
  for (const change of changes) {
    if (change.kind === "clear") cleared.push(change.name);
    if (change.kind !== "set") continue;
    const id = guid();
    const common = { id, setupId: "", name: change.name, setAt: now(), setBy: scope.actor.name };
    rows.push(
      change.isSecret
        ? {
            ...common,
            value: null,
            sealed: await seal(
              { partnerId: scope.partnerId, table: "partner_values", row: id, field: change.name },
              secret(change.value),
            ),
            last4: lastFour(change.value),
          }
        : { ...common, value: change.value, sealed: null, last4: null },
    );
  }
  return transact(async (tx) => {
    const setupId = await setupRow(tx, scope, connector.id);
    for (const name of [...cleared, ...rows.map((r) => r.name)]) {
      await tx.delete(partnerValues).where(and(eq(partnerValues.setupId, setupId), eq(partnerValues.name, name)));
    }
    for (const row of rows) await tx.insert(partnerValues).values({ ...row, setupId });
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "setup.saved",
      object: { type: "connector", id: connector.id, name: connector.name },
      details: { set: rows.map((r) => r.name), cleared },
    });
    return ok(null);
  });
}

export async function saveBranding(scope: PartnerScope, branding: Branding): Promise<Result<null>> {
  return transact(async (tx) => {
    const [row] = await tx
      .update(partners)
      .set({ branding })
      .where(eq(partners.id, scope.partnerId))
      .returning({ name: partners.name });
    if (!row) return fail("object.not_found", "There is no such partner.");
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "branding.saved",
      object: { type: "partner", id: scope.partnerId, name: row.name },
      details: { accent: branding.accent ?? null, hasLogo: branding.logo !== undefined },
    });
    return ok(null);
  });
}

/** A partner's row together with its data key: neither is of use without the other. */
export async function insertPartner(
  tx: Transaction,
  partner: { id: string; name: string; slug: string; branding: Branding; externalAuthenticationEnabled?: boolean },
  key: ReturnType<typeof makeDataKey>,
): Promise<void> {
  await tx.insert(partners).values({ ...partner, createdAt: now() });
  await insertDataKey(tx, key);
}

/** Creates a partner with its data key, and invites its owner. Out: the id and the invitation's token, shown once. */
export async function createPartner(
  scope: InstanceScope,
  input: { name: string; ownerEmail: string },
): Promise<Result<{ id: string; invitationToken: string }>> {
  const id = guid();
  const slug = slugify(input.name) || id;
  const key = makeDataKey(id);
  return transact(async (tx) => {
    const [taken] = await tx.select({ id: partners.id }).from(partners).where(eq(partners.slug, slug));
    if (taken)
      return fail("name.in_use", "Another partner has this name.", { fields: { name: "Another partner has this name." } });
    await insertPartner(tx, { id, name: input.name, slug, branding: {} }, key);
    const { token } = await insertInvitation(tx, scope.actor, {
      partnerId: id,
      accountId: null,
      email: input.ownerEmail,
      role: "owner",
    });
    await recordAudit(tx, {
      chain: INSTANCE_CHAIN,
      actor: scope.actor,
      action: "partner.created",
      object: { type: "partner", id, name: input.name },
    });
    return ok({ id, invitationToken: token });
  });
}

async function changePartner(
  scope: InstanceScope,
  id: string,
  set: Partial<typeof partners.$inferInsert>,
  action: AuditAction,
): Promise<Result<null>> {
  return transact(async (tx) => {
    const [row] = await tx.update(partners).set(set).where(eq(partners.id, id)).returning({ name: partners.name });
    if (!row) return fail("object.not_found", "There is no such partner.");
    const object = { type: "partner", id, name: row.name };
    await recordAudit(tx, { chain: INSTANCE_CHAIN, actor: scope.actor, action, object });
    await recordAudit(tx, { chain: id, actor: scope.actor, action, object });
    return ok(null);
  });
}

/** The switch *External Authentication of Connectors*; told to the partner's own audit log as well. */
export const setExternalAuthentication = (scope: InstanceScope, id: string, enabled: boolean) =>
  changePartner(
    scope,
    id,
    { externalAuthenticationEnabled: enabled },
    enabled ? "external_authentication.enabled" : "external_authentication.disabled",
  );

/** Nobody of a disabled partner can sign in or connect; nothing is deleted. */
export const setPartnerDisabled = (scope: InstanceScope, id: string, disabled: boolean) =>
  changePartner(scope, id, { disabledAt: disabled ? now() : null }, disabled ? "partner.disabled" : "partner.enabled");
