import { and, eq, sql } from "drizzle-orm";
import { preparedWrite } from "./client";
import { accountConnectors, connectionEvents } from "./schema";

const v = (name: string) => sql.placeholder(name);

type NewConnectionEvent = typeof connectionEvents.$inferInsert;

const eventStatement = () =>
  preparedWrite("connections.event", (db) =>
    db
      .insert(connectionEvents)
      .values({
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
      })
      .prepare(),
  );

/** One line of a connection's timeline, inside a transaction. */
export function insertConnectionEvent({ detail, http, owner, ...event }: NewConnectionEvent): void {
  const text = http ? JSON.stringify(http) : null;
  eventStatement().run({ ...event, detail: detail ?? null, http: text, owner: owner ?? null });
}

const verifiedStatement = () =>
  preparedWrite("connections.verified", (db) =>
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
      )
      .prepare(),
  );

/** A call showed that the credential works, inside a transaction: an earlier error is over. Out: whether there is such a connection. */
export function noteVerified(call: {
  readonly id: number;
  readonly partnerId: string;
  readonly accountId: string;
  readonly at: number;
  readonly verification: object;
}): boolean {
  return verifiedStatement().run({ ...call, verification: JSON.stringify(call.verification) }).changes > 0;
}
