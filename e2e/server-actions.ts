import { readFileSync } from "node:fs";
import path from "node:path";
import type { APIRequestContext } from "@playwright/test";
import { settle } from "@/lib/kernel/outcome";
import type { Failure, Result } from "@/lib/kernel/result";

/** A server action as the build knows it. */
export interface ServerAction {
  readonly id: string;
  readonly name: string;
  /** Address of a page that carries it, its parameters filled in with what no object is called. */
  readonly page: string;
}

interface Manifest {
  readonly node: Record<string, { readonly workers: Record<string, unknown>; readonly exportedName: string }>;
}

const addressOf = (worker: string): string =>
  `/${worker
    .replace(/^app\//, "")
    .replace(/\/?page$/, "")
    .split("/")
    .filter((part) => !part.startsWith("("))
    .map((part) => (part.startsWith("[") ? "0" : part))
    .join("/")}`;

/** Every server action of the production build. */
export function serverActions(): ServerAction[] {
  const file = path.resolve(import.meta.dirname, "../.next/server/server-reference-manifest.json");
  const { node } = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  return Object.entries(node)
    .map(([id, { workers, exportedName }]) => ({ id, name: exportedName, page: addressOf(Object.keys(workers)[0] ?? "page") }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** React's reply format for one plain argument: texts that begin with a dollar sign are escaped. */
const encoded = (input: unknown): string =>
  JSON.stringify([input], (_key, value: unknown) => (typeof value === "string" && value.startsWith("$") ? `$${value}` : value));

export interface ActionAnswer {
  readonly status: number;
  readonly result: Result<Record<string, unknown> & { readonly id: never }>;
  /** All that came back, rendered pages included. */
  readonly body: string;
}

/**
 * Calls a server action over HTTP as a browser does, with the `Next-Action` header. In: a client with or without a session, the
 * action's exported name and its input. Out: the status, and the outcome as a form would see it.
 */
export async function callAction(client: APIRequestContext, name: string, input: unknown): Promise<ActionAnswer> {
  const action = serverActions().find((each) => each.name === name);
  if (!action) throw new Error(`The build has no server action ${name}.`);
  const answer = await client.post(action.page, {
    headers: { "next-action": action.id, "content-type": "text/plain;charset=UTF-8", accept: "text/x-component" },
    data: encoded(input),
  });
  const body = await answer.text();
  return { status: answer.status(), result: outcomeOf(body), body };
}

/** The rows of React's flight format by their ids: JSON up to the end of the line, or `T`, a length in bytes, and that much text. */
function rowsOf(body: string): Map<string, { readonly json: string } | { readonly text: string }> {
  const bytes = Buffer.from(body);
  const rows = new Map<string, { readonly json: string } | { readonly text: string }>();
  for (let at = 0; at < bytes.length;) {
    const colon = bytes.indexOf(":", at);
    if (colon === -1) break;
    const id = bytes.toString("utf8", at, colon);
    const long = /^T([0-9a-f]+),/.exec(bytes.toString("latin1", colon + 1, colon + 12));
    if (long) {
      const start = colon + 1 + long[0].length;
      at = start + Number.parseInt(long[1] ?? "0", 16);
      rows.set(id, { text: bytes.toString("utf8", start, at) });
      continue;
    }
    const end = bytes.indexOf("\n", colon);
    at = end === -1 ? bytes.length : end + 1;
    rows.set(id, { json: bytes.toString("utf8", colon + 1, at).trimEnd() });
  }
  return rows;
}

/** The return value of the action: row 1 of the answer, or what row 0 points at. */
function outcomeOf(body: string): ActionAnswer["result"] {
  const rows = rowsOf(body);
  const read = (id: string): unknown => {
    const row = rows.get(id);
    if (!row) return undefined;
    return "text" in row ? row.text : JSON.parse(row.json, revive);
  };
  const revive = (_key: string, value: unknown): unknown => {
    if (typeof value !== "string" || !value.startsWith("$")) return value;
    if (value.startsWith("$$")) return value.slice(1);
    return value === "$undefined" ? undefined : /^\$[0-9a-f]+$/.test(value) ? read(value.slice(1)) : value;
  };
  const root = rows.get("0");
  const reference = root && "json" in root && /^[{]/.test(root.json) ? (JSON.parse(root.json) as { a?: string }).a : undefined;
  const id = reference?.replace(/^\$@?/, "") ?? "1";
  const row = rows.get(id);
  if (!row || !("json" in row) || !/^[[{]/.test(row.json))
    return { ok: false, error: { code: "internal", message: body.slice(0, 500) } as Failure };
  return settle(read(id) as never);
}
