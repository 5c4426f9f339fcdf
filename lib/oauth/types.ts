import type { FailureOwner } from "@/lib/kernel/errors";

/** What the browser that started an attempt may know of it. */
export type AttemptStatus =
  | { readonly status: "pending"; readonly expiresAt: number }
  | { readonly status: "done"; readonly code: string; readonly owner: FailureOwner | null; readonly message: string | null };
