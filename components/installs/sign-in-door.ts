"use client";

import { installAction, saveValuesAction } from "@/lib/installs/actions";
import { settle } from "@/lib/kernel/outcome";
import type { Result } from "@/lib/kernel/result";
import { startAttemptAction } from "@/lib/oauth/actions";
import { verifyAction } from "@/lib/run/actions";
import type { StartedAttempt } from "./use-attempt";

export interface TestResult {
  readonly status: number;
  readonly durationMs: number;
  readonly method: string;
}

/** How a sign-in panel reaches the server: through an account's rights, or through a link's. */
export interface SignInDoor {
  /** Stores what was typed; creates the connector where it isn't there yet. Out: its id. */
  readonly save: (values: Record<string, unknown>, purpose: "signIn" | "edit") => Promise<Result<{ id: number }>>;
  /** Starts signing in at the provider. Out: where to go. */
  readonly start: (id: number, kind: "popup" | "tab") => Promise<Result<StartedAttempt>>;
  /** The test call; null where the connector has none. */
  readonly verify: (id: number) => Promise<Result<TestResult | null>>;
}

export interface NewConnector {
  readonly slug: string;
  readonly authMethodId: string;
  readonly name: string;
  readonly description: string;
}

/** The door of somebody with rights in the account. In: the connection, or what to install; where a tab comes back to, by id. */
export const accountDoor = (
  accountId: string,
  target: { readonly id: number } | NewConnector,
  returnTo: (id: number) => string,
): SignInDoor => ({
  save: async (values, purpose) =>
    "id" in target
      ? settle(await saveValuesAction({ accountId, id: target.id, values, purpose }))
      : settle(await installAction({ accountId, ...target, values, later: false })),
  start: async (id, kind) => settle(await startAttemptAction({ accountId, id, returnTo: { kind, path: returnTo(id) } })),
  verify: async (id) => settle(await verifyAction({ accountId, id })),
});
