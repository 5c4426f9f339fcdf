import type { AccountRole, PartnerRole } from "./constants";
import type { Permission } from "./policy";

/** Who does something, as audit and timelines name them. */
export interface Actor {
  readonly type: "user" | "client" | "link" | "token" | "system";
  readonly id: string;
  readonly name: string;
  readonly ip?: string | null;
  readonly requestId?: string | null;
}

declare const minted: unique symbol;

/** The right to act in one partner. Only lib/access makes one. */
export interface PartnerScope {
  readonly [minted]: "partner";
  readonly partnerId: string;
  readonly actor: Actor;
  readonly permissions: ReadonlySet<Permission>;
  /** An API client whose token is good for this one account alone. */
  readonly onlyAccountId?: string;
}

/** The right to act in one account of one partner. Only lib/access makes one. */
export interface AccountScope {
  readonly [minted]: "account";
  readonly partnerId: string;
  readonly accountId: string;
  readonly actor: Actor;
  readonly permissions: ReadonlySet<Permission>;
  /** A link holder may touch this one connector alone. */
  readonly onlyAccountConnectorId?: number;
}

/** The right to act on the instance. Only lib/access makes one. */
export interface InstanceScope {
  readonly [minted]: "instance";
  readonly actor: Actor;
}

/** A signed-in person, re-read from the database on every request. */
export interface SignedIn {
  readonly sessionId: string;
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly isInstanceAdministrator: boolean;
  readonly memberships: readonly (
    | { readonly partnerId: string; readonly accountId: null; readonly role: PartnerRole }
    | { readonly partnerId: string; readonly accountId: string; readonly role: AccountRole }
  )[];
}
