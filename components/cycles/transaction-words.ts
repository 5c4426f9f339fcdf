import type { FailureOwner } from "@/lib/kernel/errors";
import type { StepStatus, TransactionStatus } from "@/lib/run/constants";
import type { State } from "../ui/state-tag";

export const TRANSACTION_WORDS: Readonly<Record<TransactionStatus, { label: string; tone: State }>> = {
  Queued: { label: "Queued", tone: "wait" },
  InProgress: { label: "Running", tone: "accent" },
  Waiting: { label: "Waiting", tone: "wait" },
  Completed: { label: "Completed", tone: "ok" },
  Failed: { label: "Failed", tone: "bad" },
  Cancelled: { label: "Cancelled", tone: "off" },
};

export const STEP_STATUS_WORDS: Readonly<Record<StepStatus, { label: string; tone: State }>> = {
  Completed: { label: "Completed", tone: "ok" },
  Waiting: { label: "Waits to try again", tone: "wait" },
  Failed: { label: "Failed", tone: "bad" },
  Ignored: { label: "Failed, ignored", tone: "warn" },
};

/** Whose a failure of a run is, and what is to be done about it. */
export function ownerAdvice(owner: FailureOwner, names: { account: string; connector: string | null }): string {
  const connector = names.connector ?? "the provider";
  switch (owner) {
    case "customer":
      return `${names.account}'s to fix: ask them to reconnect ${connector}. Nothing else can fix it.`;
    case "partner":
      return "Yours to fix, and no customer can: look at the step and at the authentication settings.";
    case "provider":
      return `The fault is at ${connector}. It is tried again where the step says so.`;
    case "policy":
      return "Refused here, by a safety rule or by a script. The message says which.";
  }
}

/** "214 ms", "3.2 s", "2 min 5 s". */
export function durationWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes} min ${Math.round(seconds - minutes * 60)} s`;
}
