import { and, eq, sql } from "drizzle-orm";
import { frequentWrite } from "./client";
import { accountConnectors, connectionEvents } from "./schema";

const v = (name: string) => sql.placeholder(name);

type NewConnectionEvent = typeof connectionEvents.$inferInsert;

const writeEvent = frequentWrite((db) =>
  db.insert(connectionEvents).values({
    id: v("id"),
    accountConnectorId: v("accountConnectorId"),
    at: v("at"),
    kind: v("kind") as never,
    outcome: v("outcome") as never,
    title: v("title"),
    detail: v("detail"),
    // A JSON column of a prepared statement writes null as text otherwise.
    http: sql`${v("http")}`,
    owner: v("owner") as never,
    actorName: v("actorName"),
    requestId: v("requestId"),
  }),
);

/** One line of a connection's timeline, inside a transaction. */
export function insertConnectionEvent(event: NewConnectionEvent): void {
  writeEvent({
    id: event.id,
    accountConnectorId: event.accountConnectorId,
    at: event.at,
    kind: event.kind,
    outcome: event.outcome,
    title: event.title,
    detail: event.detail ?? null,
    http: event.http ? JSON.stringify(event.http) : null,
    owner: event.owner ?? null,
    actorName: event.actorName,
    requestId: event.requestId ?? null,
  });
}

const writeVerified = frequentWrite((db) =>
  db
    .update(accountConnectors)
    .set({
      lastUsedAt: v("at") as never,
      lastVerifiedAt: v("at") as never,
      lastVerification: sql`${v("verification")}`,
      lastErrorAt: null,
      lastErrorCode: null,
      lastErrorOwner: null,
      lastErrorMessage: null,
    })
    .where(
      and(
        eq(accountConnectors.id, v("id")),
        eq(accountConnectors.partnerId, v("partnerId")),
        eq(accountConnectors.accountId, v("accountId")),
      ),
    ),
);

/** A call showed that the credential works, inside a transaction: an earlier error is over. Out: whether there is such a connection. */
export function noteVerified(call: {
  readonly id: number;
  readonly partnerId: string;
  readonly accountId: string;
  readonly at: number;
  readonly verification: object;
}): boolean {
  const { id, partnerId, accountId, at } = call;
  return writeVerified({ id, partnerId, accountId, at, verification: JSON.stringify(call.verification) }) > 0;
}
