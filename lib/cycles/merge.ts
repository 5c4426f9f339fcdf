/** A value that a merge field or a mapping refers to. */
export type Reference =
  | { readonly kind: "step"; readonly alias: string; readonly path: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "run"; readonly name: string };

export type MergePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly text: string; readonly reference: Reference };

const FIELD = /\{\{\s*([A-Za-z_][\w-]*)(?:\.([^{}]*?))?\s*\}\}/g;

/**
 * A merge field of a typed value: `{{alias.path}}` for the output of an earlier step, `{{variables.name}}`, `{{run.id}}`.
 * Out: what it refers to.
 */
function referenceOf(head: string, rest: string): Reference {
  if (head === "variables") return { kind: "variable", name: rest };
  if (head === "run") return { kind: "run", name: rest };
  return { kind: "step", alias: head, path: rest };
}

/** In: typed text. Out: its literal parts and merge fields, in order; text without any is one part. */
export function mergeParts(text: string): readonly MergePart[] {
  const parts: MergePart[] = [];
  let at = 0;
  for (const match of text.matchAll(FIELD)) {
    if (match.index > at) parts.push({ kind: "text", text: text.slice(at, match.index) });
    parts.push({ kind: "field", text: match[0], reference: referenceOf(match[1] ?? "", (match[2] ?? "").trim()) });
    at = match.index + match[0].length;
  }
  if (at < text.length || parts.length === 0) parts.push({ kind: "text", text: text.slice(at) });
  return parts;
}

/** What the merge fields of a text refer to, each in order of appearance. */
export const referencesIn = (text: string): readonly Reference[] =>
  mergeParts(text).flatMap((part) => (part.kind === "field" ? [part.reference] : []));

/** A typed value that is a script: it starts with `=`. Out: the script, or null. */
export const inlineScript = (text: string): string | null => (text.startsWith("=") ? text.slice(1) : null);
