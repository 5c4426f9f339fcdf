import { memoryOf, preparedQuery, reader, remembered, rowsOf } from "@/db/client";
import { and, asc, desc, eq, gt, isNull, or, sql } from "@/db/query";
import { accessTokens, accounts, apiClients, partners } from "@/db/schema";
import { tokenHash } from "@/lib/access/tokens";
import type { PartnerScope } from "@/lib/access/types";
import { now } from "@/lib/kernel/clock";
import { soon, type Soon } from "@/lib/kernel/soon";
import type { AccessTokenView, ApiClientView, ProvedToken } from "./types";

const tokenQuery = () =>
  preparedQuery("api-clients.token", (db) =>
    db
      .select({
        apiClientId: apiClients.id,
        clientName: apiClients.name,
        partnerId: accessTokens.partnerId,
        accountId: accessTokens.accountId,
        accountExternalId: accounts.externalId,
        access: accessTokens.access,
        apiRanges: partners.apiRanges,
        expiresAt: accessTokens.expiresAt,
      })
      .from(accessTokens)
      .innerJoin(apiClients, eq(apiClients.id, accessTokens.apiClientId))
      .innerJoin(partners, eq(partners.id, accessTokens.partnerId))
      .leftJoin(accounts, eq(accounts.id, accessTokens.accountId))
      .where(
        and(
          eq(accessTokens.tokenHash, sql.placeholder("hash")),
          isNull(partners.disabledAt),
          or(isNull(accessTokens.accountId), isNull(accounts.deletedAt)),
        ),
      )
      .prepare(),
  );

/** The token behind a bearer; null for an unknown, ended or revoked one, and where the partner or its account is gone. */
export function provedToken(token: string): Soon<ProvedToken | null> {
  const hash = tokenHash(token);
  const read = (): Soon<ProvedToken | null> => soon(rowsOf(tokenQuery(), { hash }), ([row]) => row ?? null);
  const found = remembered("api-clients.token", hash, read, { isSettled: true });
  return soon(found, (proved) => (proved && proved.expiresAt > now() ? proved : null));
}

/** An answer to a read as it went out: true until then, as long as nothing is committed. */
export interface KeptRead {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  readonly apiClientId: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Together a few megabytes. */
const MOST_KEPT_READS = 100;

/** Answers since the last commit of whichever process, by what was asked with which token. To be taken before what goes into it is read. */
export const keptReads = (): Map<string, KeptRead> =>
  memoryOf("api-clients.reads", { most: MOST_KEPT_READS }) as Map<string, KeptRead>;

/** A credential set by the client id that it is known by outside; null where it or its partner is gone. */
export async function apiClientByClientId(clientId: string) {
  const [row] = await reader()
    .select({ client: apiClients, apiRanges: partners.apiRanges })
    .from(apiClients)
    .innerJoin(partners, eq(partners.id, apiClients.partnerId))
    .where(and(eq(apiClients.clientId, clientId), isNull(partners.disabledAt)));
  return row ?? null;
}

/** The partner's credential sets, oldest first; never a secret. */
export async function listApiClients(scope: PartnerScope): Promise<ApiClientView[]> {
  const at = now();
  return reader()
    .select({
      id: apiClients.id,
      name: apiClients.name,
      clientId: apiClients.clientId,
      last4: apiClients.last4,
      access: apiClients.access,
      createdAt: apiClients.createdAt,
      createdBy: apiClients.createdBy,
      lastUsedAt: apiClients.lastUsedAt,
      tokens: sql<number>`(select count(*) from ${accessTokens} where ${accessTokens.apiClientId} = ${apiClients}.${sql.identifier("id")} and ${accessTokens.expiresAt} > ${at})`,
    })
    .from(apiClients)
    .where(eq(apiClients.partnerId, scope.partnerId))
    .orderBy(asc(apiClients.createdAt));
}

/** Access tokens that are good now, newest first; never a token. */
export async function listAccessTokens(scope: PartnerScope): Promise<AccessTokenView[]> {
  return reader()
    .select({
      id: accessTokens.id,
      last4: accessTokens.last4,
      clientName: apiClients.name,
      accountName: accounts.name,
      access: accessTokens.access,
      createdAt: accessTokens.createdAt,
      expiresAt: accessTokens.expiresAt,
      ip: accessTokens.ip,
    })
    .from(accessTokens)
    .innerJoin(apiClients, eq(apiClients.id, accessTokens.apiClientId))
    .leftJoin(accounts, eq(accounts.id, accessTokens.accountId))
    .where(and(eq(accessTokens.partnerId, scope.partnerId), gt(accessTokens.expiresAt, now())))
    .orderBy(desc(accessTokens.createdAt))
    .limit(100);
}

/** What the partner allows of the API: from where, and where browsers may be sent back to. */
export async function apiSettingsOf(scope: { readonly partnerId: string }) {
  const [row] = await reader()
    .select({
      apiRanges: partners.apiRanges,
      targetOrigins: partners.targetOrigins,
      startsAutomatically: partners.startsAutomatically,
    })
    .from(partners)
    .where(eq(partners.id, scope.partnerId));
  return row ?? { apiRanges: [], targetOrigins: [], startsAutomatically: false };
}
