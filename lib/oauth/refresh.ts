import type { AccountScope } from "@/lib/access/types";
import { lookup } from "@/lib/auth-methods/templates";
import { tokenRequest, type Grant } from "@/lib/auth-methods/token-request";
import { refreshDue, renewalOf, type TokenSet } from "@/lib/auth-methods/token-response";
import { missingValuesError } from "@/lib/auth-methods/resolve";
import { recordCall, saveArrived, storeGrant } from "@/lib/installs/mutations";
import { sealCredential } from "@/lib/installs/sealing";
import { MINUTE, now, SECOND } from "@/lib/kernel/clock";
import type { FailureOwner } from "@/lib/kernel/errors";
import { expose } from "@/lib/kernel/expose";
import { guid } from "@/lib/kernel/ids";
import { fail, ok, type Failure, type Result } from "@/lib/kernel/result";
import { Secret } from "@/lib/kernel/secret";
import { soon, type Soon } from "@/lib/kernel/soon";
import { formatDateTime } from "@/lib/platform/dates";
import { singleton } from "@/lib/platform/singleton";
import { credentialState } from "./data";
import { exchange, TOKEN_TIMEOUT } from "./exchange";
import { arrivedValues, credentialOf } from "./grant";
import { closeFailedExchange, saveExchange, takeLease } from "./mutations";
import { openConnection, openCredential, type OpenedConnection } from "./values";

/** Longer than a token call may take, so that a lease ends only where its holder is gone (S-27). */
const LEASE = TOKEN_TIMEOUT + 25 * SECOND;
/** How often the reply to one generation may be lost before only the customer can help (S-28). */
const MAX_LOST = 3;
const WAIT_STEP = 25;

const owner = () => singleton("refresh-owner", () => guid());
const inFlight = () => singleton("refresh-in-flight", () => new Map<string, Promise<Result<OpenedConnection>>>());

const ownerOf = (failure: Failure): FailureOwner => (failure.details?.owner as FailureOwner | undefined) ?? "provider";

/** 10 s, 20 s, 40 s … 15 min between tries after a provider's failure; five minutes after the partner's own. */
const backoff = (failures: number, whose: FailureOwner): number =>
  whose === "partner" ? 5 * MINUTE : Math.min(15 * MINUTE, 10 * SECOND * 2 ** Math.min(failures, 10));

type Wanted = "due" | "now";

function grantFor(opened: OpenedConnection): Grant | null {
  const oauth = opened.authMethod.oauth2;
  if (!oauth) return null;
  const refreshToken = lookup(opened.connector.values, "refreshToken");
  const renewal = renewalOf(opened.authMethod, refreshToken instanceof Secret);
  if (renewal === "refresh" && refreshToken instanceof Secret) return { type: "refresh", refreshToken };
  if (renewal !== "reissue") return null;
  return oauth.grant === "ClientCredentials" ? { type: "clientCredentials" } : { type: "password" };
}

function isDue(opened: OpenedConnection): boolean {
  const { credential, connector } = opened;
  if (!credential) return false;
  if (!(lookup(connector.values, "accessToken") instanceof Secret)) return true;
  if (credential.nextRefreshAt !== null && credential.nextRefreshAt > now()) return false;
  return refreshDue(credential.expiresAt, credential.obtainedAt, now());
}

/**
 * An installed connector with a token that is good now: the one way for every consumer, whether test button, API, run or
 * background (S-27 to S-29). Renews ahead of the end, or at once where the provider just refused the token of this
 * generation. While a refresh fails for the provider's sake and the token has not ended, the token goes on being used.
 * Errors: those of {@link openConnection}; `oauth.grant_rejected`, `oauth.client_rejected`, `provider.unavailable`, …
 */
export const usableConnection = (
  scope: AccountScope,
  id: number,
  wanted: Wanted | { readonly refusedGeneration: number } = "due",
): Soon<Result<OpenedConnection>> =>
  soon(openConnection(scope, id), (opened) => {
    if (!opened.ok) return opened;
    const { credential } = opened.value;
    const grant = grantFor(opened.value);
    if (!credential || grant === null) return opened;
    if (grant.type === "refresh" && !credential.isRefreshable) return spent(opened.value, credential);
    const refused = typeof wanted === "object" && wanted.refusedGeneration === credential.generation;
    if (!refused && wanted !== "now" && !isDue(opened.value)) return opened;
    return renewedOrStillGood(scope, opened.value, refused || wanted === "now");
  });

