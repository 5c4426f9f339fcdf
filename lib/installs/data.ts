import { preparedQuery, reader, remembered } from "@/db/client";
import { and, asc, count, desc, eq, gt, inArray, isNull, like, lt, ne, or, sql, type SQL } from "@/db/query";
import {
  accountConnectors,
  accountProperties,
  accounts,
  connectionEvents,
  connectors,
  credentials,
  customFields,
  releases,
} from "@/db/schema";
import type { AccountScope, PartnerScope } from "@/lib/access/types";
import { liveFacts } from "@/lib/catalog/live-facts";
import { customFieldRows, customFieldsOf } from "@/lib/custom-fields/data";
import { now } from "@/lib/kernel/clock";
import { soon, type Soon } from "@/lib/kernel/soon";
import { connectionState, customerNeededAt, stateChangesAt } from "./policy";
import type { ConnectionsFilter } from "./schema";
import type { ConnectionRow, ConnectionView, InstalledConnector, InstalledProperty } from "./types";

const rowColumns = {
  id: accountConnectors.id,
  name: accountConnectors.name,
  accountId: accountConnectors.accountId,
  accountName: accounts.name,
  connectorId: accountConnectors.connectorId,
  connectorName: connectors.name,
  connectorSlug: connectors.slug,
  authType: accountConnectors.authType,
  authMethodId: accountConnectors.authMethodId,
  releaseId: accountConnectors.releaseId,
  releaseNumber: releases.number,
  createdAt: accountConnectors.createdAt,
  lastUsedAt: accountConnectors.lastUsedAt,
  lastVerifiedAt: accountConnectors.lastVerifiedAt,
  lastErrorAt: accountConnectors.lastErrorAt,
  lastErrorOwner: accountConnectors.lastErrorOwner,
  lastErrorMessage: accountConnectors.lastErrorMessage,
  disabledAt: accountConnectors.disabledAt,
  credentialId: credentials.id,
  obtainedAt: credentials.obtainedAt,
  expiresAt: credentials.expiresAt,
  isRefreshable: credentials.isRefreshable,
  refreshExpiresAt: credentials.refreshExpiresAt,
  refreshObtainedAt: credentials.refreshObtainedAt,
};

const rows = () =>
  reader()
    .select(rowColumns)
    .from(accountConnectors)
    .innerJoin(accounts, eq(accounts.id, accountConnectors.accountId))
    .innerJoin(connectors, eq(connectors.id, accountConnectors.connectorId))
    .innerJoin(releases, eq(releases.id, accountConnectors.releaseId))
    .leftJoin(credentials, eq(credentials.accountConnectorId, accountConnectors.id));

type RawRow = Awaited<ReturnType<typeof rows>>[number];

async function toRow(scope: { readonly partnerId: string }, raw: RawRow): Promise<ConnectionRow> {
  const { credentialId, isRefreshable, refreshExpiresAt, refreshObtainedAt, releaseNumber: _, ...known } = raw;
  const { disabledAt, lastErrorAt, lastErrorOwner, lastErrorMessage, ...row } = known;
  const life = { isRefreshable: isRefreshable ?? false, expiresAt: row.expiresAt, refreshExpiresAt, refreshObtainedAt };
  const state = connectionState({
    disabledAt,
    needsCredential: row.authType !== "None",
    hasCredential: credentialId !== null,
    ...life,
    lastErrorAt,
    lastErrorOwner,
    lastVerifiedAt: row.lastVerifiedAt,
  });
  const errorStands = lastErrorAt !== null && lastErrorAt > (row.lastVerifiedAt ?? 0);
  const neededAt = customerNeededAt(life)?.at ?? null;
  const lastError = errorStands ? lastErrorMessage : null;
  return {
    ...row,
    ...(await liveFacts(scope, raw.connectorId, raw.releaseNumber)),
    state,
    customerNeededAt: neededAt,
    lastError,
  };
}

const inScope = (scope: PartnerScope | AccountScope): SQL | undefined =>
  and(
    eq(accountConnectors.partnerId, scope.partnerId),
    "accountId" in scope ? eq(accountConnectors.accountId, scope.accountId) : undefined,
    "onlyAccountConnectorId" in scope && scope.onlyAccountConnectorId !== undefined
      ? eq(accountConnectors.id, scope.onlyAccountConnectorId)
      : undefined,
  );

