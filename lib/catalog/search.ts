import MiniSearch from "minisearch";
import type { Connector } from "./data";

/** What a connector is called, what it belongs to, and what is written about it. */
const SHORT = ["name", "aliases", "slug", "categories"];
const FIELDS = [...SHORT, "description"];
/** With fewer found by name and category, what is written about a connector counts too. */
const ENOUGH = 15;

/** A connector with its name as it is compared: in lower case, and by words. */
interface Named {
  readonly connector: Connector;
  readonly name: string;
  readonly words: readonly string[];
  readonly aliases: readonly string[];
}

interface Index {
  readonly text: MiniSearch;
  readonly byId: ReadonlyMap<number, Named>;
}

const indexes = new WeakMap<readonly Connector[], Index>();

const wordsOf = (text: string): string[] => text.split(/[^\p{L}\p{N}]+/u);

function named(connector: Connector): Named {
  const name = connector.name.toLowerCase();
  return { connector, name, words: wordsOf(name), aliases: wordsOf(connector.definition.aliases.join(" ").toLowerCase()) };
}

function indexOf(all: readonly Connector[]): Index {
  let index = indexes.get(all);
  if (!index) {
    const text = new MiniSearch({
      fields: FIELDS,
      idField: "id",
      searchOptions: {
        boost: { name: 5, aliases: 4, slug: 2, categories: 1.5 },
        prefix: true,
        fuzzy: (term) => (term.length > 3 ? 0.2 : false),
        combineWith: "AND",
      },
    });
    text.addAll(
      all.map(({ id, slug, name, definition: d }) => ({
        id,
        slug: slug.replaceAll("-", " "),
        name,
        aliases: d.aliases.join(" "),
        categories: d.categories.join(" "),
        description: d.description,
      })),
    );
    index = { text, byId: new Map(all.map((c) => [c.id, named(c)])) };
    indexes.set(all, index);
  }
  return index;
}

/** A word of the name that the query becomes by typing letters that were left out: "slak" is nearer to Slack than to Slab. */
function leavesOut(words: readonly string[], query: string): boolean {
  return words.some((word) => {
    if (word.length > query.length + 2) return false;
    let at = 0;
    for (const letter of word) if (letter === query[at]) at += 1;
    return at === query.length;
  });
}

function findNamed({ text, byId }: Index, query: string): readonly Named[] {
  // A letter alone fits most of the words there are: the index would go through all of them.
  if (query.trim().length === 1) {
    const begins = (word: string): boolean => word.startsWith(query.trim());
    return [...byId.values()].filter(({ words, aliases }) => words.some(begins) || aliases.some(begins));
  }
  let hits = text.search(query, { fields: SHORT });
  if (hits.length < ENOUGH) hits = text.search(query);
  return hits.flatMap((hit) => byId.get(hit.id as number) ?? []);
}

/**
 * Connectors that fit what was typed, best first; typos and aliases are forgiven. An empty query returns all, by name; a single letter
 * begins a word of the name or of an alias.
 */
export function searchConnectors(all: readonly Connector[], query: string): readonly Connector[] {
  if (!query) return all;
  const index = indexOf(all);
  const lower = query.toLowerCase();
  const rank = ({ name, words }: Named): number => {
    if (name === lower) return 0;
    if (name.startsWith(lower)) return 1;
    return leavesOut(words, lower) ? 2 : 3;
  };
  const ranked: Named[][] = [[], [], [], []];
  for (const found of findNamed(index, lower)) ranked[rank(found)]?.push(found);
  return ranked.flat().map(({ connector }) => connector);
}
