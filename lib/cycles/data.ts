import { and, asc, desc, eq, inArray, isNotNull, isNull, like, or, sql } from "@/db/query";
import { preparedQuery, reader, remembered, rowsOf, type Reader } from "@/db/client";
import {
  accountConnectors,
  accounts,
  connectors,
  cycleEdges,
  cycleRevisions,
  cycles,
  cycleSteps,
  cycleVariables,
  stepMappings,
} from "@/db/schema";
import type { AccountScope, PartnerScope } from "@/lib/access/types";
import { withCustomFields } from "@/lib/auth-methods/custom-fields";
import { connectorOf, definitionOfRelease } from "@/lib/catalog/data";
import { authMethodOf } from "@/lib/catalog/definitions";
import { customFieldsOf } from "@/lib/custom-fields/data";
import { connectionOf } from "@/lib/installs/data";
import { accountPresence, presenceOf } from "@/lib/installs/wizard";
import { soon } from "@/lib/kernel/soon";
import { accountOf, partnerOf, setupOf } from "@/lib/partners/data";
import type { TriggerKind } from "./constants";
import { inOrder } from "./graph";
import { prerequisites, type ConnectionFacts, type CycleFacts } from "./policy";
import type { CyclesFilter } from "./schema";
import { stepSetup } from "./step-setup";
import type { Cycle, CycleRow, CycleStep, CycleVariable, Prerequisite, SlotMapping, StepSetup } from "./types";

type Scope = PartnerScope | AccountScope;

const inScope = (scope: Scope) =>
  and(
    eq(cycles.partnerId, scope.partnerId),
    "accountId" in scope ? eq(cycles.accountId, scope.accountId) : undefined,
    // A link's holder sees one connection and nothing that uses it.
    "onlyAccountConnectorId" in scope && scope.onlyAccountConnectorId !== undefined ? sql`0` : undefined,
  );

/** Cycles of a partner or of one account, the last changed first. Deleted ones only where the filter asks for them. */
export async function listCycles(scope: Scope, filter: CyclesFilter): Promise<CycleRow[]> {
  const text = `%${filter.query.replace(/[%_]/g, "")}%`;
  const found = await reader()
    .select({ cycle: cycles, accountName: accounts.name })
    .from(cycles)
    .innerJoin(accounts, eq(accounts.id, cycles.accountId))
    .where(
      and(
        inScope(scope),
        filter.deleted ? isNotNull(cycles.deletedAt) : isNull(cycles.deletedAt),
        filter.account ? eq(cycles.accountId, filter.account) : undefined,
        filter.status ? eq(cycles.status, filter.status) : undefined,
        filter.query ? or(like(cycles.name, text), like(accounts.name, text)) : undefined,
      ),
    )
    .orderBy(desc(cycles.updatedAt))
    .limit(1000);
  const steps = await Promise.all(
    (await stepRows(found.map((f) => f.cycle.id))).map(async (s) => ({
      ...s,
      iconUrl: s.connectorId === null ? null : ((await connectorOf(scope, s.connectorId))?.iconUrl ?? null),
    })),
  );
  return found.map(({ cycle, accountName }) => {
    const own = steps.filter((s) => s.cycleId === cycle.id);
    const used = new Map(
      own.flatMap((s) =>
        s.accountConnectorId === null
          ? []
          : [
              [
                s.accountConnectorId,
                { accountConnectorId: s.accountConnectorId, name: s.name ?? "", slug: s.slug ?? "", iconUrl: s.iconUrl },
              ] as const,
            ],
      ),
    );
    return {
      id: cycle.id,
      accountId: cycle.accountId,
      accountName,
      name: cycle.name,
      description: cycle.description,
      status: cycle.status,
      trigger: own.find((s) => s.trigger !== null)?.trigger ?? ("Manual" satisfies TriggerKind),
      interval: cycle.interval,
      nextRunAt: cycle.nextRunAt,
      lastSuccessfulRunAt: cycle.lastSuccessfulRunAt,
      createdAt: cycle.createdAt,
      updatedAt: cycle.updatedAt,
      deletedAt: cycle.deletedAt,
      stepCount: own.length,
      connectors: [...used.values()],
    };
  });
}

