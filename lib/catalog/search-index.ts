/**
 * An inverted index over texts that don't change: words that are typed find words that are equal, begin so, or differ by a slip.
 * Scores are BM25+ (Lv and Zhai 2011), worked out while the index is made; a search only adds them up, in arrays that it uses again.
 */

/** One field of every text: its words count by `boost`; a field that is `further` is read only where a search asks for it. */
export interface IndexedField {
  readonly texts: readonly string[];
  readonly boost: number;
  readonly further?: boolean;
}

/** Saturation of a word's count, weight of a text's length, and the floor of a word that is there at all. */
const [K, B, D] = [1.2, 0.7, 0.5];
const [PREFIX_WEIGHT, SLIP_WEIGHT] = [0.375, 0.45];
/** More words than anybody types, and fewer than a count of 16 bits holds. */
const MAX_WORDS = 40;
/** Words of up to three letters are too near to each other for slips; a longer one may have one slip for each five letters. */
const slipsOf = (word: string): number => (word.length > 3 ? Math.min(3, Math.round(word.length * 0.2)) : 0);

/** Words as they are compared: lower case, without accents. */
export const wordsIn = (text: string): string[] =>
  text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .split(/[\p{C}\p{Z}\p{P}]+/u)
    .filter((word) => word !== "");

/** Which letters a word has, as bits: a slip changes two of them at most. */
function lettersOf(word: string): number {
  let bits = 0;
  for (let i = 0; i < word.length; i += 1) bits |= 1 << (word.charCodeAt(i) & 31);
  return bits;
}

