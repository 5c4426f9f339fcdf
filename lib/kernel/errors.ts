/** Stable, dotted codes of expected failures, each with its HTTP status. */
export const ERROR_STATUS = {
  "request.invalid": 400,
  "request.too_large": 413,
  "auth.required": 401,
  "auth.invalid_credentials": 401,
  "auth.locked": 429,
  "access.denied": 403,
  "access.origin": 403,
  "object.not_found": 404,
  "object.conflict": 409,
  "object.in_use": 409,
  "object.running": 409,
  "name.in_use": 409,
  "connector.draft": 400,
  "connector.not_authenticated": 400,
  "connector.values_missing": 400,
  "connector.method_unsupported": 400,
  "oauth.attempt_expired": 400,
  "oauth.attempt_unknown": 400,
  "oauth.browser_mismatch": 403,
  "oauth.issuer_mismatch": 400,
  "oauth.denied": 400,
  "oauth.scope_missing": 400,
  "oauth.client_rejected": 400,
  "oauth.grant_rejected": 400,
  "oauth.provider_error": 502,
  "provider.rejected": 502,
  "provider.unavailable": 502,
  "provider.timeout": 504,
  "egress.blocked": 502,
  "rate.limited": 429,
  "vault.unreadable": 500,
  "script.failed": 400,
  "feature.disabled": 403,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** Whose a failure is (domain section 8): ask the customer, the partner, wait for the provider, or a rule of this house. */
export type FailureOwner = "customer" | "partner" | "provider" | "policy";