const stepRows = async (cycleIds: readonly string[]) =>
  cycleIds.length === 0
    ? []
    : reader()
        .select({
          cycleId: cycleSteps.cycleId,
          trigger: cycleSteps.trigger,
          accountConnectorId: cycleSteps.accountConnectorId,
          name: accountConnectors.name,
          slug: connectors.slug,
          connectorId: connectors.id,
        })
        .from(cycleSteps)
        .leftJoin(accountConnectors, eq(accountConnectors.id, cycleSteps.accountConnectorId))
        .leftJoin(connectors, eq(connectors.id, accountConnectors.connectorId))
        .where(inArray(cycleSteps.cycleId, [...cycleIds]));

const queries = () => ({
  cycle: preparedQuery("cycles.cycle", (db) =>
    db
      .select()
      .from(cycles)
      .where(eq(cycles.id, sql.placeholder("id")))
      .prepare(),
  ),
  steps: preparedQuery("cycles.steps", (db) =>
    db
      .select()
      .from(cycleSteps)
      .where(eq(cycleSteps.cycleId, sql.placeholder("id")))
      .orderBy(asc(cycleSteps.createdAt), asc(sql`rowid`))
      .prepare(),
  ),
  mappings: preparedQuery("cycles.mappings", (db) =>
    db
      .select({ mapping: stepMappings })
      .from(stepMappings)
      .innerJoin(cycleSteps, eq(cycleSteps.id, stepMappings.stepId))
      .where(eq(cycleSteps.cycleId, sql.placeholder("id")))
      .orderBy(asc(stepMappings.id))
      .prepare(),
  ),
  edges: preparedQuery("cycles.edges", (db) =>
    db
      .select()
      .from(cycleEdges)
      .where(eq(cycleEdges.cycleId, sql.placeholder("id")))
      .prepare(),
  ),
  variables: preparedQuery("cycles.variables", (db) =>
    db
      .select()
      .from(cycleVariables)
      .where(eq(cycleVariables.cycleId, sql.placeholder("id")))
      .orderBy(asc(cycleVariables.id))
      .prepare(),
  ),
});

export const toMapping = (row: typeof stepMappings.$inferSelect): SlotMapping => ({
  kind: row.kind,
  name: row.name,
  mappingType: row.mappingType,
  value: row.sealed === null ? row.value : null,
  secret: row.sealed === null ? null : { last4: row.last4 },
  sourceStepId: row.sourceStepId,
  sourceField: row.sourceField,
  variable: row.variable,
  triggerValue: row.triggerValue,
  triggerValueDisplayName: row.triggerValueDisplayName,
  isLaunchVisible: row.isLaunchVisible,
});

const toStep = (row: typeof cycleSteps.$inferSelect, mappings: readonly SlotMapping[]): CycleStep => ({
  id: row.id,
  cycleId: row.cycleId,
  kind: row.kind,
  alias: row.alias,
  name: row.name,
  description: row.description,
  trigger: row.trigger,
  accountConnectorId: row.accountConnectorId,
  methodId: row.methodId,
  useExternalAuthentication: row.useExternalAuthentication,
  script: row.script,
  errorAction: row.errorAction,
  collectionSplitType: row.collectionSplitType,
  rawBody: row.rawBody,
  operator: row.operator,
  delay: row.delay,
  positionLeft: row.positionLeft,
  positionTop: row.positionTop,
  mappings,
});

const toVariable = (row: typeof cycleVariables.$inferSelect): CycleVariable => ({
  systemName: row.systemName,
  displayName: row.displayName,
  description: row.description,
  value: row.sealed === null ? row.value : null,
  values: row.values,
  isSensitive: row.isSensitive,
  last4: row.last4,
  isLaunchVisible: row.isLaunchVisible,
});

