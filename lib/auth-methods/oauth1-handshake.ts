import { fail, ok, type Result } from "@/lib/kernel/result";
import { secret, type Secret } from "@/lib/kernel/secret";
import type { Prepared } from "./apply";
import { renderParameters, secretNames, type OAuthInput } from "./authorization-request";
import type { OAuth1, Templates } from "./definition";
import { classifyTokenFailure, failureResult } from "./failures";
import { allowedHosts, guardSecrets, renderUrl } from "./hosts";
import { oauth1Credentials, signOAuth1, type OAuth1Signer, type Pair } from "./oauth1-signature";
import { connectorParameters, isCredential } from "./registry";
import { titledFailure } from "./request-url";
import { requestedScopes } from "./scopes";
import { percentEncode, renderTemplate, textOf } from "./templates";

interface HandshakeInput extends OAuthInput {
  readonly signer?: OAuth1Signer;
}

function oauth1Of(input: OAuthInput): Result<OAuth1> {
  const { oauth1 } = input.authMethod;
  if (oauth1?.tokenSource === "authorize") return ok(oauth1);
  return fail("connector.method_unsupported", `${input.definition.name} has no OAuth 1 sign-in with this method`);
}

/** A signed POST to one of the endpoints of the handshake. */
function signedPost(
  input: HandshakeInput,
  oauth1: OAuth1,
  endpoint: Templates | undefined,
  call: {
    readonly extra: readonly Pair[];
    readonly form: readonly Pair[];
    readonly token?: string;
    readonly tokenSecret?: string;
  },
): Result<Prepared> {
  if (endpoint === undefined)
    return fail("connector.method_unsupported", `${input.definition.name} names no address for this step`);
  const secrets = new Set<string>();
  const parameters = connectorParameters(input.definition, input.authMethod);
  const url = renderUrl(endpoint, input.values, parameters, (s) => secrets.add(s));
  if (!url.ok) return titledFailure(url, parameters, true);
  const rsa = oauth1.signatureMethod === "RSA-SHA1";
  const { key, secret: shared, privateKey } = oauth1Credentials(input.values);
  const consumerSecret = rsa ? privateKey : shared;
  const missing = [
    ...(key === "" ? ["Consumer Key"] : []),
    ...(consumerSecret === "" ? [rsa ? "Private key" : "Consumer Secret"] : []),
  ];
  if (missing.length > 0) {
    return fail(
      "connector.values_missing",
      `${missing.length === 1 ? "A value is" : "Values are"} missing: ${missing.join(", ")}`,
      { details: { missing } },
    );
  }
  const realm = oauth1.realm === undefined ? undefined : renderTemplate(oauth1.realm, input.values);
  if (realm && !realm.ok) return realm;
  const signed = signOAuth1({
    signatureMethod: oauth1.signatureMethod,
    consumerKey: key,
    consumerSecret,
    ...(call.token === undefined ? {} : { token: call.token, tokenSecret: call.tokenSecret ?? "" }),
    ...(realm ? { realm: realm.value } : {}),
    method: "POST",
    url: url.value,
    form: call.form,
    extra: call.extra,
    ...(input.signer ? { signer: input.signer } : {}),
  });
  if (!signed.ok) return signed;
  for (const text of [
    consumerSecret,
    call.token ?? "",
    call.tokenSecret ?? "",
    signed.value.signature,
    percentEncode(signed.value.signature),
  ]) {
    if (text !== "") secrets.add(text);
  }
  const guarded = guardSecrets({ ...input, template: endpoint, url: url.value, sent: [...secrets] });
  if (!guarded.ok) return guarded;
  const body = call.form.length > 0 ? new URLSearchParams(call.form.map(([n, v]) => [n, v])).toString() : null;
  return ok({
    request: {
      method: "POST",
      url: url.value,
      headers: {
        accept: "*/*",
        authorization: signed.value.header,
        ...(body === null ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      },
      ...(body === null ? {} : { body }),
    },
    secrets: [...secrets],
    allowedHosts: allowedHosts(input.definition, input.values),
  });
}

function formOf(input: OAuthInput, parameters: OAuth1["requestParameters"]): Result<readonly Pair[]> {
  const rendered = renderParameters(parameters, input.values, { isSecret: secretNames(input) });
  return rendered.ok ? ok(rendered.value.filter(([, v]) => v !== "").map(([n, v]) => [n, String(v)] as const)) : rendered;
}

/** Asks for temporary credentials (RFC 5849 section 2.1). In: values, the callback of this attempt, the signer. */
export function temporaryCredentialsRequest(input: HandshakeInput & { readonly callbackUrl: string }): Result<Prepared> {
  const config = oauth1Of(input);
  if (!config.ok) return config;
  const form = formOf(input, config.value.requestParameters);
  if (!form.ok) return form;
  return signedPost(input, config.value, config.value.requestTokenEndpoint, {
    extra: [["oauth_callback", input.callbackUrl]],
    form: form.value,
  });
}

/** A token pair of the handshake. */
export interface OAuth1Token {
  readonly token: Secret;
  readonly tokenSecret: Secret;
  /** Values that came beside it and that the definition keeps. */
  readonly properties: Readonly<Record<string, string | Secret>>;
}

function parsePair(
  input: OAuthInput & { readonly status: number; readonly body: string },
): Result<{ readonly pair: OAuth1Token; readonly form: URLSearchParams }> {
  const form = new URLSearchParams(input.body.trim());
  const token = form.get("oauth_token") ?? "";
  const tokenSecret = form.get("oauth_token_secret");
  if (input.status < 200 || input.status > 299 || token === "" || tokenSecret === null) {
    return failureResult(classifyTokenFailure({ status: input.status, body: input.body, provider: input.definition.name }));
  }
  const properties: Record<string, string | Secret> = {};
  for (const p of connectorParameters(input.definition, input.authMethod)) {
    const value = p.source === "tokenResponse" && !isCredential(input.authMethod, p.name) ? form.get(p.path ?? p.name) : null;
    if (value !== null && value !== "") properties[p.name] = p.secret ? secret(value) : value;
  }
  return ok({ pair: { token: secret(token), tokenSecret: secret(tokenSecret), properties }, form });
}

/** Reads temporary credentials. A server that doesn't confirm the callback speaks OAuth 1.0 without its fix and is refused (section 2.1). */
export function parseTemporaryCredentials(
  input: OAuthInput & { readonly status: number; readonly body: string },
): Result<OAuth1Token> {
  const parsed = parsePair(input);
  if (!parsed.ok) return parsed;
  if (parsed.value.form.get("oauth_callback_confirmed") !== "true") {
    return fail("oauth.provider_error", `${input.definition.name} didn't confirm the callback URL`, {
      details: { owner: "provider" },
    });
  }
  return ok(parsed.value.pair);
}

/** Where the browser is sent (RFC 5849 section 2.2). In: the temporary token of this attempt. */
export function oauth1AuthorizationUrl(input: OAuthInput & { readonly token: Secret | string }): Result<string> {
  const config = oauth1Of(input);
  if (!config.ok) return config;
  const { authorizationEndpoint, authorizationParameters, scopes } = config.value;
  if (authorizationEndpoint === undefined)
    return fail("connector.method_unsupported", `${input.definition.name} has no address to sign in at`);
  const parameters = connectorParameters(input.definition, input.authMethod);
  const endpoint = renderUrl(authorizationEndpoint, input.values, parameters);
  if (!endpoint.ok) return titledFailure(endpoint, parameters, true);
  const extra = formOf(input, authorizationParameters);
  if (!extra.ok) return extra;
  const asked = requestedScopes(input.authMethod, input.values);
  const url = new URL(endpoint.value);
  for (const [name, value] of extra.value) url.searchParams.set(name, value);
  if (asked.length > 0) url.searchParams.set(scopes?.parameterName ?? "scope", asked.join(scopes?.separator ?? ","));
  url.searchParams.set("oauth_token", textOf(input.token) ?? "");
  return ok(url.href);
}

/** What came back to the callback (RFC 5849 section 2.2). */
export interface OAuth1Callback {
  readonly token: string | null;
  readonly verifier: Secret | null;
  readonly denied: boolean;
}

export function parseOAuth1Callback(query: URLSearchParams): OAuth1Callback {
  const verifier = query.get("oauth_verifier");
  const denied =
    query.has("denied") ||
    query.get("oauth_problem") === "user_refused" ||
    query.get("error") === "access_denied" ||
    verifier === "denied";
  return {
    token: query.get("oauth_token") ?? query.get("denied"),
    verifier: denied || verifier === null || verifier === "" ? null : secret(verifier),
    denied,
  };
}

/** Exchanges the temporary credentials for the token (RFC 5849 section 2.3). */
export function accessTokenRequest(
  input: HandshakeInput & {
    readonly token: Secret | string;
    readonly tokenSecret: Secret | string;
    readonly verifier: Secret | string;
  },
): Result<Prepared> {
  const config = oauth1Of(input);
  if (!config.ok) return config;
  return signedPost(input, config.value, config.value.accessTokenEndpoint, {
    extra: [["oauth_verifier", textOf(input.verifier) ?? ""]],
    form: [],
    token: textOf(input.token) ?? "",
    tokenSecret: textOf(input.tokenSecret) ?? "",
  });
}

/** Reads the token pair (RFC 5849 section 2.3), the credential that is kept. */
export function parseAccessToken(input: OAuthInput & { readonly status: number; readonly body: string }): Result<OAuth1Token> {
  const parsed = parsePair(input);
  return parsed.ok ? ok(parsed.value.pair) : parsed;
}
