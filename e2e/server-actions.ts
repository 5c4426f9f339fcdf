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

/** The return value in React's flight format: row 1 of the answer, or what row 0 points at. */
function outcomeOf(body: string): ActionAnswer["result"] {
  const rows = new Map(
    body.split("\n").flatMap((line) => {
      const match = /^([0-9a-f]+):([[{].*)$/.exec(line);
      return match ? [[match[1] ?? "", match[2] ?? ""] as const] : [];
    }),
  );
  const root = rows.get("0");
  const reference = root ? (JSON.parse(root) as { a?: string }).a : undefined;
  const row = rows.get(reference?.replace(/^\$@?/, "") ?? "1");
  if (!row) return { ok: false, error: { code: "internal", message: body.slice(0, 500) } as Failure };
  const revive = (_key: string, value: unknown) =>
    value === "$undefined" ? undefined : typeof value === "string" && value.startsWith("$$") ? value.slice(1) : value;
  return settle(JSON.parse(row, revive) as never);
}
