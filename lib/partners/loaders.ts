import "server-only";
import { redirect } from "next/navigation";
import { homeOf, requirePartner } from "@/lib/access/loaders";
import { ROLE_LABELS } from "@/lib/access/policy";
import { partnerScopeFor } from "@/lib/access/scopes";
import { currentPerson } from "@/lib/access/session";
import type { PartnerScope } from "@/lib/access/types";
import { visibleConnectors } from "@/lib/catalog/data";
import { listLibrary } from "@/lib/catalog/listing";
import { libraryQuerySchema, type LibraryQuery } from "@/lib/catalog/schema";
import type { LibraryPage } from "@/lib/catalog/types";
import { now } from "@/lib/kernel/clock";
import { installCounts, partnerCounts, savedSetups } from "./data";

/**
 * What the frame of the console shows. Null where nobody is signed in: the page itself sends them to the sign-in, for it knows
 * the way back. A person without a seat in a partner's console is sent to where they belong.
 */
export async function consoleFrame() {
  const person = await currentPerson();
  if (!person) return null;
  const { who, actor } = person;
  const scope = partnerScopeFor(who, actor, "library.read");
  if (!scope.ok) redirect(homeOf(who));
  const seat = who.memberships.find((m) => m.partnerId === scope.value.partnerId && m.accountId === null);
  const { name, ...counts } = await partnerCounts(scope.value);
  return { partnerName: name, counts, user: { name: who.name, email: who.email, role: seat ? ROLE_LABELS[seat.role] : "" } };
}

/** One page of the library for the partner of the scope. */
export async function readLibrary(scope: PartnerScope, query: LibraryQuery): Promise<LibraryPage> {
  const [connectors, saved, accounts] = await Promise.all([visibleConnectors(scope), savedSetups(scope), installCounts(scope)]);
  return listLibrary(connectors, saved, accounts, query);
}

export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** The address of a page with its parameters, for the way back after signing in. */
export function addressOf(path: string, params: Record<string, string | string[] | undefined>): string {
  const text = new URLSearchParams(
    Object.entries(params).flatMap(([k, v]) => (typeof v === "string" ? [[k, v]] : [])),
  ).toString();
  return text ? `${path}?${text}` : path;
}

/** The Application Connector Library, its first page as its address filters it. `at` tells this render from others. */
export async function libraryPage(searchParams: SearchParams) {
  const params = await searchParams;
  const { scope } = await requirePartner(addressOf("/connectors", params), "library.read");
  const query = { ...libraryQuerySchema.parse(params), page: 1 };
  const [first, connectors] = await Promise.all([readLibrary(scope, query), visibleConnectors(scope)]);
  return { query, first, all: connectors.length, at: now() };
}