/** Connections of a partner or of one account, by account and name. The state filter applies to what the state is now. */
export async function listConnections(scope: PartnerScope | AccountScope, filter: ConnectionsFilter): Promise<ConnectionRow[]> {
  const text = `%${filter.query.replace(/[%_]/g, "")}%`;
  const found = await rows()
    .where(
      and(
        inScope(scope),
        filter.query ? or(like(accountConnectors.name, text), like(connectors.name, text), like(accounts.name, text)) : undefined,
        filter.connector ? eq(connectors.slug, filter.connector) : undefined,
        filter.account ? eq(accountConnectors.accountId, filter.account) : undefined,
      ),
    )
    .orderBy(asc(sql`lower(${accounts.name})`), asc(sql`lower(${accountConnectors.name})`));
  const all = await Promise.all(found.map((raw) => toRow(scope, raw)));
  return filter.state ? all.filter((r) => r.state === filter.state) : all;
}

/** One connection with all its page shows; null for an unknown one and for somebody else's alike. */
export async function connectionOf(scope: PartnerScope | AccountScope, id: number): Promise<ConnectionView | null> {
  const [raw] = await rows().where(and(inScope(scope), eq(accountConnectors.id, id)));
  if (!raw) return null;
  const [more] = await reader()
    .select({ install: accountConnectors, credential: credentials })
    .from(accountConnectors)
    .leftJoin(credentials, eq(credentials.accountConnectorId, accountConnectors.id))
    .where(eq(accountConnectors.id, id));
  if (!more) return null;
  const { install, credential } = more;
  const properties = await reader()
    .select()
    .from(accountProperties)
    .where(eq(accountProperties.accountConnectorId, id))
    .orderBy(asc(accountProperties.name));
  return {
    ...(await toRow(scope, raw)),
    description: install.description,
    createdBy: install.createdBy,
    disabledAt: install.disabledAt,
    hasCredential: credential !== null,
    isRefreshable: credential?.isRefreshable ?? false,
    refreshExpiresAt: credential?.refreshExpiresAt ?? null,
    scopes: credential?.scopes ?? null,
    connectedAs: install.connectedAs,
    obtainedBy: credential?.obtainedBy ?? null,
    last4: credential?.last4 ?? {},
    lastErrorOwner: install.lastErrorOwner,
    lastErrorAt: install.lastErrorAt,
    lastErrorCode: install.lastErrorCode,
    lastVerification: install.lastVerification,
    properties: properties.map((p) => ({
      name: p.name,
      value: p.sealed === null ? p.value : null,
      secret: p.sealed === null ? null : { isSet: true, last4: p.last4, setAt: p.setAt, setBy: p.setBy },
    })),
  };
}

/** Names in use in the account. */
export async function installNames(scope: AccountScope): Promise<string[]> {
  const found = await reader()
    .select({ name: accountConnectors.name })
    .from(accountConnectors)
    .where(and(eq(accountConnectors.partnerId, scope.partnerId), eq(accountConnectors.accountId, scope.accountId)));
  return found.map((r) => r.name);
}

/** The account of a connection of this partner; null for an unknown one and for somebody else's alike. */
export async function accountOfConnection(scope: { readonly partnerId: string }, id: number): Promise<string | null> {
  const [row] = await reader()
    .select({ accountId: accountConnectors.accountId })
    .from(accountConnectors)
    .where(and(eq(accountConnectors.id, id), eq(accountConnectors.partnerId, scope.partnerId)));
  return row?.accountId ?? null;
}

export const EVENTS_PAGE_SIZE = 50;

/** The timeline of a connection that the scope has been shown to own, newest first. */
export async function eventsOf(scope: PartnerScope | AccountScope, id: number, kind: string, page: number) {
  const where = and(
    inScope(scope),
    eq(connectionEvents.accountConnectorId, id),
    kind ? eq(connectionEvents.kind, kind as typeof connectionEvents.$inferSelect.kind) : undefined,
  );
  const found = await reader()
    .select({ event: connectionEvents })
    .from(connectionEvents)
    .innerJoin(accountConnectors, eq(accountConnectors.id, connectionEvents.accountConnectorId))
    .where(where)
    .orderBy(desc(connectionEvents.at))
    .limit(EVENTS_PAGE_SIZE + 1)
    .offset((page - 1) * EVENTS_PAGE_SIZE);
  return { events: found.slice(0, EVENTS_PAGE_SIZE).map((r) => r.event), hasMore: found.length > EVENTS_PAGE_SIZE };
}

