import { describe, expect, it } from "vitest";
import { classifyApiFailure, classifyTokenFailure, classifyTransportFailure, failureResult, retryAfterMs } from "./failures";

type Row = readonly [provider: string, status: number, body: unknown, owner: string, code: string];

/** Bodies as the providers' token endpoints send them. */
const TOKEN_ERRORS: readonly Row[] = [
  [
    "Google",
    400,
    { error: "invalid_grant", error_description: "Token has been expired or revoked." },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "Google",
    401,
    { error: "invalid_client", error_description: "The OAuth client was not found." },
    "partner",
    "oauth.client_rejected",
  ],
  ["Google", 400, { error: "redirect_uri_mismatch", error_description: "Bad Request" }, "partner", "oauth.client_rejected"],
  ["Google", 401, { error: "unauthorized_client", error_description: "Unauthorized" }, "partner", "oauth.client_rejected"],
  ["Slack", 200, { ok: false, error: "invalid_code" }, "customer", "oauth.grant_rejected"],
  ["Slack", 200, { ok: false, error: "bad_client_secret" }, "partner", "oauth.client_rejected"],
  ["Slack", 200, { ok: false, error: "invalid_refresh_token" }, "customer", "oauth.grant_rejected"],
  ["Slack", 200, { ok: false, error: "ratelimited" }, "provider", "rate.limited"],
  ["Slack", 200, { ok: false, error: "bad_redirect_uri" }, "partner", "oauth.client_rejected"],
  [
    "Salesforce",
    400,
    { error: "invalid_grant", error_description: "expired access/refresh token" },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "Salesforce",
    400,
    { error: "invalid_client_id", error_description: "client identifier invalid" },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "Salesforce",
    400,
    { error: "invalid_client", error_description: "invalid client credentials" },
    "partner",
    "oauth.client_rejected",
  ],
  ["Salesforce", 400, { error: "inactive_user", error_description: "user is inactive" }, "customer", "oauth.grant_rejected"],
  [
    "HubSpot",
    400,
    { status: "BAD_REFRESH_TOKEN", message: "missing or invalid refresh token", correlationId: "x" },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "HubSpot",
    400,
    { status: "BAD_AUTH_CODE", message: "missing or unknown auth code", correlationId: "x" },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "HubSpot",
    400,
    { status: "BAD_CLIENT_ID", message: "missing or invalid client id", correlationId: "x" },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "HubSpot",
    400,
    { status: "BAD_CLIENT_SECRET", message: "missing or invalid client secret" },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "HubSpot",
    400,
    { status: "BAD_REDIRECT_URI", message: "missing or invalid redirect URI" },
    "partner",
    "oauth.client_rejected",
  ],
  ["Xero", 400, { error: "invalid_grant" }, "customer", "oauth.grant_rejected"],
  ["Xero", 400, { error: "unauthorized_client" }, "partner", "oauth.client_rejected"],
  [
    "Microsoft",
    400,
    {
      error: "invalid_grant",
      error_description: "AADSTS700082: The refresh token has expired due to inactivity.",
      error_codes: [700082],
    },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "Microsoft",
    401,
    { error: "invalid_client", error_description: "AADSTS7000215: Invalid client secret provided.", error_codes: [7000215] },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "Microsoft",
    401,
    { error: "invalid_client", error_description: "AADSTS7000222: The provided client secret keys for app are expired." },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "Microsoft",
    400,
    { error: "invalid_request", error_description: "AADSTS50011: The redirect URI specified in the request does not match." },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "Microsoft",
    400,
    {
      error: "unauthorized_client",
      error_description: "AADSTS700016: Application with identifier 'x' was not found in the directory.",
    },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "Microsoft",
    400,
    {
      error: "invalid_grant",
      error_description: "AADSTS65001: The user or administrator has not consented to use the application.",
    },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "Microsoft",
    400,
    {
      error: "invalid_grant",
      error_description: "AADSTS50076: Due to a configuration change you must use multi-factor authentication.",
    },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "Microsoft",
    400,
    {
      error: "invalid_scope",
      error_description: "AADSTS70011: The provided value for the input parameter 'scope' is not valid.",
    },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "Microsoft",
    400,
    { error: "temporarily_unavailable", error_description: "AADSTS90033: A transient error has occurred." },
    "provider",
    "provider.unavailable",
  ],
  [
    "GitHub",
    200,
    { error: "bad_verification_code", error_description: "The code passed is incorrect or expired." },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "GitHub",
    200,
    { error: "incorrect_client_credentials", error_description: "The client_id and/or client_secret passed are incorrect." },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "GitHub",
    200,
    { error: "redirect_uri_mismatch", error_description: "The redirect_uri MUST match the registered callback URL." },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "GitHub",
    200,
    "error=bad_verification_code&error_description=The+code+passed+is+incorrect+or+expired.",
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "GitHub",
    200,
    { error: "bad_refresh_token", error_description: "The refresh token passed is incorrect or expired." },
    "customer",
    "oauth.grant_rejected",
  ],
  ["GitHub", 404, "<!DOCTYPE html><html><title>Page not found</title></html>", "partner", "oauth.provider_error"],
  [
    "Stripe",
    400,
    { error: "invalid_grant", error_description: "Authorization code does not exist: ac_123" },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "Stripe",
    401,
    { error: { message: "Invalid API Key provided: sk_test_***", type: "invalid_request_error" } },
    "partner",
    "oauth.client_rejected",
  ],
  ["Zoho", 200, { error: "invalid_code" }, "customer", "oauth.grant_rejected"],
  ["Zoho", 200, { error: "invalid_client" }, "partner", "oauth.client_rejected"],
  ["Zoho", 200, { error: "invalid_client_secret" }, "partner", "oauth.client_rejected"],
  [
    "Zoho",
    200,
    {
      error: "Access Denied",
      status: "failure",
      error_description: "You have made too many requests continuously. Please try again after some time.",
    },
    "provider",
    "rate.limited",
  ],
  [
    "QuickBooks",
    400,
    { error: "invalid_grant", error_description: "Incorrect Token type or clientID" },
    "customer",
    "oauth.grant_rejected",
  ],
  ["QuickBooks", 401, { error: "invalid_client" }, "partner", "oauth.client_rejected"],
  [
    "Shopify",
    400,
    { error: "invalid_request", error_description: "The authorization code was not found or was already used" },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "Shopify",
    400,
    { error: "invalid_client", error_description: "Could not find Shopify API application with api_key" },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "Facebook",
    400,
    { error: { message: "Error validating client secret.", type: "OAuthException", code: 1, fbtrace_id: "A" } },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "Facebook",
    400,
    { error: { message: "This authorization code has been used.", type: "OAuthException", code: 100, error_subcode: 36009 } },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "Facebook",
    400,
    {
      error: {
        message:
          "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request",
        type: "OAuthException",
        code: 100,
      },
    },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "Atlassian",
    403,
    { error: "unauthorized_client", error_description: "refresh_token is invalid" },
    "customer",
    "oauth.grant_rejected",
  ],
  ["Atlassian", 401, { error: "access_denied", error_description: "Unauthorized" }, "partner", "oauth.client_rejected"],
  ["Notion", 400, { error: "invalid_grant", request_id: "x" }, "customer", "oauth.grant_rejected"],
  [
    "Notion",
    401,
    {
      object: "error",
      status: 401,
      code: "unauthorized",
      message: "Client authentication failed due to missing or invalid client authentication.",
    },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "Dropbox",
    400,
    { error: "invalid_grant", error_description: "refresh token is invalid or revoked" },
    "customer",
    "oauth.grant_rejected",
  ],
  ["Dropbox", 400, { error: "invalid_client: Invalid client_id or client_secret" }, "partner", "oauth.client_rejected"],
  [
    "LinkedIn",
    401,
    { error: "invalid_client", error_description: "Client authentication failed" },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "LinkedIn",
    400,
    {
      error: "invalid_request",
      error_description:
        "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired.",
    },
    "partner",
    "oauth.client_rejected",
  ],
  [
    "Mailchimp",
    400,
    { error: "invalid_grant", error_description: "Invalid authorization code" },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "Pipedrive",
    400,
    { success: false, message: "invalid_grant", error: "Invalid grant: refresh token is invalid" },
    "customer",
    "oauth.grant_rejected",
  ],
  ["Pipedrive", 401, { success: false, error: "Invalid client: client is invalid" }, "partner", "oauth.client_rejected"],
  [
    "Zendesk",
    400,
    { error: "invalid_grant", error_description: "The provided authorization grant is invalid, expired or revoked." },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "Asana",
    400,
    { error: "invalid_grant", error_description: "The code has expired or is not valid" },
    "customer",
    "oauth.grant_rejected",
  ],
  [
    "TikTok",
    200,
    { code: 40110, message: "Auth_code is expired or has been used", data: {} },
    "customer",
    "oauth.grant_rejected",
  ],
  ["Box", 503, "", "provider", "provider.unavailable"],
  [
    "Okta",
    429,
    { errorCode: "E0000047", errorSummary: "API call exceeded rate limit due to too many requests." },
    "provider",
    "rate.limited",
  ],
  ["Any", 502, "<html><body>Bad Gateway</body></html>", "provider", "provider.unavailable"],
  ["Any", 500, { error: "invalid_grant" }, "customer", "oauth.grant_rejected"],
];

