import type { AccountScope } from "@/lib/access/types";
import type { FailureOwner } from "@/lib/kernel/errors";
import { fail, ok, type Failure, type Result } from "@/lib/kernel/result";
import { recordCall } from "@/lib/installs/mutations";
import { soon, type Soon } from "@/lib/kernel/soon";
import { usableConnection } from "@/lib/oauth/refresh";
import type { OpenedConnection } from "@/lib/oauth/values";
import { methodCall, type MethodInput } from "./policy";
import type { RedactedCall, SentCall } from "./send";
import { sendPages } from "./send-pages";

const MAX_KEPT = 4000;

/** A call as the timeline keeps it. */
export const keptHttp = ({ request, response }: RedactedCall) => ({
  request: [
    `${request.method} ${request.url}`,
    ...Object.entries(request.headers).map(([n, v]) => `${n}: ${v}`),
    ...(request.body === null ? [] : ["", request.body.slice(0, MAX_KEPT)]),
  ].join("\n"),
  response: `${response.status}\n${response.body.slice(0, MAX_KEPT)}`,
});

/** A failed call as last error: one that a new credential or the partner can fix, or that the provider has; a plain 404 isn't. */
export function standingFailure(sent: SentCall): { code: string; owner: FailureOwner; message: string } | null {
  const { failure } = sent;
  if (!failure) return null;
  return failure.reauthenticate || failure.owner === "partner" || failure.retryable
    ? { code: failure.code, owner: failure.owner, message: failure.message }
    : null;
}

/** A failure that happened before or instead of an answer. */
export const failedBefore = (failure: Failure): { code: string; owner: FailureOwner; message: string } | null => {
  const owner = failure.details?.owner as FailureOwner | undefined;
  return owner ? { code: failure.code, owner, message: failure.message } : null;
};

/** A call that was answered, and whether the answer counts as success: a script may see that otherwise than the status. */
export interface AnsweredCall extends RedactedCall {
  readonly accepted: boolean;
}

/**
 * Calls a method of an installed connector with its credential and keeps what happened in its timeline. Out: the exchange
 * with every secret replaced, whatever the provider's status. Errors: 404 for a connection or method that isn't there,
 * `connector.not_authenticated`, `request.invalid` by field, `egress.blocked`, `provider.timeout`, `provider.unavailable`.
 */
export const callMethod = (scope: AccountScope, accountConnectorId: number, input: CallInput): Soon<Result<AnsweredCall>> =>
  soon(usableConnection(scope, accountConnectorId), (opened) => (opened.ok ? callOpened(scope, opened.value, input) : opened));

type CallInput = MethodInput & { readonly methodId: string };

async function callOpened(scope: AccountScope, opened: OpenedConnection, input: CallInput): Promise<Result<AnsweredCall>> {
  const { id, lastErrorAt } = opened.install;
  const method = opened.definition.methods.find((m) => m.id === input.methodId);
  if (!method) return fail("object.not_found", "This connector has no such method.");
  const request = methodCall(method, input);
  if (!request.ok) return request;
  const sent = await sendPages(scope, opened, { method, request: request.value });
  if (!sent.ok) {
    const failure = failedBefore(sent.error);
    if (failure) {
      await recordCall(scope, id, {
        event: { kind: "call", outcome: "bad", title: `${method.name} failed`, detail: failure.message, owner: failure.owner },
        ...(failure.owner === "policy" ? {} : { failure }),
      });
    }
    return sent;
  }
  const { call } = sent.value;
  const failure = standingFailure(sent.value);
  await recordCall(scope, id, {
    event: {
      kind: "call",
      outcome: sent.value.failure ? "bad" : "ok",
      title: `${method.name}, ${call.response.status} in ${call.durationMs} ms`,
      detail: sent.value.failure?.message ?? null,
      http: keptHttp(call),
      owner: sent.value.failure?.owner ?? null,
    },
    ...(sent.value.failure
      ? {}
      : {
          verified: { status: call.response.status, durationMs: call.durationMs, method: method.name },
          noErrorStood: lastErrorAt === null,
        }),
    ...(failure ? { failure } : {}),
  });
  return ok({ ...call, accepted: sent.value.failure === null });
}
