import { guid } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { Secret, secret } from "@/lib/kernel/secret";
import type { AuthMethod, ConnectorDefinition, OAuth2 } from "./definition";
import { addressProblem, renderUrl, type ValueSources } from "./hosts";
import { connectorParameters } from "./registry";
import { titledFailure } from "./request-url";
import { requestedOptionalScopes, requestedScopes } from "./scopes";
import { canonicalName, lookup, percentEncode, renderTemplate, textOf, type TemplateValues } from "./templates";

/** What every builder of OAuth requests starts from. */
export interface OAuthInput {
  readonly definition: ConnectorDefinition;
  readonly authMethod: AuthMethod;
  readonly values: TemplateValues;
  readonly sources?: ValueSources;
}

export interface AuthorizationInput extends OAuthInput {
  readonly redirectUri: string;
  readonly state: string;
  /** Required unless the definition opts out of PKCE (S-21). */
  readonly codeChallenge?: string;
}

/** The OAuth2 part of a method, or an error that names the connector. */
export function oauth2Of(input: OAuthInput): Result<OAuth2> {
  const { oauth2 } = input.authMethod;
  return oauth2
    ? ok(oauth2)
    : fail("connector.method_unsupported", `${input.definition.name} doesn't use OAuth 2 with this method`);
}

/** Renders parameters that may be templates; empty ones and those without a value are left out. */
export function renderParameters(
  parameters: Readonly<Record<string, string | number | boolean>> | undefined,
  values: TemplateValues,
  options: { readonly onSecret?: (text: string) => void; readonly isSecret?: (name: string) => boolean } = {},
): Result<readonly (readonly [name: string, value: string | number | boolean])[]> {
  const out: (readonly [string, string | number | boolean])[] = [];
  for (const [name, value] of Object.entries(parameters ?? {})) {
    if (typeof value !== "string") {
      out.push([name, value]);
      continue;
    }
    const rendered = renderTemplate(value, values, options);
    if (rendered.ok) out.push([name, rendered.value]);
    else if (rendered.error.code === "connector.values_missing") out.push([name, ""]);
    else return rendered;
  }
  return ok(out);
}

export const clientId = (values: TemplateValues): string =>
  textOf(lookup(values, "client_id")) ?? textOf(lookup(values, "consumer_key")) ?? "";
export const clientSecret = (values: TemplateValues): string =>
  textOf(lookup(values, "client_secret")) ?? textOf(lookup(values, "consumer_secret")) ?? "";

