import type { z } from "zod";
import { contactChangeSchema, newContactSchema, type ContactBook } from "./contacts";
import { formOf, isJson, jsonOf, sendJson, type Received } from "./http";
import { personOf } from "./people";
import type { Caller } from "./state";

const COMPANIES: Readonly<Record<string, string>> = { acme: "Acme Ltd", birch: "Birch & Co" };
const companyName = (account: string) => COMPANIES[account] ?? account.charAt(0).toUpperCase() + account.slice(1);

/**
 * The CRM behind whatever authenticated the caller: `me`, list, get, create and update of contacts.
 * @param path the part of the path below the API, such as `/contacts/acme-1`.
 */
export function serveCrm(received: Received, path: string, caller: Caller, book: ContactBook): void {
  const { res, method, url } = received;
  const id = /^\/contacts\/([^/]+)$/.exec(path)?.[1];
  const reads = method === "GET";
  if (path !== "/me" && path !== "/contacts" && id === undefined) return notFound(received, caller, "There is no such endpoint.");
  const needed = reads ? "contacts.read" : "contacts.write";
  if (path !== "/me" && caller.scopes && !caller.scopes.includes(needed)) {
    const error_description = `This needs the scope ${needed}.`;
    const challenge = `Bearer realm="sandbox", error="insufficient_scope", scope="${needed}"`;
    return sendJson(res, 403, { error: "insufficient_scope", error_description, caller }, { "www-authenticate": challenge });
  }
  if (path === "/me" && reads) {
    const user = caller.subject === null ? null : (personOf(caller.subject) ?? null);
    return sendJson(res, 200, { user, account: { id: caller.account, name: companyName(caller.account) }, caller });
  }
  if (path === "/contacts" && reads) return list(received, caller, book, url.searchParams);
  if (path === "/contacts" && method === "POST") {
    const input = parse(received, newContactSchema, caller);
    const key = received.headers["idempotency-key"];
    if (input) sendJson(res, 201, { ...book.create(caller.account, input, typeof key === "string" ? key : undefined), caller });
    return;
  }
  if (id !== undefined && reads) {
    const contact = book.get(caller.account, id);
    return contact ? sendJson(res, 200, { ...contact, caller }) : notFound(received, caller, `There is no contact ${id}.`);
  }
  if (id !== undefined && (method === "PUT" || method === "PATCH")) {
    const change = parse(received, contactChangeSchema, caller);
    if (!change) return;
    const contact = book.update(caller.account, id, change);
    return contact ? sendJson(res, 200, { ...contact, caller }) : notFound(received, caller, `There is no contact ${id}.`);
  }
  sendJson(res, 405, { error: "method_not_allowed", error_description: `${method} is not possible here.`, caller });
}

function list({ res }: Received, caller: Caller, book: ContactBook, query: URLSearchParams): void {
  const page = Number(query.get("page") ?? 1);
  const pageSize = Number(query.get("pageSize") ?? query.get("limit") ?? 20);
  if (!Number.isInteger(page) || page < 1 || !Number.isInteger(pageSize) || pageSize < 1 || pageSize > 100) {
    const error_description = "page counts from 1, and pageSize is 1 to 100.";
    return sendJson(res, 400, { error: "invalid_parameter", error_description, caller });
  }
  const found = book.list(caller.account, page, pageSize, query.get("search") ?? undefined);
  sendJson(res, 200, { ...found, page, pageSize, caller });
}

function parse<T>(received: Received, schema: z.ZodType<T>, caller: Caller): T | undefined {
  const body = isJson(received) ? jsonOf(received) : nested(formOf(received));
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => ({ field: issue.path.join("."), problem: issue.message }));
  sendJson(received.res, 422, {
    error: "invalid_contact",
    error_description: "Some fields are missing or wrong.",
    fields,
    caller,
  });
  return undefined;
}

/** `address[city]` and `address.city` of a form as nested objects. */
export function nested(form: URLSearchParams): Record<string, unknown> {
  const out: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of form) {
    const [first = "", second] = name.replaceAll("]", "").split(/[.[]/);
    if (second === undefined) out[first] = value;
    else out[first] = { ...(typeof out[first] === "object" ? out[first] : {}), [second]: value };
  }
  return { ...out };
}

function notFound({ res }: Received, caller: Caller, error_description: string): void {
  sendJson(res, 404, { error: "not_found", error_description, caller });
}
