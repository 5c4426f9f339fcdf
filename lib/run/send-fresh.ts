import type { AccountScope } from "@/lib/access/types";
import type { ApiCall } from "@/lib/auth-methods/apply";
import type { Result } from "@/lib/kernel/result";
import { usableConnection } from "@/lib/oauth/refresh";
import type { OpenedConnection } from "@/lib/oauth/values";
import { sendCall, type SentCall } from "./send";

/**
 * Sends a call and, where the provider refuses the token, once more with a new one: the token of the generation that was
 * refused is exchanged at most once, whoever else was refused with it. Errors: those of {@link sendCall}.
 */
export async function sendFresh(scope: AccountScope, opened: OpenedConnection, request: ApiCall): Promise<Result<SentCall>> {
  const sent = await sendCall(opened, request);
  const generation = opened.credential?.generation;
  if (!sent.ok || sent.value.call.response.status !== 401 || generation === undefined || !opened.authMethod.oauth2) return sent;
  const renewed = await usableConnection(scope, opened.install.id, { refusedGeneration: generation });
  // Where it can't be renewed, the refusal itself is the answer.
  if (!renewed.ok || renewed.value.credential?.generation === generation) return sent;
  return sendCall(renewed.value, request);
}
