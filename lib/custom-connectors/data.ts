import { reader } from "@/db/client";
import { and, eq, isNull, sql } from "@/db/query";
import { accountConnectors, accounts, connectors, releases } from "@/db/schema";
import type { PartnerScope } from "@/lib/access/types";
import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import type { InstallOfRelease, ReleaseRow } from "./types";

/** A connector of the partner's own, with the definition of its draft and of its live release. */
export interface CustomConnector {
  readonly id: number;
  readonly uid: string;
  readonly slug: string;
  readonly name: string;
  readonly live: Release | null;
  readonly draft: Release | null;
}

interface Release {
  readonly id: number;
  /** Mark of its content: a change says which one it was made to. */
  readonly hash: string;
  readonly number: string;
  readonly definition: ConnectorDefinition;
}

const releaseOf = ({ id, number, definition, contentHash }: typeof releases.$inferSelect): Release => ({
  id,
  number,
  definition,
  hash: contentHash,
});

const mine = (scope: PartnerScope) =>
  and(eq(connectors.partnerId, scope.partnerId), eq(connectors.kind, "custom"), isNull(connectors.deletedAt));

/** The partner's own connectors by name, each with how it stands. */
export async function listCustomConnectors(scope: PartnerScope) {
  const outer = sql`${connectors}.${sql.identifier(connectors.id.name)}`;
  const outerLive = sql`${connectors}.${sql.identifier(connectors.liveReleaseId.name)}`;
  return reader()
    .select({
      id: connectors.id,
      uid: connectors.uid,
      slug: connectors.slug,
      name: connectors.name,
      updatedAt: connectors.updatedAt,
      liveNumber: sql<
        string | null
      >`(select ${releases.number} from ${releases} where ${releases}.${sql.identifier(releases.id.name)} = ${outerLive})`,
      drafts: sql<number>`(select count(*) from ${releases} where ${releases.connectorId} = ${outer} and ${releases.status} = 'Draft')`,
      types: sql<string>`(select group_concat(json_extract(m.value, '$.type')) from ${releases}, json_each(${releases.definition}, '$.authMethods') m where ${releases}.${sql.identifier(releases.id.name)} = (select max(${releases}.${sql.identifier(releases.id.name)}) from ${releases} where ${releases.connectorId} = ${outer}))`,
      hasIcon: sql<number>`(select count(*) from ${releases} where ${releases.connectorId} = ${outer} and ${releases.status} <> 'Deprecated' and json_extract(${releases.definition}, '$.icon') is not null)`,
      installs: sql<number>`(select count(*) from ${accountConnectors} where ${accountConnectors.connectorId} = ${outer})`,
      outdated: sql<number>`(select count(*) from ${accountConnectors} where ${accountConnectors.connectorId} = ${outer} and ${accountConnectors.releaseId} <> ${outerLive})`,
    })
    .from(connectors)
    .where(mine(scope))
    .orderBy(sql`lower(${connectors.name})`);
}

/** One of them by its unique identifier; null for an unknown one and for another partner's alike. */
export async function customConnectorOf(scope: PartnerScope, uid: string): Promise<CustomConnector | null> {
  const rows = await reader()
    .select({ connector: connectors, release: releases })
    .from(connectors)
    .innerJoin(releases, eq(releases.connectorId, connectors.id))
    .where(
      and(
        mine(scope),
        eq(connectors.uid, uid),
        sql`(${releases.status} = 'Draft' or ${releases}.${sql.identifier(releases.id.name)} = ${connectors.liveReleaseId})`,
      ),
    );
  const connector = rows[0]?.connector;
  if (!connector) return null;
  const one = (wanted: (release: typeof releases.$inferSelect) => boolean) => rows.find((r) => wanted(r.release))?.release;
  const live = one((r) => r.id === connector.liveReleaseId);
  const draft = one((r) => r.status === "Draft");
  return {
    id: connector.id,
    uid: connector.uid,
    slug: connector.slug,
    name: connector.name,
    live: live ? releaseOf(live) : null,
    draft: draft ? releaseOf(draft) : null,
  };
}

/** The unique identifier of one of them by its number; null for an unknown one and for another partner's alike. */
export async function customConnectorUid(scope: PartnerScope, id: number): Promise<string | null> {
  const [row] = await reader()
    .select({ uid: connectors.uid })
    .from(connectors)
    .where(and(mine(scope), eq(connectors.id, id)));
  return row?.uid ?? null;
}

/** Every release of a connector of the partner's own, newest first, with how many installations it has. */
export async function customReleases(scope: PartnerScope, connectorId: number): Promise<readonly ReleaseRow[]> {
  const outer = sql`${releases}.${sql.identifier(releases.id.name)}`;
  return reader()
    .select({
      id: releases.id,
      number: releases.number,
      status: releases.status,
      comments: releases.comments,
      createdAt: releases.createdAt,
      promotedAt: releases.promotedAt,
      installs: sql<number>`(select count(*) from ${accountConnectors} where ${accountConnectors.releaseId} = ${outer})`,
    })
    .from(releases)
    .innerJoin(connectors, eq(connectors.id, releases.connectorId))
    .where(and(mine(scope), eq(releases.connectorId, connectorId)))
    .orderBy(sql`${releases.id} desc`);
}

/** The installations of a connector that aren't on its live release. */
export async function outdatedInstalls(scope: PartnerScope, connectorId: number): Promise<readonly InstallOfRelease[]> {
  return reader()
    .select({
      id: accountConnectors.id,
      name: accountConnectors.name,
      accountName: accounts.name,
      authMethodId: accountConnectors.authMethodId,
      number: releases.number,
    })
    .from(accountConnectors)
    .innerJoin(accounts, eq(accounts.id, accountConnectors.accountId))
    .innerJoin(releases, eq(releases.id, accountConnectors.releaseId))
    .innerJoin(connectors, eq(connectors.id, accountConnectors.connectorId))
    .where(
      and(
        mine(scope),
        eq(accountConnectors.partnerId, scope.partnerId),
        eq(accountConnectors.connectorId, connectorId),
        sql`${accountConnectors.releaseId} <> ${connectors.liveReleaseId}`,
      ),
    )
    .orderBy(sql`lower(${accounts.name})`, sql`lower(${accountConnectors.name})`);
}

/** The slugs that a connector of this partner can't have any more. */
export async function takenSlugs(scope: PartnerScope): Promise<readonly string[]> {
  const rows = await reader()
    .select({ slug: connectors.slug })
    .from(connectors)
    .where(
      and(sql`(${connectors.partnerId} is null or ${connectors.partnerId} = ${scope.partnerId})`, isNull(connectors.deletedAt)),
    );
  return rows.map((r) => r.slug);
}

/** The icon of a connector of one of these partners, as its definition holds it; the draft's where there is no live one. */
export async function iconOf(partnerIds: readonly string[], uid: string): Promise<string | null> {
  const [row] = await reader()
    .select({ partnerId: connectors.partnerId, icon: sql<string | null>`json_extract(${releases.definition}, '$.icon')` })
    .from(connectors)
    .innerJoin(releases, eq(releases.connectorId, connectors.id))
    .where(and(eq(connectors.uid, uid), isNull(connectors.deletedAt)))
    .orderBy(sql`${releases.status} = 'Deprecated'`, sql`${releases.id} desc`)
    .limit(1);
  return row?.partnerId && partnerIds.includes(row.partnerId) ? row.icon : null;
}