const text = (body: unknown): string => (typeof body === "string" ? body : JSON.stringify(body));

describe("token failures (S-30)", () => {
  it.each(TOKEN_ERRORS)("%s %i %j is the %s's: %s", (provider, status, body, owner, code) => {
    const found = classifyTokenFailure({ provider, status, body: text(body) });
    expect({ owner: found.owner, code: found.code }).toEqual({ owner, code });
    expect(found.message).toContain(provider);
    expect(found.reauthenticate).toBe(owner === "customer");
    expect(found.retryable).toBe(owner === "provider");
  });

  it("covers well over thirty bodies of real providers", () => {
    expect(new Set(TOKEN_ERRORS.map(([provider]) => provider)).size).toBeGreaterThan(15);
    expect(TOKEN_ERRORS.length).toBeGreaterThan(30);
  });
});

/** Bodies as the providers' APIs send them. */
const API_ERRORS: readonly Row[] = [
  ["Slack", 200, { ok: false, error: "token_revoked" }, "customer", "provider.rejected"],
  ["Slack", 200, { ok: false, error: "invalid_auth" }, "customer", "provider.rejected"],
  ["Slack", 200, { ok: false, error: "missing_scope", needed: "chat:write" }, "partner", "oauth.client_rejected"],
  ["Slack", 200, { ok: false, error: "ratelimited" }, "provider", "rate.limited"],
  [
    "Facebook",
    400,
    {
      error: {
        message: "Error validating access token: Session has expired",
        type: "OAuthException",
        code: 190,
        error_subcode: 463,
      },
    },
    "customer",
    "provider.rejected",
  ],
  [
    "Facebook",
    400,
    { error: { message: "(#17) User request limit reached", type: "OAuthException", code: 17 } },
    "provider",
    "rate.limited",
  ],
  [
    "Salesforce",
    401,
    [{ message: "Session expired or invalid", errorCode: "INVALID_SESSION_ID" }],
    "customer",
    "provider.rejected",
  ],
  [
    "HubSpot",
    401,
    { status: "error", message: "The OAuth token used to make this call expired", category: "EXPIRED_AUTHENTICATION" },
    "customer",
    "provider.rejected",
  ],
  [
    "Stripe",
    401,
    { error: { message: "Expired API Key provided", type: "invalid_request_error", code: "api_key_expired" } },
    "customer",
    "provider.rejected",
  ],
  [
    "QuickBooks",
    401,
    { Fault: { Error: [{ Message: "message=AuthenticationFailed", code: "3200" }], type: "AUTHENTICATION" } },
    "customer",
    "provider.rejected",
  ],
  ["GitHub", 403, { message: "API rate limit exceeded for user ID 1.", documentation_url: "x" }, "provider", "rate.limited"],
  ["GitHub", 403, { message: "Resource not accessible by integration" }, "customer", "provider.rejected"],
  [
    "Google",
    403,
    {
      error: {
        code: 403,
        status: "PERMISSION_DENIED",
        message: "Request had insufficient authentication scopes.",
        errors: [{ reason: "insufficientPermissions" }],
      },
    },
    "customer",
    "provider.rejected",
  ],
  ["Xero", 429, "", "provider", "rate.limited"],
  ["Shopify", 503, "", "provider", "provider.unavailable"],
  ["Notion", 404, { object: "error", status: 404, code: "object_not_found" }, "provider", "provider.rejected"],
  ["Zendesk", 422, { error: "RecordInvalid" }, "provider", "provider.rejected"],
];

