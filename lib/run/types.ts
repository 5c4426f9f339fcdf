import type { StepKind, TriggerKind } from "@/lib/cycles/constants";
import type { ErrorCode, FailureOwner } from "@/lib/kernel/errors";
import type { SealedText } from "@/lib/kernel/secret";
import type { IncidentLevel, SplitType, StepStatus, TransactionStatus } from "./constants";

/** How a script went that was run on made-up variables. Secrets in it are masked. */
export interface ScriptTest {
  readonly ok: boolean;
  readonly durationMs: number;
  /** What the script printed, a line each. */
  readonly console: readonly string[];
  /** What happens next in a real call; null where the script failed. */
  readonly signal: "continue" | "stop" | "refresh" | "session" | null;
  /** JSON of what the function returned. */
  readonly returned: string | null;
  /** JSON of the variables as the script left them. */
  readonly variables: string | null;
  readonly error: { readonly message: string; readonly kind: string; readonly line: number | null } | null;
}

/** Why a run or a step failed, and whose it is. No secret in it. */
export interface RunError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly owner: FailureOwner;
  readonly stepId: string | null;
}

/** A request as it is kept: secrets and credentials replaced. */
export interface KeptRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface KeptResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One row of a list of transactions. Times in milliseconds. */
export interface TransactionRow {
  readonly id: string;
  readonly cycleId: string;
  readonly cycleName: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly status: TransactionStatus;
  readonly trigger: TriggerKind;
  readonly splitType: SplitType;
  readonly parentId: string | null;
  readonly itemIndex: number | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** When a waiting one goes on; null where it waits for the parts of a list. */
  readonly nextAttemptAt: number | null;
  readonly currentStepId: string | null;
  /** Failed attempts of the step it is at. */
  readonly attempt: number;
  readonly error: RunError | null;
}

/** A try at a step that failed before the last one. Times in milliseconds. */
export interface StepTry {
  readonly startedAt: number;
  readonly durationMs: number;
  readonly request: KeptRequest | null;
  readonly response: KeptResponse | null;
  readonly error: RunError | null;
}

export interface TransactionStep {
  readonly stepId: string;
  readonly alias: string;
  readonly name: string;
  readonly kind: StepKind;
  readonly status: StepStatus;
  readonly attempts: number;
  readonly startedAt: number;
  readonly durationMs: number;
  /** Null for a tool, and where the cycle doesn't keep them. */
  readonly request: KeptRequest | null;
  readonly response: KeptResponse | null;
  readonly output: unknown;
  readonly idempotencyKey: string | null;
  readonly error: RunError | null;
}

