import { preparedQuery, reader, remembered, rowsOf } from "@/db/client";
import { and, asc, count, desc, eq, isNull, like, or, sql } from "@/db/query";
import { accountConnectors, accounts, cycles, memberships, partners, partnerSetups, partnerValues } from "@/db/schema";
import type { AccountScope, InstanceScope, PartnerScope } from "@/lib/access/types";
import type { SavedSetup } from "@/lib/catalog/listing";
import type { SecretState } from "@/lib/kernel/secret";
import { soon, type Soon } from "@/lib/kernel/soon";

export type Account = typeof accounts.$inferSelect;
export type Partner = typeof partners.$inferSelect;

/** With their tables: inside a subquery a bare name would mean a column of the inner table. */
const outerAccount = sql`${accounts}.${sql.identifier(accounts.id.name)}`;
const outerPartner = sql`${partners}.${sql.identifier(partners.id.name)}`;

export async function partnerOf(scope: { readonly partnerId: string }): Promise<Partner> {
  const [row] = await reader().select().from(partners).where(eq(partners.id, scope.partnerId));
  if (!row) throw new Error("the partner of a scope is gone");
  return row;
}

export const ACCOUNTS_PAGE_SIZE = 50;

/** Accounts of the partner by name, with how many connectors each has. */
export async function listAccounts(scope: PartnerScope, filter: { query: string; page: number }) {
  const text = `%${filter.query.replace(/[%_]/g, "")}%`;
  const where = and(
    eq(accounts.partnerId, scope.partnerId),
    isNull(accounts.deletedAt),
    filter.query ? or(like(accounts.name, text), like(accounts.externalId, text)) : undefined,
  );
  const [{ total } = { total: 0 }] = await reader().select({ total: count() }).from(accounts).where(where);
  const rows = await reader()
    .select({
      id: accounts.id,
      externalId: accounts.externalId,
      name: accounts.name,
      description: accounts.description,
      createdAt: accounts.createdAt,
      connectors: sql<number>`(select count(*) from ${accountConnectors} where ${accountConnectors.accountId} = ${outerAccount})`,
      people: sql<number>`(select count(*) from ${memberships} where ${memberships.accountId} = ${outerAccount})`,
    })
    .from(accounts)
    .where(where)
    .orderBy(asc(sql`lower(${accounts.name})`))
    .limit(ACCOUNTS_PAGE_SIZE)
    .offset((filter.page - 1) * ACCOUNTS_PAGE_SIZE);
  return { rows, total, pages: Math.max(1, Math.ceil(total / ACCOUNTS_PAGE_SIZE)) };
}

const within = (scope: PartnerScope) =>
  and(
    eq(accounts.partnerId, scope.partnerId),
    isNull(accounts.deletedAt),
    scope.onlyAccountId === undefined ? undefined : eq(accounts.id, scope.onlyAccountId),
  );

/** A page of the accounts that a scope reaches, by name or by creation; of one parent where it is named. */
export async function accountsPage(
  scope: PartnerScope,
  paging: { readonly offset: number; readonly limit: number; readonly orderBy: string; readonly ascending: boolean },
  parentAccountId?: string,
): Promise<{ rows: Account[]; total: number }> {
  const where = and(within(scope), parentAccountId === undefined ? undefined : eq(accounts.parentAccountId, parentAccountId));
  const [counted] = await reader().select({ total: count() }).from(accounts).where(where);
  const key = paging.orderBy === "id" ? accounts.externalId : sql`lower(${accounts.name})`;
  const order = paging.ascending ? asc : desc;
  const rows = await reader()
    .select()
    .from(accounts)
    .where(where)
    .orderBy(order(key), order(accounts.id))
    .limit(paging.limit)
    .offset(paging.offset);
  return { rows, total: counted?.total ?? 0 };
}

/** An account of a partner; null for an unknown one, another partner's and a deleted one. */
export function accountOf({ partnerId, accountId }: Pick<AccountScope, "partnerId" | "accountId">): Soon<Account | null> {
  const read = (): Soon<Account | null> => soon(rowsOf(accountQuery(), { partnerId, accountId }), ([row]) => row ?? null);
  return remembered("partners.account", `${partnerId}/${accountId}`, read, { isSettled: true });
}

