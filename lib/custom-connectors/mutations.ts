import { createHash } from "node:crypto";
import { and, eq, inArray, isNull } from "@/db/query";
import { accountConnectors, accounts, connectors, releases } from "@/db/schema";
import { transact, type Transaction } from "@/db/transact";
import type { PartnerScope } from "@/lib/access/types";
import type { AuditAction } from "@/lib/audit/constants";
import { recordAudit } from "@/lib/audit/mutations";
import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { forgetLibrary } from "@/lib/catalog/data";
import { lintDefinition } from "@/lib/catalog/lint";
import { insertEvent } from "@/lib/installs/mutations";
import { now } from "@/lib/kernel/clock";
import { freshId, guid } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { nextNumber } from "./policy";
import { blocksPublishing, parseDefinition } from "./sections";
import { takenSlugs } from "./data";
import type { SavedDraft, Upgraded } from "./types";

const unknown = fail("object.not_found", "There is no such connector.");
const hashOf = (definition: ConnectorDefinition): string => createHash("sha256").update(JSON.stringify(definition)).digest("hex");

const saved = (definition: ConnectorDefinition): SavedDraft => ({
  hash: hashOf(definition),
  problems: lintDefinition(definition),
});

async function mine(tx: Transaction, scope: PartnerScope, uid: string) {
  const [row] = await tx
    .select()
    .from(connectors)
    .where(
      and(
        eq(connectors.uid, uid),
        eq(connectors.partnerId, scope.partnerId),
        eq(connectors.kind, "custom"),
        isNull(connectors.deletedAt),
      ),
    );
  return row ?? null;
}

async function draftOf(tx: Transaction, connectorId: number) {
  const [row] = await tx
    .select()
    .from(releases)
    .where(and(eq(releases.connectorId, connectorId), eq(releases.status, "Draft")));
  return row ?? null;
}

const audited = (
  tx: Transaction,
  { partnerId, actor }: PartnerScope,
  action: AuditAction,
  connector: { id: number; name: string },
  details: Record<string, unknown> = {},
) => recordAudit(tx, { chain: partnerId, actor, action, object: { type: "connector", ...connector }, details });

const insertDraft = (tx: Transaction, connectorId: number, definition: ConnectorDefinition) =>
  tx.insert(releases).values({
    connectorId,
    number: "",
    status: "Draft",
    definition,
    contentHash: hashOf(definition),
    createdAt: now(),
  });

/** The unique identifier that is wanted, or a new one where none is or somebody has it. */
async function freeUid(tx: Transaction, wanted: string | undefined): Promise<string> {
  if (wanted === undefined) return guid();
  const taken = await tx.select({ id: connectors.id }).from(connectors).where(eq(connectors.uid, wanted));
  return taken.length > 0 ? guid() : wanted;
}

/**
 * Makes a connector of the partner's own, as a draft. In: its definition; its slug is kept where it is free, else numbered; a unique
 * identifier that is wanted is kept where nobody has it. Out: its unique identifier and slug.
 */
export async function createCustomConnector(
  scope: PartnerScope,
  given: ConnectorDefinition,
  wantedUid?: string,
): Promise<Result<{ id: number; uid: string; slug: string }>> {
  const slug = freshId(given.slug, await takenSlugs(scope));
  const definition = { ...given, slug };
  const at = now();
  return transact(async (tx) => {
    const uid = await freeUid(tx, wantedUid);
    const [row] = await tx
      .insert(connectors)
      .values({ uid, slug, partnerId: scope.partnerId, kind: "custom", name: definition.name, createdAt: at, updatedAt: at })
      .returning({ id: connectors.id });
    if (!row) throw new Error("a connector was not written");
    await insertDraft(tx, row.id, definition);
    await audited(tx, scope, "custom_connector.created", { id: row.id, name: definition.name });
    return ok({ id: row.id, uid, slug });
  });
}

/**
 * Writes the draft of a connector; the first change after a release begins a new one. In: the mark of the draft (or live release)
 * that was changed, null to overwrite. Errors: 404, `object.conflict` where somebody else has saved since.
 */
