import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
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

/** What an OpenAPI document became. */
export interface OpenApiResult {
  readonly version: "2.0" | "3.0" | "3.1";
  readonly definition: ConnectorDefinition;
  /** What couldn't be carried over, a sentence each. */
  readonly leftovers: readonly string[];
}

/** What the thread that converts says. */
export type OpenApiQuestion =
  | { readonly kind: "load"; readonly id: number; readonly url: string }
  | { readonly kind: "progress"; readonly phase: "reading" | "converting"; readonly done: number; readonly total: number }
  | { readonly kind: "done"; readonly result: OpenApiResult }
  | { readonly kind: "failed"; readonly problem: string; readonly cause: string };

/** A file that the thread asked for; null where it may not or can't be had. */
export type OpenApiReply =
  { readonly id: number; readonly text: string } | { readonly id: number; readonly text: null; readonly problem: string };

/** How an import stands, as its page shows it. */
export type ImportState =
  | { readonly state: "running"; readonly phase: "reading" | "converting"; readonly done: number; readonly total: number }
  | { readonly state: "failed"; readonly problem: string }
  | {
      readonly state: "done";
      readonly version: string;
      readonly name: string;
      readonly baseUrl: string;
      readonly methods: number;
      readonly authMethods: readonly string[];
      readonly categories: number;
      readonly leftovers: readonly string[];
    };
