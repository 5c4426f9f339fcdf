import { DAY, HOUR, MINUTE, now } from "@/lib/kernel/clock";
import { timeGuid } from "@/lib/kernel/ids";
import { secret } from "@/lib/kernel/secret";
import { isLater, soon, type Soon } from "@/lib/kernel/soon";
import type { Stop } from "@/lib/kernel/stop";
import { seal } from "@/lib/vault/seal";
import { MAX_ITEMS } from "./constants";
import { keptPayload, outputAt, payloadAt, restore, same, type PartStart } from "./kept-values";
import { declaredList } from "./paging";
import { valueAt, withReplaced } from "./paths";
import { performStep, type StepFailure, type StepOutcome } from "./perform-step";
import { planOf, type Plan, type PlanStep } from "./plan";
import { noteUse, waitOf } from "./connection-use";
import { RunValues } from "./run-values";
import type {
  HeldTransaction,
  IncidentRecord,
  Lease,
  NewTransaction,
  RunError,
  RunRecord,
  RunStore,
  Standing,
  StepRecord,
} from "./types";

/** Times after the first failure of a step at which it is tried again (domain section 8). */
export const RETRY_TIMES = [5 * MINUTE, 35 * MINUTE, HOUR + 35 * MINUTE, 4 * HOUR + 35 * MINUTE, 10 * HOUR + 35 * MINUTE];
/** A provider that goes on asking to wait is given up after this. */
const LONGEST = 7 * DAY;
/** A pass that takes longer than this shows where it is. */
const SHOW_AFTER = 300;

/** What a pass needs of whoever runs it. */
export interface Runner {
  readonly store: RunStore;
  readonly lease: () => Lease;
  readonly stop: Stop;
  /** Is told how the pass stands, once that is kept. */
  readonly stood: (standing: Standing) => void;
}

/** A new pass as it is kept, and the values it begins with. */
interface NewPass {
  readonly added: NewTransaction;
  readonly values: RunValues;
}

/** A new pass of a cycle with what its trigger gave. */
export function newPass(plan: Plan, trigger: NewTransaction["trigger"], payload: unknown): Soon<NewPass> {
  const id = timeGuid();
  const createdAt = now();
  const values = new RunValues(plan, { id, startedAt: createdAt });
  values.put(plan.triggerId, payload);
  const { partnerId, accountId, id: cycleId } = plan.cycle;
  return soon(keptPayload(values, id, plan.triggerId, payload), (kept) => ({
    values,
    added: {
      id,
      partnerId,
      accountId,
      cycleId,
      trigger,
      parentId: null,
      itemIndex: null,
      createdAt,
      currentStepId: plan.firstStepId,
      payload: kept.payload,
      sealedPayload: kept.sealedPayload,
    },
  }));
}

/** The list that an output holds for the steps behind it, and how one item stands in its place; null where there is none. */
function listOf(
  planned: PlanStep,
  outcome: Pick<StepOutcome, "output" | "opened">,
): { items: readonly unknown[]; withItem: (item: unknown) => unknown } | null {
  if (planned.step.kind !== "Action" && planned.step.kind !== "Transform" && planned.step.kind !== "Trigger") return null;
  const method = outcome.opened?.definition.methods.find((m) => m.id === planned.step.methodId);
  const path = planned.list ?? declaredList(method) ?? "[]";
  const items = valueAt(outcome.output, path);
  if (!Array.isArray(items)) return null;
  return { items, withItem: (item) => withReplaced(outcome.output, path, () => item) };
}

/** One pass through a cycle, from where it stands until it ends or has to wait. */
export class Pass {
  #startedAt: number;
  #attempt: number;
  #failingSince: number | null;
  #hasSealed: boolean;

  private constructor(
    private readonly plan: Plan,
    private readonly values: RunValues,
    private readonly held: HeldTransaction,
    private readonly runner: Runner,
  ) {
    this.#startedAt = held.startedAt ?? now();
    this.#attempt = held.attempt;
    this.#failingSince = held.failingSince;
    this.#hasSealed = held.isResumed;
  }

