import { fail, ok, type Result } from "@/lib/kernel/result";

/** How deep arrays and objects may stand in each other. */
const MAX_DEPTH = 64;

const invalid = (message: string) => fail("request.invalid", message);

/** The end of the string that begins at `start`, after its closing quote. */
function afterString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** Walks valid JSON. Out: what is wrong with its shape, or null. Names are the same in any case, as everywhere in this API. */
function shapeProblem(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  let at = 0;
  while (at < text.length) {
    const letter = text[at];
    if (letter === "{" || letter === "[") {
      open.push(letter === "{" ? new Set() : null);
      if (open.length > MAX_DEPTH) return `The body is nested deeper than ${MAX_DEPTH} levels.`;
    } else if (letter === "}" || letter === "]") open.pop();
    else if (letter === '"') {
      const end = afterString(text, at);
      let next = end;
      while (/\s/.test(text[next] ?? "")) next += 1;
      const names = open.at(-1);
      if (names && text[next] === ":") {
        const name = (JSON.parse(text.slice(at, end)) as string).toLowerCase();
        if (names.has(name)) return `The name ${JSON.stringify(name)} stands twice in one object.`;
        names.add(name);
      }
      at = end;
      continue;
    }
    at += 1;
  }
  return null;
}

/** A name or text that can't be stored as it came: half a surrogate pair, or a NUL. */
function hasBrokenText(value: unknown): boolean {
  if (typeof value === "string") return !isWellFormed(value) || value.includes("\u0000");
  if (Array.isArray(value)) return value.some(hasBrokenText);
  if (typeof value === "object" && value !== null)
    return Object.entries(value).some(([name, inner]) => hasBrokenText(name) || hasBrokenText(inner));
  return false;
}

/** Whether every surrogate of the text has its other half. */
const isWellFormed = (text: string): boolean => !/[\ud800-\udfff]/u.test(text);

/** The same text with its single-quoted strings in double quotes; some clients write bodies that way. */
function doubleQuoted(text: string): string {
  let out = "";
  let at = 0;
  while (at < text.length) {
    const letter = text[at] ?? "";
    if (letter === '"') {
      const end = afterString(text, at);
      out += text.slice(at, end);
      at = end;
    } else if (letter === "'") {
      let inner = "";
      at += 1;
      while (at < text.length && text[at] !== "'") {
        const pair = text.slice(at, at + 2);
        if (pair === "\\'") inner += "'";
        else if (pair.startsWith("\\")) inner += pair;
        else inner += pair[0] === '"' ? '\\"' : (pair[0] ?? "");
        at += pair.startsWith("\\") ? 2 : 1;
      }
      out += `"${inner}"`;
      at += 1;
    } else {
      out += letter;
      at += 1;
    }
  }
  return out;
}

function parse(text: string): { readonly text: string; readonly value: unknown } | null {
  try {
    return { text, value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

/**
 * Reads a JSON body (RFC 8259). In: its text, at most a megabyte, and whether single quotes pass. Out: the value; undefined for an
 * empty body. Errors: `request.invalid` for anything that is no JSON, nests too deep, names a member twice or holds broken Unicode.
 */
export function readJson(text: string, singleQuotes = false): Result<unknown> {
  if (text.trim() === "") return ok(undefined);
  const parsed = parse(text) ?? (singleQuotes ? parse(doubleQuoted(text)) : null);
  if (!parsed) return invalid("The body isn't valid JSON.");
  const problem = shapeProblem(parsed.text);
  if (problem) return invalid(problem);
  if (hasBrokenText(parsed.value)) return invalid("The body holds text that isn't valid Unicode, or a NUL character.");
  return ok(parsed.value);
}