async function renewedOrStillGood(
  scope: AccountScope,
  opened: OpenedConnection,
  hasToBeNew: boolean,
): Promise<Result<OpenedConnection>> {
  const renewed = await coalesced(scope, opened);
  if (renewed.ok || hasToBeNew) return renewed;
  const { expiresAt = null } = opened.credential ?? {};
  const stillGood = expiresAt !== null && expiresAt > now() && ownerOf(renewed.error) !== "policy";
  return stillGood && lookup(opened.connector.values, "accessToken") instanceof Secret ? ok(opened) : renewed;
}

/** A refresh token that was refused for good: the access token serves until its end, then only the customer can help. */
function spent(opened: OpenedConnection, { expiresAt }: { expiresAt: number | null }): Result<OpenedConnection> {
  if (expiresAt === null || expiresAt > now()) return ok(opened);
  return fail("oauth.grant_rejected", `${opened.definition.name} no longer accepts this sign-in. Connect again.`, {
    details: { owner: "customer" },
  });
}

/** Within the process, one exchange per generation however many ask. */
function coalesced(scope: AccountScope, opened: OpenedConnection): Promise<Result<OpenedConnection>> {
  const key = `${opened.credential?.id}:${opened.credential?.generation}`;
  const running = inFlight().get(key);
  if (running) return running;
  const started = renew(scope, opened).finally(() => inFlight().delete(key));
  inFlight().set(key, started);
  return started;
}

/** Across processes: the holder of the lease exchanges, the others wait for the next generation. */
async function renew(scope: AccountScope, opened: OpenedConnection): Promise<Result<OpenedConnection>> {
  const { credential, install } = opened;
  if (!credential) return ok(opened);
  const until = now() + LEASE + TOKEN_TIMEOUT;
  for (;;) {
    const lease = await takeLease(credential.id, credential.generation, owner(), LEASE);
    if (lease.state === "moved") return openConnection(scope, install.id, true);
    if (lease.state === "taken") {
      return renewWith(scope, opened, { credentialId: credential.id, generation: credential.generation, ...lease });
    }
    if (now() > until)
      return fail("provider.unavailable", "The token is being renewed elsewhere and that takes too long.", {
        details: { owner: "provider" },
      });
    await new Promise((resolve) => setTimeout(resolve, WAIT_STEP));
    const state = await credentialState(credential.id);
    if (!state || state.generation !== credential.generation) return openConnection(scope, install.id, true);
    // The holder failed and let go: its failure stands for everybody who waited.
    if (state.leaseOwner === null) {
      const reopened = await openConnection(scope, install.id, true);
      if (!reopened.ok || !isDue(reopened.value)) return reopened;
    }
  }
}

type HeldLease = { credentialId: string; generation: number; fence: number; journalId: string; lost: number };

async function renewWith(scope: AccountScope, opened: OpenedConnection, lease: HeldLease): Promise<Result<OpenedConnection>> {
  const failed = async (failure: Failure, trace: unknown): Promise<Result<OpenedConnection>> => {
    const whose = ownerOf(failure);
    const held = await closeFailedExchange(lease, {
      code: failure.code,
      nextRefreshAt: whose === "customer" ? null : now() + backoff(opened.credential?.refreshFailures ?? 0, whose),
      isSpent: whose === "customer",
    });
    if (held) await tell(scope, opened, failure, trace);
    // Somebody else replaced the generation meanwhile: what they got is what counts.
    return held ? { ok: false, error: failure } : openConnection(scope, opened.install.id, true);
  };
  if (lease.lost >= MAX_LOST) {
    return failed(
      {
        code: "oauth.grant_rejected",
        message: `${opened.definition.name} answered, but its answer was lost each time. Connect again.`,
        details: { owner: "customer" },
      },
      null,
    );
  }
  const grant = grantFor(opened);
  const missing = missingValuesError(opened.resolved.filter((r) => !r.credential));
  if (missing && !missing.ok) return failed({ ...missing.error, details: { ...missing.error.details, owner: "partner" } }, null);
  if (!grant)
    return failed(
      { code: "oauth.grant_rejected", message: "There is nothing to renew this token with.", details: { owner: "customer" } },
      null,
    );
  const { definition, authMethod, connector } = opened;
  const prepared = tokenRequest({ definition, authMethod, values: connector.values, sources: connector.sources, grant });
  if (!prepared.ok) return failed({ ...prepared.error, details: { owner: "partner", ...prepared.error.details } }, null);
  const { result, trace } = await exchange(opened, prepared.value, grant.type === "refresh" ? "refresh" : "token");
  if (!result.ok) return failed(result.error, trace);
  if (result.value.missingScopes.length > 0) {
    return failed(
      {
        code: "oauth.scope_missing",
        message: `${definition.name} no longer grants ${result.value.missingScopes.join(", ")}. Connect again.`,
        details: { owner: "customer" },
      },
      trace,
    );
  }
  return keep(scope, opened, lease, result.value);
}

