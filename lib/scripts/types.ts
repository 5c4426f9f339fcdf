import type { ScriptEvent, ScriptLevel, ScriptLimits } from "./constants";

/** A request that a script makes, with every secret already in it and its host allowed. */
export interface ScriptRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface ScriptResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What the sandbox can do besides computing: given by the caller, who answers for it. */
export interface ScriptCapabilities {
  /** Makes one request. A rejection becomes an error that the script can catch; its message must be fit for a script's author. */
  readonly httpRequest?: (request: ScriptRequest) => Promise<ScriptResponse>;
}

/** Where and why a script failed, for the page that shows it. */
export interface ScriptError {
  readonly kind: "error" | "syntax" | "timeout" | "memory" | "limit";
  readonly message: string;
  readonly level: ScriptLevel | "expression" | null;
  /** From 1, in the script of that level. */
  readonly line: number | null;
}

/** What the main thread sends to a worker. */
export interface ScriptJob {
  readonly id: number;
  /** Jobs of one key share a context, and with it what their scripts left in it. Null: a fresh one. */
  readonly contextKey: string | null;
  readonly scripts: readonly { readonly level: ScriptLevel; readonly source: string }[];
  readonly event: ScriptEvent | null;
  /** An inline script, in place of event and scripts. */
  readonly expression: string | null;
  /** JSON. */
  readonly variables: string;
  readonly placeholders: PlaceholderTransfer;
  readonly limits: ScriptLimits;
  readonly mayRequest: boolean;
}

/** A job on its way to a thread, and the place in the shared memory where the thread takes it. */
export interface SentJob {
  readonly job: ScriptJob;
  readonly slot: number;
}

/** The markers of a run and what they stand for, between threads. It never enters the sandbox itself. */
export interface PlaceholderTransfer {
  readonly run: string;
  readonly entries: readonly (readonly [marker: string, value: string])[];
}

export type ScriptSignal = "continue" | "stop" | "refresh" | "session";

/** What a worker answers. `derived` are the markers that its functions added. */
export interface ScriptAnswer {
  readonly id: number;
  readonly outcome:
    | { readonly ok: true; readonly signal: ScriptSignal; readonly data: string; readonly ran: readonly ScriptLevel[] }
    | { readonly ok: false; readonly error: ScriptError };
  readonly console: readonly string[];
  readonly derived: PlaceholderTransfer["entries"];
  /** The worker ends itself after this answer. */
  readonly retire: boolean;
}

export type ScriptCallReply = { readonly value: unknown } | { readonly error: string };

export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "answer"; readonly answer: ScriptAnswer }
  | {
      readonly type: "call";
      readonly id: number;
      /** Counts the calls of a thread; the answer carries it back. */
      readonly call: number;
      readonly request: unknown;
      readonly derived: PlaceholderTransfer["entries"];
    };
