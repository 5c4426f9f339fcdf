import "server-only";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { homeOf, requirePartner } from "@/lib/access/loaders";
import { ROLE_LABELS } from "@/lib/access/constants";
import { partnerScopeFor } from "@/lib/access/scopes";
import { currentPerson } from "@/lib/access/session";
import type { PartnerScope } from "@/lib/access/types";
import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { methodTitle, promptFields, setupState } from "@/lib/auth-methods/prompts";
import { connectorParameters, kindOf, plainToScripts } from "@/lib/auth-methods/registry";
import { setupGuide } from "@/lib/auth-methods/guide";
import { connectorOf, releasesOf, visibleConnectors } from "@/lib/catalog/data";
import { formDefinition } from "@/lib/catalog/definitions";
import { keptLibrary, libraryText } from "@/lib/catalog/listing";
import { libraryQuerySchema, type LibraryQuery } from "@/lib/catalog/schema";
import type { LibraryPage } from "@/lib/catalog/types";
import { brandOf } from "@/lib/kernel/brand";
import { now } from "@/lib/kernel/clock";
import { installCounts, partnerCounts, partnerOf, savedSetups, setupOf } from "./data";
import { setupFields } from "./policy";

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
  return keptLibrary(connectors, saved, accounts, query);
}

export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** The address of a page with its parameters, for the way back after signing in. */
export function addressOf(path: string, params: Record<string, string | string[] | undefined>): string {
  const text = new URLSearchParams(
    Object.entries(params).flatMap(([k, v]) => (typeof v === "string" ? [[k, v]] : [])),
  ).toString();
  return text ? `${path}?${text}` : path;
}

/** The Application Connector Library, its first page as its address filters it, as JSON. `at` tells this render from others. */
export async function libraryPage(searchParams: SearchParams) {
  const params = await searchParams;
  const { scope } = await requirePartner(addressOf("/connectors", params), "library.read");
  const query = { ...libraryQuerySchema.parse(params), page: 1 };
  const [first, connectors] = await Promise.all([readLibrary(scope, query), visibleConnectors(scope)]);
  return { query, first: libraryText(first), all: connectors.length, at: now() };
}

/** "OAuth 2, authorization code", or the names of several ways. */
function badgeOf({ authMethods: [only, ...others] }: ConnectorDefinition): string {
  if (!only) return "";
  if (others.length === 0) return kindOf(only).badge(only);
  return [...new Set([only, ...others].map(methodTitle))].join(" or ");
}

/** A connector with how it is set up, for every page below its address; read once per request. */
export const loadConnector = cache(async (slug: string) => {
  const { scope } = await requirePartner(`/connectors/${slug}`, "library.read");
  const connector = await connectorOf(scope, slug);
  if (!connector) notFound();
  const [setup, counts, releases] = await Promise.all([
    setupOf(scope, connector.id),
    installCounts(scope),
    releasesOf(scope, connector.id),
  ]);
  const has = Object.fromEntries(Object.entries(setup.values).map(([name, v]) => [name, v.value ?? true]));
  return {
    scope,
    connector,
    setup,
    has,
    standing: setupState(connector.definition, has, setup.savedAt),
    badge: badgeOf(connector.definition),
    accounts: counts.get(connector.id) ?? 0,
    releases: releases.length,
    mayWrite: scope.permissions.has("library.setup"),
    mayInstall: scope.permissions.has("installs.write"),
  };
});

/** The Authentication Settings. Secrets by their state alone. */
export async function loadSettings(slug: string) {
  const { scope, connector, setup, mayWrite } = await loadConnector(slug);
  const { definition } = connector;
  const partner = await partnerOf(scope);
  const specs = setupFields(definition);
  const known = Object.entries(setup.values).filter(([name]) => specs.some((s) => s.name === name));
  return {
    slug,
    definition: formDefinition(definition),
    guide: setupGuide(definition),
    specs,
    current: Object.fromEntries(known.flatMap(([name, v]) => (v.value === null ? [] : [[name, v.value]]))),
    stored: Object.fromEntries(known.flatMap(([name, v]) => (v.secret ? [[name, v.secret]] : []))),
    saved: setup.savedBy === null ? null : { by: setup.savedBy },
    mayWrite,
    brand: brandOf(partner),
  };
}

/** The authentication methods of a connector, each with what it needs from whom. */
export async function loadAuthMethods(slug: string) {
  const { connector, has } = await loadConnector(slug);
  const { definition } = connector;
  const guide = setupGuide(definition);
  const partner = new Set(setupFields(definition).map((f) => f.name));
  return definition.authMethods.map((method) => ({
    id: method.id,
    title: guide.methods.find((m) => m.methodId === method.id)?.title ?? method.id,
    badge: kindOf(method).badge(method),
    appearance: kindOf(method).appearance(method, definition),
    description: method.description ?? null,
    plainToScripts: plainToScripts(definition, method),
    isDefault:
      definition.authMethods.length > 1 &&
      (definition.authMethods.find((m) => m.isDefault) ?? definition.authMethods[0]) === method,
    scopes: (method.oauth2?.scopes ?? method.oauth1?.scopes)?.default ?? [],
    required: (method.oauth2?.scopes ?? method.oauth1?.scopes)?.required ?? [],
    values: connectorParameters(definition, method)
      .filter(
        (p) => p.fixed === undefined && !p.hidden && !(p.source === "tokenResponse" && (p.secret || !/^OAuth/.test(method.type))),
      )
      .map((p) => ({
        name: p.name,
        title: p.title,
        source: p.source,
        byPartner: partner.has(p.name),
        byCustomer: p.source === "user" && p.level !== "partner" && !p.readOnly,
        required: p.required,
        secret: p.secret,
      })),
    asked: promptFields({ definition, authMethod: method, partnerHas: has }).fields.map((f) => f.label),
  }));
}

export async function loadReleases(slug: string) {
  const { scope, connector } = await loadConnector(slug);
  return releasesOf(scope, connector.id);
}

/** The list of guides, its first page as its address searches it. */
export async function guidesPage(searchParams: SearchParams) {
  const params = await searchParams;
  const { scope } = await requirePartner(addressOf("/connectors/guides", params), "library.read");
  const query = { ...libraryQuerySchema.parse({ q: params.q }), page: 1 };
  const [first, connectors] = await Promise.all([readLibrary(scope, query), visibleConnectors(scope)]);
  return { query, first: libraryText(first), all: connectors.length, at: now() };
}

/** The guide of one connector. */
export async function loadGuide(slug: string) {
  await requirePartner(`/connectors/guides/${slug}`, "library.read");
  const { connector, mayWrite } = await loadConnector(slug);
  const { name, definition } = connector;
  return { slug, name, description: definition.description, guide: setupGuide(definition), mayWrite };
}
