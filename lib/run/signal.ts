import { singleton } from "@/lib/platform/singleton";
import type { RunValues } from "./run-values";
import type { NewTransaction } from "./types";

/** What the rest of the process may say to the engine. */
export interface Engine {
  /** Something was added, changed or may go on. */
  wake(): void;
  /** These passes were cancelled in the store. */
  cancelled(ids: readonly string[]): void;
  /** Adds a pass and runs it here where there is room. */
  accept(added: NewTransaction, values: RunValues): Promise<void>;
}

/** On globalThis: the pages' copy of this code tells the server's engine. */
export const runSignal = () => singleton<{ engine: Engine | null }>("run-engine", () => ({ engine: null }));

/** Tells the engine that something may go on now. Without one, whoever starts next finds it. */
export const wakeRuns = (): void => runSignal().engine?.wake();

/** Tells the engine that these passes were cancelled. */
export const stopRuns = (ids: readonly string[]): void => runSignal().engine?.cancelled(ids);
