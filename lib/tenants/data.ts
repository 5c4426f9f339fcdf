import { reader } from "@/db/client";
import { and, asc, count, desc, eq, gte, inArray, isNull, sql } from "@/db/query";
import { accountConnectors, connectionEvents, connectors, memberships, partnerIncidents, users } from "@/db/schema";
import type { AccountScope, PartnerScope } from "@/lib/access/types";
import { DAY } from "@/lib/kernel/clock";
import type { FailureOwner } from "@/lib/kernel/errors";

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

/** Incidents of the partner that are still open, with the connectors they concern. */
export async function openIncidents(scope: PartnerScope) {
  return reader()
    .select({
      id: partnerIncidents.id,
      connectorId: partnerIncidents.connectorId,
      connectorName: connectors.name,
      connectorSlug: connectors.slug,
      message: partnerIncidents.message,
      openedAt: partnerIncidents.openedAt,
      occurrences: partnerIncidents.occurrences,
    })
    .from(partnerIncidents)
    .innerJoin(connectors, eq(connectors.id, partnerIncidents.connectorId))
    .where(and(eq(partnerIncidents.partnerId, scope.partnerId), isNull(partnerIncidents.closedAt)))
    .orderBy(desc(partnerIncidents.lastSeenAt));
}

/** How often a provider was asked on one day, by how it went and whose the failure was. */
export interface DayCount {
  /** Days since the epoch, in UTC. */
  readonly day: number;
  readonly failed: boolean;
  readonly owner: FailureOwner | null;
  readonly count: number;
}

/** Sign-ins, refreshes, tests and calls of the partner's connections from `since` (ms) on, by day. */
export async function callsByDay(scope: PartnerScope, since: number): Promise<DayCount[]> {
  const day = sql<number>`${connectionEvents.at} / ${sql.raw(String(DAY))}`;
  const found = await reader()
    .select({ day, outcome: connectionEvents.outcome, owner: connectionEvents.owner, count: count() })
    .from(connectionEvents)
    .innerJoin(accountConnectors, eq(accountConnectors.id, connectionEvents.accountConnectorId))
    .where(
      and(
        eq(accountConnectors.partnerId, scope.partnerId),
        gte(connectionEvents.at, since),
        inArray(connectionEvents.kind, ["connect", "refresh", "test", "call"]),
      ),
    )
    .groupBy(day, connectionEvents.outcome, connectionEvents.owner);
  return found.map(({ outcome, ...row }) => ({ ...row, failed: outcome === "bad" }));
}
