import type { AuthType } from "@/lib/auth-methods/definition";
import type { ConnectionState } from "@/lib/installs/constants";
import type { AvailableUpdate } from "@/lib/catalog/types";
import type {
  CollectionSplitType,
  ConditionOperator,
  CycleStatus,
  EdgeType,
  MappingType,
  PrerequisiteCode,
  SlotKind,
  StepErrorAction,
  StepKind,
  TriggerKind,
} from "./constants";

/** One row of a list of cycles. Times in milliseconds. */
export interface CycleRow {
  readonly id: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: CycleStatus;
  readonly trigger: TriggerKind;
  readonly interval: number | null;
  readonly nextRunAt: number | null;
  readonly lastSuccessfulRunAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
  readonly stepCount: number;
  readonly connectors: readonly {
    readonly accountConnectorId: number;
    readonly name: string;
    readonly slug: string;
    readonly iconUrl: string | null;
  }[];
}

/** A cycle's own settings. */
export interface CycleSettings {
  readonly stepErrorAction: StepErrorAction;
  readonly collectionSplitType: CollectionSplitType;
  readonly logStepDataRequests: boolean;
  readonly shareable: boolean;
  readonly tags: readonly string[];
  /** Hours; null: the default of 31 days. */
  readonly successRetentionHours: number | null;
  readonly erroredRetentionHours: number | null;
}

/** How one slot gets its value. A typed secret is never in `value`: `secret` tells of it. */
export interface Mapping {
  readonly mappingType: MappingType | null;
  readonly value: string | null;
  readonly secret: { readonly last4: string | null } | null;
  readonly sourceStepId: string | null;
  /** Path in the source step's output, such as `contact.email` or `[data].id`. */
  readonly sourceField: string | null;
  /** SystemName of a variable. */
  readonly variable: string | null;
  readonly triggerValue: string | null;
  readonly triggerValueDisplayName: string | null;
  readonly isLaunchVisible: boolean;
}

/** A slot by kind and name: the parameter's name, the field's path, the authentication parameter's or operand's name. */
export interface SlotMapping extends Mapping {
  readonly kind: SlotKind;
  readonly name: string;
}

export interface DelaySettings {
  readonly unit: "Seconds" | "Minutes" | "Hours" | "Days" | null;
  readonly interval: number | null;
}

/** A step as the engine, the builder and the API know it; no secret in it. */
export interface CycleStep {
  readonly id: string;
  readonly cycleId: string;
  readonly kind: StepKind;
  /** Names the step in merge fields, `{{alias.path}}`; unique in the cycle and never changed by renaming. */
  readonly alias: string;
  readonly name: string;
  readonly description: string | null;
  readonly trigger: TriggerKind | null;
  readonly accountConnectorId: number | null;
  /** Id of the method in the connector's definition. */
  readonly methodId: string | null;
  readonly useExternalAuthentication: boolean;
  /** The step's own script; of a Transform: the function body that makes its output. */
  readonly script: string | null;
  /** Null: the cycle's. */
  readonly errorAction: StepErrorAction | null;
  readonly collectionSplitType: CollectionSplitType | null;
  /** A JSON body typed as text, with merge fields; takes the place of the field mappings. */
  readonly rawBody: string | null;
  readonly operator: ConditionOperator | null;
  readonly delay: DelaySettings | null;
  readonly positionLeft: number;
  readonly positionTop: number;
  readonly mappings: readonly SlotMapping[];
}

export interface CycleEdge {
  readonly id: string;
  /** Where it starts. */
  readonly headStepId: string;
  /** Where it leads. */
  readonly tailStepId: string;
  readonly type: EdgeType;
}

/** A variable of a cycle. One that feeds an authentication parameter is sensitive: sealed, never shown. */
export interface CycleVariable {
  readonly systemName: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly value: string | null;
  readonly values: readonly string[];
  readonly isSensitive: boolean;
  readonly last4: string | null;
  readonly isLaunchVisible: boolean;
}

/** A cycle whole: what the builder shows and what a run is compiled from. */
export interface Cycle extends CycleSettings {
  readonly id: string;
  readonly partnerId: string;
  readonly accountId: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: CycleStatus;
  /** Rises with every change: a compiled cycle is of one revision. */
  readonly revision: number;
  readonly startTime: number | null;
  readonly interval: number | null;
  readonly nextRunAt: number | null;
  readonly lastSuccessfulRunAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
  readonly steps: readonly CycleStep[];
  readonly edges: readonly CycleEdge[];
  readonly variables: readonly CycleVariable[];
  /** The address of the webhook trigger. The secret is shown once, when it is made. */
  readonly webhook: { readonly key: string; readonly hasSecret: boolean } | null;
}

