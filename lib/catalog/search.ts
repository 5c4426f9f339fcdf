import MiniSearch from "minisearch";
import type { Connector } from "./data";

const FIELDS = ["name", "aliases", "slug", "categories", "description"] as const;

const indexes = new WeakMap<readonly Connector[], MiniSearch>();

function indexOf(all: readonly Connector[]): MiniSearch {
  let index = indexes.get(all);
  if (!index) {
    index = new MiniSearch({
      fields: [...FIELDS],
      idField: "id",
      searchOptions: {
        boost: { name: 5, aliases: 4, slug: 2, categories: 1.5 },
        prefix: true,
        fuzzy: (term) => (term.length > 3 ? 0.2 : false),
        combineWith: "AND",
      },
    });
    index.addAll(
      all.map(({ id, slug, name, definition: d }) => ({
        id,
        slug: slug.replaceAll("-", " "),
        name,
        aliases: d.aliases.join(" "),
        categories: d.categories.join(" "),
        description: d.description,
      })),
    );
    indexes.set(all, index);
  }
  return index;
}

/** A word of the name that the query becomes by typing letters that were left out: "slak" is nearer to Slack than to Slab. */
function leavesOut(name: string, query: string): boolean {
  return name.split(/[^\p{L}\p{N}]+/u).some((word) => {
    if (word.length > query.length + 2) return false;
    let at = 0;
    for (const letter of word) if (letter === query[at]) at += 1;
    return at === query.length;
  });
}

/** Connectors that fit what was typed, best first; typos and aliases are forgiven. An empty query returns all, by name. */
export function searchConnectors(all: readonly Connector[], query: string): readonly Connector[] {
  if (!query) return all;
  const byId = new Map(all.map((c) => [c.id, c]));
  const lower = query.toLowerCase();
  const rank = (c: Connector): number => {
    const name = c.name.toLowerCase();
    if (name === lower) return 0;
    if (name.startsWith(lower)) return 1;
    return leavesOut(name, lower) ? 2 : 3;
  };
  return indexOf(all)
    .search(query)
    .flatMap((hit) => byId.get(hit.id as number) ?? [])
    .map((connector, order) => ({ connector, order }))
    .sort((a, b) => rank(a.connector) - rank(b.connector) || a.order - b.order)
    .map((entry) => entry.connector);
}
