import "server-only";
import type { PartnerScope } from "@/lib/access/types";
import { visibleConnectors } from "./data";
import { searchConnectors } from "./search";

/** A connector as a list of links shows it. */
export interface ConnectorLink {
  readonly slug: string;
  readonly name: string;
  readonly categories: string;
}

/** The connectors that fit best what was typed, for the command palette. */
export async function findConnectors(scope: PartnerScope, text: string, limit: number): Promise<readonly ConnectorLink[]> {
  return searchConnectors(await visibleConnectors(scope), text)
    .slice(0, limit)
    .map(({ slug, name, definition }) => ({ slug, name, categories: definition.categories.join(", ") }));
}
