import "server-only";
import { notFound } from "next/navigation";
import { cache } from "react";
import { requirePartner } from "@/lib/access/loaders";
import { narrowScope } from "@/lib/access/scopes";
import type { AccountScope, PartnerScope } from "@/lib/access/types";
import { definitionOfRelease } from "@/lib/catalog/data";
import { listConnections } from "@/lib/installs/data";
import { connectionsFilterSchema } from "@/lib/installs/schema";
import { accountOf, listAccounts, partnerOf } from "@/lib/partners/data";
import { accountOfCycle, cycleFacts, cycleOf, cyclesUsing, lastChange, listCycles } from "./data";
import { prerequisites } from "./policy";
import { cyclesFilterSchema } from "./schema";
import type { ConnectionChoice } from "./types";

const MANY = 1000;

const may = (scope: PartnerScope | AccountScope) => ({
  mayWrite: scope.permissions.has("cycles.write"),
  mayRun: scope.permissions.has("cycles.run"),
});

/** The list of cycles with its filter and the accounts to choose from. */
export async function cyclesPage(search: Record<string, string | string[] | undefined>) {
  const { scope } = await requirePartner("/cycles", "cycles.read");
  const filter = cyclesFilterSchema.parse(search);
  const [cycles, deleted, accounts] = await Promise.all([
    listCycles(scope, filter),
    listCycles(scope, { ...filter, deleted: true }),
    listAccounts(scope, { query: "", page: 1 }),
  ]);
  const first = accounts.rows.map((a) => ({ id: a.id, name: a.name }));
  const isFar = filter.account !== "" && !first.some((a) => a.id === filter.account);
  const chosen = isFar ? await accountOf(narrowScope(scope, filter.account)) : null;
  return {
    ...may(scope),
    filter,
    cycles,
    deletedCount: deleted.length,
    /** The first of them, and the one that the filter names. */
    accounts: chosen ? [...first, { id: chosen.id, name: chosen.name }] : first,
  };
}

/** The cycles of one account, for its page. */
export async function cyclesOfAccount(accountId: string) {
  const { scope } = await requirePartner(`/accounts/${accountId}`, "cycles.read");
  return { ...may(scope), cycles: await listCycles(scope, cyclesFilterSchema.parse({ account: accountId })) };
}

/** The account's scope of the page of one cycle; 404 for an unknown cycle and for another partner's alike. */
export const cycleScope = cache(async (path: string, cycleId: string): Promise<AccountScope> => {
  const { scope } = await requirePartner(path, "cycles.read");
  const accountId = await accountOfCycle(scope, cycleId);
  if (!accountId) notFound();
  return narrowScope(scope, accountId);
});

/** The connections of the account and their methods, from which a step is chosen. */
async function connectionChoices(scope: AccountScope): Promise<readonly ConnectionChoice[]> {
  const rows = await listConnections(scope, connectionsFilterSchema.parse({}));
  return Promise.all(
    rows.slice(0, MANY).map(async (row) => {
      const release = await definitionOfRelease(scope, row.releaseId);
      return {
        id: row.id,
        name: row.name,
        connectorName: row.connectorName,
        connectorSlug: row.connectorSlug,
        iconUrl: row.iconUrl,
        update: row.update,
        state: row.state,
        methods: (release?.definition.methods ?? [])
          .filter((m) => !m.hidden)
          .map((m) => ({
            id: m.id,
            name: m.name,
            category: m.category,
            httpMethod: m.httpMethod,
            description: m.description ?? null,
          })),
      };
    }),
  );
}

/** Everything that the builder of one cycle shows. */
export const builderPage = cache(async (cycleId: string) => {
  const scope = await cycleScope(`/cycles/${cycleId}`, cycleId);
  const [cycle, account, partner] = await Promise.all([cycleOf(scope, cycleId), accountOf(scope), partnerOf(scope)]);
  if (!cycle || !account) notFound();
  const [facts, connections, undo] = await Promise.all([
    cycleFacts(scope, cycle),
    connectionChoices(scope),
    lastChange(scope, cycleId),
  ]);
  return {
    ...may(scope),
    cycle,
    account: { id: account.id, name: account.name, timezone: account.timezone },
    connections,
    prerequisites: prerequisites(facts),
    undo,
    isExternalAllowed: partner.externalAuthenticationEnabled,
  };
});

/** The cycles that use a connection, for its page. In: a scope that owns it. */
export async function whereUsed(connectionId: number) {
  const { scope } = await requirePartner(`/connections/${connectionId}`, "cycles.read");
  return (await cyclesUsing(scope, connectionId)).filter((c) => !c.isDeleted);
}
