import type { FailureOwner } from "@/lib/kernel/errors";

/** What the browser that started an attempt may know of it. */
export type AttemptStatus =
  | { readonly status: "pending"; readonly expiresAt: number }
  | { readonly status: "done"; readonly code: string; readonly owner: FailureOwner | null; readonly message: string | null };

/** Where a browser that a partner's backend sent is sent back to, and what is told there. */
export interface ReturnTarget {
  readonly origin: string;
  readonly callbackMessage: string | null;
}

/** What becomes of pressing *Continue*: the provider's page, or with null a connection that needed none. */
export interface ConnectorAuthStarted {
  readonly url: string | null;
}

/** A connect link as its maker sees it. Times in milliseconds. */
export interface LinkView {
  readonly id: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number;
  readonly openedAt: number | null;
  readonly opened: { readonly ip: string | null; readonly userAgent: string | null } | null;
  readonly completedAt: number | null;
  readonly revokedAt: number | null;
}
