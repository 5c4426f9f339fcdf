import { createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";
import { formOf, type Received } from "./http";

/** Why a request was not accepted, in the words of the OAuth problem reporting extension. */
export class OAuth1Problem extends Error {
  constructor(
    readonly problem: string,
    message: string,
    readonly baseString?: string,
  ) {
    super(message);
  }
}

export interface Secrets {
  readonly consumerSecret: string | null;
  readonly publicKey: string | null;
  readonly tokenSecret: string;
}

export interface SignedRequest {
  /** The protocol parameters, `realm` not among them. */
  readonly oauth: ReadonlyMap<string, string>;
  readonly realm: string | undefined;
  readonly in: "header Authorization" | "form body" | "query";
  /** Everything that is signed: protocol, query and form parameters, decoded. */
  readonly parameters: readonly (readonly [string, string])[];
}

/** RFC 5849, 3.6: everything but unreserved characters, as UTF-8 in upper case hexadecimal. */
export function percentEncode(text: string): string {
  let out = "";
  for (const byte of Buffer.from(text, "utf8")) {
    const character = String.fromCharCode(byte);
    out += /[A-Za-z0-9\-._~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}

/** Reads the parameters of a request (RFC 5849, 3.4.1.3.1 and 3.5). Throws OAuth1Problem. */
export function readSigned(received: Received): SignedRequest {
  const header = received.headers.authorization;
  const form = [...formOf(received)];
  const query = [...received.url.searchParams];
  const places: { in: SignedRequest["in"]; pairs: [string, string][] }[] = [];
  if (header !== undefined && /^oauth\b/i.test(header)) places.push({ in: "header Authorization", pairs: parseHeader(header) });
  for (const [name, pairs] of [
    ["form body", form],
    ["query", query],
  ] as const) {
    if (pairs.some(([key]) => key === "oauth_signature"))
      places.push({ in: name, pairs: pairs.filter(([key]) => key.startsWith("oauth_")) });
  }
  const [place, second] = places;
  if (!place) throw new OAuth1Problem("parameter_absent", "The request carries no OAuth parameters.");
  if (second) throw new OAuth1Problem("parameter_rejected", "OAuth parameters came in more than one place.");
  const oauth = new Map<string, string>();
  for (const [name, value] of place.pairs) {
    if (name === "realm") continue;
    if (oauth.has(name)) throw new OAuth1Problem("parameter_rejected", `${name} is there twice.`);
    oauth.set(name, value);
  }
  const fromHeader = place.in === "header Authorization" ? place.pairs.filter(([name]) => name !== "realm") : [];
  return {
    oauth,
    realm: place.pairs.find(([name]) => name === "realm")?.[1],
    in: place.in,
    parameters: [...fromHeader, ...query, ...form].filter(([name]) => name !== "oauth_signature"),
  };
}

function parseHeader(header: string): [string, string][] {
  return header
    .replace(/^oauth\s+/i, "")
    .split(",")
    .map((part) => {
      const match = /^\s*([^=\s]+)="([^"]*)"\s*$/.exec(part);
      if (!match) throw new OAuth1Problem("parameter_rejected", "The Authorization header can't be read.");
      const [, name = "", value = ""] = match;
      return [decode(name), decode(value)];
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new OAuth1Problem("parameter_rejected", "A parameter is not percent-encoded.");
  }
}

/** RFC 5849, 3.4.1. `url` with the scheme and host the client used. */
export function baseStringOf(method: string, url: URL, parameters: readonly (readonly [string, string])[]): string {
  const encoded = parameters.map(([name, value]) => [percentEncode(name), percentEncode(value)] as const);
  encoded.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  const normalized = encoded.map(([name, value]) => `${name}=${value}`).join("&");
  // URL.host leaves the default port out and is in lower case, as 3.4.1.2 wants it.
  return [method.toUpperCase(), `${url.protocol}//${url.host}${url.pathname}`, normalized].map(percentEncode).join("&");
}

/** By bytes: all of it is ASCII by now. */
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Throws OAuth1Problem unless the signature is right for these secrets (RFC 5849, 3.4.2 to 3.4.4). */
export function checkSignature(received: Received, request: SignedRequest, secrets: Secrets): void {
  const method = request.oauth.get("oauth_signature_method");
  const signature = request.oauth.get("oauth_signature") ?? "";
  const base = baseStringOf(received.method, received.url, request.parameters);
  if (!matches(method, signature, base, secrets)) {
    throw new OAuth1Problem(
      "signature_invalid",
      `The ${method} signature does not match.`,
      method === "PLAINTEXT" ? undefined : base,
    );
  }
}

function matches(method: string | undefined, signature: string, base: string, secrets: Secrets): boolean {
  const { consumerSecret, publicKey, tokenSecret } = secrets;
  if (method === "RSA-SHA1") {
    if (publicKey === null) throw new OAuth1Problem("signature_method_rejected", "This consumer has no public key.");
    return verify("sha1", Buffer.from(base, "ascii"), createPublicKey(publicKey), Buffer.from(signature, "base64"));
  }
  if (consumerSecret === null) throw new OAuth1Problem("signature_method_rejected", "This consumer signs with RSA-SHA1 only.");
  const key = `${percentEncode(consumerSecret)}&${percentEncode(tokenSecret)}`;
  if (method === "PLAINTEXT") return same(Buffer.from(key), Buffer.from(signature));
  const hash = method === "HMAC-SHA1" ? "sha1" : method === "HMAC-SHA256" ? "sha256" : undefined;
  if (hash === undefined)
    throw new OAuth1Problem("signature_method_rejected", `${method ?? "No signature method"} is not known.`);
  // As text: base64 that differs only in its unused bits would decode to the same bytes.
  return same(Buffer.from(createHmac(hash, key).update(base, "ascii").digest("base64")), Buffer.from(signature));
}

const same = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b);

const TOLERANCE_SECONDS = 300;

/** Refuses old timestamps and repeated nonces (RFC 5849, 3.3). */
export class NonceGuard {
  readonly #seen = new Map<string, number>();

  check(request: SignedRequest): void {
    const { oauth } = request;
    const timestamp = oauth.get("oauth_timestamp");
    const nonce = oauth.get("oauth_nonce");
    const plaintext = oauth.get("oauth_signature_method") === "PLAINTEXT";
    if (plaintext && timestamp === undefined && nonce === undefined) return;
    if (timestamp === undefined || !/^[1-9]\d*$/.test(timestamp)) {
      throw new OAuth1Problem("parameter_rejected", "oauth_timestamp is missing or not a positive number.");
    }
    if (!nonce) throw new OAuth1Problem("parameter_absent", "oauth_nonce is missing.");
    const now = Math.floor(Date.now() / 1000);
    if (Math.abs(now - Number(timestamp)) > TOLERANCE_SECONDS) {
      throw new OAuth1Problem("timestamp_refused", `oauth_timestamp is more than ${TOLERANCE_SECONDS} seconds off.`);
    }
    const key = [oauth.get("oauth_consumer_key"), oauth.get("oauth_token") ?? "", timestamp, nonce].join(" ");
    if (this.#seen.has(key)) throw new OAuth1Problem("nonce_used", "oauth_nonce was used before.");
    this.#seen.set(key, now);
    for (const [old, at] of this.#seen) {
      if (now - at <= 2 * TOLERANCE_SECONDS) break;
      this.#seen.delete(old);
    }
  }

  clear(): void {
    this.#seen.clear();
  }
}
