import { recordCall } from "@/lib/installs/mutations";
import { MINUTE, now } from "@/lib/kernel/clock";
import type { Soon } from "@/lib/kernel/soon";
import { singleton } from "@/lib/platform/singleton";
import { keptHttp, standingFailure } from "./call";
import type { StepOutcome } from "./perform-step";
import type { Plan, PlanStep } from "./plan";
import type { RunValues } from "./run-values";

interface Use {
  /** Until when the provider asked to be left alone, by connection. */
  readonly waits: Map<number, number>;
  /** When a success was last written into the timeline. */
  readonly noted: Map<number, number>;
}

const use = () => singleton<Use>("connection-use", () => ({ waits: new Map(), noted: new Map() }));

/** Until when calls of a connection have to wait because its provider asked for it (ms). */
export const waitOf = (accountConnectorId: number | null): number =>
  accountConnectorId === null ? 0 : (use().waits.get(accountConnectorId) ?? 0);

/**
 * Keeps in the connection's timeline what a step did with it: each failure, and a success once a minute or where an error stood. A
 * credential that a step brought says nothing of the connection's own, so it neither clears nor sets its last error.
 */
export function noteUse(plan: Plan, { step }: PlanStep, outcome: StepOutcome, values: RunValues): Soon<void> {
  const { opened, call, failure } = outcome;
  const id = step.accountConnectorId;
  if (id === null || !opened) return;
  if (failure?.wait != null) use().waits.set(id, now() + failure.wait);
  const isOwn = !opened.isStep;
  const at = now();
  if (!failure) {
    const isStanding = isOwn && opened.install.lastErrorAt !== null;
    if (!isStanding && at - (use().noted.get(id) ?? 0) < MINUTE) return;
    use().noted.set(id, at);
  }
  const title = call ? `${step.name}, ${call.call.response.status} in ${call.call.durationMs} ms` : `${step.name} failed`;
  const standing = call && failure && isOwn ? standingFailure(call) : null;
  const before = !call && failure && isOwn && failure.owner !== "policy" ? failure : null;
  const lasting = standing ?? before;
  return recordCall(plan.scope, id, {
    event: {
      kind: "cycle",
      outcome: failure ? "bad" : "ok",
      title,
      detail: failure ? values.redact(`${plan.cycle.name}: ${failure.message}`) : plan.cycle.name,
      owner: failure?.owner ?? null,
      ...(failure && call ? { http: keptHttp(values.redact(call.call)) } : {}),
    },
    ...(!failure && isOwn && call
      ? {
          verified: { status: call.call.response.status, durationMs: call.call.durationMs, method: step.name },
          noErrorStood: opened.install.lastErrorAt === null,
        }
      : {}),
    ...(lasting ? { failure: { code: lasting.code, owner: lasting.owner, message: values.redact(lasting.message) } } : {}),
  });
}
