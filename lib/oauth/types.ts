import type { FailureOwner } from "@/lib/kernel/errors";

/** What the browser that started an attempt may know of it. */
export type AttemptStatus =
  | { readonly status: "pending"; readonly expiresAt: number }
  | { readonly status: "done"; readonly code: string; readonly owner: FailureOwner | null; readonly message: string | null };

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
