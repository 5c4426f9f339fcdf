import { expose } from "@/lib/kernel/expose";
import { isSecretHeader, redactHeaders } from "@/lib/kernel/redact";
import { ok, type Result } from "@/lib/kernel/result";
import { secret, type SealedText } from "@/lib/kernel/secret";
import type { Soon } from "@/lib/kernel/soon";
import { open } from "@/lib/vault/open";
import { seal } from "@/lib/vault/seal";
import type { RunValues } from "./run-values";
import type { HeldTransaction, RunStore } from "./types";

export const payloadAt = (partnerId: string, id: string) => ({ partnerId, table: "transactions", row: id, field: "payload" });
export const outputAt = (partnerId: string, id: string, stepId: string) => ({
  partnerId,
  table: "transaction_steps",
  row: `${id}/${stepId}`,
  field: "output",
});

export const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** A header that looks like a secret is one, though nothing is mapped from it. */
function withoutSecretHeaders(payload: unknown): unknown {
  const headers = (payload as { $headers?: unknown } | null)?.$headers;
  if (typeof headers !== "object" || headers === null) return payload;
  if (!Object.keys(headers).some(isSecretHeader)) return payload;
  return { ...(payload as object), $headers: redactHeaders(headers as Record<string, string>) };
}

/** A payload as it may be kept, and sealed as it came where something was replaced. */
export function keptPayload(values: RunValues, id: string, stepId: string, payload: unknown): Soon<KeptPayload> {
  const kept = withoutSecretHeaders(values.kept(stepId, payload));
  if (same(kept, payload)) return { payload, sealedPayload: null };
  const text = secret(JSON.stringify(payload));
  const sealing = seal(payloadAt(values.plan.cycle.partnerId, id), text);
  return sealing.then((sealedPayload) => ({ payload: kept, sealedPayload }));
}

export interface KeptPayload {
  readonly payload: unknown;
  readonly sealedPayload: SealedText | null;
}

async function reopened(at: Parameters<typeof open>[0], sealed: SealedText): Promise<Result<unknown>> {
  const opened = await open(at, sealed);
  return opened.ok ? ok(JSON.parse(expose(opened.value)) as unknown) : opened;
}

/** What a part begins with: the step that split and its output with one item. */
export interface PartStart {
  readonly stepId: string;
  readonly output: unknown;
}

/** Puts back what a pass and those above it began with and put out. Errors: `vault.unreadable`. */
export async function restore(values: RunValues, held: HeldTransaction, store: RunStore): Promise<Result<null>> {
  const { partnerId } = held;
  const { starts, outputs } = await store.history(held);
  for (const [depth, start] of starts.entries()) {
    const given =
      start.sealedPayload === null
        ? ok(start.payload)
        : await reopened(payloadAt(partnerId, start.transactionId), start.sealedPayload);
    if (!given.ok) return given;
    const part = depth === 0 ? { stepId: values.plan.triggerId, output: given.value } : (given.value as PartStart);
    for (const row of outputs.filter((o) => o.transactionId === start.transactionId)) {
      if (row.status === "Waiting" || row.status === "Failed") continue;
      const at = outputAt(partnerId, row.transactionId, row.stepId);
      const output = row.sealedOutput === null ? ok(row.output) : await reopened(at, row.sealedOutput);
      if (!output.ok) return output;
      values.put(row.stepId, output.value);
    }
    values.put(part.stepId, part.output);
  }
  return ok(null);
}
