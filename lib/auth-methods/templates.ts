import { expose } from "@/lib/kernel/expose";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { Secret } from "@/lib/kernel/secret";
import type { Templates } from "./definition";
import { parseTemplate, type Part, type Operand } from "./template-parser";

/** A value that a merge field may take. Absent, undefined and null mean: there is none. */
export type TemplateValue = string | number | boolean | Secret | null | undefined;
export type TemplateValues = Readonly<Record<string, TemplateValue>>;

export interface RenderOptions {
  /** `none` copies values; `segment` writes a URL (host, path segments and query are guarded or encoded); `query` encodes all. */
  readonly encode?: "segment" | "query" | "none";
  /** With `segment`: a path below a base URL, so a merge field at its start is a path segment and not a whole URL. */
  readonly relative?: boolean;
  /** An empty value counts as missing. Default: only where it would fill a host. */
  readonly blankIsMissing?: boolean;
  /** May refuse a value that decides where a request goes. Out: the reason, or null. */
  readonly check?: (name: string, value: string) => string | null;
  /** Is called with every secret text that stands in the result, also in its filtered form. */
  readonly onSecret?: (text: string) => void;
  /** Names whose values are secret though they aren't wrapped. */
  readonly isSecret?: (name: string) => boolean;
}

/** `ClientId`, `client_id` and `client-id` are the same name: the API and the definitions spell it differently. */
export const canonicalName = (name: string): string => name.toLowerCase().replace(/[_\-\s]/g, "");

/** The entry of that exact name, else the first whose canonical name is the same. In: a record. Out: its value or undefined. */
export function lookup<V>(values: Readonly<Record<string, V>>, name: string): V | undefined {
  if (Object.hasOwn(values, name)) return values[name];
  const wanted = canonicalName(name);
  const key = Object.keys(values).find((k) => canonicalName(k) === wanted);
  return key === undefined ? undefined : values[key];
}

/** Plain text of a value, or null where there is none. */
export function textOf(value: TemplateValue): string | null {
  if (value === undefined || value === null) return null;
  return value instanceof Secret ? expose(value) : String(value);
}

