import { fail, ok, type Result } from "@/lib/kernel/result";
import type { Secret } from "@/lib/kernel/secret";
import type { Prepared, PreparedRequest } from "./apply";
import { clientId, clientSecret, oauth2Of, renderParameters, secretNames, type OAuthInput } from "./authorization-request";
import type { OAuth2, Templates, TokenRequest } from "./definition";
import { allowedHosts, guardSecrets, renderUrl } from "./hosts";
import { connectorParameters } from "./registry";
import { titledFailure } from "./request-url";
import { requestedScopes } from "./scopes";
import { base64, canonicalName, lookup, renderTemplate, textOf, type TemplateValue } from "./templates";

export type Grant =
  | {
      readonly type: "code";
      readonly code: Secret | string;
      readonly redirectUri: string;
      readonly codeVerifier?: Secret | string;
    }
  | { readonly type: "refresh"; readonly refreshToken: Secret | string }
  | { readonly type: "clientCredentials" }
  | { readonly type: "password" };

type Scalar = string | number | boolean;
type Values = Map<string, Scalar>;

/** As a form writes it: what RFC 6749 section 2.3.1 asks of client id and secret before Basic. */
const formEncode = (text: string): string => new URLSearchParams([["", text]]).toString().slice(1);

const text = (value: TemplateValue): string => textOf(value) ?? "";

function grantParameters(input: OAuthInput, oauth2: OAuth2, grant: Grant): readonly (readonly [string, string])[] {
  const separator = oauth2.scopes?.separator === "+" ? " " : (oauth2.scopes?.separator ?? " ");
  const scope = ["scope", requestedScopes(input.authMethod, input.values).join(separator)] as const;
  switch (grant.type) {
    case "code":
      return [
        ["grant_type", "authorization_code"],
        ["code", text(grant.code)],
        ["redirect_uri", grant.redirectUri],
        ["code_verifier", oauth2.codeChallengeMethod === "S256" ? text(grant.codeVerifier) : ""],
      ];
    case "refresh":
      return [
        ["grant_type", "refresh_token"],
        ["refresh_token", text(grant.refreshToken)],
      ];
    case "clientCredentials":
      return [["grant_type", "client_credentials"], scope];
    case "password":
      return [
        ["grant_type", "password"],
        ["username", text(lookup(input.values, "username"))],
        ["password", text(lookup(input.values, "password"))],
        scope,
      ];
  }
}

/** How the request is written: a refresh takes over format, headers and names of the token request, not its parameters. */
function shapeOf(oauth2: OAuth2, refresh: boolean): TokenRequest {
  if (!refresh) return oauth2.tokenRequest ?? {};
  const { method, format, headers, names } = oauth2.tokenRequest ?? {};
  const own = { method, format, headers, names, ...oauth2.refreshRequest };
  return Object.fromEntries(Object.entries(own).filter(([, v]) => v !== undefined)) as TokenRequest;
}

interface Sent {
  readonly headers: Map<string, string>;
  readonly body: Values;
  readonly secrets: Set<string>;
}

/** Client authentication of RFC 6749 section 2.3.1; never two methods at once. */
function authenticateClient(input: OAuthInput, oauth2: OAuth2, own: ReadonlySet<string>, sent: Sent): Result<null> {
  const id = clientId(input.values);
  const secret = clientSecret(input.values);
  const missing = [...(id === "" && needsClient(oauth2, own) ? ["Client ID"] : [])];
  if (missing.length > 0)
    return fail("connector.values_missing", `A value is missing: ${missing.join(", ")}`, {
      fields: { client_id: "Client ID is missing" },
      details: { missing: ["client_id"] },
    });
  if (sent.headers.has("authorization")) return ok(null);
  if (oauth2.tokenEndpointAuthMethod === "client_secret_basic" && id !== "") {
    const credentials = base64(`${formEncode(id)}:${formEncode(secret)}`);
    sent.headers.set("authorization", `Basic ${credentials}`);
    if (secret !== "") sent.secrets.add(credentials).add(secret).add(formEncode(secret));
    return ok(null);
  }
  if (!own.has("clientid")) sent.body.set("client_id", id);
  if (oauth2.tokenEndpointAuthMethod !== "none" && !own.has("clientsecret")) {
    sent.body.set("client_secret", secret);
    if (secret !== "") sent.secrets.add(secret);
  }
  return ok(null);
}

const needsClient = (oauth2: OAuth2, own: ReadonlySet<string>): boolean =>
  !own.has("clientid") &&
  (oauth2.grant === "AuthorisationCode" ||
    (oauth2.grant === "ClientCredentials" &&
      oauth2.tokenRequest?.parameters === undefined &&
      oauth2.tokenRequest?.headers === undefined));

