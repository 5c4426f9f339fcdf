import type { Adapter, AdapterPayload } from "oidc-provider";

/** Kept after expiry, so that an expired token can be told from one that never was. */
const GRACE_SECONDS = 3600;
const SWEEP_EVERY = 2000;

const seconds = () => Math.floor(Date.now() / 1000);

/**
 * What the authorization server remembers, in memory: it is gone when the process ends. Unlike the library's own
 * it evicts nothing that is still valid, however many tokens a run makes.
 */
export class MemoryStore {
  readonly #entries = new Map<string, AdapterPayload>();
  readonly #byGrant = new Map<string, Set<string>>();
  #writes = 0;

  /** The adapter for one of oidc-provider's models. */
  adapter(model: string): Adapter {
    const key = (id: string) => `${model}:${id}`;
    const findWhere = async (match: (payload: AdapterPayload) => boolean) => {
      for (const [entry, payload] of this.#entries) if (entry.startsWith(`${model}:`) && match(payload)) return payload;
      return undefined;
    };
    return {
      upsert: async (id, payload) => this.#put(key(id), payload),
      find: async (id) => this.#entries.get(key(id)),
      findByUid: (uid) => findWhere((payload) => payload.uid === uid),
      findByUserCode: (code) => findWhere((payload) => payload.userCode === code),
      consume: async (id) => {
        const payload = this.#entries.get(key(id));
        if (payload) payload.consumed = seconds();
      },
      destroy: async (id) => void this.#entries.delete(key(id)),
      revokeByGrantId: async (grantId) => this.#revokeGrant(grantId),
    };
  }

  /** Every access token is expired from now on. Returns how many were valid until now. */
  expireAccessTokens(): number {
    let expired = 0;
    for (const [entry, payload] of this.#entries) {
      const valid = typeof payload.exp === "number" && payload.exp > seconds();
      if (!valid || !/^(?:AccessToken|ClientCredentials):/.test(entry)) continue;
      payload.exp = seconds() - 1;
      expired += 1;
    }
    return expired;
  }

  /** Forgets all tokens, codes and grants of everyone, or of one person; sessions and clients stay. */
  revokeAll(subject?: string): number {
    let revoked = 0;
    for (const [entry, payload] of this.#entries) {
      if (!/^(?:AccessToken|ClientCredentials|RefreshToken|AuthorizationCode|Grant):/.test(entry)) continue;
      if (subject !== undefined && payload.accountId !== subject) continue;
      this.#entries.delete(entry);
      revoked += 1;
    }
    return revoked;
  }

  clear(): void {
    this.#entries.clear();
    this.#byGrant.clear();
  }

  #put(key: string, payload: AdapterPayload): void {
    this.#entries.set(key, payload);
    if (typeof payload.grantId === "string") {
      const members = this.#byGrant.get(payload.grantId) ?? new Set();
      this.#byGrant.set(payload.grantId, members.add(key));
    }
    this.#writes += 1;
    if (this.#writes % SWEEP_EVERY === 0) this.#sweep();
  }

  #revokeGrant(grantId: string): void {
    for (const key of this.#byGrant.get(grantId) ?? []) this.#entries.delete(key);
    this.#byGrant.delete(grantId);
  }

  #sweep(): void {
    const before = seconds() - GRACE_SECONDS;
    for (const [key, payload] of this.#entries) {
      if (typeof payload.exp !== "number" || payload.exp > before) continue;
      this.#entries.delete(key);
      const members = typeof payload.grantId === "string" ? this.#byGrant.get(payload.grantId) : undefined;
      members?.delete(key);
      if (members?.size === 0) this.#byGrant.delete(payload.grantId as string);
    }
  }
}
