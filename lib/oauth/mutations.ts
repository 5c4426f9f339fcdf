import { and, eq, gt, isNull, lt } from "@/db/query";
import { oauthAttempts } from "@/db/schema";
import { transact } from "@/db/transact";
import { DAY, MINUTE, now } from "@/lib/kernel/clock";
import type { FailureOwner } from "@/lib/kernel/errors";

export const ATTEMPT_LIFETIME = 10 * MINUTE;

export type Attempt = typeof oauthAttempts.$inferSelect;

export async function insertAttempt(attempt: typeof oauthAttempts.$inferInsert): Promise<void> {
  await transact(async (tx) => {
    await tx.delete(oauthAttempts).where(lt(oauthAttempts.expiresAt, now() - DAY));
    await tx.insert(oauthAttempts).values(attempt);
  });
}

/** Takes an attempt, once: of many callbacks with the same state one gets it, the others null (S-20). */
export async function consumeAttempt(stateHash: string): Promise<Attempt | null> {
  return transact(async (tx) => {
    const [row] = await tx
      .update(oauthAttempts)
      .set({ consumedAt: now() })
      .where(and(eq(oauthAttempts.stateHash, stateHash), isNull(oauthAttempts.consumedAt), gt(oauthAttempts.expiresAt, now())))
      .returning();
    return row ?? null;
  });
}

/** Keeps how an attempt ended, for the page that tells. */
export async function closeAttempt(
  id: string,
  outcome: { code: string; owner: FailureOwner | null; message: string | null },
): Promise<void> {
  await transact(async (tx) => {
    await tx
      .update(oauthAttempts)
      .set({ outcome: outcome.code, outcomeOwner: outcome.owner, outcomeMessage: outcome.message })
      .where(eq(oauthAttempts.id, id));
  });
}
