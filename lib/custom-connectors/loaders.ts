import "server-only";
import { notFound } from "next/navigation";
import { cache } from "react";
import { requirePartner } from "@/lib/access/loaders";
import type { PartnerScope } from "@/lib/access/types";
import { lintDefinition } from "@/lib/catalog/lint";
import { hasUpdate } from "@/lib/catalog/policy";
import { customConnectorOf, customReleases, iconOf, listCustomConnectors, outdatedInstalls } from "./data";
import { readIcon, type Icon } from "./icon";
import { importState } from "./openapi-import";

/** The partner's own connectors. */
export async function customConnectorsPage() {
  const { scope } = await requirePartner("/connectors/custom", "library.read");
  const rows = await listCustomConnectors(scope);
  return {
    rows: rows.map(({ types, drafts, hasIcon, ...row }) => ({
      ...row,
      iconUrl: hasIcon > 0 ? `/api/icons/${row.uid}` : null,
      hasDraft: drafts > 0,
      types: [...new Set((types ?? "").split(",").filter(Boolean))],
    })),
    mayWrite: scope.permissions.has("connectors.write"),
  };
}

/** Who may bring a connector in, for the page of imports. */
export async function importPage() {
  await requirePartner("/connectors/custom/import", "connectors.write");
}

/** A connector of the partner's own as its editor shows it: the draft, else the live release. Read once per request. */
export const loadEditor = cache(async (uid: string) => {
  const { scope } = await requirePartner(`/connectors/custom/${uid}`, "library.read");
  const connector = await customConnectorOf(scope, uid);
  const current = connector?.draft ?? connector?.live;
  if (!connector || !current) notFound();
  const [releases, outdated] = await Promise.all([
    customReleases(scope, connector.id),
    connector.live ? outdatedInstalls(scope, connector.id) : [],
  ]);
  const liveNumber = connector.live?.number ?? null;
  return {
    uid,
    slug: connector.slug,
    name: current.definition.name,
    base: current.hash,
    definition: current.definition,
    problems: lintDefinition(current.definition),
    isDraft: connector.draft !== null,
    liveNumber,
    releases,
    outdated: outdated.map((install) => ({ ...install, isPrompted: hasUpdate(install.number, liveNumber ?? install.number) })),
    iconUrl: current.definition.icon === undefined ? null : `/api/icons/${uid}?v=${current.hash.slice(0, 12)}`,
    mayWrite: scope.permissions.has("connectors.write"),
    mayUpgrade: scope.permissions.has("installs.write"),
    mayPublish: scope.permissions.has("connectors.write"),
  };
});

/** The icon of a connector that belongs to one of these partners, with the type that its bytes have; null for any other. */
export async function connectorIcon(partnerIds: readonly string[], uid: string): Promise<Icon | null> {
  const dataUrl = await iconOf(partnerIds, uid);
  const icon = dataUrl === null ? null : readIcon(dataUrl);
  return icon?.ok ? icon.value : null;
}

/** How an import of an OpenAPI document stands. */
export const loadImport = (scope: PartnerScope, id: string) => importState(scope, id);
