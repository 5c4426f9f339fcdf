import type { AccountScope } from "@/lib/access/types";
import { ok, type Result } from "@/lib/kernel/result";
import { auditBlocked } from "@/lib/oauth/mutations";
import { usableConnection } from "@/lib/oauth/refresh";
import type { OpenedConnection } from "@/lib/oauth/values";
import type { MethodCall, Signal } from "./call-scripts";
import { lookUp } from "./look-up";
import { sendCall, type SendOptions, type SentCall } from "./send";

/** What a sent call asks for before it is tried again: a script says so, or the provider refuses the token. */
function wantedBy(opened: OpenedConnection, sent: Result<SentCall>): Signal {
  if (!sent.ok) return (sent.error.details?.signal as Signal | undefined) ?? null;
  const { signal, failure, call } = sent.value;
  const isRefused = failure !== null && call.response.status === 401 && opened.authMethod.oauth2 !== undefined;
  return signal ?? (isRefused ? "refresh" : null);
}

/** The connection with a new token, of the generation that was refused at most one; null where there is none to be had. */
async function withNewToken(scope: AccountScope, opened: OpenedConnection): Promise<OpenedConnection | null> {
  const generation = opened.credential?.generation;
  if (generation === undefined || !opened.authMethod.oauth2) return null;
  const renewed = await usableConnection(scope, opened.install.id, { refusedGeneration: generation });
  return renewed.ok && renewed.value.credential?.generation !== generation ? renewed.value : null;
}

/** The connection with the values of a look-up that was just run again; null where it found none. */
async function withNewSession(scope: AccountScope, opened: OpenedConnection): Promise<OpenedConnection | null> {
  const looked = await lookUp(scope, opened);
  if (!looked.ok || !looked.value) return null;
  const reopened = await usableConnection(scope, opened.install.id);
  return reopened.ok ? reopened.value : null;
}

/**
 * Sends a call and, where the provider refuses the token or a script throws `AuthRefreshException`, once more with a new one: the
 * token of the generation that was refused is exchanged at most once, whoever else was refused with it. `AuthSessionException`
 * runs the look-up after the install again, once, and then the call. In: `put` adds what a step brings to a connection that was opened
 * anew. Errors: those of {@link sendCall}.
 */
export async function sendFresh(
  scope: AccountScope,
  opened: OpenedConnection,
  request: MethodCall,
  options: SendOptions = {},
  put: (opened: OpenedConnection) => Result<OpenedConnection> = ok,
  { renew } = { renew: true },
): Promise<Result<SentCall>> {
  const tried = new Set<Signal>();
  let current = opened;
  for (;;) {
    const sent = await sendCall(current, request, options);
    if (!sent.ok && sent.error.code === "egress.blocked") await auditBlocked(scope, current.install, sent.error.message);
    const wanted = wantedBy(current, sent);
    if (wanted === null || tried.has(wanted) || !renew) return sent;
    tried.add(wanted);
    const next = await (wanted === "refresh" ? withNewToken(scope, current) : withNewSession(scope, current));
    // Where nothing new is to be had, the refusal itself is the answer.
    if (next === null) return sent;
    const layered = put(next);
    if (!layered.ok) return layered;
    current = layered.value;
  }
}
