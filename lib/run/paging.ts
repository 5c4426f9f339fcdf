import type { ConnectorDefinition, MethodDefinition, MethodParameter } from "@/lib/auth-methods/definition";
import { engineWord, IGNORE_WORD, type PageWord } from "@/lib/auth-methods/engine-words";
import { canonicalName } from "@/lib/auth-methods/templates";
import type { MethodCall } from "./call-scripts";
import { textOf, valueAt, withReplaced } from "./paths";

type Target = MethodParameter["targetType"];

/** How a method's answer is fetched page by page. */
export interface Paging {
  readonly pageSize: number | null;
  /** What goes with each request, and where. */
  readonly sent: readonly { readonly word: PageWord; readonly targetType: Target; readonly targetName: string }[];
  /** Where an answer says how the next page is asked for. */
  readonly tokenAt: string | null;
  readonly nextUrlAt: string | null;
}

/** Which page is asked for. */
export interface PageCursor {
  /** From 1. */
  readonly number: number;
  /** Entries before it. */
  readonly offset: number;
  readonly token: string | null;
  readonly url: string | null;
}

export const FIRST_PAGE: PageCursor = { number: 1, offset: 0, token: null, url: null };

const compiled = new WeakMap<ConnectorDefinition, WeakMap<MethodDefinition, Paging | null>>();

/**
 * The paging of a method: its own settings, else its connector's; of parameters with the same name the method's stands. Null where
 * it isn't on, or where nothing asks for the next page.
 */
export function pagingOf(definition: ConnectorDefinition, method: MethodDefinition): Paging | null {
  const known = compiled.get(definition);
  const held = known?.get(method);
  if (held !== undefined) return held;
  const paging = compile(definition, method);
  compiled.set(definition, (known ?? new WeakMap<MethodDefinition, Paging | null>()).set(method, paging));
  return paging;
}

function compile(definition: ConnectorDefinition, method: MethodDefinition): Paging | null {
  if (!(method.paging?.inbound ?? definition.paging?.inbound ?? false)) return null;
  const own = new Set(method.parameters.map((p) => canonicalName(p.name)));
  const parameters = [...definition.parameters.filter((p) => !own.has(canonicalName(p.name))), ...method.parameters];
  const worded = parameters.flatMap((p) => {
    const word = engineWord(p);
    return word === null || word === IGNORE_WORD
      ? []
      : [{ word, targetType: p.targetType ?? "MergeField", targetName: p.targetName ?? p.name }];
  });
  const readAt = (word: PageWord) => worded.find((p) => p.word === word && p.targetType === "ResponseField")?.targetName ?? null;
  const sent = worded.filter((p) => p.targetType !== "ResponseField" && p.targetType !== "FilterField");
  const [tokenAt, nextUrlAt] = [readAt("CYCLR_PAGE_TOKEN"), readAt("CYCLR_PAGE_NEXT_URL")];
  const counts = sent.some((p) => p.word === "CYCLR_PAGE_NUMBER" || p.word === "CYCLR_PAGE_OFFSET");
  if (!counts && tokenAt === null && nextUrlAt === null) return null;
  return { pageSize: method.paging?.pageSize ?? definition.paging?.pageSize ?? null, sent, tokenAt, nextUrlAt };
}

function wordAt(word: PageWord, { pageSize }: Paging, cursor: PageCursor): string | null {
  switch (word) {
    case "CYCLR_PAGE_NUMBER":
      return String(cursor.number);
    case "CYCLR_PAGE_OFFSET":
      return String(cursor.offset);
    case "CYCLR_PAGE_SIZE":
      return pageSize === null ? null : String(pageSize);
    case "CYCLR_PAGE_TOKEN":
      return cursor.token;
    case "CYCLR_PAGE_NEXT_URL":
      return cursor.url;
  }
}