/** How many bits are set (Warren, Hacker's Delight, 5-1). */
function bitsOf(value: number): number {
  const pairs = value - ((value >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Three rows of the table of slips, used again for each pair of words. */
let [before, last, row] = [new Uint16Array(64), new Uint16Array(64), new Uint16Array(64)];

/** Letters to add, leave out, mistake, or swap with the next one until `a` is `b`; `limit + 1` where it takes more than `limit`. */
export function slipsBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  if (b.length >= row.length)
    [before, last, row] = [new Uint16Array(2 * b.length), new Uint16Array(2 * b.length), new Uint16Array(2 * b.length)];
  for (let j = 0; j <= b.length; j += 1) last[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    row[0] = i;
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    [before, last, row] = [last, row, before];
  }
  return last[b.length]!;
}

/** For each word the texts that have it, with its score there; those of word `w` stand from `starts[w]` to `starts[w + 1]`. */
interface Postings {
  readonly starts: Uint32Array;
  readonly texts: Uint32Array;
  readonly scores: Float64Array;
}

function postingsOf(fields: readonly IndexedField[], vocabulary: ReadonlyMap<string, number>): Postings {
  const found = Array.from({ length: vocabulary.size }, () => new Map<number, number>());
  for (const { texts, boost } of fields) {
    const words = texts.map(wordsIn);
    const average = words.reduce((sum, w) => sum + w.length, 0) / words.length;
    const counts = new Map<number, Map<number, number>>();
    words.forEach((inText, text) => {
      for (const word of inText) {
        const id = vocabulary.get(word)!;
        const inTexts = counts.get(id) ?? new Map<number, number>();
        counts.set(id, inTexts.set(text, (inTexts.get(text) ?? 0) + 1));
      }
    });
    for (const [id, inTexts] of counts) {
      const rarity = Math.log(1 + (texts.length - inTexts.size + 0.5) / (inTexts.size + 0.5));
      for (const [text, count] of inTexts) {
        const length = words[text]!.length / average;
        const score = boost * rarity * (D + (count * (K + 1)) / (count + K * (1 - B + B * length)));
        found[id]!.set(text, (found[id]!.get(text) ?? 0) + score);
      }
    }
  }
  const starts = new Uint32Array(found.length + 1);
  found.forEach((texts, id) => (starts[id + 1] = starts[id]! + texts.size));
  const postings = { starts, texts: new Uint32Array(starts.at(-1)!), scores: new Float64Array(starts.at(-1)!) };
  found.forEach((texts, id) => {
    let at = starts[id]!;
    for (const [text, score] of texts) {
      postings.texts[at] = text;
      postings.scores[at] = score;
      at += 1;
    }
  });
  return postings;
}

/**
 * Positions of texts that have every word of `query`, best first, equal ones as they stand. Where fewer than `enough` are found in the
 * other fields, those that are `further` count as well.
 */
export type SearchTexts = (query: string, enough: number) => readonly number[];

/** Words of the index that stand for one that was typed, each with what it counts. */
interface Meant {
  readonly ids: readonly number[];
  readonly weights: readonly number[];
}

/** The words that a text may be found by, and which of them are meant by one that is typed. */
function vocabularyOf(words: readonly string[]): (typed: string) => Meant {
  const letters = Uint32Array.from(words, lettersOf);
  const byLength: number[][] = [];
  words.forEach((word, id) => (byLength[word.length] ??= []).push(id));
  /** First word that isn't before `word` in the order of words. */
  const firstFrom = (word: string): number => {
    let [low, high] = [0, words.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (words[middle]! < word) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (typed) => {
    const [ids, weights]: [number[], number[]] = [[], []];
    const first = firstFrom(typed);
    let end = first;
    for (; end < words.length && words[end]!.startsWith(typed); end += 1) {
      const length = words[end]!.length;
      const longer = length - typed.length;
      ids.push(end);
      weights.push(longer === 0 ? 1 : (PREFIX_WEIGHT * length) / (length + 0.3 * longer));
    }
    const limit = slipsOf(typed);
    if (limit === 0) return { ids, weights };
    const mine = lettersOf(typed);
    for (let length = typed.length - limit; length <= typed.length + limit; length += 1)
      for (const id of byLength[length] ?? []) {
        if (bitsOf(letters[id]! ^ mine) > 2 * limit || (id >= first && id < end)) continue;
        const slips = slipsBetween(typed, words[id]!, limit);
        if (slips > limit) continue;
        ids.push(id);
        weights.push((SLIP_WEIGHT * length) / (length + slips));
      }
    return { ids, weights };
  };
}

/** Makes the index; each field has as many `texts` as the others, and a text is known by its position in them. */
export function indexTexts(fields: readonly IndexedField[]): SearchTexts {
  const words = [...new Set(fields.flatMap(({ texts }) => texts.flatMap(wordsIn)))].sort();
  const numbers = new Map(words.map((word, id) => [word, id]));
  const meantBy = vocabularyOf(words);
  const [always, further] = [false, true].map((is) =>
    postingsOf(
      fields.filter((f) => (f.further ?? false) === is),
      numbers,
    ),
  );
  const count = fields[0]?.texts.length ?? 0;
  const scores = new Float64Array(count);
  /** How many words of the query, in their order, each text has had so far. */
  const has = new Uint16Array(count);
  const touched = new Uint32Array(count);

  const found = (meant: readonly Meant[], postings: readonly Postings[]): number[] => {
    let size = 0;
    for (let turn = 0; turn < meant.length; turn += 1) {
      const { ids, weights } = meant[turn]!;
      for (const { starts, texts, scores: own } of postings)
        for (let i = 0; i < ids.length; i += 1)
          for (let at = starts[ids[i]!]!; at < starts[ids[i]! + 1]!; at += 1) {
            const text = texts[at]!;
            if (has[text] === turn) {
              has[text] = turn + 1;
              if (turn === 0) touched[size++] = text;
            }
            if (has[text] === turn + 1) scores[text] = scores[text]! + weights[i]! * own[at]!;
          }
    }
    const hits: number[] = [];
    for (let at = 0; at < size; at += 1) if (has[touched[at]!] === meant.length) hits.push(touched[at]!);
    hits.sort((a, b) => scores[b]! - scores[a]! || a - b);
    for (let at = 0; at < size; at += 1) scores[touched[at]!] = has[touched[at]!] = 0;
    return hits;
  };

  return (query, enough) => {
    const meant = [...new Set(wordsIn(query))].slice(0, MAX_WORDS).map(meantBy);
    if (meant.length === 0) return [];
    const hits = found(meant, [always!]);
    return hits.length < enough ? found(meant, [always!, further!]) : hits;
  };
}
