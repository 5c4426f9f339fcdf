import "server-only";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { accountOfPartner } from "@/lib/access/data";
import { requireAccount, requirePartner, requirePerson } from "@/lib/access/loaders";
import type { AccountScope } from "@/lib/access/types";
import type { AuthMethod, ConnectorDefinition } from "@/lib/auth-methods/definition";
import { defaultAuthMethod } from "@/lib/auth-methods/definition";
import { withCustomFields } from "@/lib/auth-methods/custom-fields";
import { methodTitle } from "@/lib/auth-methods/prompts";
import { kindOf } from "@/lib/auth-methods/registry";
import { connectorOf, definitionOfRelease, visibleConnectors } from "@/lib/catalog/data";
import { authMethodOf } from "@/lib/catalog/definitions";
import { customFieldsOf } from "@/lib/custom-fields/data";
import { brandOf } from "@/lib/kernel/brand";
import { accountOf, listAccounts, partnerOf, setupOf } from "@/lib/partners/data";
import { CONNECTION_STATES, type ConnectionState } from "./constants";
import { accountOfConnection, connectionOf, eventsOf, installNames, listConnections } from "./data";
import { effectiveValues } from "./effective";
import { methodForm } from "./method-fields";
import { activityFilterSchema, connectionsFilterSchema } from "./schema";
import type { ConnectionPage, ConnectionView, PickerConnector, SignInSubject, WizardData, WizardMethod } from "./types";
import { signInForm, uniqueName, type VisibleValue } from "./wizard";

/** The account, its partner's brand and what the person may do in it. */
async function placeOf(scope: AccountScope) {
  const account = await accountOf(scope);
  if (!account) notFound();
  const partner = await partnerOf(scope);
  return {
    account: { id: account.id, name: account.name },
    brand: brandOf(partner),
    mayWrite: scope.permissions.has("installs.write"),
    mayCall: scope.permissions.has("installs.call"),
  };
}

interface Bound {
  readonly definition: ConnectorDefinition;
  readonly number: string;
  readonly authMethod: AuthMethod;
}

/** The release and method that an installation is bound to. */
async function boundTo(scope: AccountScope, view: { id: number; releaseId: number; authMethodId: string }): Promise<Bound> {
  const release = await definitionOfRelease(scope, view.releaseId);
  const authMethod = release && authMethodOf(release.definition, view.authMethodId);
  if (!release || !authMethod) notFound();
  return { definition: withCustomFields(release.definition, await customFieldsOf(view.id)), number: release.number, authMethod };
}

/** Whether a person signs in at the provider, so that a press may open its window at once. */
async function signsIn(
  scope: { readonly partnerId: string },
  row: { releaseId: number; authMethodId: string },
): Promise<boolean> {
  const release = await definitionOfRelease(scope, row.releaseId);
  const method = release && authMethodOf(release.definition, row.authMethodId);
  return method ? kindOf(method).interactive(method) : false;
}

/** The sign-in panel of an installed connector. In: a scope that owns it. Out: null for an unknown id. */
export async function signInSubjectOf(scope: AccountScope, id: number): Promise<SignInSubject | null> {
  const view = await connectionOf(scope, id);
  if (!view) return null;
  const place = await placeOf(scope);
  const { definition, authMethod } = await boundTo(scope, view);
  const setup = await setupOf(scope, view.connectorId);
  return subjectOf(place, view, signInForm({ definition, authMethod, partnerValues: setup.values, connection: view }));
}

const subjectOf = (
  place: { account: { id: string; name: string }; brand: { name: string }; mayCall: boolean },
  connector: { connectorName: string; connectorSlug: string; iconUrl: string | null; state: ConnectionState },
  form: SignInSubject["form"],
): SignInSubject => ({
  accountId: place.account.id,
  accountName: place.account.name,
  partnerName: place.brand.name,
  connector: { name: connector.connectorName, slug: connector.connectorSlug, iconUrl: connector.iconUrl },
  asksProvider: place.mayCall && connector.state !== "NotAuthenticated",
  form,
});

