import { reader } from "@/db/client";
import { eq } from "@/db/query";
import { accountConnectors, connectors, oauthAttempts } from "@/db/schema";

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
