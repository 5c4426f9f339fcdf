import { desc, eq } from "@/db/query";
import { auditEntries } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { Actor } from "@/lib/access/types";
import { now } from "@/lib/kernel/clock";
import { guid } from "@/lib/kernel/ids";
import type { AuditAction } from "./constants";
import { entryHash, FIRST_HASH } from "./policy";

export const INSTANCE_CHAIN = "instance";

export interface AuditFact {
  /** A partner's id, or {@link INSTANCE_CHAIN}. */
  readonly chain: string;
  readonly actor: Actor;
  readonly action: AuditAction;
  readonly object: { readonly type: string; readonly id: string | number; readonly name: string };
  readonly accountId?: string | null;
  /** What changed, by name; never a secret, never a value that may be one. */
  readonly details?: Record<string, unknown>;
}

/** Appends to the chain inside the transaction of the change that it tells of (S-53). */
export async function recordAudit(tx: Transaction, fact: AuditFact): Promise<void> {
  const [last] = await tx
    .select({ sequence: auditEntries.sequence, hash: auditEntries.hash })
    .from(auditEntries)
    .where(eq(auditEntries.chain, fact.chain))
    .orderBy(desc(auditEntries.sequence))
    .limit(1);
  const entry = {
    chain: fact.chain,
    sequence: (last?.sequence ?? 0) + 1,
    at: now(),
    actorType: fact.actor.type,
    actorId: fact.actor.id,
    actorName: fact.actor.name,
    action: fact.action,
    objectType: fact.object.type,
    objectId: String(fact.object.id),
    objectName: fact.object.name,
    accountId: fact.accountId ?? null,
    details: fact.details ?? {},
    ip: fact.actor.ip ?? null,
    requestId: fact.actor.requestId ?? null,
    previousHash: last?.hash ?? FIRST_HASH,
  };
  await tx.insert(auditEntries).values({ id: guid(), ...entry, hash: entryHash(entry) });
}
