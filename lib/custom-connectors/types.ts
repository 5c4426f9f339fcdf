import type { LintProblem } from "@/lib/catalog/types";

export interface ReleaseRow {
  readonly id: number;
  readonly number: string;
  readonly status: "Draft" | "Live" | "Deprecated";
  readonly comments: string;
  readonly createdAt: number;
  readonly promotedAt: number | null;
  readonly installs: number;
}

/** An installation that is on an earlier release than the live one. */
export interface InstallOfRelease {
  readonly id: number;
  readonly name: string;
  readonly accountName: string;
  readonly authMethodId: string;
  /** Number of the release that it is on. */
  readonly number: string;
}

/** What a save leaves: the draft's new mark, and what is still to be put right before publishing. */
export interface SavedDraft {
  readonly hash: string;
  readonly problems: readonly LintProblem[];
}

/** What an upgrade did: how many installations moved, and the names of those that couldn't. */
export interface Upgraded {
  readonly moved: number;
  /** Their authentication method is gone from the live release: they stay where they are. */
  readonly kept: readonly string[];
}