/** A cycle whole; null for an unknown one, somebody else's and, unless asked for, a deleted one. */
export async function cycleOf(scope: Scope, id: string, options: { deleted?: boolean } = {}): Promise<Cycle | null> {
  const q = queries();
  const [row] = await q.cycle.execute({ id });
  if (!row || row.partnerId !== scope.partnerId || ("accountId" in scope && row.accountId !== scope.accountId)) return null;
  if ("onlyAccountConnectorId" in scope && scope.onlyAccountConnectorId !== undefined) return null;
  if (row.deletedAt !== null && !options.deleted) return null;
  const [steps, mappings, edges, variables] = await Promise.all([
    q.steps.execute({ id }),
    q.mappings.execute({ id }),
    q.edges.execute({ id }),
    q.variables.execute({ id }),
  ]);
  const webhook = steps.find((s) => s.trigger === "Webhook");
  const { createdBy: _, ...own } = row;
  return {
    ...own,
    steps: steps.map((s) =>
      toStep(
        s,
        mappings.filter((m) => m.mapping.stepId === s.id).map((m) => toMapping(m.mapping)),
      ),
    ),
    edges: edges.map(({ cycleId: _c, ...edge }) => edge),
    variables: variables.map(toVariable),
    webhook: webhook?.webhookKey ? { key: webhook.webhookKey, hasSecret: webhook.webhookSecretHash !== null } : null,
  };
}

/** The cycle and account of a step of this scope; null for an unknown one and for somebody else's alike. */
export async function placeOfStep(scope: Scope, stepId: string): Promise<{ cycleId: string; accountId: string } | null> {
  const [row] = await reader()
    .select({ cycleId: cycles.id, accountId: cycles.accountId })
    .from(cycleSteps)
    .innerJoin(cycles, eq(cycles.id, cycleSteps.cycleId))
    .where(and(eq(cycleSteps.id, stepId), inScope(scope), isNull(cycles.deletedAt)));
  return row ?? null;
}

/** The account of a cycle of this partner; null for an unknown one. */
export async function accountOfCycle(scope: PartnerScope, id: string): Promise<string | null> {
  const [row] = await reader()
    .select({ accountId: cycles.accountId })
    .from(cycles)
    .where(and(eq(cycles.id, id), inScope(scope)));
  return row?.accountId ?? null;
}

/** The values that a run needs and that are sealed here: for the rooms that may open them. By seal key. */
export async function sealedCycleValues(scope: AccountScope, cycleId: string) {
  const q = queries();
  const [row] = await q.cycle.execute({ id: cycleId });
  if (!row || row.partnerId !== scope.partnerId || row.accountId !== scope.accountId) return null;
  const [mappings, variables] = await Promise.all([q.mappings.execute({ id: cycleId }), q.variables.execute({ id: cycleId })]);
  return {
    mappings: mappings.flatMap(({ mapping: m }) =>
      m.sealed !== null && m.sealKey !== null
        ? [{ stepId: m.stepId, kind: m.kind, name: m.name, sealed: m.sealed, sealKey: m.sealKey }]
        : [],
    ),
    variables: variables.flatMap((v) =>
      v.sealed !== null && v.sealKey !== null ? [{ systemName: v.systemName, sealed: v.sealed, sealKey: v.sealKey }] : [],
    ),
  };
}

/** The cycle that a webhook's key starts, with what its caller has to know. Null for an unknown key and a deleted cycle. */
export function webhookOf(key: string) {
  return remembered("cycles.webhook", key, () => soon(rowsOf(webhookQuery(), { key }), ([row]) => row ?? null), {
    isSettled: true,
  });
}

const webhookQuery = () =>
  preparedQuery("cycles.webhook", (db) =>
    db
      .select({
        cycleId: cycles.id,
        partnerId: cycles.partnerId,
        accountId: cycles.accountId,
        status: cycles.status,
        revision: cycles.revision,
        stepId: cycleSteps.id,
        secretHash: cycleSteps.webhookSecretHash,
      })
      .from(cycleSteps)
      .innerJoin(cycles, eq(cycles.id, cycleSteps.cycleId))
      .where(and(eq(cycleSteps.webhookKey, sql.placeholder("key")), isNull(cycles.deletedAt)))
      .prepare(),
  );

