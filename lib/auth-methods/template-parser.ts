import { fail, ok, type Result } from "@/lib/kernel/result";

/** One thing that a merge field joins: a name, a quoted text, or a function over a composite. */
export type Operand =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "call"; readonly name: string; readonly parts: readonly Part[]; readonly args: readonly string[] };

export interface Filter {
  readonly name: string;
  readonly args: readonly string[];
}

export type Part =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "expression"; readonly operands: readonly Operand[]; readonly filters: readonly Filter[] };

/** Filters by name, with the number of arguments each takes. */
const FILTERS: Readonly<Record<string, number>> = { upper: 0, lower: 0, base64: 0, urlencode: 0, path: 0, replace: 2 };
const isFilter = (name: string): boolean => Object.hasOwn(FILTERS, name);

class TemplateSyntaxError extends Error {}

/** Index just past the `}}` that closes the `{{` at `start`. */
function closing(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length - 1; i++) {
    const pair = text.slice(i, i + 2);
    if (pair === "{{") depth++;
    else if (pair === "}}") depth--;
    else continue;
    i++;
    if (depth === 0) return i + 1;
  }
  throw new TemplateSyntaxError("a merge field isn't closed");
}

/** Splits at a separator that stands outside quotes, parentheses and nested merge fields. */
function splitOutside(text: string, separator: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let quote = "";
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (quote !== "") {
      if (c === quote) quote = "";
    } else if ((c === '"' || c === "'") && /(^|[~(,:|])\s*$/.test(text.slice(0, i))) quote = c;
    else if (c === "(" || c === "{") depth++;
    else if (c === ")" || c === "}") depth--;
    else if (c === separator && depth === 0) {
      out.push(text.slice(from, i));
      from = i + 1;
    }
  }
  out.push(text.slice(from));
  return out;
}

const unquote = (text: string): string => {
  const trimmed = text.trim();
  return /^(["']).*\1$/s.test(trimmed) && trimmed.length >= 2 ? trimmed.slice(1, -1) : trimmed;
};

function parseFilter(text: string): Filter {
  const match = /^\s*([a-z0-9]+)\s*(?:\(([^]*)\))?\s*$/.exec(text);
  const name = match?.[1] ?? "";
  const args = match?.[2] === undefined ? [] : splitOutside(match[2], ",").map(unquote);
  if (!isFilter(name) || args.length !== FILTERS[name]) throw new TemplateSyntaxError("it has a filter that isn't known");
  if (name === "replace" && args[0] === "") throw new TemplateSyntaxError("replace needs a text to look for");
  return { name, args };
}

/** `username:password` and `{{username}}/token:{{password}}`: what stands between the parentheses of a function. */
function parseComposite(text: string): Part[] {
  if (text.includes("{{")) return parse(text);
  const parts: Part[] = [];
  for (const match of text.matchAll(/(["'])([^]*?)\1|([A-Za-z_][\w.-]*)|([^"'A-Za-z_]+|["'])/g)) {
    const [, , quoted, name, literal] = match;
    if (name !== undefined) parts.push({ kind: "expression", operands: [{ kind: "name", name }], filters: [] });
    else parts.push({ kind: "literal", text: quoted ?? literal ?? "" });
  }
  return parts;
}

function parseOperand(text: string): Operand {
  const trimmed = text.trim();
  if (/^(["'])[^]*\1$/.test(trimmed) && trimmed.length >= 2) return { kind: "text", text: trimmed.slice(1, -1) };
  const call = /^([a-z0-9]+)\(([^]*)\)$/.exec(trimmed);
  if (call) {
    const name = call[1] ?? "";
    if (!isFilter(name)) throw new TemplateSyntaxError("it has a function that isn't known");
    if (name !== "replace") return { kind: "call", name, parts: parseComposite(call[2] ?? ""), args: [] };
    const [inner = "", ...args] = splitOutside(call[2] ?? "", ",");
    if (args.length !== 2 || unquote(args[0] ?? "") === "")
      throw new TemplateSyntaxError("replace needs a text and what takes its place");
    return { kind: "call", name, parts: parseComposite(inner.trim()), args: args.map(unquote) };
  }
  const name = trimmed.startsWith("{{") && trimmed.endsWith("}}") ? trimmed.slice(2, -2).trim() : trimmed;
  if (name === "" || /[{}()|~"]/.test(name)) throw new TemplateSyntaxError("it has a merge field without a name");
  return { kind: "name", name };
}

function parseExpression(inner: string): Part {
  const [head = "", ...filters] = splitOutside(inner, "|");
  return { kind: "expression", operands: splitOutside(head, "~").map(parseOperand), filters: filters.map(parseFilter) };
}

function parse(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (;;) {
    let open = text.indexOf("{{", from);
    while (open !== -1 && text.charAt(open + 2) === "{") open++;
    if (open === -1) break;
    const end = closing(text, open);
    if (open > from) parts.push({ kind: "literal", text: text.slice(from, open) });
    parts.push(parseExpression(text.slice(open + 2, end - 2)));
    from = end;
  }
  if (from < text.length) parts.push({ kind: "literal", text: text.slice(from) });
  return parts;
}

const parsed = new Map<string, Result<readonly Part[]>>();
const KEPT = 5000;

/** Reads a template. Out: its parts, or `request.invalid` with what is wrong. Results are kept: definitions are rendered often. */
export function parseTemplate(template: string): Result<readonly Part[]> {
  const known = parsed.get(template);
  if (known) return known;
  let result: Result<readonly Part[]>;
  try {
    result = ok(parse(template));
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error;
    result = fail("request.invalid", `The template can't be read: ${error.message}`);
  }
  if (parsed.size >= KEPT) parsed.clear();
  parsed.set(template, result);
  return result;
}
