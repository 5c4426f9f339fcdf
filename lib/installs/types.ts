import type { FailureOwner } from "@/lib/kernel/errors";
import type { SecretState } from "@/lib/kernel/secret";
import type { ConnectionState } from "./policy";

/** One row of the connections table. Times in milliseconds. */
export interface ConnectionRow {
  readonly id: number;
  readonly name: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly connectorId: number;
  readonly connectorName: string;
  readonly connectorSlug: string;
  readonly authType: string;
  readonly state: ConnectionState;
  readonly lastError: string | null;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly lastVerifiedAt: number | null;
  readonly obtainedAt: number | null;
  readonly expiresAt: number | null;
}

/** A property as a page may see it. */
export interface PropertyView {
  readonly name: string;
  readonly value: string | null;
  readonly secret: SecretState | null;
}

/** A connection with all that its page shows; no secret in it. */
export interface ConnectionView extends ConnectionRow {
  readonly description: string | null;
  readonly authMethodId: string;
  readonly releaseId: number;
  readonly createdBy: string;
  readonly disabledAt: number | null;
  readonly hasCredential: boolean;
  readonly isRefreshable: boolean;
  readonly refreshExpiresAt: number | null;
  readonly scopes: readonly string[] | null;
  readonly connectedAs: string | null;
  readonly obtainedBy: string | null;
  /** Last four characters of the credential's secret values, by name. */
  readonly last4: Readonly<Record<string, string | null>>;
  readonly lastErrorOwner: FailureOwner | null;
  readonly lastErrorAt: number | null;
  readonly lastErrorCode: string | null;
  readonly lastVerification: { readonly status: number; readonly durationMs: number; readonly method: string } | null;
  readonly properties: readonly PropertyView[];
}