/** Cycles with a step of an installed connector. In: a scope that owns it. `needsIt`: some step has no External Authentication. */
export async function cyclesUsing(scope: Scope, accountConnectorId: number, db: Reader = reader()) {
  const rows = await db
    .select({
      id: cycles.id,
      name: cycles.name,
      status: cycles.status,
      external: cycleSteps.useExternalAuthentication,
      stepId: cycleSteps.id,
      stepName: cycleSteps.name,
      deletedAt: cycles.deletedAt,
    })
    .from(cycleSteps)
    .innerJoin(cycles, eq(cycles.id, cycleSteps.cycleId))
    .where(and(inScope(scope), eq(cycleSteps.accountConnectorId, accountConnectorId)))
    .orderBy(asc(cycles.name));
  const found = new Map<
    string,
    {
      id: string;
      name: string;
      status: (typeof rows)[number]["status"];
      needsIt: boolean;
      isDeleted: boolean;
      steps: { id: string; name: string; isExternal: boolean }[];
    }
  >();
  for (const row of rows) {
    const cycle = found.get(row.id) ?? {
      id: row.id,
      name: row.name,
      status: row.status,
      needsIt: false,
      isDeleted: row.deletedAt !== null,
      steps: [],
    };
    cycle.needsIt ||= !row.external;
    cycle.steps.push({ id: row.stepId, name: row.stepName, isExternal: row.external });
    found.set(row.id, cycle);
  }
  return [...found.values()];
}

/** What Undo would take back, or null. */
export async function lastChange(scope: Scope, cycleId: string): Promise<{ title: string; at: number; by: string } | null> {
  const [row] = await reader()
    .select({ title: cycleRevisions.title, at: cycleRevisions.at, by: cycleRevisions.by })
    .from(cycleRevisions)
    .innerJoin(cycles, eq(cycles.id, cycleRevisions.cycleId))
    .where(and(eq(cycleRevisions.cycleId, cycleId), inScope(scope)))
    .orderBy(desc(cycleRevisions.revision))
    .limit(1);
  return row ?? null;
}

async function connectionFacts(scope: AccountScope, id: number): Promise<ConnectionFacts | null> {
  const view = await connectionOf(scope, id);
  const release = view && (await definitionOfRelease(scope, view.releaseId));
  const authMethod = view && release && authMethodOf(release.definition, view.authMethodId);
  if (!view || !release || !authMethod) return null;
  const setup = await setupOf(scope, view.connectorId);
  return {
    id,
    name: view.name,
    definition: withCustomFields(release.definition, await customFieldsOf(id)),
    authMethod,
    hasCredential: view.hasCredential,
    isDisabled: view.disabledAt !== null,
    state: view.state,
    connectorName: view.connectorName,
    connectorSlug: view.connectorSlug,
    iconUrl: view.iconUrl,
    update: view.update,
    account: accountPresence(authMethod, view),
    partner: presenceOf(setup.values),
  };
}

/** A cycle with all that its rules look at. */
export async function cycleFacts(scope: AccountScope, cycle: Cycle): Promise<CycleFacts> {
  const ids = new Set(cycle.steps.flatMap((s) => (s.accountConnectorId === null ? [] : [s.accountConnectorId])));
  const found = await Promise.all([...ids].map((id) => connectionFacts(scope, id)));
  const partner = await partnerOf(scope);
  return {
    cycle,
    connections: new Map(found.flatMap((c) => (c ? [[c.id, c] as const] : []))),
    isExternalAllowed: partner.externalAuthenticationEnabled,
  };
}

/** What keeps a cycle from running; null for an unknown cycle. */
export async function prerequisitesOf(scope: AccountScope, cycleId: string): Promise<readonly Prerequisite[] | null> {
  const cycle = await cycleOf(scope, cycleId);
  return cycle && prerequisites(await cycleFacts(scope, cycle));
}

/**
 * What Step Setup shows of a step, and what the API reads of it. In: what earlier steps put out in the last run, by step, with
 * credentials replaced. Out: null for an unknown step.
 */
export async function stepSetupOf(
  scope: AccountScope,
  stepId: string,
  outputs: ReadonlyMap<string, unknown> = new Map(),
): Promise<StepSetup | null> {
  const place = await placeOfStep(scope, stepId);
  const cycle = place && (await cycleOf(scope, place.cycleId));
  const account = await accountOf(scope);
  if (!cycle || !account) return null;
  return stepSetup({ facts: await cycleFacts(scope, cycle), stepId, accountName: account.name, outputs });
}

/** The steps of a cycle in the order of its flow; null for an unknown cycle. */
export async function stepsOf(scope: Scope, cycleId: string): Promise<readonly CycleStep[] | null> {
  const cycle = await cycleOf(scope, cycleId);
  return cycle && inOrder(cycle);
}