const accountQuery = () =>
  preparedQuery("partners.account", (db) =>
    db
      .select()
      .from(accounts)
      .where(
        and(
          eq(accounts.id, sql.placeholder("accountId")),
          eq(accounts.partnerId, sql.placeholder("partnerId")),
          isNull(accounts.deletedAt),
        ),
      )
      .prepare(),
  );

const countsQuery = () =>
  preparedQuery("partners.counts", (db) =>
    db
      .select({
        name: partners.name,
        accounts: sql<number>`(select count(*) from ${accounts} where ${accounts.partnerId} = ${outerPartner} and ${accounts.deletedAt} is null)`,
        connections: sql<number>`(select count(*) from ${accountConnectors} where ${accountConnectors.partnerId} = ${outerPartner})`,
        cycles: sql<number>`(select count(*) from ${cycles} where ${cycles.partnerId} = ${outerPartner} and ${cycles.deletedAt} is null)`,
      })
      .from(partners)
      .where(eq(partners.id, sql.placeholder("partnerId")))
      .prepare(),
  );

/** The partner's name, and the numbers beside the navigation. */
export async function partnerCounts(
  scope: PartnerScope,
): Promise<{ name: string; accounts: number; connections: number; cycles: number }> {
  const { partnerId } = scope;
  const row = await remembered("partners.counts", partnerId, async () => (await countsQuery().execute({ partnerId }))[0] ?? null);
  if (!row) throw new Error("the partner of a scope is gone");
  return row;
}

/** One stored value of a setup, as a page may see it: plain values in full, secrets by their state. */
export interface StoredValue {
  readonly value: string | null;
  readonly secret: SecretState | null;
}

export interface Setup {
  readonly savedAt: number | null;
  readonly savedBy: string | null;
  readonly values: Readonly<Record<string, StoredValue>>;
}

/** The partner's own values for a connector; empty where nothing was saved yet. */
export async function setupOf(scope: { readonly partnerId: string }, connectorId: number): Promise<Setup> {
  const rows = await reader()
    .select({ setup: partnerSetups, value: partnerValues })
    .from(partnerSetups)
    .leftJoin(partnerValues, eq(partnerValues.setupId, partnerSetups.id))
    .where(and(eq(partnerSetups.partnerId, scope.partnerId), eq(partnerSetups.connectorId, connectorId)));
  const values: Record<string, StoredValue> = {};
  for (const { value: v } of rows) {
    if (!v) continue;
    values[v.name] =
      v.sealed === null
        ? { value: v.value, secret: null }
        : { value: null, secret: { isSet: true, last4: v.last4, setAt: v.setAt, setBy: v.setBy } };
  }
  const first = rows[0]?.setup;
  return { savedAt: first?.savedAt ?? null, savedBy: first?.savedBy ?? null, values };
}

const valueNamesQuery = () =>
  preparedQuery("partners.value_names", (db) =>
    db
      .select({ name: partnerValues.name })
      .from(partnerValues)
      .innerJoin(partnerSetups, eq(partnerSetups.id, partnerValues.setupId))
      .where(
        and(
          eq(partnerSetups.partnerId, sql.placeholder("partnerId")),
          eq(partnerSetups.connectorId, sql.placeholder("connectorId")),
        ),
      )
      .prepare(),
  );

/** Names of the values that the partner has given for a connector. */
export function partnerValueNames(scope: { readonly partnerId: string }, connectorId: number): Soon<readonly string[]> {
  const { partnerId } = scope;
  const read = (): Soon<readonly string[]> =>
    soon(rowsOf(valueNamesQuery(), { partnerId, connectorId }), (rows) => rows.map((row) => row.name));
  return remembered("partners.value_names", `${partnerId}/${connectorId}`, read, { isSettled: true });
}

const savedQuery = () =>
  preparedQuery("partners.saved", (db) =>
    db
      .select({
        connectorId: partnerSetups.connectorId,
        savedAt: partnerSetups.savedAt,
        name: partnerValues.name,
        value: partnerValues.value,
      })
      .from(partnerSetups)
      .leftJoin(partnerValues, eq(partnerValues.setupId, partnerSetups.id))
      .where(eq(partnerSetups.partnerId, sql.placeholder("partnerId")))
      .prepare(),
  );

