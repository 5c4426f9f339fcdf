import type { MethodParameter, Parameter } from "./definition";

/** Values that a definition gives a parameter for the run to fill in, page by page. */
export const PAGE_WORDS = [
  "CYCLR_PAGE_NUMBER",
  "CYCLR_PAGE_OFFSET",
  "CYCLR_PAGE_SIZE",
  "CYCLR_PAGE_TOKEN",
  "CYCLR_PAGE_NEXT_URL",
] as const;
export type PageWord = (typeof PAGE_WORDS)[number];

/** On a method: the connector's parameter of the same name isn't sent with it. */
export const IGNORE_WORD = "CYCLR_IGNORE_PARAMETER";

export type EngineWord = PageWord | typeof IGNORE_WORD;
const WORDS: readonly string[] = [...PAGE_WORDS, IGNORE_WORD];

type Valued = Partial<Pick<Parameter, "fixed" | "enum"> & Pick<MethodParameter, "values">> & { readonly default?: unknown };

/** The word that stands as a parameter's value, the first of its list or else its default; null for one that people fill. */
export function engineWord(parameter: Valued): EngineWord | null {
  const value = parameter.fixed ?? parameter.enum?.[0] ?? parameter.values?.[0] ?? parameter.default;
  return typeof value === "string" && WORDS.includes(value) ? (value as EngineWord) : null;
}