function write(url: string, shape: TokenRequest, sent: Sent): PreparedRequest {
  const names = shape.names ?? {};
  const pairs: [string, Scalar][] = [];
  for (const [name, value] of sent.body) {
    const written = Object.hasOwn(names, name) ? (names[name] ?? "") : name;
    if (written !== "" && value !== "") pairs.push([written, value]);
  }
  const format = shape.format ?? (shape.method === "GET" ? "query" : "form");
  const strings = pairs.map(([n, v]): [string, string] => [n, String(v)]);
  const method = shape.method ?? "POST";
  const headers = Object.fromEntries(sent.headers);
  const withAccept = { accept: "application/json", ...headers };
  if (format === "query") {
    const target = new URL(url);
    for (const [n, v] of strings) target.searchParams.set(n, v);
    return { method, url: target.href, headers: withAccept };
  }
  const json = format === "json";
  return {
    method,
    url,
    headers: { "content-type": json ? "application/json" : "application/x-www-form-urlencoded", ...withAccept },
    body: json ? JSON.stringify(Object.fromEntries(pairs)) : new URLSearchParams(strings).toString(),
  };
}

function prepare(
  input: OAuthInput,
  oauth2: OAuth2,
  endpoint: Templates,
  shape: TokenRequest,
  start: readonly (readonly [string, string])[],
): Result<Prepared> {
  const secrets = new Set<string>();
  const options = { onSecret: (s: string) => void secrets.add(s), isSecret: secretNames(input) };
  const parameters = connectorParameters(input.definition, input.authMethod);
  const url = renderUrl(endpoint, input.values, parameters, options.onSecret);
  if (!url.ok) return titledFailure(url, parameters, true);
  const sent: Sent = { headers: new Map(), body: new Map(), secrets };
  for (const [name, template] of Object.entries(shape.headers ?? {})) {
    const header = renderTemplate(template, input.values, options);
    if (!header.ok) return titledFailure(header, parameters, false);
    if (/[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/.test(header.value))
      return fail("request.invalid", `The value for the header ${name} has characters that a header can't carry`);
    if (header.value !== "") sent.headers.set(name.toLowerCase(), header.value);
  }
  const own = new Set(Object.keys(shape.parameters ?? {}).map(canonicalName));
  for (const [name, value] of start) sent.body.set(name, value);
  const client = authenticateClient(input, oauth2, own, sent);
  if (!client.ok) return client;
  const extra = renderParameters(shape.parameters, input.values, options);
  if (!extra.ok) return extra;
  for (const [name, value] of extra.value) sent.body.set(name, value);
  for (const name of ["code", "code_verifier", "refresh_token", "password", "token"]) {
    const value = sent.body.get(name);
    if (typeof value === "string" && value !== "") secrets.add(value);
  }
  const request = write(url.value, shape, sent);
  const guarded = guardSecrets({ ...input, template: endpoint, url: request.url, sent: [...secrets] });
  if (!guarded.ok) return guarded;
  return ok({ request, secrets: [...secrets], allowedHosts: allowedHosts(input.definition, input.values) });
}

/**
 * The request for a token (RFC 6749 sections 4.1.3, 4.3.2, 4.4.2 and 6; RFC 7636 section 4.5) as this provider wants it: parameter
 * names, form, JSON or query, client authentication, extra parameters; empty ones are dropped. In: values and what is exchanged.
 * Out: the request, the secrets in it, the hosts it may go to. No value is in an error.
 */
export function tokenRequest(input: OAuthInput & { readonly grant: Grant }): Result<Prepared> {
  const config = oauth2Of(input);
  if (!config.ok) return config;
  const oauth2 = config.value;
  const refresh = input.grant.type === "refresh";
  const endpoint = refresh ? (oauth2.refreshEndpoint ?? oauth2.tokenEndpoint) : oauth2.tokenEndpoint;
  if (input.grant.type === "code" && oauth2.codeChallengeMethod === "S256" && text(input.grant.codeVerifier) === "")
    return fail("internal", "PKCE needs a code verifier");
  return prepare(input, oauth2, endpoint, shapeOf(oauth2, refresh), grantParameters(input, oauth2, input.grant));
}

/** The request that revokes a token (RFC 7009 section 2.1), or null where the provider has no endpoint for it. */
export function revocationRequest(
  input: OAuthInput & { readonly token: Secret | string; readonly hint: "refresh_token" | "access_token" },
): Result<Prepared | null> {
  const config = oauth2Of(input);
  if (!config.ok) return config;
  const endpoint = config.value.revocationEndpoint;
  if (endpoint === undefined) return ok(null);
  const { names } = config.value.tokenRequest ?? {};
  return prepare(input, config.value, endpoint, names ? { names } : {}, [
    ["token", text(input.token)],
    ["token_type_hint", input.hint],
  ]);
}