/** How one step went in one run. Times in milliseconds. */
export interface StepRun {
  readonly transactionId: string;
  readonly ok: boolean;
  /** Of the provider's answer; null where there was none. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly at: number;
}

/** The parts of a list that a transaction was split into, by how they stand. */
export interface SplitCounts {
  readonly total: number;
  readonly open: number;
  readonly completed: number;
  readonly failed: number;
}

/** A transaction whole. */
export interface TransactionView extends TransactionRow {
  /** What the trigger gave, or the item of a part; credentials show as their marker. */
  readonly payload: unknown;
  /** In the order they ran. */
  readonly steps: readonly (TransactionStep & { readonly earlierTries: readonly StepTry[] })[];
  readonly parts: SplitCounts | null;
  readonly incidents: readonly Incident[];
  readonly mayCancel: boolean;
  /** It waits for a time and may go on now. */
  readonly mayResume: boolean;
}

export interface TransactionPage {
  readonly rows: readonly TransactionRow[];
  readonly page: number;
  readonly hasMore: boolean;
}

export interface Incident {
  readonly id: number;
  readonly level: IncidentLevel;
  readonly shortMessage: string;
  readonly fullMessage: string;
  readonly cycleId: string;
  readonly cycleName: string;
  readonly accountId: string;
  readonly stepId: string | null;
  readonly stepName: string | null;
  readonly transactionId: string;
  readonly at: number;
}

/** Numbers of runs, for the dashboard. */
export interface RunCounts {
  readonly activeCycles: number;
  readonly open: number;
  /** Of the last 24 hours. */
  readonly completed: number;
  readonly failed: number;
}

/** Steps of the last day's runs that failed, by whose that is; those that were ignored or are tried again count too. */
export type FailuresByOwner = Readonly<Record<FailureOwner, number>>;

/** A pass that is to be added. */
export interface NewTransaction {
  readonly id: string;
  readonly partnerId: string;
  readonly accountId: string;
  readonly cycleId: string;
  readonly trigger: TriggerKind;
  readonly parentId: string | null;
  readonly itemIndex: number | null;
  readonly createdAt: number;
  readonly currentStepId: string | null;
  /** With credentials replaced, and sealed as it came where something was. */
  readonly payload: unknown;
  readonly sealedPayload: SealedText | null;
}

/** A pass as whoever holds its lease knows it. */
export interface HeldTransaction extends NewTransaction {
  readonly fence: number;
  readonly startedAt: number | null;
  readonly attempt: number;
  readonly failingSince: number | null;
  /** Steps of it may have been recorded before. */
  readonly isResumed: boolean;
}

export interface Lease {
  readonly owner: string;
  /** Milliseconds. */
  readonly until: number;
}

/** What a step put out, as it is kept. */
export interface StoredOutput {
  readonly transactionId: string;
  readonly stepId: string;
  readonly status: StepStatus;
  readonly output: unknown;
  readonly sealedOutput: SealedText | null;
}

/** What a pass begins with: its own payload, or of a part those of the passes above it, the outermost first. */
export interface StoredStart {
  readonly transactionId: string;
  readonly payload: unknown;
  readonly sealedPayload: SealedText | null;
}

export type StepRecord = Omit<TransactionStep, "output"> & { readonly output: unknown; readonly sealedOutput: SealedText | null };

export interface IncidentRecord {
  readonly level: IncidentLevel;
  readonly stepId: string | null;
  readonly stepName: string | null;
  readonly shortMessage: string;
  readonly fullMessage: string;
}

/** How a pass stands after a step. */
export type Standing =
  | { readonly kind: "goesOn"; readonly stepId: string }
  | {
      readonly kind: "waits";
      readonly stepId: string;
      readonly dueAt: number;
      readonly attempt: number;
      readonly failingSince: number | null;
      readonly error: RunError | null;
    }
  | { readonly kind: "splits"; readonly parts: readonly NewTransaction[] }
  | {
      readonly kind: "ends";
      readonly status: "Completed" | "Failed" | "Cancelled";
      readonly error: RunError | null;
      /** The whole integration stops: its cycle is paused and what is open of it cancelled. */
      readonly stopsCycle: boolean;
    };

/** One commit of a pass: what a step did and how the pass stands after it. */
export interface RunRecord {
  readonly transaction: Pick<NewTransaction, "id" | "partnerId" | "accountId" | "cycleId" | "parentId">;
  readonly fence: number;
  readonly startedAt: number;
  readonly at: number;
  readonly steps: readonly StepRecord[];
  readonly incident: IncidentRecord | null;
  readonly standing: Standing;
  /** What a script set as the next last successful run (ms); null where none did. */
  readonly successAt: number | null;
  /** Some output of the pass may be kept sealed: it is wiped where the pass ends. */
  readonly hasSealed: boolean;
  /** Of a pass that goes on: how long its holder may take. */
  readonly lease: Lease;
}

/**
 * Where runs are kept: the one thing that differs between an embedded database, a server's and a queue. Whatever it answers for is
 * durable; a write under a fence that has passed changes nothing.
 */
export interface RunStore {
  /** In: the passes, and a lease where whoever adds them runs them itself. */
  add(added: readonly NewTransaction[], lease: Lease | null): Promise<void>;
  /** Leases what is due. `busyAccounts` have no room for more. */
  take(lease: Lease, at: number, limit: number, busyAccounts: readonly string[]): Promise<readonly HeldTransaction[]>;
  /** How many passes of an account may run at the same time, where it says so itself. */
  limitOf(accountId: string): Promise<number | null>;
  renew(ids: readonly string[], lease: Lease): Promise<void>;
  /** Gives back what was not begun or can be picked up as it stands. */
  release(ids: readonly string[], owner: string, at: number): Promise<void>;
  /** Holders of leases that have not ended. */
  holders(): Promise<readonly string[]>;
  /** Ends the leases of a holder that is known to be gone. */
  expire(owner: string, at: number): Promise<void>;
  /** When something is due next (ms), scheduled cycles included; null: nothing is. */
  nextDue(): Promise<number | null>;
  /** Adds a pass for every scheduled cycle that is due, and sets when it is due again. Out: how many. */
  startScheduled(at: number, make: (cycle: ScheduledCycle) => NewTransaction): Promise<number>;
  /** What the pass and those above it began with and put out. */
  history(transaction: Pick<NewTransaction, "id" | "parentId">): Promise<{
    readonly starts: readonly StoredStart[];
    readonly outputs: readonly StoredOutput[];
  }>;
  /** Shows where a pass is that takes its time. Nothing depends on it. */
  showProgress(id: string, fence: number, stepId: string, startedAt: number): Promise<void>;
  /** Out: false where the fence has passed, and then nothing was written. */
  record(record: RunRecord): Promise<boolean>;
}

export interface ScheduledCycle {
  readonly id: string;
  readonly partnerId: string;
  readonly accountId: string;
  readonly scheduledAt: number;
  /** The step behind the trigger. */
  readonly firstStepId: string | null;
}

/** How a step went that was tried by itself; secrets and credentials are replaced. */
export interface StepTest {
  readonly request: KeptRequest | null;
  readonly response: KeptResponse | null;
  readonly durationMs: number | null;
  readonly output: unknown;
  readonly exit: "Forward" | "True" | "False";
  readonly error: RunError | null;
}
