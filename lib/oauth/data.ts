import { reader } from "@/db/client";
import { and, asc, eq, isNull, lt, or } from "@/db/query";
import { accountConnectors, connectors, credentials, oauthAttempts } from "@/db/schema";

/** An attempt by the hash of its state, consumed or not. */
export async function attemptByState(stateHash: string) {
  const [row] = await reader().select().from(oauthAttempts).where(eq(oauthAttempts.stateHash, stateHash));
  return row ?? null;
}

/** An attempt with the names its result page shows. */
export async function attemptById(id: string) {
  const [row] = await reader()
    .select({
      attempt: oauthAttempts,
      connection: { id: accountConnectors.id, name: accountConnectors.name, accountId: accountConnectors.accountId },
      connector: { name: connectors.name, slug: connectors.slug },
    })
    .from(oauthAttempts)
    .innerJoin(accountConnectors, eq(accountConnectors.id, oauthAttempts.accountConnectorId))
    .innerJoin(connectors, eq(connectors.id, accountConnectors.connectorId))
    .where(eq(oauthAttempts.id, id));
  return row ?? null;
}

/** Where a credential stands: its generation and whether somebody is exchanging it. Null when it is gone. */
export async function credentialState(credentialId: string) {
  const [row] = await reader()
    .select({ generation: credentials.generation, leaseUntil: credentials.leaseUntil, leaseOwner: credentials.leaseOwner })
    .from(credentials)
    .where(eq(credentials.id, credentialId));
  return row ?? null;
}

/** Connections whose token ends before `until` (ms) and may be renewed by now, soonest first. */
export async function renewable(until: number, at: number, limit: number) {
  return reader()
    .select({ id: accountConnectors.id, partnerId: accountConnectors.partnerId, accountId: accountConnectors.accountId })
    .from(credentials)
    .innerJoin(accountConnectors, eq(accountConnectors.id, credentials.accountConnectorId))
    .where(
      and(
        eq(credentials.isRefreshable, true),
        isNull(accountConnectors.disabledAt),
        lt(credentials.expiresAt, until),
        or(isNull(credentials.nextRefreshAt), lt(credentials.nextRefreshAt, at)),
      ),
    )
    .orderBy(asc(credentials.expiresAt))
    .limit(limit);
}