/** Methods of a connector with the default first, each with its form. */
function methodsOf(
  definition: ConnectorDefinition,
  partnerValues: Readonly<Record<string, VisibleValue>>,
  connection: ConnectionView | null,
): WizardMethod[] {
  const first = defaultAuthMethod(definition);
  const all = connection
    ? definition.authMethods.filter((m) => m.id === connection.authMethodId)
    : [first, ...definition.authMethods.filter((m) => m !== first)];
  return all.map((authMethod) => ({
    id: authMethod.id,
    title: methodTitle(authMethod),
    description: authMethod.description ?? null,
    form: signInForm({ definition, authMethod, partnerValues, connection }),
  }));
}

/** The install wizard, before and after the connector is created. In: the page's address without its query. */
export async function loadWizard(path: string, accountId: string, slug: string, id: number | null) {
  const { scope } = await requireAccount(path, accountId, "installs.write");
  const place = await placeOf(scope);
  const connector = await connectorOf(scope, slug);
  if (!connector) notFound();
  const view = id === null ? null : await connectionOf(scope, id);
  if (id !== null && view?.connectorId !== connector.id) notFound();
  const definition = view ? (await boundTo(scope, view)).definition : connector.definition;
  const setup = await setupOf(scope, connector.id);
  const taken = (await installNames(scope)).filter((name) => name !== view?.name);
  const data: WizardData = {
    accountId,
    accountName: place.account.name,
    partnerName: place.brand.name,
    connector: {
      name: connector.name,
      slug: connector.slug,
      iconUrl: connector.iconUrl,
      description: definition.description,
    },
    methods: methodsOf(definition, setup.values, view),
    takenNames: taken,
    suggestedName: uniqueName(connector.name, taken),
    mayCall: place.mayCall,
    install: view && {
      id: view.id,
      name: view.name,
      description: view.description,
      authMethodId: view.authMethodId,
      state: view.state,
      hasCredential: view.hasCredential || view.authType === "None",
      connectedAs: view.connectedAs,
      scopes: view.scopes,
      expiresAt: view.expiresAt,
      isRefreshable: view.isRefreshable,
      lastVerification: view.lastVerification,
    },
  };
  return { ...place, data };
}

/** Connectors that can be installed into the account, those with a use for customers first. */
export async function loadPicker(path: string, accountId: string) {
  const { scope } = await requireAccount(path, accountId, "installs.write");
  const place = await placeOf(scope);
  const installed = new Map<number, number>();
  for (const row of await listConnections(scope, connectionsFilterSchema.parse({})))
    installed.set(row.connectorId, (installed.get(row.connectorId) ?? 0) + 1);
  const connectors = (await visibleConnectors(scope)).map((c): PickerConnector => ({
    slug: c.slug,
    name: c.name,
    iconUrl: c.iconUrl,
    aliases: c.definition.aliases,
    categories: c.definition.categories,
    types: [...new Set(c.definition.authMethods.map((m) => m.type))],
    installed: installed.get(c.id) ?? 0,
  }));
  return { ...place, connectors };
}

const PAGE_SIZE = 50;

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

const single = (query: Query) =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, typeof value === "string" ? value : value?.[0]]));

/** The table of the partner's connections, with the counts of its filters. */
export async function loadConnections(query: Query) {
  const { scope } = await requirePartner("/connections", "installs.read");
  const given = single(query);
  const filter = connectionsFilterSchema.parse({ ...given, query: given.q });
  const page = Math.max(1, Math.trunc(Number(given.page)) || 1);
  const everything = await listConnections(scope, { ...filter, state: "" });
  const counts = Object.fromEntries(CONNECTION_STATES.map((s) => [s, 0])) as Record<ConnectionState, number>;
  for (const row of everything) counts[row.state] += 1;
  const found = filter.state ? everything.filter((r) => r.state === filter.state) : everything;
  const rows = await Promise.all(
    found
      .slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
      .map(async (row) => ({ ...row, interactive: await signsIn(scope, row) })),
  );
  const all = await listConnections(scope, connectionsFilterSchema.parse({}));
  const unique = (pairs: (readonly [string, string])[]) =>
    [...new Map(pairs)].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));
  return {
    rows,
    filter,
    page,
    counts,
    total: found.length,
    hasAny: all.length > 0,
    behind: all.flatMap(({ id, name, connectorName, update }) => (update ? [{ id, name, connectorName, update }] : [])),
    pages: Math.max(1, Math.ceil(found.length / PAGE_SIZE)),
    from: found.length === 0 ? 0 : (page - 1) * PAGE_SIZE + 1,
    connectors: unique(all.map((r) => [r.connectorSlug, r.connectorName])),
    accounts: unique(all.map((r) => [r.accountId, r.accountName])),
    mayWrite: scope.permissions.has("installs.write"),
    firstAccount: (await listAccounts(scope, { query: "", page: 1 })).rows[0]?.id ?? null,
  };
}