describe("API failures", () => {
  it.each(API_ERRORS)("%s %i %j is the %s's: %s", (provider, status, body, owner, code) => {
    const found = classifyApiFailure({ provider, status, body: text(body) });
    expect({ owner: found.owner, code: found.code }).toEqual({ owner, code });
  });
});

it("never repeats what the provider wrote", () => {
  const canary = "CANARY-3f9a";
  for (const status of [200, 400, 401, 403, 429, 500]) {
    const body = JSON.stringify({ error: canary, error_description: `refresh token ${canary}`, message: canary, status: canary });
    const found = [
      classifyTokenFailure({ status, body, provider: "Acme" }),
      classifyApiFailure({ status, body, provider: "Acme" }),
    ];
    expect(JSON.stringify(found)).not.toContain(canary);
    expect(JSON.stringify(found.map(failureResult))).not.toContain(canary);
  }
});

it("waits as long as the provider says", () => {
  const at = Date.UTC(2026, 0, 1);
  expect(retryAfterMs("120", at)).toBe(120_000);
  expect(retryAfterMs(new Date(at + 5000).toUTCString(), at)).toBe(5000);
  expect(retryAfterMs("soon", at)).toBeNull();
  expect(classifyTokenFailure({ status: 429, body: "", provider: "A", retryAfter: "30" }).retryAfter).toBe(30_000);
});

it("a blocked address and a script are matters of policy, silence is the provider's", () => {
  expect(classifyTransportFailure("egress.blocked", "A")).toMatchObject({ owner: "policy", retryable: false });
  expect(classifyTransportFailure("script.failed", "A")).toMatchObject({ owner: "policy", retryable: false });
  expect(classifyTransportFailure("provider.timeout", "A")).toMatchObject({ owner: "provider", retryable: true });
});
