import type { ErrorCode } from "./errors";

/** An expected failure: a stable code, a sentence for a person, and the fields it concerns. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly details?: Readonly<Record<string, unknown>>;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const fail = (
  code: ErrorCode,
  message: string,
  more: Omit<Failure, "code" | "message"> = {},
): { readonly ok: false; readonly error: Failure } => ({
  ok: false,
  error: { code, message, ...more },
});
