import type { KoaContextWithOIDC } from "oidc-provider";
import { basicOf, formOf, isJson, jsonOf, type Received } from "./http";
import type { SandboxSettings } from "./state";

/**
 * The ways real providers depart from the standard, each under `/quirks/NAME/authorize` and `/quirks/NAME/token`.
 * All of them are only another spelling of the one authorization server.
 */
export interface Quirk {
  /** In one sentence, for the page that lists them. */
  readonly about: string;
  /** Turns the provider's own spelling of a request into the standard one. */
  readonly request?: (received: Received, endpoint: "authorize" | "token") => RequestChange;
  /** Turns the standard token response into the provider's own. */
  readonly response?: (ctx: KoaContextWithOIDC, answer: Answer, base: string) => void;
  /** Turns the standard authorization response into the provider's own. */
  readonly redirect?: (query: URLSearchParams) => void;
}
type Answer = Record<string, unknown>;
interface RequestChange {
  readonly query?: URLSearchParams;
  readonly form?: URLSearchParams;
  readonly method?: string;
  readonly refuse?: { readonly status: number; readonly body: Answer };
}

/** How the quirk travels from the authorization request to its response. */
export const quirkParameter = "sandbox_quirk";

const refused = (status: number, error: string, error_description: string): RequestChange => ({
  refuse: { status, body: { error, error_description } },
});

const whenGranted =
  (change: (answer: Answer, base: string) => Answer): Quirk["response"] =>
  (ctx, answer, base) => {
    if (ctx.status === 200) ctx.body = change(answer, base);
  };

const without = (answer: Answer, ...names: string[]): Answer =>
  Object.fromEntries(Object.entries(answer).filter(([name]) => !names.includes(name)));

const expiry = (answer: Answer) => Date.now() + Number(answer.expires_in) * 1000;

function renamed(from: URLSearchParams, names: Readonly<Record<string, string>>): URLSearchParams | string {
  const out = new URLSearchParams(from);
  for (const [standard, own] of Object.entries(names)) {
    if (from.has(standard)) return standard;
    const value = from.get(own);
    if (value === null) continue;
    out.delete(own);
    out.set(standard, value);
  }
  return out;
}

/** Only the provider's own names are known; the standard ones are refused, so that a missed renaming shows. */
const onlyNames =
  (authorize: Readonly<Record<string, string>>, token: Readonly<Record<string, string>>): Quirk["request"] =>
  (received, endpoint) => {
    const isToken = endpoint === "token";
    const source = isToken ? formOf(received) : received.url.searchParams;
    const out = renamed(source, isToken ? token : authorize);
    if (typeof out === "string") return refused(400, "invalid_request", `unknown parameter ${out}`);
    return isToken ? { form: out } : { query: out };
  };

const commaSeparated = (params: URLSearchParams): URLSearchParams => {
  const out = new URLSearchParams(params);
  const scope = out.get("scope");
  if (scope) out.set("scope", scope.split(",").join(" "));
  return out;
};

