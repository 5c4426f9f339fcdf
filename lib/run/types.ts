import type { StepKind, TriggerKind } from "@/lib/cycles/constants";
import type { ErrorCode, FailureOwner } from "@/lib/kernel/errors";
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
  readonly steps: readonly TransactionStep[];
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
