/** One thing that the command palette can go to or do. */
export interface CommandItem {
  /** Heading it stands under: "Go to", "Connectors". */
  readonly group: string;
  readonly label: string;
  readonly href?: string;
  /** Done instead of going somewhere. */
  readonly onSelect?: () => void;
  /** Other words that find it. */
  readonly keywords?: string;
  /** Right of the label, quieter. */
  readonly hint?: string;
  readonly logo?: { readonly name: string; readonly slug?: string; readonly src?: string | null };
}

/** Asks the server for more. It must stop, and may throw, when the signal is aborted. */
export type CommandSearch = (query: string, signal: AbortSignal) => Promise<readonly CommandItem[]>;

/** Does every letter of `query` occur in `text`, in order? */
function inOrder(text: string, query: string): boolean {
  let at = 0;
  for (const letter of query) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** Higher is better, 0 is no match: start of the label, start of a word, inside, keywords, letters in order. */
function score(item: CommandItem, query: string): number {
  const label = item.label.toLowerCase();
  if (label.startsWith(query)) return 5;
  if (label.split(/[^a-z0-9]+/).some((word) => word.startsWith(query))) return 4;
  if (label.includes(query)) return 3;
  if (`${item.keywords ?? ""} ${item.hint ?? ""}`.toLowerCase().includes(query)) return 2;
  return query.length > 2 && inOrder(label, query) ? 1 : 0;
}

/** The items that match what is typed, best first; all of them for an empty query. */
export function rankCommands(items: readonly CommandItem[], typed: string): readonly CommandItem[] {
  const query = typed.trim().toLowerCase();
  if (!query) return items;
  return items
    .map((item) => ({ item, rank: score(item, query) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ item }) => item);
}
