/** Pages of this origin that a sign-in may come back to. */
const ALLOWED = ["/accounts/", "/portal/", "/connections", "/connect/"];

const BASE = "https://keyway.invalid";

/**
 * A place of this origin to return to (S-24). In: text from a browser. Out: the path with its query, or null for anything that
 * names or could be read as another origin, and for pages that no sign-in starts from.
 */
export function returnPath(text: string): string | null {
  if (text.length > 500 || !/^\/[\x21-\x5b\x5d-\x7e]*$/.test(text) || text.startsWith("//")) return null;
  if (!URL.canParse(text, BASE)) return null;
  const url = new URL(text, BASE);
  // What a parser would rewrite (dots, a second slash) isn't what was asked for.
  if (url.origin !== BASE || url.pathname + url.search !== text) return null;
  return ALLOWED.some((prefix) => text === prefix || text.startsWith(prefix)) ? text : null;
}
