/** `Waiting`: for its time, such as a delay or the next try, or for the parts of a list. */
export const TRANSACTION_STATUSES = ["Queued", "InProgress", "Waiting", "Completed", "Failed", "Cancelled"] as const;
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number];

/** Those that go on. */
export const OPEN_STATUSES = ["Queued", "InProgress", "Waiting"] as const satisfies readonly TransactionStatus[];
export const isOpen = (status: TransactionStatus): boolean => (OPEN_STATUSES as readonly TransactionStatus[]).includes(status);

/** `Ignored`: it failed and the run went on. `Waiting`: it failed and is tried again. */
export const STEP_STATUSES = ["Completed", "Waiting", "Failed", "Ignored"] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export const INCIDENT_LEVELS = ["Error", "Warning"] as const;
export type IncidentLevel = (typeof INCIDENT_LEVELS)[number];

/** A whole pass, or the part of one that handles an item of a list. */
export const SPLIT_TYPES = ["Unsplit", "Split"] as const;
export type SplitType = (typeof SPLIT_TYPES)[number];

export const TRANSACTIONS_PAGE_SIZE = 50;
/** How long what a run sent and got is kept, where neither cycle nor account says otherwise. */
export const DEFAULT_RETENTION_HOURS = 31 * 24;
/** Most items of a list that the following steps run for. */
export const MAX_ITEMS = 10_000;