function scopeText(oauth2: OAuth2, scopes: readonly string[]): string {
  const separator = oauth2.scopes?.separator ?? " ";
  // "+" is how a form writes a space: encoded once more it would be a plus sign.
  const raw = oauth2.scopes?.encode === false || separator === "+";
  if (!raw) return percentEncode(scopes.join(separator));
  const encode = oauth2.scopes?.encode === false ? (s: string) => s.replace(/[&#%\s]/g, encodeURIComponent) : percentEncode;
  return scopes.map(encode).join(separator === " " ? "%20" : separator);
}

/**
 * Where the browser is sent (RFC 6749 section 4.1.1, RFC 7636 section 4.3). In: the values, this attempt's redirect URI, state and
 * challenge. Out: the URL; `connector.values_missing` names what is blank; `egress.blocked` where a customer's address isn't allowed.
 */
export function authorizationUrl(input: AuthorizationInput): Result<string> {
  const config = oauth2Of(input);
  if (!config.ok) return config;
  const oauth2 = config.value;
  const parameters = connectorParameters(input.definition, input.authMethod);
  if (oauth2.authorizationEndpoint === undefined)
    return fail("connector.method_unsupported", `${input.definition.name} has no address to sign in at`);
  if (clientId(input.values) === "")
    return fail("connector.values_missing", "A value is missing: Client ID", {
      fields: { client_id: "Client ID is missing" },
      details: { missing: ["client_id"] },
    });
  const endpoint = renderUrl(oauth2.authorizationEndpoint, input.values, parameters);
  if (!endpoint.ok) return titledFailure(endpoint, parameters, true);
  if (oauth2.codeChallengeMethod === "S256" && input.codeChallenge === undefined)
    return fail("internal", "PKCE needs a code challenge");

  const query = new Map<string, string>();
  const put = (name: string, encoded: string): void => void (encoded === "" ? query.delete(name) : query.set(name, encoded));
  const nameOf = (name: string): string =>
    oauth2.authorizationNames && Object.hasOwn(oauth2.authorizationNames, name) ? (oauth2.authorizationNames[name] ?? "") : name;
  const standard = (name: string, encoded: string): void => {
    if (nameOf(name) !== "") put(nameOf(name), encoded);
  };
  standard("response_type", "code");
  standard("client_id", percentEncode(clientId(input.values)));
  standard("redirect_uri", percentEncode(input.redirectUri));
  const values: TemplateValues = { random: guid(), ...input.values };
  const extra = renderParameters(oauth2.authorizationParameters, values);
  if (!extra.ok) return extra;
  for (const [name, value] of extra.value) put(nameOf(name) || name, percentEncode(String(value)));
  const scopes = requestedScopes(input.authMethod, input.values);
  const scopeName = oauth2.scopes?.parameterName ?? nameOf("scope");
  if (scopes.length > 0 && scopeName !== "") put(scopeName, scopeText(oauth2, scopes));
  const optional = requestedOptionalScopes(input.authMethod, input.values);
  if (optional.length > 0) put("optional_scope", scopeText(oauth2, optional));
  // Last, so that no parameter of a definition can take their place.
  standard("state", percentEncode(input.state));
  if (oauth2.codeChallengeMethod === "S256") {
    standard("code_challenge", percentEncode(input.codeChallenge ?? ""));
    standard("code_challenge_method", "S256");
  }
  if (nameOf("response_type") === "") query.delete("response_type");
  return ok(
    joinQuery(endpoint.value, [...query].map(([n, v]) => `${percentEncode(n)}=${v}`).join("&"), oauth2.authorizationFragment),
  );
}

function joinQuery(endpoint: string, query: string, fragment: string | undefined): string {
  if (fragment !== undefined) {
    const base = new URL(endpoint).pathname === "/" && !endpoint.endsWith("/") ? `${endpoint}/` : endpoint;
    return `${base}#/${fragment.replace(/^\/+/, "")}?${query}`;
  }
  return `${endpoint}${endpoint.includes("?") ? (/[?&]$/.test(endpoint) ? "" : "&") : "?"}${query}`;
}

/** What came back to the callback: the code under the provider's own name, or its error (RFC 6749 section 4.1.2). */
export interface AuthorizationResponse {
  readonly code: Secret | null;
  readonly state: string | null;
  readonly issuer: string | null;
  readonly error: string | null;
  readonly errorDescription: string | null;
  /** Values that arrive in the redirect (`realmId`, a data centre), by parameter name. One that its pattern forbids is left out. */
  readonly properties: Readonly<Record<string, string | Secret>>;
}

/** Reads the callback's query. In: the method and the query of the callback. */
export function parseAuthorizationResponse(input: {
  readonly definition: ConnectorDefinition;
  readonly authMethod: AuthMethod;
  readonly query: URLSearchParams;
}): AuthorizationResponse {
  const { query } = input;
  const names = input.authMethod.oauth2?.authorizationNames ?? {};
  const code = query.get(input.authMethod.oauth2?.codeParameter ?? "code") ?? query.get("code");
  const properties: Record<string, string | Secret> = {};
  for (const p of connectorParameters(input.definition, input.authMethod)) {
    if (p.source !== "redirect") continue;
    const value = query.get(p.path ?? p.name);
    if (value === null || value === "" || addressProblem(p, value) !== null) continue;
    properties[p.name] = p.secret ? secret(value) : value;
  }
  return {
    code: code === null || code === "" ? null : secret(code),
    state: query.get(names.state ?? "state"),
    issuer: query.get("iss"),
    error: query.get("error") ?? query.get("error_code"),
    errorDescription: query.get("error_description") ?? query.get("error_message"),
    properties,
  };
}

/** The issuer that the definition expects (RFC 9207 section 2.4), filled in; null where it names none. */
export function expectedIssuer(input: OAuthInput): Result<string | null> {
  const issuer = input.authMethod.oauth2?.issuer;
  if (issuer === undefined) return ok(null);
  return renderUrl(issuer, input.values, connectorParameters(input.definition, input.authMethod));
}

/** The challenge of RFC 7636 section 4.2. In: the verifier and SHA-256 of its ASCII form. Out: base64url without padding. */
export function codeChallenge(verifier: string, sha256: (text: string) => Uint8Array): string {
  let binary = "";
  for (const byte of sha256(verifier)) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** Whether a parameter of that name is secret, under any spelling. */
export const secretNames = (input: OAuthInput): ((name: string) => boolean) => {
  const secret = new Set(
    connectorParameters(input.definition, input.authMethod)
      .filter((p) => p.secret)
      .map((p) => canonicalName(p.name)),
  );
  return (name) => secret.has(canonicalName(name));
};
