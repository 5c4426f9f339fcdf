import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { accountByExternalId } from "@/lib/access/data";
import { IP_HEADER, REQUEST_ID_HEADER } from "@/lib/access/request";
import { clientScope } from "@/lib/access/scopes";
import { sameHash, tokenHash } from "@/lib/access/tokens";
import { apiClientByClientId } from "@/lib/api-clients/data";
import { issueToken } from "@/lib/api-clients/mutations";
import { addressAllowed } from "@/lib/api-clients/policy";
import type { ApiAccess } from "@/lib/api-clients/types";
import { failed, json } from "@/lib/doors/rest-answer";
import { newRequestId } from "@/lib/platform/log";
import { limit } from "@/lib/platform/rate-limit";

const MAX_FORM = 16 * 1024;
const TRIES = { points: 600, durationSeconds: 60 };

const tokenSchema = z
  .object({
    access_token: z.string(),
    token_type: z.literal("bearer"),
    expires_in: z.int(),
    clientId: z.string(),
    ".refresh": z.literal("False"),
    ".issued": z.string(),
    ".expires": z.string(),
  })
  .openapi("Token");

const tokenErrorSchema = z
  .object({
    error: z.enum(["invalid_request", "invalid_client", "unsupported_grant_type", "invalid_scope"]),
    error_description: z.string(),
    Message: z.string(),
    Code: z.string(),
    RequestId: z.string(),
  })
  .openapi("TokenError");

const requestSchema = z
  .object({
    grant_type: z.literal("client_credentials"),
    client_id: z.string().optional(),
    client_secret: z.string().optional(),
    scope: z
      .string()
      .optional()
      .openapi({ description: "account:{id} makes it good for that account alone, read for reading alone." }),
  })
  .openapi("TokenRequest");

const content = <S extends z.ZodType>(schema: S) => ({ "application/json": { schema } });

const route = createRoute({
  method: "post",
  path: "/oauth/token",
  tags: ["Tokens"],
  summary: "Get an access token (client credentials, RFC 6749 section 4.4)",
  description: "Client id and secret stand in the body, or in the header as HTTP Basic. A token is good for 14 days.",
  security: [],
  request: { body: { content: { "application/x-www-form-urlencoded": { schema: requestSchema } } } },
  responses: {
    200: { description: "Done", content: content(tokenSchema) },
    400: { description: "Malformed, or unknown client", content: content(tokenErrorSchema) },
    401: { description: "Unknown client in the header", content: content(tokenErrorSchema) },
    403: { description: "Not from this address", content: content(tokenErrorSchema) },
    413: { description: "Too large", content: content(tokenErrorSchema) },
    429: { description: "Too many requests", content: content(tokenErrorSchema) },
  },
});

type OAuthError = z.infer<typeof tokenErrorSchema>["error"];

/** An error as RFC 6749 section 5.2 writes it, with the members that every error of the API has. */
const refused = (c: Context, status: number, error: OAuthError, message: string, headers: Record<string, string> = {}) =>
  json(
    status,
    JSON.stringify({
      error,
      error_description: message,
      Message: message,
      Code: `oauth.${error}`,
      RequestId: c.req.header(REQUEST_ID_HEADER) ?? newRequestId(),
    }),
    { pragma: "no-cache", ...headers },
  );

/** Client id and secret of an Authorization header (RFC 6749 section 2.3.1); null where it is none. */
function basicClient(header: string | undefined): { id: string; secret: string } | null {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header ?? "")?.[1];
  if (!encoded) return null;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon === -1) return null;
  const decoded = (part: string): string => {
    try {
      return decodeURIComponent(part.replaceAll("+", " "));
    } catch {
      return part;
    }
  };
  return { id: decoded(text.slice(0, colon)), secret: decoded(text.slice(colon + 1)) };
}

/** What a scope asks: at most one account, and reading alone. Null where it names anything else. */
function readScope(scope: string): { account: string | null; access: ApiAccess | null } | null {
  const parts = scope.split(" ").filter(Boolean);
  // An account's id may hold spaces; then nothing else stands beside it.
  const whole = /^ *account:(.*[^ ]) *$/i.exec(scope)?.[1];
  if (whole !== undefined && parts.some((part) => !/^(read|account:.+)$/i.test(part))) return { account: whole, access: null };
  let account: string | null = null;
  let access: ApiAccess | null = null;
  for (const part of parts) {
    if (part.toLowerCase() === "read") access = "read";
    else if (/^account:./i.test(part) && account === null) account = part.slice("account:".length);
    else return null;
  }
  return { account, access };
}

