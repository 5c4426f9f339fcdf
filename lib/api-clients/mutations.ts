import { and, count, eq, lt } from "@/db/query";
import { accessTokens, apiClients, idempotentAnswers, partners } from "@/db/schema";
import { transact } from "@/db/transact";
import { answerCipher } from "@/lib/access/answer-cipher";
import { tokenHash } from "@/lib/access/tokens";
import type { PartnerScope } from "@/lib/access/types";
import { recordAudit } from "@/lib/audit/mutations";
import { DAY, MINUTE, now } from "@/lib/kernel/clock";
import { guid, randomToken } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { lastFour } from "@/lib/kernel/secret";
import { MAX_CLIENTS } from "./constants";
import type { ApiAccess, IssuedToken } from "./types";

export const TOKEN_LIFETIME = 14 * DAY;

/** Makes a credential set. Out: its client id, and the secret, shown this once. Errors: `object.conflict` at five. */
export async function createApiClient(
  scope: PartnerScope,
  input: { name: string; access: ApiAccess },
): Promise<Result<{ id: string; clientId: string; clientSecret: string }>> {
  const made = { id: guid(), clientId: randomToken(128), clientSecret: randomToken(256) };
  return transact(async (tx) => {
    const [held] = await tx.select({ n: count() }).from(apiClients).where(eq(apiClients.partnerId, scope.partnerId));
    if ((held?.n ?? 0) >= MAX_CLIENTS)
      return fail("object.conflict", `There are ${MAX_CLIENTS} credential sets already. Delete one that nobody uses any more.`);
    await tx.insert(apiClients).values({
      id: made.id,
      partnerId: scope.partnerId,
      name: input.name,
      clientId: made.clientId,
      secretHash: tokenHash(made.clientSecret),
      last4: lastFour(made.clientSecret),
      access: input.access,
      createdAt: now(),
      createdBy: scope.actor.name,
    });
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "api_client.created",
      object: { type: "api_client", id: made.id, name: input.name },
      details: { access: input.access },
    });
    return ok(made);
  });
}

/** Deletes a credential set; its tokens end with it. Errors: 404. */
export async function deleteApiClient(scope: PartnerScope, id: string): Promise<Result<null>> {
  return transact(async (tx) => {
    const [row] = await tx
      .delete(apiClients)
      .where(and(eq(apiClients.id, id), eq(apiClients.partnerId, scope.partnerId)))
      .returning({ name: apiClients.name });
    if (!row) return fail("object.not_found", "There is no such credential set.");
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "api_client.deleted",
      object: { type: "api_client", id, name: row.name },
    });
    return ok(null);
  });
}

/** Issues an access token for a client that proved itself (RFC 6749 section 4.4.3). The token itself is kept hashed. */
export async function issueToken(
  client: { readonly id: string; readonly clientId: string; readonly partnerId: string; readonly name: string },
  grant: { readonly accountId: string | null; readonly access: ApiAccess; readonly ip: string | null },
): Promise<IssuedToken> {
  const token = randomToken(256);
  const issuedAt = now();
  const expiresAt = issuedAt + TOKEN_LIFETIME;
  const id = guid();
  await transact(async (tx) => {
    await tx.delete(accessTokens).where(lt(accessTokens.expiresAt, issuedAt));
    await tx.insert(accessTokens).values({
      id,
      tokenHash: tokenHash(token),
      apiClientId: client.id,
      partnerId: client.partnerId,
      accountId: grant.accountId,
      access: grant.access,
      last4: lastFour(token),
      createdAt: issuedAt,
      expiresAt,
      ip: grant.ip,
    });
    await tx.update(apiClients).set({ lastUsedAt: issuedAt }).where(eq(apiClients.id, client.id));
    await recordAudit(tx, {
      chain: client.partnerId,
      actor: { type: "client", id: client.id, name: client.name, ip: grant.ip },
      action: "access_token.issued",
      object: { type: "access_token", id, name: client.name },
      accountId: grant.accountId,
    });
  });
  return { token, clientId: client.clientId, issuedAt, expiresAt };
}

/** Ends an access token at once. Errors: 404. */
export async function revokeToken(scope: PartnerScope, id: string): Promise<Result<null>> {
  return transact(async (tx) => {
    const [row] = await tx
      .delete(accessTokens)
      .where(and(eq(accessTokens.id, id), eq(accessTokens.partnerId, scope.partnerId)))
      .returning({ last4: accessTokens.last4 });
    if (!row) return fail("object.not_found", "There is no such token.");
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "access_token.revoked",
      object: { type: "access_token", id, name: row.last4 ?? id },
    });
    return ok(null);
  });
}

/** What the partner allows of the API. In: what is to change. */
export async function saveApiSettings(
  scope: PartnerScope,
  settings: Partial<{ apiRanges: string[]; targetOrigins: string[]; startsAutomatically: boolean }>,
): Promise<Result<null>> {
  return transact(async (tx) => {
    const [row] = await tx
      .update(partners)
      .set(settings)
      .where(eq(partners.id, scope.partnerId))
      .returning({ name: partners.name });
    if (!row) return fail("object.not_found", "There is no such partner.");
    await recordAudit(tx, {
      chain: scope.partnerId,
      actor: scope.actor,
      action: "api_settings.saved",
      object: { type: "partner", id: scope.partnerId, name: row.name },
      details: settings,
    });
    return ok(null);
  });
}

/** What a key stands for: nobody has used it, its request is under way, it was another request's, or there is an answer. */
export type KeyState =
  | { readonly state: "fresh"; readonly id: string }
  | { readonly state: "busy" }
  | { readonly state: "lost" }
  | { readonly state: "other" }
  | { readonly state: "answered"; readonly answer: string };

/** How long a request may be under way before its answer counts as lost. */
const LONGEST_REQUEST = 2 * MINUTE;

const contextOf = (id: string): string => `idempotent_answers:${id}`;

/** Takes an Idempotency-Key for a request, or says what became of the request that has it. In: the hash of all that the request asks. */
export async function takeKey(apiClientId: string, key: string, requestHash: string): Promise<KeyState> {
  const at = now();
  const taken = await transact(async (tx) => {
    await tx.delete(idempotentAnswers).where(lt(idempotentAnswers.expiresAt, at));
    const [held] = await tx
      .select()
      .from(idempotentAnswers)
      .where(and(eq(idempotentAnswers.apiClientId, apiClientId), eq(idempotentAnswers.key, key)));
    if (held) return held;
    const id = guid();
    await tx.insert(idempotentAnswers).values({ id, apiClientId, key, requestHash, createdAt: at, expiresAt: at + DAY });
    return id;
  });
  if (typeof taken === "string") return { state: "fresh", id: taken };
  if (taken.requestHash !== requestHash) return { state: "other" };
  if (taken.answer === null) return { state: at - taken.createdAt > LONGEST_REQUEST ? "lost" : "busy" };
  const answer = answerCipher().decrypt(taken.answer, contextOf(taken.id));
  return answer === null ? { state: "lost" } : { state: "answered", answer };
}

/** Keeps the first answer for a day. */
export async function keepAnswer(id: string, answer: string): Promise<void> {
  const stored = answerCipher().encrypt(answer, contextOf(id));
  await transact(async (tx) => {
    await tx.update(idempotentAnswers).set({ answer: stored }).where(eq(idempotentAnswers.id, id));
  });
}

/** Gives a key back whose request changed nothing. */
export async function giveKeyBack(id: string): Promise<void> {
  await transact(async (tx) => {
    await tx.delete(idempotentAnswers).where(eq(idempotentAnswers.id, id));
  });
}
