import { reader } from "@/db/client";
import { and, asc, count, eq, gte } from "@/db/query";
import { accountConnectors, connectionEvents, memberships, users } from "@/db/schema";
import type { AccountScope } from "@/lib/access/types";

/** The people of an account by the name they sign in with. */
export async function accountUsers(scope: AccountScope): Promise<{ membershipId: string; userName: string }[]> {
  return reader()
    .select({ membershipId: memberships.id, userName: users.email })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.partnerId, scope.partnerId), eq(memberships.accountId, scope.accountId)))
    .orderBy(asc(users.email));
}

/** How many calls went through an account's connectors since a time in milliseconds. */
export async function callsSince(scope: AccountScope, since: number): Promise<number> {
  const [row] = await reader()
    .select({ n: count() })
    .from(connectionEvents)
    .innerJoin(accountConnectors, eq(accountConnectors.id, connectionEvents.accountConnectorId))
    .where(
      and(
        eq(accountConnectors.partnerId, scope.partnerId),
        eq(accountConnectors.accountId, scope.accountId),
        eq(connectionEvents.kind, "call"),
        gte(connectionEvents.at, since),
      ),
    );
  return row?.n ?? 0;
}