async function readForm(c: Context): Promise<URLSearchParams | "large" | "repeated"> {
  if (Number(c.req.header("content-length") ?? 0) > MAX_FORM) return "large";
  const text = await c.req.text();
  if (text.length > MAX_FORM) return "large";
  const form = new URLSearchParams(text);
  const names = [...form.keys()];
  return new Set(names).size === names.length ? form : "repeated";
}

const wrongClient = (c: Context, byHeader: boolean): Response =>
  byHeader
    ? refused(c, 401, "invalid_client", "Client id or secret is wrong.", { "www-authenticate": 'Basic realm="oauth/token"' })
    : refused(c, 400, "invalid_client", "Client id or secret is wrong.");

async function answer(c: Context): Promise<Response> {
  const ip = c.req.header(IP_HEADER) ?? null;
  const allowed = await limit("oauth-token", ip ?? "unknown", TRIES);
  if (!allowed.ok)
    return refused(c, 429, "invalid_request", allowed.error.message, {
      "retry-after": String(allowed.error.details?.retryAfter ?? 60),
    });
  const form = await readForm(c);
  if (form === "large") return refused(c, 413, "invalid_request", "The body is too large.");
  if (form === "repeated") return refused(c, 400, "invalid_request", "A parameter stands twice.");
  const grant = form.get("grant_type");
  if (!grant) return refused(c, 400, "invalid_request", "grant_type is missing.");
  if (grant !== "client_credentials")
    return refused(c, 400, "unsupported_grant_type", "grant_type has to be client_credentials.");
  const header = c.req.header("authorization");
  const basic = basicClient(header);
  if (header !== undefined && !basic) return wrongClient(c, true);
  if (basic && form.has("client_secret"))
    return refused(c, 400, "invalid_request", "The client authenticates twice: in the header and in the body.");
  const id = basic?.id ?? form.get("client_id") ?? "";
  const secret = basic?.secret ?? form.get("client_secret") ?? "";
  const found = await apiClientByClientId(id);
  // An unknown client costs the same comparison as a wrong secret.
  const isRight = sameHash(tokenHash(secret), found?.client.secretHash ?? tokenHash(""));
  if (!found || !isRight) return wrongClient(c, basic !== null);
  const { client, apiRanges } = found;
  if (!addressAllowed(ip, apiRanges)) return refused(c, 403, "invalid_client", "This address may not use the API.");
  const wanted = readScope(form.get("scope") ?? "");
  if (!wanted) return refused(c, 400, "invalid_scope", "scope takes account:{id} and read.");
  const whole = { partnerId: client.partnerId, accountId: null, access: client.access };
  const scope = clientScope(whole, { type: "client", id: client.id, name: client.name });
  const account = wanted.account === null ? null : await accountByExternalId(scope, wanted.account);
  if (account && !account.ok) return refused(c, 400, "invalid_scope", "There is no such account.");
  const issued = await issueToken(client, {
    accountId: account?.value.accountId ?? null,
    access: wanted.access ?? client.access,
    ip,
  });
  return json(
    200,
    JSON.stringify({
      access_token: issued.token,
      token_type: "bearer",
      expires_in: Math.floor((issued.expiresAt - issued.issuedAt) / 1000) - 1,
      clientId: issued.clientId,
      ".refresh": "False",
      ".issued": new Date(issued.issuedAt).toUTCString(),
      ".expires": new Date(issued.expiresAt).toUTCString(),
    }),
    { pragma: "no-cache" },
  );
}

/** The token endpoint. */
export function mountToken(app: OpenAPIHono): void {
  app.openAPIRegistry.registerPath(route);
  app.post("/oauth/token", answer);
  app.all("/oauth/token", (c) =>
    failed({ code: "request.method", message: "This address takes POST." }, c.req.header(REQUEST_ID_HEADER), { allow: "POST" }),
  );
}
