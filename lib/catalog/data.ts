import { database, preparedQuery, reader, type Database } from "@/db/client";
import { and, eq, isNull, or, sql } from "@/db/query";
import { connectors, releases } from "@/db/schema";
import type { PartnerScope } from "@/lib/access/types";
import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { now } from "@/lib/kernel/clock";
import { soon, type Soon } from "@/lib/kernel/soon";
import { singleton } from "@/lib/platform/singleton";

/** A connector with the definition of its live release. */
export interface Connector {
  readonly id: number;
  readonly slug: string;
  readonly kind: "application" | "custom" | "utility";
  readonly name: string;
  readonly partnerId: string | null;
  readonly releaseId: number;
  readonly releaseNumber: string;
  readonly uid: string;
  /** Where the icon of a connector of the partner's own is served; null where it has none. */
  readonly iconUrl: string | null;
  readonly definition: ConnectorDefinition;
}

const columns = {
  id: connectors.id,
  slug: connectors.slug,
  kind: connectors.kind,
  name: connectors.name,
  partnerId: connectors.partnerId,
  releaseId: releases.id,
  releaseNumber: releases.number,
  uid: connectors.uid,
  definition: releases.definition,
};

const stamp = () =>
  preparedQuery("catalog.stamp", (db) =>
    db
      .select({ at: sql<number>`max(${connectors.updatedAt})`, n: sql<number>`count(*)` })
      .from(connectors)
      .prepare(),
  );

interface Library {
  readonly database: Database;
  readonly stamp: string;
  /** When the stamp was last compared, in milliseconds. */
  checkedAt: number;
  readonly all: readonly Connector[];
  /** What comes with Keyway: one array for every partner without connectors of its own, so that its search index is shared. */
  readonly shared: readonly Connector[];
  readonly byId: ReadonlyMap<number, Connector>;
  readonly byRelease: ReadonlyMap<number, Connector>;
  /** What a partner with connectors of its own can use, kept so that what is worked out per list is kept too. */
  readonly byPartner: Map<string, readonly Connector[]>;
}

/** How long a change by another process may go unseen, in milliseconds; one of this process is seen at once. */
const UNSEEN = 500;

const cache = () => singleton<{ library: Library | null }>("catalog", () => ({ library: null }));

/** To be called after every write to connectors or releases. */
export const forgetLibrary = (): void => {
  cache().library = null;
};

/** The release stands in the address, so that a new icon is seen at once. */
const iconUrlOf = ({ uid, releaseId, definition }: { uid: string; releaseId: number; definition: ConnectorDefinition }) =>
  definition.icon === undefined ? null : `/api/icons/${uid}?v=${releaseId}`;

/** Every live connector of the instance, parsed once and kept until one changes. */
function library(): Soon<Library> {
  const kept = cache().library;
  const held = kept?.database === database() ? kept : null;
  const age = held ? now() - held.checkedAt : UNSEEN;
  return held && age >= 0 && age < UNSEEN ? held : compared(held);
}

async function compared(held: Library | null): Promise<Library> {
  const [last] = await stamp().execute();
  const key = `${last?.at ?? 0}:${last?.n ?? 0}`;
  if (held?.stamp === key) {
    held.checkedAt = now();
    return held;
  }
  const live = await reader()
    .select(columns)
    .from(connectors)
    .innerJoin(releases, eq(releases.id, connectors.liveReleaseId))
    .where(isNull(connectors.deletedAt))
    .orderBy(sql`lower(${connectors.name})`);
  const all = live.map((c) => ({ ...c, iconUrl: iconUrlOf(c) }));
  const fresh: Library = {
    database: database(),
    stamp: key,
    checkedAt: now(),
    all,
    shared: all.filter((c) => c.partnerId === null),
    byId: new Map(all.map((c) => [c.id, c])),
    byRelease: new Map(all.map((c) => [c.releaseId, c])),
    byPartner: new Map(),
  };
  cache().library = fresh;
  return fresh;
}

const visibleTo = (partnerId: string) => (c: Connector) => c.partnerId === null || c.partnerId === partnerId;

/** The connectors that a partner can use: what comes with Keyway, and its own. */
export async function visibleConnectors(scope: { readonly partnerId: string }): Promise<readonly Connector[]> {
  const { all, shared, byPartner } = await library();
  let visible = byPartner.get(scope.partnerId);
  if (!visible) {
    visible = all.some((c) => c.partnerId === scope.partnerId) ? all.filter(visibleTo(scope.partnerId)) : shared;
    byPartner.set(scope.partnerId, visible);
  }
  return visible;
}

/** One connector by its slug or id; null for an unknown one and for another partner's alike. */
export const connectorOf = (scope: { readonly partnerId: string }, key: string | number): Soon<Connector | null> =>
  soon(library(), ({ all, byId }) => {
    const found = typeof key === "number" ? byId.get(key) : all.find((c) => c.slug === key && visibleTo(scope.partnerId)(c));
    return found && visibleTo(scope.partnerId)(found) ? found : null;
  });

/** The definition of the release that an installation is bound to. */
export const definitionOfRelease = (scope: { readonly partnerId: string }, releaseId: number) =>
  soon(library(), ({ byRelease }) => {
    const held = byRelease.get(releaseId);
    return held && visibleTo(scope.partnerId)(held)
      ? { definition: held.definition, number: held.releaseNumber, status: "Live" as const }
      : releaseThatIsNotLive(scope, releaseId);
  });

async function releaseThatIsNotLive(scope: { readonly partnerId: string }, releaseId: number) {
  const [row] = await reader()
    .select({ definition: releases.definition, number: releases.number, status: releases.status })
    .from(releases)
    .innerJoin(connectors, eq(connectors.id, releases.connectorId))
    .where(and(eq(releases.id, releaseId), or(isNull(connectors.partnerId), eq(connectors.partnerId, scope.partnerId))));
  return row ?? null;
}

/** Releases of a connector, newest first. */
export async function releasesOf(scope: PartnerScope, connectorId: number) {
  const connector = await connectorOf(scope, connectorId);
  if (!connector) return [];
  return reader()
    .select({ id: releases.id, number: releases.number, status: releases.status, createdAt: releases.createdAt })
    .from(releases)
    .where(eq(releases.connectorId, connectorId))
    .orderBy(sql`${releases.id} desc`);
}