/** One connection for the layout and the tabs of its page; read once per request. */
export const loadConnection = cache(async (id: string) => {
  const number = /^\d{1,15}$/.test(id) ? Number(id) : 0;
  const { scope: partner } = await requirePartner(`/connections/${id}`, "installs.read");
  const accountId = await accountOfConnection(partner, number);
  const narrowed = accountId ? await accountOfPartner(partner, accountId) : null;
  if (!narrowed?.ok) notFound();
  const scope = narrowed.value;
  const view = await connectionOf(scope, number);
  if (!view) notFound();
  const place = await placeOf(scope);
  const bound = await boundTo(scope, view);
  const setup = await setupOf(scope, view.connectorId);
  const form = signInForm({
    definition: bound.definition,
    authMethod: bound.authMethod,
    partnerValues: setup.values,
    connection: view,
  });
  return {
    scope,
    bound,
    partnerValues: setup.values,
    page: {
      ...place,
      view,
      subject: subjectOf(place, view, form),
      methodTitle: methodTitle(bound.authMethod),
      badge: kindOf(bound.authMethod).badge(bound.authMethod),
      release: bound.number,
      mayManage: scope.permissions.has("accounts.write"),
      mayLink: scope.permissions.has("links.write"),
    } satisfies ConnectionPage,
  };
});

/** The Credentials tab. */
export async function loadCredentials(id: string) {
  const { bound, page, partnerValues } = await loadConnection(id);
  return { page, values: effectiveValues(bound.definition, bound.authMethod, partnerValues, page.view) };
}

/** The Overview tab. */
export async function loadOverview(id: string) {
  const { scope, page } = await loadConnection(id);
  const { events } = await eventsOf(scope, page.view.id, "", 1);
  return { page, events: events.slice(0, 5) };
}

/** The Methods tab. */
export async function loadMethods(id: string) {
  const { bound, page } = await loadConnection(id);
  return { page, methods: bound.definition.methods.filter((m) => !m.hidden).map(methodForm) };
}

/** The Activity tab. */
export async function loadActivity(id: string, query: Query) {
  const { scope, page } = await loadConnection(id);
  const filter = activityFilterSchema.parse(single(query));
  return { page, filter, ...(await eventsOf(scope, page.view.id, filter.kind, filter.page)) };
}

/** Where `/portal` leads: the one account of the person, or the choice of several. */
export async function loadPortalEntrance() {
  const { who, actor } = await requirePerson("/portal");
  const seats = who.memberships.filter((m) => m.accountId !== null);
  const [only] = seats;
  if (!only) redirect("/");
  if (seats.length === 1) redirect(`/portal/${only.accountId}`);
  const accounts = await Promise.all(
    seats.map(async (seat) => {
      const { scope } = await requireAccount("/portal", seat.accountId, "installs.read");
      return placeOf(scope);
    }),
  );
  return { name: actor.name, accounts };
}

/** The frame of a customer's pages: whose portal it is. */
export const loadPortalPlace = cache(async (accountId: string) => {
  const { scope, who } = await requireAccount(`/portal/${accountId}`, accountId, "installs.read");
  const place = await placeOf(scope);
  return { scope, ...place, person: who.name, hasSeveral: who.memberships.filter((m) => m.accountId !== null).length > 1 };
});

/** The customer's own connectors, each with what it takes to sign in. */
export async function loadPortal(accountId: string) {
  const { scope, ...place } = await loadPortalPlace(accountId);
  const rows = await listConnections(scope, connectionsFilterSchema.parse({}));
  const connections = await Promise.all(rows.map(async (row) => ({ ...row, interactive: await signsIn(scope, row) })));
  return { ...place, connections };
}
