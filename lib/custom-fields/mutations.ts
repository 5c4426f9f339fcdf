import { and, eq } from "@/db/query";
import { accountConnectors, customFields, type CustomFieldValues } from "@/db/schema";
import { transact, type Transaction } from "@/db/transact";
import type { AccountScope } from "@/lib/access/types";
import type { AuditAction } from "@/lib/audit/constants";
import { recordAudit } from "@/lib/audit/mutations";
import { fail, ok, type Result } from "@/lib/kernel/result";

export type { CustomFieldValues };

const noConnector = fail("object.not_found", "There is no such account connector.");
const noField = fail("object.not_found", "There is no such custom field.");

/** The name of a connector of this account; null for everybody else's. */
async function nameOf(tx: Transaction, scope: AccountScope, id: number): Promise<string | null> {
  const [row] = await tx
    .select({ name: accountConnectors.name })
    .from(accountConnectors)
    .where(
      and(
        eq(accountConnectors.id, id),
        eq(accountConnectors.partnerId, scope.partnerId),
        eq(accountConnectors.accountId, scope.accountId),
      ),
    );
  return row?.name ?? null;
}

const audited = (tx: Transaction, { partnerId, accountId, actor }: AccountScope, action: AuditAction, id: number, name: string) =>
  recordAudit(tx, { chain: partnerId, actor, action, object: { type: "connection", id, name }, accountId });

const one = (accountConnectorId: number, id: number) =>
  and(eq(customFields.id, id), eq(customFields.accountConnectorId, accountConnectorId));

/** Adds a custom field to an installed connector. Out: its id. Errors: 404. */
export async function addCustomField(
  scope: AccountScope,
  accountConnectorId: number,
  field: CustomFieldValues,
): Promise<Result<number>> {
  return transact(async (tx) => {
    const name = await nameOf(tx, scope, accountConnectorId);
    if (name === null) return noConnector;
    const [row] = await tx.insert(customFields).values({ accountConnectorId, field }).returning({ id: customFields.id });
    if (!row) throw new Error("a custom field was not written");
    await audited(tx, scope, "custom_field.created", accountConnectorId, name);
    return ok(row.id);
  });
}

/** Changes what is given of a custom field. Errors: 404. */
export async function changeCustomField(
  scope: AccountScope,
  accountConnectorId: number,
  id: number,
  change: Partial<CustomFieldValues>,
): Promise<Result<null>> {
  return transact(async (tx) => {
    const name = await nameOf(tx, scope, accountConnectorId);
    if (name === null) return noConnector;
    const [row] = await tx.select().from(customFields).where(one(accountConnectorId, id));
    if (!row) return noField;
    await tx
      .update(customFields)
      .set({ field: { ...row.field, ...change } })
      .where(one(accountConnectorId, id));
    await audited(tx, scope, "custom_field.updated", accountConnectorId, name);
    return ok(null);
  });
}

/** Removes a custom field. Errors: 404. */
export async function deleteCustomField(scope: AccountScope, accountConnectorId: number, id: number): Promise<Result<null>> {
  return transact(async (tx) => {
    const name = await nameOf(tx, scope, accountConnectorId);
    if (name === null) return noConnector;
    const removed = await tx.delete(customFields).where(one(accountConnectorId, id)).returning({ id: customFields.id });
    if (removed.length === 0) return noField;
    await audited(tx, scope, "custom_field.deleted", accountConnectorId, name);
    return ok(null);
  });
}
