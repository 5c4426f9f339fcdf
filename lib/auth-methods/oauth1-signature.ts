import { randomToken } from "@/lib/kernel/ids";
import { now, SECOND } from "@/lib/kernel/clock";
import { fail, ok, type Result } from "@/lib/kernel/result";
import type { AuthMethod, OAuth1 } from "./definition";
import { lookup, percentEncode, renderTemplate, textOf, type TemplateValues } from "./templates";

export type SignatureMethod = OAuth1["signatureMethod"];

/** The cryptography, given by the caller. In: method, key (shared text, or PEM for RSA) and the base string. Out: base64. */
export type OAuth1Signer = (method: Exclude<SignatureMethod, "PLAINTEXT">, key: string, baseString: string) => string;

export type Pair = readonly [name: string, value: string];

/** The base string URI (RFC 5849 section 3.4.1.2): lower-case scheme and host, no default port, no query. */
function baseStringUri(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Normalised parameters (RFC 5849 section 3.4.1.3.2). In: decoded pairs of query, form and `oauth_` values. */
export function normalizedParameters(pairs: readonly Pair[]): string {
  return pairs
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** The signature base string (RFC 5849 section 3.4.1.1). In: method, full URL, form pairs and `oauth_` pairs without realm and signature. */
export function signatureBaseString(method: string, url: string, pairs: readonly Pair[]): string {
  const parsed = new URL(url);
  const all: Pair[] = [...parsed.searchParams.entries(), ...pairs];
  return [method.toUpperCase(), baseStringUri(parsed), normalizedParameters(all)].map(percentEncode).join("&");
}

/** The header of RFC 5849 section 3.5.1. */
export function authorizationHeader(pairs: readonly Pair[], realm?: string): string {
  const own = pairs
    .filter(([name]) => name.startsWith("oauth_"))
    .map(([name, value]) => `${percentEncode(name)}="${percentEncode(value)}"`);
  const start = realm === undefined ? [] : [`realm="${realm.replace(/["\\]/g, "\\$&")}"`];
  return `OAuth ${[...start, ...own].join(", ")}`;
}

export interface SignatureInput {
  readonly signatureMethod: SignatureMethod;
  readonly consumerKey: string;
  /** The shared secret, or the private key in PEM form for RSA-SHA1. */
  readonly consumerSecret: string;
  readonly token?: string;
  readonly tokenSecret?: string;
  readonly realm?: string;
  readonly method: string;
  readonly url: string;
  readonly form?: readonly Pair[];
  /** Further `oauth_` values: callback, verifier. */
  readonly extra?: readonly Pair[];
  readonly signer?: OAuth1Signer;
  /** False leaves out `oauth_version`, which is optional (section 3.1). */
  readonly version?: boolean;
  /** For tests: otherwise random and the clock (seconds since the epoch). */
  readonly nonce?: string;
  readonly timestamp?: number;
}

/** Signs a request (RFC 5849 section 3.4). Out: the Authorization header and the signature in it. */
export function signOAuth1(input: SignatureInput): Result<{ readonly header: string; readonly signature: string }> {
  const plaintext = input.signatureMethod === "PLAINTEXT";
  const own: Pair[] = [
    ["oauth_consumer_key", input.consumerKey],
    ...(input.token === undefined || input.token === "" ? [] : [["oauth_token", input.token] as const]),
    ["oauth_signature_method", input.signatureMethod],
    ["oauth_timestamp", String(input.timestamp ?? Math.floor(now() / SECOND))],
    ["oauth_nonce", input.nonce ?? randomToken(128)],
    ...(input.version === false ? [] : [["oauth_version", "1.0"] as const]),
    ...(input.extra ?? []),
  ];
  const shared = `${percentEncode(input.consumerSecret)}&${percentEncode(input.tokenSecret ?? "")}`;
  let signature = shared;
  if (!plaintext) {
    if (!input.signer) return fail("internal", "There is no signer for OAuth 1");
    const key = input.signatureMethod === "RSA-SHA1" ? input.consumerSecret : shared;
    try {
      signature = input.signer(
        input.signatureMethod,
        key,
        signatureBaseString(input.method, input.url, [...(input.form ?? []), ...own]),
      );
    } catch {
      return fail("request.invalid", "The key of this connector can't sign: it isn't in PEM form or isn't of the right kind");
    }
  }
  return ok({ header: authorizationHeader([...own, ["oauth_signature", signature]], input.realm), signature });
}

/** Consumer and token values of a connector as text. `private_key` takes the secret's place for RSA. */
export function oauth1Credentials(values: TemplateValues): {
  key: string;
  secret: string;
  privateKey: string;
  token: string;
  tokenSecret: string;
} {
  const text = (...names: string[]): string => names.map((n) => textOf(lookup(values, n))).find((t) => t !== null) ?? "";
  return {
    key: text("client_id", "consumer_key"),
    secret: text("client_secret", "consumer_secret"),
    privateKey: text("private_key", "client_secret"),
    token: text("accessToken", "token_id"),
    tokenSecret: text("accessTokenSecret", "token_secret"),
  };
}

/** The Authorization header of an API call of an OAuth1 connector. Errors: a missing key or token, by name. */
export function signRequest(input: {
  readonly authMethod: AuthMethod;
  readonly values: TemplateValues;
  readonly method: string;
  readonly url: string;
  readonly form: readonly Pair[];
  readonly signer?: OAuth1Signer;
  readonly onSecret: (text: string) => void;
}): Result<string> {
  const config = input.authMethod.oauth1;
  const signatureMethod = config?.signatureMethod ?? "HMAC-SHA1";
  const rsa = signatureMethod === "RSA-SHA1";
  const { key, secret, privateKey, token, tokenSecret } = oauth1Credentials(input.values);
  const needed: Pair[] = [["Consumer Key", key], rsa ? ["Private key", privateKey] : ["Consumer Secret", secret]];
  if ((config?.tokenSource ?? "authorize") !== "none") needed.push(["Access token", token]);
  const missing = needed.filter(([, value]) => value === "").map(([name]) => name);
  if (missing.length > 0)
    return fail(
      "connector.values_missing",
      `${missing.length === 1 ? "A value is" : "Values are"} missing: ${missing.join(", ")}`,
      { details: { missing } },
    );
  const realm = config?.realm === undefined ? undefined : renderTemplate(config.realm, input.values);
  if (realm && !realm.ok) return realm;
  const signed = signOAuth1({
    signatureMethod,
    consumerKey: key,
    consumerSecret: rsa ? privateKey : secret,
    ...(config?.tokenSource === "none" ? {} : { token, tokenSecret }),
    ...(realm ? { realm: realm.value } : {}),
    method: input.method,
    url: input.url,
    form: input.form,
    ...(input.signer ? { signer: input.signer } : {}),
  });
  if (!signed.ok) return signed;
  for (const text of [
    secret,
    privateKey,
    token,
    tokenSecret,
    signed.value.signature,
    percentEncode(token),
    percentEncode(signed.value.signature),
  ]) {
    if (text !== "") input.onSecret(text);
  }
  return ok(signed.value.header);
}
