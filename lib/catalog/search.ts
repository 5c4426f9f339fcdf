import type { Connector } from "./data";
import { indexTexts, type SearchTexts } from "./search-index";

/** With fewer found by name, alias and category, what is written about a connector counts too. */
const ENOUGH = 15;

/** A connector with its name as it is compared: in lower case, and by words. */
interface Named {
  readonly connector: Connector;
  readonly name: string;
  readonly words: readonly string[];
  readonly aliases: readonly string[];
}

interface Index {
  readonly find: SearchTexts;
  readonly named: readonly Named[];
  /** By the letter that a word of the name or of an alias begins with. */
  readonly initials: ReadonlyMap<string, readonly Named[]>;
}

const indexes = new WeakMap<readonly Connector[], Index>();

const wordsOf = (text: string): string[] => text.split(/[^\p{L}\p{N}]+/u);

function namedOf(connector: Connector): Named {
  const name = connector.name.toLowerCase();
  return { connector, name, words: wordsOf(name), aliases: wordsOf(connector.definition.aliases.join(" ").toLowerCase()) };
}

function initialsOf(named: readonly Named[]): Map<string, Named[]> {
  const initials = new Map<string, Named[]>();
  for (const one of named)
    for (const letter of new Set([...one.words, ...one.aliases].map((word) => word.charAt(0)))) {
      const list = initials.get(letter);
      if (list) list.push(one);
      else initials.set(letter, [one]);
    }
  return initials;
}

function indexOf(all: readonly Connector[]): Index {
  let index = indexes.get(all);
  if (!index) {
    const find = indexTexts([
      { texts: all.map(({ name }) => name), boost: 5 },
      { texts: all.map(({ definition }) => definition.aliases.join(" ")), boost: 4 },
      { texts: all.map(({ slug }) => slug), boost: 2 },
      { texts: all.map(({ definition }) => definition.categories.join(" ")), boost: 1.5 },
      { texts: all.map(({ definition }) => definition.description), boost: 1, further: true },
    ]);
    const named = all.map(namedOf);
    index = { find, named, initials: initialsOf(named) };
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

function findNamed({ find, named, initials }: Index, query: string): readonly Named[] {
  // A letter alone fits most of the words there are: the index would go through all of them.
  if (query.trim().length === 1) return initials.get(query.trim()) ?? [];
  return find(query, ENOUGH).map((at) => named[at]!);
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