/** Credentials that end within `ahead` (ms) without anybody but the customer to renew them, and of which nobody was told yet; soonest first. */
export async function endingUnannounced(at: number, ahead: number, limit: number) {
  const ends = sql<number>`case when ${credentials.isRefreshable} then ${credentials.refreshExpiresAt} else ${credentials.expiresAt} end`;
  return reader()
    .select({
      id: accountConnectors.id,
      partnerId: accountConnectors.partnerId,
      accountId: accountConnectors.accountId,
      credentialId: credentials.id,
      ends,
      isRefreshable: credentials.isRefreshable,
      expiresAt: credentials.expiresAt,
      refreshExpiresAt: credentials.refreshExpiresAt,
      refreshObtainedAt: credentials.refreshObtainedAt,
    })
    .from(credentials)
    .innerJoin(accountConnectors, eq(accountConnectors.id, credentials.accountConnectorId))
    .where(
      and(
        isNull(accountConnectors.disabledAt),
        gt(ends, at),
        lt(ends, at + ahead),
        or(isNull(credentials.warnedFor), ne(credentials.warnedFor, ends)),
      ),
    )
    .orderBy(asc(ends))
    .limit(limit);
}

const sealedQuery = () =>
  preparedQuery("installs.sealed", (db) =>
    db
      .select({ install: accountConnectors, credential: credentials })
      .from(accountConnectors)
      .leftJoin(credentials, eq(credentials.accountConnectorId, accountConnectors.id))
      .where(and(eq(accountConnectors.id, sql.placeholder("id")), eq(accountConnectors.partnerId, sql.placeholder("partnerId"))))
      .prepare(),
  );

const propertiesQuery = () =>
  preparedQuery("installs.properties", (db) =>
    db
      .select()
      .from(accountProperties)
      .where(eq(accountProperties.accountConnectorId, sql.placeholder("id")))
      .prepare(),
  );

/** Everything of an installation that a call needs, still sealed. For the rooms that may open it. */
export async function sealedInstall({ partnerId, accountId }: Pick<AccountScope, "partnerId" | "accountId">, id: number) {
  const [row] = await sealedQuery().execute({ id, partnerId });
  if (row?.install.accountId !== accountId) return null;
  return { ...row, properties: await propertiesQuery().execute({ id }), customFields: await customFieldsOf(id) };
}

/** With its table: inside a subquery a bare name would mean a column of the inner table. */
const outerInstall = sql`${accountConnectors}.${sql.identifier(accountConnectors.id.name)}`;

const installedColumns = {
  id: accountConnectors.id,
  name: accountConnectors.name,
  description: accountConnectors.description,
  connectorId: accountConnectors.connectorId,
  releaseId: accountConnectors.releaseId,
  authMethodId: accountConnectors.authMethodId,
  authType: accountConnectors.authType,
  disabledAt: accountConnectors.disabledAt,
  lastVerifiedAt: accountConnectors.lastVerifiedAt,
  lastErrorAt: accountConnectors.lastErrorAt,
  lastErrorOwner: accountConnectors.lastErrorOwner,
  lastErrorMessage: accountConnectors.lastErrorMessage,
  credentialId: credentials.id,
  expiresAt: credentials.expiresAt,
  isRefreshable: credentials.isRefreshable,
  refreshExpiresAt: credentials.refreshExpiresAt,
  refreshObtainedAt: credentials.refreshObtainedAt,
  /** Most installations have neither, and are read without asking further. */
  propertyCount: sql<number>`(select count(*) from ${accountProperties} where ${accountProperties.accountConnectorId} = ${outerInstall})`,
  fieldCount: sql<number>`(select count(*) from ${customFields} where ${customFields.accountConnectorId} = ${outerInstall})`,
};

