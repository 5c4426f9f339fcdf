import type {
  CollectionSplitType,
  ConditionOperator,
  CycleStatus,
  EdgeType,
  MappingType,
  SlotKind,
  StepErrorAction,
  StepKind,
  TriggerKind,
} from "@/lib/cycles/constants";
import type { DelaySettings } from "@/lib/cycles/types";
import { boolean, guidKey, index, json, number, sealed, serialKey, string, table, timestamp, uniqueIndex } from "../columns";
import { accountConnectors } from "./installs";
import { accounts, partners } from "./partners";

export const cycles = table(
  "cycles",
  {
    id: guidKey(),
    partnerId: string("partner_id")
      .notNull()
      .references(() => partners.id),
    accountId: string("account_id")
      .notNull()
      .references(() => accounts.id),
    name: string("name").notNull(),
    description: string("description"),
    status: string("status").$type<CycleStatus>().notNull().default("Paused"),
    /** Rises with every change; what was compiled from an older one is stale. */
    revision: number("revision").notNull().default(1),
    shareable: boolean("shareable").notNull().default(false),
    stepErrorAction: string("step_error_action").$type<StepErrorAction>().notNull().default("Ignore"),
    collectionSplitType: string("collection_split_type").$type<CollectionSplitType>().notNull().default("All"),
    logStepDataRequests: boolean("log_step_data_requests").notNull().default(true),
    tags: json<string[]>("tags").notNull(),
    successRetentionHours: number("success_retention_hours"),
    erroredRetentionHours: number("errored_retention_hours"),
    startTime: timestamp("start_time"),
    /** Minutes between runs; null: not on a schedule. */
    interval: number("interval"),
    nextRunAt: timestamp("next_run_at"),
    lastSuccessfulRunAt: timestamp("last_successful_run_at"),
    createdAt: timestamp("created_at").notNull(),
    createdBy: string("created_by").notNull(),
    updatedAt: timestamp("updated_at").notNull(),
    deletedAt: timestamp("deleted_at"),
  },
  (t) => [index("cycles_account").on(t.partnerId, t.accountId), index("cycles_due").on(t.status, t.nextRunAt)],
);

export const cycleSteps = table(
  "cycle_steps",
  {
    id: guidKey(),
    cycleId: string("cycle_id")
      .notNull()
      .references(() => cycles.id, { onDelete: "cascade" }),
    kind: string("kind").$type<StepKind>().notNull(),
    alias: string("alias").notNull(),
    name: string("name").notNull(),
    description: string("description"),
    trigger: string("trigger").$type<TriggerKind>(),
    /** Part of the webhook's address; unguessable. */
    webhookKey: string("webhook_key"),
    webhookSecretHash: string("webhook_secret_hash"),
    accountConnectorId: number("account_connector_id").references(() => accountConnectors.id),
    methodId: string("method_id"),
    useExternalAuthentication: boolean("use_external_authentication").notNull().default(false),
    script: string("script"),
    errorAction: string("error_action").$type<StepErrorAction>(),
    collectionSplitType: string("collection_split_type").$type<CollectionSplitType>(),
    rawBody: string("raw_body"),
    operator: string("operator").$type<ConditionOperator>(),
    delay: json<DelaySettings>("delay"),
    positionLeft: number("position_left").notNull().default(0),
    positionTop: number("position_top").notNull().default(0),
    createdAt: timestamp("created_at").notNull(),
  },
  (t) => [
    uniqueIndex("cycle_steps_alias").on(t.cycleId, t.alias),
    uniqueIndex("cycle_steps_webhook").on(t.webhookKey),
    index("cycle_steps_connector").on(t.accountConnectorId),
  ],
);

export const cycleEdges = table(
  "cycle_edges",
  {
    id: guidKey(),
    cycleId: string("cycle_id")
      .notNull()
      .references(() => cycles.id, { onDelete: "cascade" }),
    headStepId: string("head_step_id")
      .notNull()
      .references(() => cycleSteps.id, { onDelete: "cascade" }),
    tailStepId: string("tail_step_id")
      .notNull()
      .references(() => cycleSteps.id, { onDelete: "cascade" }),
    type: string("type").$type<EdgeType>().notNull(),
  },
  (t) => [uniqueIndex("cycle_edges_exit").on(t.headStepId, t.type), index("cycle_edges_cycle").on(t.cycleId)],
);

export const stepMappings = table(
  "step_mappings",
  {
    id: serialKey(),
    stepId: string("step_id")
      .notNull()
      .references(() => cycleSteps.id, { onDelete: "cascade" }),
    kind: string("kind").$type<SlotKind>().notNull(),
    name: string("name").notNull(),
    mappingType: string("mapping_type").$type<MappingType>(),
    value: string("value"),
    /** A typed authentication value; `sealKey` is its row in sealing, kept by a copy. */
    sealed: sealed("sealed"),
    sealKey: string("seal_key"),
    last4: string("last4"),
    sourceStepId: string("source_step_id"),
    sourceField: string("source_field"),
    variable: string("variable"),
    triggerValue: string("trigger_value"),
    triggerValueDisplayName: string("trigger_value_display_name"),
    isLaunchVisible: boolean("is_launch_visible").notNull().default(false),
  },
  (t) => [uniqueIndex("step_mappings_slot").on(t.stepId, t.kind, t.name)],
);

export const cycleVariables = table(
  "cycle_variables",
  {
    id: serialKey(),
    cycleId: string("cycle_id")
      .notNull()
      .references(() => cycles.id, { onDelete: "cascade" }),
    systemName: string("system_name").notNull(),
    displayName: string("display_name").notNull(),
    description: string("description"),
    value: string("value"),
    values: json<string[]>("values").notNull(),
    /** Feeds an authentication parameter, or was said to be secret. */
    isSensitive: boolean("is_sensitive").notNull().default(false),
    sealed: sealed("sealed"),
    sealKey: string("seal_key"),
    last4: string("last4"),
    isLaunchVisible: boolean("is_launch_visible").notNull().default(false),
  },
  (t) => [uniqueIndex("cycle_variables_name").on(t.cycleId, t.systemName)],
);

/** What a cycle was before each of its last changes, for Undo. Sealed values stay sealed. */
export const cycleRevisions = table(
  "cycle_revisions",
  {
    id: guidKey(),
    cycleId: string("cycle_id")
      .notNull()
      .references(() => cycles.id, { onDelete: "cascade" }),
    revision: number("revision").notNull(),
    /** What the change was, as Undo names it. */
    title: string("title").notNull(),
    snapshot: json<unknown>("snapshot").notNull(),
    at: timestamp("at").notNull(),
    by: string("by").notNull(),
  },
  (t) => [uniqueIndex("cycle_revisions_number").on(t.cycleId, t.revision)],
);