/** What keeps a cycle from running. */
export interface Prerequisite {
  readonly code: PrerequisiteCode;
  readonly reason: string;
  readonly objectType: "Cycle" | "AccountConnector" | "Action" | "Parameter" | "ConnectorFieldMapping";
  readonly objectId: string;
  /** The step to open for it, and the slot in it. */
  readonly stepId: string | null;
  readonly slot: { readonly kind: SlotKind; readonly name: string } | null;
}

/** Which layer supplies a value of a step's credential, never the value. */
export interface CredentialSource {
  readonly name: string;
  readonly title: string;
  readonly source: "Step" | "Account" | "Partner" | "Definition" | "Missing";
  /** Whether a call of this step makes use of it. */
  readonly used: boolean;
  readonly isSensitive: boolean;
  /** Where a mapping supplies it. */
  readonly stepId?: string;
  readonly mappingType?: MappingType;
}

/** A slot of a step with all that a control needs. */
export interface Slot {
  readonly kind: SlotKind;
  readonly name: string;
  readonly title: string;
  readonly description: string | null;
  readonly required: boolean;
  readonly secret: boolean;
  readonly dataType: string;
  /** Where it goes: `HttpHeader`, `QueryString`, a field's path, `Authentication`. */
  readonly target: string;
  readonly values: readonly string[];
  readonly defaultValue: string | null;
  /** A lookup of the connector that lists what may be chosen. */
  readonly lookup: string | null;
  readonly mapping: Mapping;
}

/** A field of an earlier step that may be chosen as a source. */
export interface SourceField {
  readonly path: string;
  readonly title: string;
  readonly dataType: string;
  /** From the last run's data; a credential shows as its marker. */
  readonly sample: string | null;
}

export interface SourceStep {
  readonly stepId: string;
  readonly alias: string;
  readonly name: string;
  /** From 1, in the order of the flow. */
  readonly number: number;
  readonly fields: readonly SourceField[];
}

/** Everything that Step Setup shows. */
export interface StepSetup {
  readonly cycle: {
    readonly id: string;
    readonly name: string;
    readonly accountId: string;
    readonly accountName: string;
    readonly status: CycleStatus;
  };
  readonly step: CycleStep;
  readonly number: number;
  readonly stepCount: number;
  readonly connection: {
    readonly id: number;
    readonly name: string;
    readonly connectorName: string;
    readonly connectorSlug: string;
    readonly iconUrl: string | null;
    readonly update: AvailableUpdate | null;
    readonly state: ConnectionState;
    readonly authType: AuthType;
    readonly isAuthenticated: boolean;
  } | null;
  readonly method: {
    readonly id: string;
    readonly uniqueIdentifier: string;
    readonly name: string;
    readonly description: string | null;
    readonly httpMethod: string;
    readonly endpoint: string;
    /** The body is a JSON document that may be typed raw. */
    readonly mayHaveRawBody: boolean;
  } | null;
  readonly parameters: readonly Slot[];
  readonly fields: readonly Slot[];
  readonly operands: readonly Slot[];
  /** Shown while the switch is on, and those still mapped after it is off. */
  readonly authentication: readonly Slot[];
  readonly externalAuthentication: {
    /** The administrator has it on for the partner. */
    readonly isAllowed: boolean;
    readonly isOn: boolean;
    /** Titles of parameters whose mappings go on applying though the switch is off or the administrator took it away. */
    readonly stillMapped: readonly string[];
    /** The type has no parameters (`None`). */
    readonly hasParameters: boolean;
  };
  readonly effectiveCredential: readonly CredentialSource[];
  readonly sources: readonly SourceStep[];
  readonly variables: readonly CycleVariable[];
  readonly prerequisites: readonly Prerequisite[];
}

/** A connection of the account that a step may use, with its methods. */
export interface ConnectionChoice {
  readonly id: number;
  readonly name: string;
  readonly connectorName: string;
  readonly connectorSlug: string;
  readonly iconUrl: string | null;
  readonly update: AvailableUpdate | null;
  readonly state: ConnectionState;
  readonly methods: readonly {
    readonly id: string;
    readonly name: string;
    readonly category: string;
    readonly httpMethod: string;
    readonly description: string | null;
  }[];
}
