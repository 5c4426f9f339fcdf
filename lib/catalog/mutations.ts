import { createHash } from "node:crypto";
import { and, eq, inArray, isNull } from "@/db/query";
import { accountConnectors, connectors, releases } from "@/db/schema";
import { transact, type Transaction } from "@/db/transact";
import { type ConnectorDefinition } from "@/lib/auth-methods/definition";
import { now } from "@/lib/kernel/clock";
import { forgetLibrary } from "./data";

const contentHash = (definition: ConnectorDefinition): string =>
  createHash("sha256").update(JSON.stringify(definition)).digest("hex");

/** A stable GUID for a connector that comes with Keyway. */
function uidOf(slug: string): string {
  const h = createHash("sha1").update(`keyway connector ${slug}`).digest("hex");
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-5${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
}

async function addRelease(
  tx: Transaction,
  connectorId: number,
  number: string,
  definition: ConnectorDefinition,
  hash: string,
): Promise<number> {
  const at = now();
  const [row] = await tx
    .insert(releases)
    .values({ connectorId, number, status: "Live", definition, contentHash: hash, createdAt: at, promotedAt: at })
    .returning({ id: releases.id });
  if (!row) throw new Error("a release was not written");
  await tx
    .update(connectors)
    .set({ liveReleaseId: row.id, name: definition.name, updatedAt: at })
    .where(eq(connectors.id, connectorId));
  return row.id;
}

/** Moves installations to the new release where it still has the authentication method they are locked to. */
async function carryInstalls(
  tx: Transaction,
  connectorId: number,
  releaseId: number,
  definition: ConnectorDefinition,
): Promise<void> {
  await tx
    .update(accountConnectors)
    .set({ releaseId })
    .where(
      and(
        eq(accountConnectors.connectorId, connectorId),
        inArray(
          accountConnectors.authMethodId,
          definition.authMethods.map((m) => m.id),
        ),
      ),
    );
}

/**
 * Brings the connectors that come with Keyway up to the given definitions, in one transaction: new ones are added,
 * changed ones get a new live release, partners' values stay. Out: how many were added and changed.
 */
export async function syncLibrary(
  definitions: readonly { definition: ConnectorDefinition; kind: "application" | "utility" }[],
): Promise<{ added: number; changed: number }> {
  const synced = await transact(async (tx) => {
    const rows = await tx
      .select({
        id: connectors.id,
        slug: connectors.slug,
        hash: releases.contentHash,
        number: releases.number,
        releaseId: releases.id,
      })
      .from(connectors)
      .leftJoin(releases, eq(releases.id, connectors.liveReleaseId))
      .where(isNull(connectors.partnerId));
    const bySlug = new Map(rows.map((r) => [r.slug, r]));
    let added = 0;
    let changed = 0;
    for (const { definition, kind } of definitions) {
      const hash = contentHash(definition);
      const existing = bySlug.get(definition.slug);
      if (!existing) {
        const at = now();
        const [row] = await tx
          .insert(connectors)
          .values({
            uid: uidOf(definition.slug),
            slug: definition.slug,
            kind,
            name: definition.name,
            createdAt: at,
            updatedAt: at,
          })
          .returning({ id: connectors.id });
        if (!row) throw new Error("a connector was not written");
        await addRelease(tx, row.id, "1", definition, hash);
        added += 1;
      } else if (existing.hash !== hash) {
        if (existing.releaseId !== null)
          await tx.update(releases).set({ status: "Deprecated" }).where(eq(releases.id, existing.releaseId));
        const releaseId = await addRelease(tx, existing.id, String(Number(existing.number ?? "0") + 1), definition, hash);
        await carryInstalls(tx, existing.id, releaseId, definition);
        changed += 1;
      }
    }
    return { added, changed };
  });
  forgetLibrary();
  return synced;
}