const HOST_FORBIDDEN = /[\s/?#@\\%\u0000-\u001f\u007f]/;
const utf8 = new TextEncoder();

/** Base64 of the UTF-8 form of a text (RFC 4648 section 4). */
export function base64(text: string): string {
  let binary = "";
  for (const byte of utf8.encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Percent-encodes all but the unreserved characters of RFC 3986 section 2.3. */
export const percentEncode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

interface Evaluated {
  readonly text: string;
  readonly secret: boolean;
  /** Already in its URL form. */
  readonly encoded: boolean;
  readonly names: readonly string[];
}

interface State {
  readonly values: TemplateValues;
  readonly options: RenderOptions;
  readonly missing: Set<string>;
  readonly problems: Map<string, string>;
}

function applyFilter(name: string, args: readonly string[], text: string): string {
  switch (name) {
    case "upper":
      return text.toUpperCase();
    case "lower":
      return text.toLowerCase();
    case "base64":
      return base64(text);
    case "urlencode":
      return percentEncode(text);
    case "path":
      return text.split("/").map(percentEncode).join("/");
    default:
      return text.replaceAll(args[0] ?? "", args[1] ?? "");
  }
}

function evaluateOperand(operand: Operand, state: State): Evaluated {
  if (operand.kind === "text") return { text: operand.text, secret: false, encoded: false, names: [] };
  if (operand.kind === "call") {
    const inner = joined(operand.parts.map((p) => evaluatePart(p, state)));
    return filtered(inner, operand.name, operand.args, state);
  }
  const value = lookup(state.values, operand.name);
  const text = textOf(value);
  if (text === null || (text === "" && state.options.blankIsMissing)) {
    state.missing.add(operand.name);
    return { text: "", secret: false, encoded: false, names: [operand.name] };
  }
  const secret = text !== "" && (value instanceof Secret || (state.options.isSecret?.(operand.name) ?? false));
  if (secret) state.options.onSecret?.(text);
  return { text, secret, encoded: false, names: [operand.name] };
}

const joined = (parts: readonly Evaluated[]): Evaluated => ({
  text: parts.map((p) => p.text).join(""),
  secret: parts.some((p) => p.secret),
  encoded: parts.length > 0 && parts.every((p) => p.encoded),
  names: parts.flatMap((p) => p.names),
});

function filtered(input: Evaluated, name: string, args: readonly string[], state: State): Evaluated {
  const text = applyFilter(name, args, input.text);
  if (input.secret && text !== "") state.options.onSecret?.(text);
  return { ...input, text, encoded: input.encoded || name === "urlencode" || name === "path" };
}

function evaluatePart(part: Part, state: State): Evaluated {
  if (part.kind === "literal") return { text: part.text, secret: false, encoded: false, names: [] };
  let result = joined(part.operands.map((o) => evaluateOperand(o, state)));
  for (const f of part.filters) result = filtered(result, f.name, f.args, state);
  return result;
}

const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\\]*$/i;

/** Where the next merge field of a URL would stand. */
function placeOf(before: string, relative: boolean): "url" | "host" | "path" | "query" {
  if (before === "") return relative ? "path" : "url";
  if (AUTHORITY.test(before) && !relative) return "host";
  return /[?#]/.test(before) ? "query" : "path";
}

/** A value that is a whole URL, without the slash at its end; null where it isn't an http(s) address of the plain kind. */
export function wholeUrl(value: string): string | null {
  if (/[\s\\?#\u0000-\u001f\u007f]/.test(value) || !/^https?:\/\//i.test(value) || !URL.canParse(value)) return null;
  const url = new URL(value);
  if (url.username !== "" || url.password !== "" || /^[^/]*\/\/[^/]*@/.test(value)) return null;
  return value.replace(/\/+$/, "");
}

function writeInUrl(piece: Evaluated, before: string, state: State): string {
  const name = piece.names[0] ?? "value";
  const refuse = (reason: string): string => {
    state.problems.set(name, reason);
    return "";
  };
  const place = placeOf(before, state.options.relative ?? false);
  if (place === "url" || place === "host") {
    if (piece.text === "") {
      piece.names.forEach((n) => state.missing.add(n));
      return "";
    }
    const reason = state.options.check?.(name, piece.text) ?? null;
    if (reason !== null) return refuse(reason);
    if (place === "host") return HOST_FORBIDDEN.test(piece.text) ? refuse("isn't a host name") : piece.text;
    const whole = wholeUrl(piece.text);
    return whole ?? refuse("isn't an http or https address");
  }
  if (place === "path" && piece.text.split("/").some((s) => s === "." || s === "..")) return refuse("can't stand in a path");
  if (piece.encoded) return piece.text;
  const text = percentEncode(piece.text);
  if (piece.secret) state.options.onSecret?.(text);
  return text;
}

function failure(state: State): ReturnType<typeof fail> | null {
  if (state.missing.size > 0) {
    const missing = [...state.missing];
    return fail(
      "connector.values_missing",
      `${missing.length === 1 ? "A value is" : "Values are"} missing: ${missing.join(", ")}`,
      {
        fields: Object.fromEntries(missing.map((n) => [n, "is missing"])),
        details: { missing },
      },
    );
  }
  const [problem] = state.problems;
  if (!problem) return null;
  return fail("request.invalid", `The value of ${problem[0]} ${problem[1]}`, { fields: Object.fromEntries(state.problems) });
}

/**
 * Fills a template. In: text with `{{name}}`, filters `upper lower base64 urlencode path replace(a,b)`, `~` joins,
 * `base64(username:password)`, and ` || ` before a second choice. Out: the text, or `connector.values_missing` that names
 * the merge fields without a value, or `request.invalid` where a value can't stand where it would go. No value is ever in an error.
 */
export function renderTemplate(template: string, values: TemplateValues, options: RenderOptions = {}): Result<string> {
  const alternatives = alternativesOf(template);
  return alternatives.length > 1 ? firstResolvable(alternatives, values, options) : renderOne(template, values, options);
}

function renderOne(template: string, values: TemplateValues, options: RenderOptions): Result<string> {
  const parsed = parseTemplate(template);
  if (!parsed.ok) return parsed;
  const state: State = { values, options, missing: new Set(), problems: new Map() };
  const encode = options.encode ?? "none";
  let out = "";
  for (const part of parsed.value) {
    const piece = evaluatePart(part, state);
    if (part.kind === "literal" || encode === "none") out += piece.text;
    else if (encode === "query") out += piece.encoded ? piece.text : percentEncode(piece.text);
    else out += writeInUrl(piece, out, state);
  }
  const failed = failure(state);
  if (failed) return failed;
  if (encode === "segment" && !options.relative && !isPlainUrl(out)) {
    return fail("request.invalid", "The address isn't a valid http or https URL");
  }
  return ok(out);
}

function isPlainUrl(text: string): boolean {
  if (text.startsWith("/")) return true;
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === "https:" || url.protocol === "http:") && url.username === "" && url.password === "";
}

/** ` || ` outside merge fields separates a template from what stands in for it where a value is missing. */
function alternativesOf(template: string): string[] {
  const parts = template.split(" || ");
  return parts.length > 1 && parts[0]?.includes("{{") ? parts : [template];
}

/**
 * The first template whose merge fields all have values; of the last one also empty values count. In: one template or a list.
 * Out: its text, or the error of the first entry.
 */
export function firstResolvable(templates: Templates, values: TemplateValues, options: RenderOptions = {}): Result<string> {
  const list = (typeof templates === "string" ? [templates] : templates).flatMap(alternativesOf);
  let first: Result<string> | null = null;
  for (const [i, entry] of list.entries()) {
    const last = i === list.length - 1;
    const result = renderOne(entry, values, last ? options : { ...options, blankIsMissing: true });
    if (result.ok || result.error.code !== "connector.values_missing") return result;
    first ??= result;
  }
  return first ?? fail("request.invalid", "There is no template");
}

function operandNames(operand: Operand): string[] {
  if (operand.kind === "name") return [operand.name];
  return operand.kind === "call" ? operand.parts.flatMap(partNames) : [];
}

const partNames = (part: Part): string[] => (part.kind === "literal" ? [] : part.operands.flatMap(operandNames));

/** Names of the merge fields of a template or of all its alternatives, each once, in order. An unreadable template has none. */
export function mergeFields(template: Templates): string[] {
  const names = (typeof template === "string" ? [template] : template).flatMap((t) => {
    const parsed = parseTemplate(t);
    return parsed.ok ? parsed.value.flatMap(partNames) : [];
  });
  return [...new Set(names)];
}

/** Which merge fields decide the host of a URL template, and the literal text that ends the host after them. */
export interface HostFields {
  readonly names: readonly string[];
  readonly suffix: string;
}

/** In: a URL template. Out: the merge fields of its host, `{names: [], suffix: host}` for a fixed one, null for a relative path. */
export function hostFields(template: string): HostFields | null {
  const parsed = parseTemplate(template);
  if (!parsed.ok) return null;
  const names: string[] = [];
  let before = "";
  let suffix = "";
  for (const part of parsed.value) {
    if (part.kind === "expression") {
      if (before !== "" && !AUTHORITY.test(before)) break;
      names.push(...partNames(part));
      before += before === "" ? "https://x" : "x";
      suffix = "";
      continue;
    }
    const authority = /^[^/?#\\]*/.exec(before === "" ? part.text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "") : part.text)?.[0] ?? "";
    if (before === "" && !/^[a-z][a-z0-9+.-]*:\/\//i.test(part.text)) return null;
    if (before !== "" && !AUTHORITY.test(before)) break;
    suffix += authority;
    before += part.text;
  }
  return { names, suffix };
}