export async function saveDraft(
  scope: PartnerScope,
  uid: string,
  base: string | null,
  given: ConnectorDefinition,
): Promise<Result<SavedDraft>> {
  return transact(async (tx) => {
    const connector = await mine(tx, scope, uid);
    if (!connector) return unknown;
    const definition = { ...given, slug: connector.slug };
    const draft = await draftOf(tx, connector.id);
    const [live] = connector.liveReleaseId
      ? await tx.select().from(releases).where(eq(releases.id, connector.liveReleaseId))
      : [];
    if (base !== null && (draft ?? live)?.contentHash !== base)
      return fail(
        "object.conflict",
        "Somebody else has changed this connector meanwhile. Load the page again: nothing was saved.",
      );
    if (draft)
      await tx
        .update(releases)
        .set({ definition, contentHash: hashOf(definition) })
        .where(eq(releases.id, draft.id));
    else await insertDraft(tx, connector.id, definition);
    // A draft isn't part of the library yet; the name of one that never was live stands in lists all the same.
    if (!live && definition.name !== connector.name)
      await tx.update(connectors).set({ name: definition.name }).where(eq(connectors.id, connector.id));
    await audited(tx, scope, "custom_connector.saved", { id: connector.id, name: definition.name });
    return ok(saved(definition));
  });
}

/** Makes a connector of a definition as it came from outside. Errors: `request.invalid` with a message for the path of each mistake. */
export async function importConnector(
  scope: PartnerScope,
  value: unknown,
  wantedUid?: string,
): Promise<Result<{ id: number; uid: string; slug: string }>> {
  const parsed = parseDefinition(value);
  return parsed.ok ? createCustomConnector(scope, parsed.value, wantedUid) : parsed;
}

/** Replaces the draft by a definition as it came from outside. Errors: 404, `request.invalid` by path. */
export async function importDraft(scope: PartnerScope, uid: string, value: unknown): Promise<Result<SavedDraft>> {
  const parsed = parseDefinition(value);
  return parsed.ok ? saveDraft(scope, uid, null, parsed.value) : parsed;
}

/** Throws the draft away; the live release stays. Errors: 404, `object.conflict` where there is nothing else. */
export async function discardDraft(scope: PartnerScope, uid: string): Promise<Result<null>> {
  return transact(async (tx) => {
    const connector = await mine(tx, scope, uid);
    const draft = connector && (await draftOf(tx, connector.id));
    if (!connector || !draft) return unknown;
    if (connector.liveReleaseId === null)
      return fail("object.conflict", "This connector was never published: delete it instead.");
    await tx.delete(releases).where(eq(releases.id, draft.id));
    await audited(tx, scope, "custom_connector.draft_discarded", { id: connector.id, name: connector.name });
    return ok(null);
  });
}

/**
 * Makes the draft the live release; the one before is deprecated, and installations stay on theirs. In: whether it is major, which
 * shows "update available" at installations, and release notes. Errors: 404, `request.invalid` with the path of each mistake,
 * `object.conflict` where there is no draft or another one than was seen.
 */
export async function publishDraft(
  scope: PartnerScope,
  uid: string,
  input: { readonly base: string | null; readonly kind: "major" | "minor"; readonly comments: string },
): Promise<Result<{ number: string }>> {
  const published = await transact(async (tx) => {
    const connector = await mine(tx, scope, uid);
    if (!connector) return unknown;
    const draft = await draftOf(tx, connector.id);
    if (!draft || (input.base !== null && draft.contentHash !== input.base))
      return fail("object.conflict", "The draft has changed meanwhile. Load the page again and look at it first.");
    const sound = blocksPublishing(draft.definition);
    if (!sound.ok) return sound;
    const [live] = connector.liveReleaseId
      ? await tx.select({ number: releases.number }).from(releases).where(eq(releases.id, connector.liveReleaseId))
      : [];
    const number = nextNumber(live?.number ?? null, input.kind);
    const at = now();
    if (connector.liveReleaseId !== null)
      await tx.update(releases).set({ status: "Deprecated" }).where(eq(releases.id, connector.liveReleaseId));
    await tx
      .update(releases)
      .set({ status: "Live", number, comments: input.comments, promotedAt: at })
      .where(eq(releases.id, draft.id));
    await tx
      .update(connectors)
      .set({ liveReleaseId: draft.id, name: draft.definition.name, updatedAt: at })
      .where(eq(connectors.id, connector.id));
    await audited(
      tx,
      scope,
      "custom_connector.published",
      { id: connector.id, name: draft.definition.name },
      { release: number, kind: input.kind },
    );
    return ok({ number });
  });
  forgetLibrary();
  return published;
}

