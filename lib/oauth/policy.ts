import { lookup } from "@/lib/auth-methods/templates";
import type { ValueSource } from "@/lib/auth-methods/resolve";
import { fail, type Result } from "@/lib/kernel/result";

/**
 * Whose a refused app is: the partner's, unless the account gave its id or secret itself. Then the account's people can fix it,
 * and the partner has no incident. In: a token result, and the layer that each value came from.
 */
export function withClientOwner<T>(result: Result<T>, sources: Readonly<Record<string, ValueSource>>): Result<T> {
  if (result.ok || result.error.code !== "oauth.client_rejected") return result;
  if (!["client_id", "client_secret"].some((name) => lookup(sources, name) === "Account")) return result;
  return fail("oauth.client_rejected", "The client id and secret that were entered for this account were refused.", {
    details: { ...result.error.details, owner: "customer" },
  });
}