/** What was there and isn't replaced stays: a refresh token that wasn't rotated, a username and password. */
async function nextFacts(opened: OpenedConnection, tokens: TokenSet) {
  const fresh = credentialOf(tokens, opened.credential?.scopes ?? []);
  const held = opened.credential ? await openCredential(opened.install.partnerId, opened.credential) : ok({});
  const old: Record<string, string> = {};
  if (held.ok) for (const [name, value] of Object.entries(held.value)) if (value instanceof Secret) old[name] = expose(value);
  if (tokens.refreshTokenIgnored) delete old.refreshToken;
  const values = { ...old, ...fresh.values };
  const keepsOld = tokens.refreshToken === null && "refreshToken" in values;
  const reissues = opened.authMethod.oauth2?.grant !== "AuthorisationCode";
  return {
    ...fresh,
    values,
    isRefreshable: "refreshToken" in values || reissues,
    refreshExpiresAt: keepsOld ? (opened.credential?.refreshExpiresAt ?? null) : fresh.refreshExpiresAt,
    refreshObtainedAt: keepsOld ? (opened.credential?.refreshObtainedAt ?? null) : null,
  };
}

async function keep(
  scope: AccountScope,
  opened: OpenedConnection,
  lease: HeldLease,
  tokens: TokenSet,
): Promise<Result<OpenedConnection>> {
  const sealed = await sealCredential(scope.partnerId, await nextFacts(opened, tokens), lease.credentialId);
  const { id: _id, ...exchanged } = sealed;
  const saved = await saveExchange(lease, exchanged);
  if (saved) {
    await saveArrived(scope, opened.install.id, arrivedValues(tokens.properties), {
      kind: "refresh",
      outcome: "ok",
      title: "Token refreshed",
      detail: `${tokens.expiresAt === null ? "It has no end." : `Good until ${formatDateTime(tokens.expiresAt)}.`}${tokens.refreshToken ? " Refresh token replaced." : ""}${tokens.refreshTokenIgnored ? " The new refresh token lives less than twelve hours and was ignored." : ""}`,
    });
  }
  return openConnection(scope, opened.install.id, true);
}

async function tell(scope: AccountScope, opened: OpenedConnection, failure: Failure, trace: unknown): Promise<void> {
  const whose = ownerOf(failure);
  const ended = opened.credential?.expiresAt !== null && (opened.credential?.expiresAt ?? 0) <= now();
  await recordCall(scope, opened.install.id, {
    event: {
      kind: "refresh",
      outcome: "bad",
      title: `Refresh failed: ${String(failure.details?.providerCode ?? failure.code)}`,
      detail: `${failure.message}${whose === "customer" ? " Not tried again: it would fail again." : ""}`,
      owner: whose,
      http: (trace as { request: string; response: string } | null) ?? null,
    },
    // A provider that fails while the token is still good is no failure of the connection yet (S-30).
    ...(whose === "provider" && !ended ? {} : { failure: { code: failure.code, owner: whose, message: failure.message } }),
  });
}

/**
 * Connects where no person has to consent: client credentials and password (RFC 6749 sections 4.3 and 4.4). Fetches the
 * first token and stores it. Errors: what is missing, by name; those of the token endpoint.
 */
export async function connectWithoutPerson(scope: AccountScope, id: number): Promise<Result<null>> {
  const opened = await openConnection(scope, id);
  if (!opened.ok) return opened;
  const { definition, authMethod, connector, resolved, credential } = opened.value;
  const oauth = authMethod.oauth2;
  if (!oauth || oauth.grant === "AuthorisationCode")
    return fail("connector.method_unsupported", `${definition.name} is connected by signing in.`);
  const missing = missingValuesError(resolved.filter((r) => !["accessToken", "refreshToken"].includes(r.name)));
  if (missing) return missing;
  const grant: Grant = oauth.grant === "ClientCredentials" ? { type: "clientCredentials" } : { type: "password" };
  const prepared = tokenRequest({ definition, authMethod, values: connector.values, sources: connector.sources, grant });
  if (!prepared.ok) return prepared;
  const { result, trace } = await exchange(opened.value, prepared.value, "token");
  if (!result.ok) {
    const whose = ownerOf(result.error);
    await recordCall(scope, id, {
      event: {
        kind: "connect",
        outcome: "bad",
        title: "Connecting failed",
        detail: result.error.message,
        owner: whose,
        http: trace,
      },
      failure: { code: result.error.code, owner: whose, message: result.error.message },
    });
    return result;
  }
  const facts = await nextFacts({ ...opened.value, credential }, result.value);
  const sealed = await sealCredential(scope.partnerId, facts);
  return storeGrant(scope, id, sealed, arrivedValues(result.value.properties), {
    title: "Connected",
    detail: null,
    connectedAs: null,
  });
}