/** Deletes a connector that no account has installed. Errors: 404, `object.in_use` with the accounts. */
export async function deleteCustomConnector(scope: PartnerScope, uid: string): Promise<Result<{ name: string }>> {
  const deleted = await transact(async (tx) => {
    const connector = await mine(tx, scope, uid);
    if (!connector) return unknown;
    const users = await tx
      .selectDistinct({ name: accounts.name })
      .from(accountConnectors)
      .innerJoin(accounts, eq(accounts.id, accountConnectors.accountId))
      .where(eq(accountConnectors.connectorId, connector.id));
    if (users.length > 0) {
      const names = users.map((u) => u.name);
      const shown = names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
      return fail("object.in_use", `${connector.name} is installed in ${shown}. Remove it there first.`, {
        details: { accounts: names },
      });
    }
    await tx.update(connectors).set({ deletedAt: now(), updatedAt: now() }).where(eq(connectors.id, connector.id));
    await audited(tx, scope, "custom_connector.deleted", { id: connector.id, name: connector.name });
    return ok({ name: connector.name });
  });
  forgetLibrary();
  return deleted;
}

/**
 * Moves installations to the live release. In: their ids, or null for all. One whose authentication method is gone from the
 * live release stays where it is. Out: how many moved, and the names of those that stayed. Errors: 404.
 */
export async function upgradeInstalls(
  scope: PartnerScope,
  uid: string,
  ids: readonly number[] | null,
): Promise<Result<Upgraded>> {
  return transact(async (tx) => {
    const connector = await mine(tx, scope, uid);
    if (!connector) return unknown;
    const [live] = connector.liveReleaseId
      ? await tx.select().from(releases).where(eq(releases.id, connector.liveReleaseId))
      : [];
    if (!live) return fail("connector.draft", `Connector ${connector.id} is a draft and cannot be installed.`);
    const methods = new Set(live.definition.authMethods.map((m) => m.id));
    const rows = await tx
      .select()
      .from(accountConnectors)
      .where(
        and(
          eq(accountConnectors.connectorId, connector.id),
          eq(accountConnectors.partnerId, scope.partnerId),
          ids === null ? undefined : inArray(accountConnectors.id, [...ids]),
        ),
      );
    if (ids !== null && rows.length < new Set(ids).size) return fail("object.not_found", "There is no such connection.");
    const outdated = rows.filter((r) => r.releaseId !== live.id);
    const movable = outdated.filter((r) => methods.has(r.authMethodId));
    for (const row of movable) {
      await tx.update(accountConnectors).set({ releaseId: live.id }).where(eq(accountConnectors.id, row.id));
      insertEvent(tx, scope, row.id, {
        kind: "settings",
        outcome: "ok",
        title: `Upgraded to release ${live.number}`,
      });
      await recordAudit(tx, {
        chain: scope.partnerId,
        actor: scope.actor,
        action: "connector.upgraded",
        object: { type: "connection", id: row.id, name: row.name },
        accountId: row.accountId,
        details: { connector: connector.name, release: live.number },
      });
    }
    return ok({ moved: movable.length, kept: outdated.filter((r) => !methods.has(r.authMethodId)).map((r) => r.name) });
  });
}