const installedQuery = () =>
  preparedQuery("installs.installed", (db) =>
    db
      .select(installedColumns)
      .from(accountConnectors)
      .leftJoin(credentials, eq(credentials.accountConnectorId, accountConnectors.id))
      .where(
        and(
          eq(accountConnectors.id, sql.placeholder("id")),
          eq(accountConnectors.partnerId, sql.placeholder("partnerId")),
          eq(accountConnectors.accountId, sql.placeholder("accountId")),
        ),
      )
      .prepare(),
  );

type InstalledRow = Awaited<ReturnType<ReturnType<typeof installedQuery>["execute"]>>[number];
type PropertyRow = typeof accountProperties.$inferSelect;

const installedProperty = ({ id, name, value, sealed }: PropertyRow): InstalledProperty => ({
  id,
  name,
  value: sealed === null ? value : null,
  isSecret: sealed !== null,
});

/** What is stored of an installed connector, and how it stands from one moment (ms) until its state changes by time. */
interface StoredInstall {
  readonly row: InstalledRow;
  readonly properties: readonly PropertyRow[];
  readonly fields: readonly (typeof customFields.$inferSelect)[];
  standing: { readonly installed: InstalledConnector; readonly from: number } | null;
}

function stand({ row, properties, fields }: StoredInstall, at: number): NonNullable<StoredInstall["standing"]> {
  const { credentialId, isRefreshable, refreshExpiresAt, refreshObtainedAt, ...known } = row;
  const { disabledAt, lastErrorAt, lastErrorOwner, lastErrorMessage, propertyCount: _p, fieldCount: _f, ...rest } = known;
  const needsCredential = row.authType !== "None";
  const life = { isRefreshable: isRefreshable ?? false, expiresAt: row.expiresAt, refreshExpiresAt, refreshObtainedAt };
  const failed = { lastErrorAt, lastErrorOwner, lastVerifiedAt: row.lastVerifiedAt };
  const facts = { disabledAt, needsCredential, hasCredential: credentialId !== null, ...life, ...failed };
  const errorStands = lastErrorAt !== null && lastErrorAt > (row.lastVerifiedAt ?? 0);
  const installed = {
    ...rest,
    standsUntil: stateChangesAt(life, at) ?? Number.POSITIVE_INFINITY,
    isAuthenticated: !needsCredential || credentialId !== null,
    state: connectionState(facts, at),
    lastError: errorStands ? lastErrorMessage : null,
    properties: properties.map(installedProperty),
    customFields: fields.map(({ id, field }) => ({ id, ...field })),
  };
  return { installed, from: at };
}

/** The same object for as long as it is true, so that what is made of it can be kept with it. */
function installedNow(stored: StoredInstall): InstalledConnector {
  const at = now();
  const { standing } = stored;
  if (standing && at >= standing.from && at < standing.installed.standsUntil) return standing.installed;
  return (stored.standing = stand(stored, at)).installed;
}

/** One installed connector as the REST API shows it; null for an unknown one and for another account's alike. */
export function installedConnector(scope: AccountScope, id: number): Soon<InstalledConnector | null> {
  const { partnerId, accountId } = scope;
  const read = async (): Promise<StoredInstall | null> => {
    const [row] = await installedQuery().execute({ id, partnerId, accountId });
    if (!row) return null;
    const properties = row.propertyCount > 0 ? await propertiesQuery().execute({ id }) : [];
    const fields = row.fieldCount > 0 ? await customFieldRows(id) : [];
    return { row, properties, fields, standing: null };
  };
  const stored = remembered("installs.installed", `${partnerId}/${accountId}/${id}`, read);
  return soon(stored, (found) => found && installedNow(found));
}

/** What of an installed connector says which methods it has. */
export interface InstalledShape extends Pick<InstalledConnector, "connectorId" | "releaseId" | "customFields"> {
  readonly id: number;
}

const shapeQuery = () =>
  preparedQuery("installs.shape", (db) =>
    db
      .select({ connectorId: accountConnectors.connectorId, releaseId: accountConnectors.releaseId })
      .from(accountConnectors)
      .where(
        and(
          eq(accountConnectors.id, sql.placeholder("id")),
          eq(accountConnectors.partnerId, sql.placeholder("partnerId")),
          eq(accountConnectors.accountId, sql.placeholder("accountId")),
        ),
      )
      .prepare(),
  );