  /** In: a pass under a lease; the values it begins with where it was just added by this process. */
  static run(held: HeldTransaction, runner: Runner, begun: RunValues | null): Promise<void> {
    if (!begun) return Pass.#resume(held, runner);
    return new Pass(begun.plan, begun, held, runner).#follow(held.currentStepId);
  }

  static async #resume(held: HeldTransaction, runner: Runner): Promise<void> {
    const plan = await planOf(held);
    if (!plan.ok) return endWithout(held, runner, plan.error);
    const values = new RunValues(plan.value, { id: held.id, startedAt: held.startedAt ?? held.createdAt });
    const restored = await restore(values, held, runner.store);
    if (!restored.ok) return endWithout(held, runner, restored.error);
    await new Pass(plan.value, values, held, runner).#follow(held.currentStepId);
  }

  async #follow(firstStepId: string | null): Promise<void> {
    let stepId = firstStepId;
    if (stepId === null) {
      await this.#record([], null, this.#ends("Completed", null));
      return;
    }
    const trigger = this.held.parentId === null ? this.#listTrigger() : null;
    if (trigger && (await this.#splitTrigger(trigger, stepId))) return;
    while (stepId !== null) {
      const planned = this.plan.steps.get(stepId);
      if (!planned) {
        const error = runError(stepId, "object.not_found", "The cycle was changed while this run waited: its next step is gone.");
        await this.#record([], null, this.#ends("Failed", error));
        return;
      }
      stepId = await this.#step(planned);
    }
  }

  /** The trigger, where what it gives may itself be a list that the steps behind it run for one by one. */
  #listTrigger(): PlanStep | null {
    const trigger = this.plan.steps.get(this.plan.triggerId);
    return trigger?.list && trigger.split !== "None" ? trigger : null;
  }

  /** Out: whether this pass is done with. */
  async #splitTrigger(trigger: PlanStep, stepId: string): Promise<boolean> {
    const found = listOf(trigger, { output: this.values.output(trigger.step.id), opened: null });
    if (!found) return false;
    if (found.items.length === 0) {
      await this.#record([], null, this.#ends("Completed", null));
      return true;
    }
    if (trigger.split === "First" || found.items.length === 1) {
      this.values.put(trigger.step.id, found.withItem(found.items[0]));
      return false;
    }
    await this.#record([], null, await this.#splits(trigger, found, stepId));
    return true;
  }

  /** Out: the step that comes next in this pass; null where it ended, waits or was taken from this runner. */
  async #step(planned: PlanStep): Promise<string | null> {
    const { step } = planned;
    const blockedUntil = waitOf(step.accountConnectorId);
    if (blockedUntil > now()) {
      const waits = { kind: "waits", stepId: step.id, dueAt: blockedUntil, error: null } as const;
      await this.#record([], null, { ...waits, attempt: this.#attempt, failingSince: this.#failingSince });
      return null;
    }
    const startedAt = now();
    const started = performance.now();
    const show = setTimeout(() => void this.#show(step.id), SHOW_AFTER);
    let outcome: StepOutcome;
    try {
      const performing = performStep(this.values, planned, this.runner.stop);
      outcome = isLater(performing) ? await performing : performing;
    } finally {
      clearTimeout(show);
    }
    if (this.runner.stop.isAsked) return null;
    this.values.put(step.id, outcome.failure ? null : outcome.output);
    const noting = noteUse(this.plan, planned, outcome, this.values);
    if (isLater(noting)) await noting;
    const after = this.#after(planned, outcome);
    const standing = isLater(after) ? await after : after;
    const durationMs = Math.round(performance.now() - started);
    const recording = this.#stepRecord(planned, outcome, standing, { startedAt, durationMs });
    const written = await this.#record(
      [isLater(recording) ? await recording : recording],
      this.#incident(planned, outcome.failure, standing),
      standing,
      outcome.failure ? null : (outcome.call?.successAt ?? null),
    );
    if (!written || standing.kind !== "goesOn") return null;
    this.#attempt = 0;
    this.#failingSince = null;
    return standing.stepId;
  }

  async #show(stepId: string): Promise<void> {
    await this.runner.store.showProgress(this.held.id, this.held.fence, stepId, this.#startedAt).catch(() => undefined);
  }

  /** How the pass stands after a step. */
  #after(planned: PlanStep, outcome: StepOutcome): Soon<Standing> {
    const { failure } = outcome;
    if (failure) return this.#afterFailure(planned, failure);
    const { exit } = outcome;
    const next = planned.next[exit] ?? (planned.step.kind === "Condition" ? undefined : planned.next.Forward);
    if (next === undefined) return this.#ends("Completed", null);
    if (outcome.restUntil !== null) {
      return { kind: "waits", stepId: next, dueAt: outcome.restUntil, attempt: 0, failingSince: null, error: null };
    }
    const found = planned.split === "None" ? null : listOf(planned, outcome);
    if (!found) return { kind: "goesOn", stepId: next };
    if (found.items.length === 0) return this.#ends("Completed", null);
    if (planned.split === "First" || found.items.length === 1) {
      this.values.put(planned.step.id, found.withItem(found.items[0]));
      return { kind: "goesOn", stepId: next };
    }
    return this.#splits(planned, found, next);
  }

  async #splits(planned: PlanStep, found: NonNullable<ReturnType<typeof listOf>>, next: string): Promise<Standing> {
    if (found.items.length > MAX_ITEMS) {
      const message = `${planned.step.name} returned ${found.items.length} items; the steps behind it run for ${MAX_ITEMS} at most.`;
      return this.#ends("Failed", runError(planned.step.id, "request.too_large", message));
    }
    const parts: NewTransaction[] = [];
    const stepId = planned.step.id;
    const createdAt = now();
    for (const [itemIndex, item] of found.items.entries()) {
      const { id: _, ...own } = this.held;
      const id = timeGuid();
      const output = found.withItem(item);
      const kept = this.values.kept(stepId, output);
      const start: PartStart = { stepId, output };
      const sealedPayload = same(kept, output) ? null : await seal(payloadAt(own.partnerId, id), secret(JSON.stringify(start)));
      parts.push({
        id,
        partnerId: own.partnerId,
        accountId: own.accountId,
        cycleId: own.cycleId,
        trigger: own.trigger,
        parentId: this.held.id,
        itemIndex,
        createdAt,
        currentStepId: next,
        payload: { stepId, output: kept } satisfies PartStart,
        sealedPayload,
      });
    }
    return { kind: "splits", parts };
  }

  #afterFailure(planned: PlanStep, failure: StepFailure): Standing {
    const stepId = planned.step.id;
    const error = this.#error(stepId, failure);
    const waits = { kind: "waits", stepId, error } as const;
    if (failure.wait !== null && now() - this.held.createdAt < LONGEST) {
      // A provider that asks to wait isn't a failed try.
      return { ...waits, dueAt: now() + failure.wait, attempt: this.#attempt, failingSince: this.#failingSince };
    }
    switch (planned.errorAction) {
      case "Ignore": {
        const next = planned.next.Forward ?? (planned.step.kind === "Condition" ? planned.next.False : undefined);
        return next === undefined ? this.#ends("Completed", null) : { kind: "goesOn", stepId: next };
      }
      case "Retry": {
        const since = this.#failingSince ?? now();
        const after = RETRY_TIMES[this.#attempt];
        if (after === undefined || !failure.mayHelp) return this.#ends("Failed", error);
        return { ...waits, dueAt: since + after, attempt: this.#attempt + 1, failingSince: since };
      }
      case "StopTransaction":
        return this.#ends("Failed", error);
      case "StopIntegration":
        return this.#ends("Failed", error, true);
    }
  }

  #error(stepId: string, failure: StepFailure): RunError {
    return { code: failure.code, message: this.values.redact(failure.message), owner: failure.owner, stepId };
  }

  #ends(status: "Completed" | "Failed", error: RunError | null, stopsCycle = false): Standing {
    return { kind: "ends", status, error, stopsCycle };
  }

  #incident(planned: PlanStep, failure: StepFailure | null, standing: Standing): IncidentRecord | null {
    const isFailed = standing.kind === "ends" && standing.status === "Failed";
    const isIgnored = failure !== null && standing.kind !== "waits" && !isFailed;
    if (!isFailed && !isIgnored) return null;
    const message = isFailed ? (standing.error?.message ?? "") : this.values.redact(failure?.message ?? "");
    return {
      level: isFailed ? "Error" : "Warning",
      stepId: planned.step.id,
      stepName: planned.step.name,
      shortMessage: message.slice(0, 200),
      fullMessage: `${planned.step.name} of ${this.plan.cycle.name}: ${message}`,
    };
  }

  #stepRecord(
    planned: PlanStep,
    outcome: StepOutcome,
    standing: Standing,
    { startedAt, durationMs }: Pick<StepRecord, "startedAt" | "durationMs">,
  ): Soon<StepRecord> {
    const { step } = planned;
    const { failure, call } = outcome;
    const keeps = this.plan.cycle.logStepDataRequests;
    const raw = this.values.output(step.id);
    // The provider may have echoed a secret of the connection; the call knows those, the run the ones that pass through it.
    const isEchoed = call !== null && call.call.response.body !== call.body;
    const kept = this.values.kept(step.id, isEchoed ? call.redact(raw) : raw);
    const isNeeded = failure === null && standing.kind !== "ends" && !same(kept, raw);
    const record: StepRecord = {
      stepId: step.id,
      alias: step.alias,
      name: step.name,
      kind: step.kind,
      status:
        failure === null
          ? "Completed"
          : standing.kind === "waits"
            ? "Waiting"
            : standing.kind === "ends" && standing.status === "Failed"
              ? "Failed"
              : "Ignored",
      attempts: this.#attempt + 1,
      startedAt,
      durationMs,
      request: keeps && call ? this.values.redact(call.call.request) : null,
      response: keeps && call ? this.values.redact(call.call.response) : null,
      output: kept ?? null,
      sealedOutput: null,
      idempotencyKey: outcome.idempotencyKey,
      error: failure ? this.#error(step.id, failure) : null,
    };
    if (!isNeeded) return record;
    this.#hasSealed = true;
    const at = outputAt(this.plan.cycle.partnerId, this.held.id, step.id);
    return seal(at, secret(JSON.stringify(raw))).then((sealedOutput) => ({ ...record, sealedOutput }));
  }

  async #record(
    steps: RunRecord["steps"],
    incident: IncidentRecord | null,
    standing: Standing,
    successAt: number | null = null,
  ): Promise<boolean> {
    const { store, lease, stood } = this.runner;
    const written = await store.record({
      transaction: this.held,
      fence: this.held.fence,
      startedAt: this.#startedAt,
      at: now(),
      steps,
      incident,
      standing,
      successAt,
      hasSealed: this.#hasSealed,
      lease: lease(),
    });
    if (written) stood(standing);
    return written;
  }
}

const runError = (stepId: string | null, code: RunError["code"], message: string): RunError => ({
  code,
  message,
  owner: "partner",
  stepId,
});

/** Ends a pass that can't go on as it is, such as one whose cycle is gone or whose sealed values can't be opened. */
export async function endWithout(
  held: HeldTransaction,
  { store, lease }: Runner,
  { code, message }: { readonly code: RunError["code"]; readonly message: string },
): Promise<void> {
  const error = runError(held.currentStepId, code, message);
  await store.record({
    transaction: held,
    fence: held.fence,
    startedAt: held.startedAt ?? now(),
    at: now(),
    steps: [],
    incident: { level: "Error", stepId: null, stepName: null, shortMessage: message.slice(0, 200), fullMessage: message },
    standing: { kind: "ends", status: "Failed", error, stopsCycle: false },
    successAt: null,
    hasSealed: true,
    lease: lease(),
  });
}