/** What a partner has given, by connector: text that may be seen, `true` for a secret. Connectors never saved are absent. */
export async function savedSetups(scope: { readonly partnerId: string }): Promise<ReadonlyMap<number, SavedSetup>> {
  const { partnerId } = scope;
  return remembered("partners.saved", partnerId, async () => {
    const found = new Map<number, { savedAt: number; has: Record<string, string | true> }>();
    for (const row of await savedQuery().execute({ partnerId })) {
      let setup = found.get(row.connectorId);
      if (!setup) found.set(row.connectorId, (setup = { savedAt: row.savedAt, has: {} }));
      if (row.name !== null) setup.has[row.name] = row.value ?? true;
    }
    return found;
  });
}

const installCountsQuery = () =>
  preparedQuery("partners.installs", (db) =>
    db
      .select({ connectorId: accountConnectors.connectorId, n: sql<number>`count(distinct ${accountConnectors.accountId})` })
      .from(accountConnectors)
      .where(eq(accountConnectors.partnerId, sql.placeholder("partnerId")))
      .groupBy(accountConnectors.connectorId)
      .prepare(),
  );

/** How many accounts have installed each connector. */
export async function installCounts(scope: PartnerScope): Promise<ReadonlyMap<number, number>> {
  const { partnerId } = scope;
  return remembered("partners.installs", partnerId, async () => {
    const rows = await installCountsQuery().execute({ partnerId });
    return new Map(rows.map((r) => [r.connectorId, r.n]));
  });
}

/** The sealed values of a setup, for the rooms that may open them. */
export function sealedSetupValues(scope: { readonly partnerId: string }, connectorId: number) {
  const { partnerId } = scope;
  const read = () => rowsOf(sealedValuesQuery(), { partnerId, connectorId });
  return remembered("partners.sealed_values", `${partnerId}/${connectorId}`, read, { isSettled: true });
}

const sealedValuesQuery = () =>
  preparedQuery("partners.sealedValues", (db) =>
    db
      .select({ id: partnerValues.id, name: partnerValues.name, value: partnerValues.value, sealed: partnerValues.sealed })
      .from(partnerValues)
      .innerJoin(partnerSetups, eq(partnerSetups.id, partnerValues.setupId))
      .where(
        and(
          eq(partnerSetups.partnerId, sql.placeholder("partnerId")),
          eq(partnerSetups.connectorId, sql.placeholder("connectorId")),
        ),
      )
      .prepare(),
  );

/** Every partner of the instance with how much it holds, for the administrator. Never a secret. */
export async function listPartners(_scope: InstanceScope) {
  return reader()
    .select({
      id: partners.id,
      name: partners.name,
      slug: partners.slug,
      externalAuthenticationEnabled: partners.externalAuthenticationEnabled,
      createdAt: partners.createdAt,
      disabledAt: partners.disabledAt,
      accounts: sql<number>`(select count(*) from ${accounts} where ${accounts.partnerId} = ${outerPartner} and ${accounts.deletedAt} is null)`,
      connections: sql<number>`(select count(*) from ${accountConnectors} where ${accountConnectors.partnerId} = ${outerPartner})`,
      people: sql<number>`(select count(*) from ${memberships} where ${memberships.partnerId} = ${outerPartner} and ${memberships.accountId} is null)`,
    })
    .from(partners)
    .orderBy(asc(partners.name));
}

export async function partnerById(_scope: InstanceScope, id: string): Promise<Partner | null> {
  const [row] = await reader().select().from(partners).where(eq(partners.id, id));
  return row ?? null;
}

/** How much the instance holds. Numbers only. */
export async function instanceNumbers(
  _scope: InstanceScope,
): Promise<{ partners: number; accounts: number; connections: number }> {
  const [p] = await reader().select({ n: count() }).from(partners);
  const [a] = await reader().select({ n: count() }).from(accounts).where(isNull(accounts.deletedAt));
  const [c] = await reader().select({ n: count() }).from(accountConnectors);
  return { partners: p?.n ?? 0, accounts: a?.n ?? 0, connections: c?.n ?? 0 };
}