/** The same object for as long as it is true; null for an unknown connector and for another account's alike. */
export function installedShape(scope: AccountScope, id: number): Soon<InstalledShape | null> {
  const { partnerId, accountId } = scope;
  const read = async (): Promise<InstalledShape | null> => {
    const [row] = await shapeQuery().execute({ id, partnerId, accountId });
    if (!row) return null;
    const fields = await customFieldRows(id);
    return { id, ...row, customFields: fields.map(({ id: fieldId, field }) => ({ id: fieldId, ...field })) };
  };
  return remembered("installs.shape", `${partnerId}/${accountId}/${id}`, read, { isSettled: true });
}

const installedPageQuery = (byName: boolean, ascending: boolean) =>
  preparedQuery(`installs.installed_page.${byName}.${ascending}`, (db) => {
    const key = byName ? sql`lower(${accountConnectors.name})` : accountConnectors.id;
    return db
      .select(installedColumns)
      .from(accountConnectors)
      .leftJoin(credentials, eq(credentials.accountConnectorId, accountConnectors.id))
      .where(
        and(
          eq(accountConnectors.partnerId, sql.placeholder("partnerId")),
          eq(accountConnectors.accountId, sql.placeholder("accountId")),
        ),
      )
      .orderBy(ascending ? asc(key) : desc(key))
      .limit(sql.placeholder("limit"))
      .offset(sql.placeholder("offset"))
      .prepare();
  });

const installedCountQuery = () =>
  preparedQuery("installs.installed_count", (db) =>
    db
      .select({ n: count() })
      .from(accountConnectors)
      .where(
        and(
          eq(accountConnectors.partnerId, sql.placeholder("partnerId")),
          eq(accountConnectors.accountId, sql.placeholder("accountId")),
        ),
      )
      .prepare(),
  );

interface InstalledPaging {
  readonly offset: number;
  readonly limit: number;
  readonly orderBy: string;
  readonly ascending: boolean;
}

async function installedPage(scope: AccountScope, paging: InstalledPaging): Promise<{ rows: StoredInstall[]; total: number }> {
  const { partnerId, accountId } = scope;
  const [counted] = await installedCountQuery().execute({ partnerId, accountId });
  const { limit, offset } = paging;
  const query = installedPageQuery(paging.orderBy === "name", paging.ascending);
  const found = await query.execute({ partnerId, accountId, limit, offset });
  const having = (name: "propertyCount" | "fieldCount") => found.filter((row) => row[name] > 0).map((row) => row.id);
  const [withProperties, withFields] = [having("propertyCount"), having("fieldCount")];
  const properties =
    withProperties.length > 0
      ? await reader().select().from(accountProperties).where(inArray(accountProperties.accountConnectorId, withProperties))
      : [];
  const fields =
    withFields.length > 0
      ? await reader().select().from(customFields).where(inArray(customFields.accountConnectorId, withFields))
      : [];
  const of = <T extends { accountConnectorId: number }>(rows: readonly T[], id: number) =>
    rows.filter((row) => row.accountConnectorId === id);
  return {
    rows: found.map((row) => ({ row, properties: of(properties, row.id), fields: of(fields, row.id), standing: null })),
    total: counted?.n ?? 0,
  };
}

/** Pages that are remembered, and the longest of them: together a few megabytes. */
const PAGES = 50;
const LONGEST_PAGE = 100;

/** A page of an account's installed connectors, by name or by id, and how many there are. */
export async function installedConnectors(
  scope: AccountScope,
  paging: InstalledPaging,
): Promise<{ rows: InstalledConnector[]; total: number }> {
  const { partnerId, accountId } = scope;
  const { offset, limit, orderBy, ascending } = paging;
  const key = `${partnerId}/${accountId}/${orderBy === "name"}/${ascending}/${offset}/${limit}`;
  const read = () => installedPage(scope, paging);
  const { rows, total } = await (limit > LONGEST_PAGE ? read() : remembered("installs.page", key, read, { most: PAGES }));
  return { rows: rows.map(installedNow), total };
}