export const QUIRKS: Readonly<Record<string, Quirk>> = {
  nested: {
    about: "Tokens inside `authed_user`, and status 200 with `ok: false` where the request failed.",
    response: (ctx, answer) => {
      const { access_token, refresh_token, expires_in, scope, token_type, ...rest } = answer;
      const granted = ctx.status === 200;
      ctx.status = 200;
      ctx.body = granted
        ? { ok: true, ...rest, authed_user: { id: "U4711", access_token, refresh_token, expires_in, scope, token_type } }
        : { ok: false, error: answer.error };
    },
  },
  "data-envelope": {
    about: "Tokens inside `data`.",
    response: whenGranted((answer) => ({ code: 0, message: "OK", data: answer })),
  },
  "form-encoded": {
    about: "A token response as a form, errors too, with status 200.",
    response: (ctx, answer) => {
      ctx.status = 200;
      ctx.type = "application/x-www-form-urlencoded";
      ctx.body = new URLSearchParams(Object.entries(answer).map(([name, value]) => [name, String(value)])).toString();
    },
  },
  "text-plain": {
    about: "A JSON token response that says it is plain text.",
    response: (ctx, answer) => {
      ctx.type = "text/plain";
      ctx.body = JSON.stringify(answer);
    },
  },
  "no-token-type": { about: "No `token_type`.", response: whenGranted((answer) => without(answer, "token_type")) },
  "no-expiry": { about: "No lifetime in the response.", response: whenGranted((answer) => without(answer, "expires_in")) },
  "expires-ms": {
    about: "`expires_in` in milliseconds.",
    response: whenGranted((answer) => ({ ...answer, expires_in: Number(answer.expires_in) * 1000 })),
  },
  "expires-at": {
    about: "`expires_at` in seconds since 1970 and no `expires_in`.",
    response: whenGranted((answer) => ({ ...without(answer, "expires_in"), expires_at: Math.floor(expiry(answer) / 1000) })),
  },
  "expires-at-iso": {
    about: "`expires_at` as a date and no `expires_in`.",
    response: whenGranted((answer) => ({ ...without(answer, "expires_in"), expires_at: new Date(expiry(answer)).toISOString() })),
  },
  "own-lifetime-name": {
    about: "The lifetime is called `access_token_validity`.",
    response: whenGranted((answer) => ({ ...without(answer, "expires_in"), access_token_validity: answer.expires_in })),
  },
  json: {
    about: "The token request has to be JSON.",
    request: (received, endpoint) => {
      if (endpoint === "authorize") return {};
      const body = jsonOf(received);
      if (!isJson(received) || !body) return refused(415, "invalid_request", "the request body has to be JSON");
      return { form: new URLSearchParams(Object.entries(body).map(([name, value]) => [name, String(value)])) };
    },
  },
  "token-by-get": {
    about: "The token request is a GET with its parameters in the query.",
    request: (received, endpoint) => {
      if (endpoint === "authorize") return {};
      if (received.method !== "GET") return refused(405, "invalid_request", "use GET");
      return { method: "POST", form: received.url.searchParams, query: new URLSearchParams() };
    },
  },
  "token-by-query": {
    about: "The token request is a POST with its parameters in the query.",
    request: (received, endpoint) => {
      if (endpoint === "authorize") return {};
      if (!received.url.searchParams.has("grant_type")) return refused(400, "invalid_request", "grant_type is not in the query");
      return { form: received.url.searchParams, query: new URLSearchParams() };
    },
  },
  renamed: {
    about: "`client_key` and `redirect_url` instead of `client_id` and `redirect_uri`.",
    request: onlyNames(
      { client_id: "client_key", redirect_uri: "redirect_url" },
      { client_id: "client_key", redirect_uri: "redirect_url" },
    ),
  },
  "app-id": {
    about: "`app_id`, `secret` and `auth_code` in a JSON token request.",
    request: (received, endpoint) => {
      if (endpoint === "authorize") return onlyNames({ client_id: "app_id" }, {})?.(received, endpoint) ?? {};
      const body = jsonOf(received);
      if (!isJson(received) || !body) return refused(415, "invalid_request", "the request body has to be JSON");
      const form = new URLSearchParams(Object.entries(body).map(([name, value]) => [name, String(value)]));
      const out = renamed(form, { client_id: "app_id", client_secret: "secret", code: "auth_code" });
      return typeof out === "string" ? refused(400, "invalid_request", `unknown parameter ${out}`) : { form: out };
    },
  },
  "own-code-name": {
    about: "The authorization response calls the code `sandbox_oauth_code`.",
    redirect: (query) => {
      const code = query.get("code");
      if (code === null) return;
      query.delete("code");
      query.set("sandbox_oauth_code", code);
    },
  },
  "comma-scopes": {
    about: "Scopes are separated by commas.",
    request: (received, endpoint) =>
      endpoint === "authorize"
        ? { query: commaSeparated(received.url.searchParams) }
        : { form: commaSeparated(formOf(received)) },
    response: whenGranted((answer) => ({
      ...answer,
      scope: String(answer.scope ?? "")
        .split(" ")
        .join(","),
    })),
  },
  "basic-only": {
    about: "Client authentication in the Authorization header only.",
    request: (received, endpoint) =>
      endpoint === "token" && (formOf(received).has("client_secret") || !basicOf(received.headers.authorization))
        ? refused(401, "invalid_client", "use HTTP Basic")
        : {},
  },
  "post-only": {
    about: "Client authentication in the body only.",
    request: (received, endpoint) =>
      endpoint === "token" && (!formOf(received).has("client_secret") || received.headers.authorization !== undefined)
        ? refused(401, "invalid_client", "put client_id and client_secret into the body")
        : {},
  },
  "instance-url": {
    about: "`instance_url` and `api_domain` arrive with the token; the API is only there.",
    response: whenGranted((answer, base) => ({
      ...answer,
      id: `${base}/userinfo`,
      instance_url: `${base}/instances/na7`,
      api_domain: `${base}/instances/na7`,
    })),
  },
  "redirect-values": {
    about: "`realmId` and `accounts-server` arrive with the redirect.",
    redirect: (query) => {
      if (!query.has("code")) return;
      query.set("realmId", "9130347");
      query.set("accounts-server", "accounts.sandbox.example");
    },
  },
  "refresh-11h": {
    about: "The refresh token says it lives for 11 hours.",
    response: whenGranted((answer) => ({ ...answer, refresh_token_expires_in: 11 * 3600 })),
  },
  "refresh-13h": {
    about: "The refresh token says it lives for 13 hours.",
    response: whenGranted((answer) => ({ ...answer, refresh_token_expires_in: 13 * 3600 })),
  },
  "x-refresh": {
    about: "`x_refresh_token_expires_in`, with 100 days.",
    response: whenGranted((answer) => ({ ...answer, x_refresh_token_expires_in: 100 * 24 * 3600 })),
  },
};

/** The quirk and endpoint of `/quirks/NAME/authorize` or `/quirks/NAME/token`. */
export function quirkOfPath(path: string) {
  const [, name, endpoint] = /^\/quirks\/([a-z0-9-]+)\/(authorize|token)$/.exec(path) ?? [];
  const quirk = name === undefined ? undefined : QUIRKS[name];
  return name && quirk ? { name, quirk, endpoint: endpoint as "authorize" | "token" } : undefined;
}

/** Changes the redirect back to the client: `iss` as the settings say, and the quirk the request came in with. */
export function afterAuthorization(ctx: KoaContextWithOIDC, settings: SandboxSettings): void {
  const location = ctx.response.get("location");
  if (!URL.canParse(location)) return;
  const url = new URL(location);
  const query = url.searchParams;
  if (!query.has("code") && !query.has("error")) return;
  if (settings.issuer === "") query.delete("iss");
  else if (settings.issuer !== null) query.set("iss", settings.issuer);
  const name = ctx.oidc.params?.[quirkParameter];
  if (typeof name === "string") QUIRKS[name]?.redirect?.(query);
  ctx.redirect(url.href);
  ctx.status = 303;
}