/** The request for one page. An address that the provider gave for it stands in place of the method's own. */
export function pageRequest(request: MethodCall, paging: Paging, cursor: PageCursor): MethodCall {
  if (cursor.url !== null && !paging.sent.some((p) => p.word === "CYCLR_PAGE_NEXT_URL")) {
    const { query: _q, queryTemplates: _t, mergeFields: _m, ...rest } = request;
    // What the provider writes is no template of the definition.
    return { ...rest, path: cursor.url.replaceAll("{", "%7B").replaceAll("}", "%7D") };
  }
  const headers: Record<string, string> = {};
  const query: Record<string, string> = {};
  const mergeFields: Record<string, string> = {};
  const scriptParameters: Record<string, string> = {};
  for (const { word, targetType, targetName } of paging.sent) {
    const value = wordAt(word, paging, cursor);
    if (targetType === "MergeField") mergeFields[targetName] = value ?? "";
    if (value === null) continue;
    if (targetType === "HttpHeader") headers[targetName] = value;
    if (targetType === "QueryString") query[targetName] = value;
    if (targetType === "Script") scriptParameters[targetName] = value;
  }
  return {
    ...request,
    headers: { ...request.headers, ...headers },
    query: { ...request.query, ...query },
    mergeFields: { ...request.mergeFields, ...mergeFields },
    scriptParameters: { ...request.scriptParameters, ...scriptParameters },
  };
}

const textAt = (body: unknown, path: string): string | null => {
  const value = valueAt(body, path);
  return typeof value === "string" || typeof value === "number" ? String(value).trim() || null : null;
};

/**
 * The page behind one, or null at the end: an empty page, one that isn't full, or an answer that names no further one. In: the address
 * that was asked, for one that is relative to it.
 */
export function nextPage(
  paging: Paging,
  cursor: PageCursor,
  page: { readonly body: unknown; readonly entries: readonly unknown[]; readonly address: string },
): PageCursor | null {
  const { body, entries, address } = page;
  const further = { number: cursor.number + 1, offset: cursor.offset + entries.length };
  if (paging.nextUrlAt !== null) {
    const url = textAt(body, paging.nextUrlAt);
    if (url === null || !URL.canParse(url, address)) return null;
    const { href } = new URL(url, address);
    return href === cursor.url ? null : { ...further, token: null, url: href };
  }
  if (paging.tokenAt !== null) {
    const token = textAt(body, paging.tokenAt);
    return token === null || token === cursor.token ? null : { ...further, token, url: null };
  }
  const isLast = entries.length === 0 || (paging.pageSize !== null && entries.length < paging.pageSize);
  return isLast ? null : { ...further, token: null, url: null };
}

/** The list that the response fields of a method declare, such as `[contacts]`; null where they declare none. */
export function declaredList(method: MethodDefinition | undefined): string | null {
  const path = method?.responseFields.find((field) => field.path.startsWith("["))?.path;
  return path === undefined ? null : path.slice(0, path.indexOf("]") + 1);
}

/** Where the list of an answer is: as declared, the answer itself, or its only member that is one. */
export function listAt(method: MethodDefinition, body: unknown): string | null {
  const declared = declaredList(method);
  if (declared !== null && Array.isArray(valueAt(body, declared))) return declared;
  if (Array.isArray(body)) return "[]";
  if (typeof body !== "object" || body === null) return null;
  const lists = Object.entries(body).filter(([, value]) => Array.isArray(value));
  return lists.length === 1 && lists[0] ? `[${lists[0][0]}]` : null;
}

/** An answer whose list holds only entries that have these values. A path may be the response field's or within an entry. */
export function filtered(body: unknown, list: string, filters: NonNullable<MethodCall["filters"]>): unknown {
  const within = (path: string): string => (path.startsWith(list) ? path.slice(list.length).replace(/^\./, "") : path);
  const has = (entry: unknown, path: string, value: string): boolean => {
    const found = valueAt(entry, within(path));
    return Array.isArray(found) ? found.some((each) => textOf(each) === value) : textOf(found) === value;
  };
  return withReplaced(body, list, (entries) =>
    Array.isArray(entries) ? entries.filter((entry) => filters.every(({ path, value }) => has(entry, path, value))) : entries,
  );
}
