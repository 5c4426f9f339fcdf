import type { Failure, Result } from "./result";

/** What next-safe-action hands to the browser. */
interface ActionResult<T> {
  readonly data?: Result<T>;
  readonly serverError?: Failure;
  readonly validationErrors?: {
    readonly formErrors?: readonly string[];
    readonly fieldErrors?: Record<string, readonly string[] | undefined>;
  };
}

/** One shape for every way an action can end: its own result, a refusal, or invalid input by field. */
export function settle<T>(result: ActionResult<T> | undefined): Result<T> {
  if (result?.data) return result.data;
  if (result?.serverError) return { ok: false, error: result.serverError };
  const invalid = result?.validationErrors;
  if (invalid) {
    const fields: Record<string, string> = {};
    for (const [name, messages] of Object.entries(invalid.fieldErrors ?? {})) if (messages?.[0]) fields[name] = messages[0];
    return {
      ok: false,
      error: { code: "request.invalid", message: invalid.formErrors?.[0] ?? "Some values aren't right.", fields },
    };
  }
  return { ok: false, error: { code: "internal", message: "Nothing was saved: the server didn't answer. Try again." } };
}
