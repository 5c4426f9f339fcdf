import type { AuthType } from "@/lib/auth-methods/definition";
import type { SetupState } from "@/lib/auth-methods/prompts";

/** A major release of a connector of the partner's own that an installation isn't on yet. */
export interface AvailableUpdate {
  /** Unique identifier of the connector. */
  readonly uid: string;
  readonly from: string;
  readonly to: string;
}

/** One connector of the library, with what its card shows and nothing else. */
export interface LibraryRow {
  readonly slug: string;
  readonly name: string;
  /** Absent where there is none, which is most of them. */
  readonly iconUrl?: string;
  /** "CRM, Marketing". */
  readonly categories: string;
  readonly types: readonly AuthType[];
  readonly state: SetupState;
  /** What is blank, or what customers will be asked for. */
  readonly sentence: string;
  /** How many accounts have installed it. */
  readonly accounts: number;
}

/** How many connectors each value of a filter would show, given the other filters. Values without any are absent. */
export interface LibraryFacets {
  readonly category: Readonly<Record<string, number>>;
  readonly auth: Readonly<Partial<Record<AuthType, number>>>;
  readonly state: Readonly<Partial<Record<SetupState, number>>>;
}

export interface LibraryPage {
  readonly rows: readonly LibraryRow[];
  /** How many fit the filters. */
  readonly total: number;
  /** The number of the page after this one; null after the last. */
  readonly next: number | null;
  /** With the first page only. */
  readonly facets: LibraryFacets | null;
}

/** What the linter of definitions looks for. */
export type LintRule =
  | "twice"
  | "reference"
  | "lookup"
  | "script"
  | "template"
  | "tls"
  | "host"
  | "placement"
  | "unsent"
  | "unused"
  | "levels"
  | "label"
  | "parameter";

/** One mistake in a definition, and where it stands. */
export interface LintProblem {
  /** Dotted path in the definition: `authMethods.0.oauth2.tokenEndpoint`. */
  readonly path: string;
  readonly rule: LintRule;
  /** A sentence. */
  readonly message: string;
  /** `advice`: keeps no custom connector from being published, but has no place in what Keyway brings. */
  readonly severity: "error" | "advice";
}
