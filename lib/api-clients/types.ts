/** `read` changes nothing and calls nothing. */
export type ApiAccess = "full" | "read";

/** A credential set as the settings page may see it. Times in milliseconds. */
export interface ApiClientView {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly last4: string | null;
  readonly access: ApiAccess;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly lastUsedAt: number | null;
  readonly tokens: number;
}

/** An access token that is good now, as the settings page may see it. */
export interface AccessTokenView {
  readonly id: string;
  readonly last4: string | null;
  readonly clientName: string;
  readonly accountName: string | null;
  readonly access: ApiAccess;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly ip: string | null;
}

/** A bearer token that was found to be good, with what limits it. */
export interface ProvedToken {
  readonly apiClientId: string;
  readonly clientName: string;
  readonly partnerId: string;
  readonly accountId: string | null;
  /** The API ID of the one account that it is good for. */
  readonly accountExternalId: string | null;
  readonly access: ApiAccess;
  readonly apiRanges: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Access tokens of this life, in milliseconds. */
export interface IssuedToken {
  readonly token: string;
  readonly clientId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}
