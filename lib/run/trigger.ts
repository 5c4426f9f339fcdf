import type { AccountScope } from "@/lib/access/types";
import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { atPath } from "@/lib/auth-methods/token-response";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { callMethod } from "./call";

type Lookup = ConnectorDefinition["lookups"][number];

/** One choice of a look-up: what a person reads, and what is sent. */
export interface Choice {
  readonly name: string;
  readonly value: string;
}

/** A key such as `[contacts].id` as the way to the collection and the way within each of its entries. */
function placeOf(key: string): { collection: string; member: string } {
  const close = key.lastIndexOf("]");
  if (close === -1) return { collection: "", member: key };
  return {
    collection: key.slice(0, close + 1).replace(/[[\]]/g, ""),
    member: key.slice(close + 1).replace(/^\./, ""),
  };
}

/** The entries of an answer that a look-up's key names; the answer itself where it is a collection. */
function entriesAt(body: unknown, collection: string): readonly unknown[] {
  const found = collection === "" ? body : atPath(body, collection);
  return Array.isArray(found) ? found : found === undefined || found === null ? [] : [found];
}

const textAt = (entry: unknown, member: string): string | null => {
  const value = member === "" ? entry : atPath(entry, member);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : null;
};

/** The choices that an answer holds. In: the look-up, and the body as text. */
export function choicesOf(lookup: Lookup, body: string): Choice[] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return [];
  }
  const identifier = placeOf(lookup.identifierKey);
  const human = placeOf(lookup.humanReadableKey);
  return entriesAt(json, identifier.collection).flatMap((entry) => {
    const value = textAt(entry, identifier.member);
    return value === null ? [] : [{ value, name: textAt(entry, human.member) ?? value }];
  });
}

/**
 * Runs a look-up of an installed connector: its method without values. Out: the choices. Errors: 404 for an unknown look-up, those of
 * {@link callMethod}; a refusal by the provider with its answer, redacted, under `details.response`.
 */
export async function runTrigger(scope: AccountScope, accountConnectorId: number, lookup: Lookup): Promise<Result<Choice[]>> {
  const called = await callMethod(scope, accountConnectorId, { methodId: lookup.method, parameters: {}, fields: {} });
  if (!called.ok) return called;
  const { accepted, response } = called.value;
  return accepted
    ? ok(choicesOf(lookup, response.body))
    : fail("provider.rejected", "The provider refused the look-up.", { details: { response } });
}
