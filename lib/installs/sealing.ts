import type { AccountScope } from "@/lib/access/types";
import { now } from "@/lib/kernel/clock";
import { guid } from "@/lib/kernel/ids";
import { lastFour, secret, type SealedText, type Secret } from "@/lib/kernel/secret";
import type { ValueChange } from "@/lib/partners/types";
import { seal } from "@/lib/vault/seal";

/** A property as its row holds it: plain, or sealed under a name of its own. */
export interface PropertyRow {
  readonly sealKey: string;
  readonly name: string;
  readonly value: string | null;
  readonly sealed: SealedText | null;
  readonly last4: string | null;
  readonly setAt: number;
  readonly setBy: string;
}

/** What a form does to the properties: rows to write, names to remove. */
export interface PropertyRows {
  readonly set: readonly PropertyRow[];
  readonly cleared: readonly string[];
}

/** Rows of properties with secrets sealed; made before the transaction that writes them. */
export async function propertyRows(scope: AccountScope, changes: readonly ValueChange[]): Promise<PropertyRows> {
  const set: PropertyRow[] = [];
  const cleared: string[] = [];
  for (const change of changes) {
    if (change.kind === "clear") cleared.push(change.name);
    if (change.kind !== "set") continue;
    const sealKey = guid();
    const at = { partnerId: scope.partnerId, table: "account_properties", row: sealKey, field: change.name };
    set.push({
      sealKey,
      name: change.name,
      value: change.isSecret ? null : change.value,
      sealed: change.isSecret ? await seal(at, secret(change.value)) : null,
      last4: change.isSecret ? lastFour(change.value) : null,
      setAt: now(),
      setBy: scope.actor.name,
    });
  }
  return { set, cleared };
}

export interface CredentialFacts {
  /** Values by parameter name; sealed together as one record. */
  readonly values: Readonly<Record<string, string>>;
  /** Names of those whose last four characters may be shown. */
  readonly secretNames: readonly string[];
  readonly expiresAt: number | null;
  readonly refreshExpiresAt: number | null;
  /** Where the refresh token is an older one than the rest. */
  readonly refreshObtainedAt?: number | null;
  readonly isRefreshable: boolean;
  readonly scopes: readonly string[] | null;
}

export interface SealedCredential {
  readonly id: string;
  readonly sealed: SealedText;
  readonly last4: Record<string, string | null>;
  readonly expiresAt: number | null;
  readonly refreshExpiresAt: number | null;
  readonly refreshObtainedAt: number | null;
  readonly isRefreshable: boolean;
  readonly scopes: string[] | null;
}

/** Seals a credential for its row, before the transaction that stores it. `id` names the row when it replaces one. */
export async function sealCredential(partnerId: string, facts: CredentialFacts, id: string = guid()): Promise<SealedCredential> {
  const record: Secret = secret(JSON.stringify(facts.values));
  return {
    id,
    sealed: await seal({ partnerId, table: "credentials", row: id, field: "record" }, record),
    last4: Object.fromEntries(
      facts.secretNames.flatMap((name) => (facts.values[name] ? [[name, lastFour(facts.values[name])]] : [])),
    ),
    expiresAt: facts.expiresAt,
    refreshExpiresAt: facts.refreshExpiresAt,
    refreshObtainedAt: facts.refreshExpiresAt === null ? null : (facts.refreshObtainedAt ?? now()),
    isRefreshable: facts.isRefreshable,
    scopes: facts.scopes ? [...facts.scopes] : null,
  };
}
