import type { ChainedEntry } from "./policy";

/** One entry as it is stored. */
export interface AuditEntry extends ChainedEntry {
  readonly id: string;
  readonly hash: string;
}
