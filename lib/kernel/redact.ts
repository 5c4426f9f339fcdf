/** What stands in place of a secret. */
export const MASK = "••••";

const ALWAYS_PLAIN = /^[A-Za-z0-9]$/;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&(?:amp|#38);",
  "<": "&(?:lt|#60);",
  ">": "&(?:gt|#62);",
  '"': "&(?:quot|#34);",
  "'": "&(?:apos|#39|#x27);",
};
const encoder = new TextEncoder();

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
const eitherCase = (hex: string): string => hex.replace(/[a-f]/gi, (digit) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`);

/** `levels` times JSON-escaped, without the outer quotes. */
function escaped(text: string, levels: number): string {
  for (let i = 0; i < levels; i += 1) text = JSON.stringify(text).slice(1, -1);
  return text;
}

/** Pattern of one character in raw, percent-encoded, form-encoded, \u-escaped and HTML-escaped form. */
function characterPattern(character: string, levels: number): string {
  const raw = literal(escaped(character, levels));
  if (ALWAYS_PLAIN.test(character)) return raw;
  const percent = [...encoder.encode(character)]
    .map((byte) => `%(?:25)?${eitherCase(byte.toString(16).padStart(2, "0"))}`)
    .join("");
  const unicode = [...Array(character.length).keys()]
    .map((i) => `\\\\{1,3}u${eitherCase(character.charCodeAt(i).toString(16).padStart(4, "0"))}`)
    .join("");
  // The longer forms first: "%" alone would otherwise leave the "25" of "%25".
  const forms = [percent, unicode];
  if (character === " ") forms.push("\\+");
  if (character === "/") forms.push("\\\\{1,3}\\/");
  const entity = ENTITIES[character];
  if (entity) forms.push(entity);
  return `(?:${[...forms, raw].join("|")})`;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const ANY_BASE64 = "[A-Za-z0-9+/_-]";

/** The base64 characters that `bytes` decide wholly when they stand `offset` bytes into a group of three (RFC 4648 section 4). */
function base64Pattern(bytes: Uint8Array, offset: number): string {
  let bits = "0".repeat(offset * 8);
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(bits.length / 6);
  let pattern = offset === 0 ? "" : `${ANY_BASE64}?`;
  for (let i = first; i < last; i += 1) {
    const character = BASE64[parseInt(bits.slice(i * 6, i * 6 + 6), 2)] ?? "A";
    pattern += character === "+" ? "(?:[+-]|%2[bB])" : character === "/" ? "(?:_|\\\\{0,3}\\/|%2[fF])" : character;
  }
  return bits.length % 6 === 0 ? pattern : `${pattern}${ANY_BASE64}?(?:=|%3[dD]){0,2}`;
}

function latin1(text: string): Uint8Array | null {
  return /^[\u0000-\u00ff]*$/.test(text) && /[\u0080-\u00ff]/.test(text) ? Uint8Array.from(text, (c) => c.charCodeAt(0)) : null;
}

function secretPatterns(value: string): string[] {
  const patterns = [0, 1, 2]
    .filter((levels) => levels === 0 || escaped(value, levels) !== escaped(value, levels - 1))
    .map((levels) => Array.from(value, (character) => characterPattern(character, levels)).join(""))
    .reverse();
  for (const bytes of [encoder.encode(value), latin1(value)]) {
    if (bytes) patterns.push(...[0, 1, 2].map((offset) => base64Pattern(bytes, offset)));
  }
  return patterns;
}

/**
 * Makes a function that replaces each secret of 4 characters or more by {@link MASK}: raw, base64 and base64url (also as part of
 * a longer encoding), URL- and form-encoded, JSON-escaped (S-14). It takes a string, or any JSON-like value, whose strings, keys and numbers
 * it cleans in a copy.
 */
export function redactor(secrets: readonly string[]): <T>(value: T) => T {
  const wanted = [...new Set(secrets)].filter((s) => s.length >= 4).sort((a, b) => b.length - a.length);
  if (wanted.length === 0) return (value) => value;
  const pattern = new RegExp(wanted.flatMap(secretPatterns).join("|"), "g");
  const clean = (text: string): string => text.replace(pattern, MASK);
  return <T>(value: T): T => (typeof value === "string" ? clean(value) : walk(value, clean, new Set())) as T;
}

function walk(value: unknown, clean: (text: string) => string, above: Set<object>): unknown {
  if (typeof value === "string") return clean(value);
  if (typeof value === "number" || typeof value === "bigint") {
    const text = String(value);
    const cleaned = clean(text);
    return cleaned === text ? value : cleaned;
  }
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value;
  if (above.has(value)) return "[circular]";
  above.add(value);
  const copy = Array.isArray(value) ? value.map((entry) => walk(entry, clean, above)) : walkMembers(value, clean, above);
  above.delete(value);
  return copy;
}

function walkMembers(value: object, clean: (text: string) => string, above: Set<object>): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) put(copy, clean(key), walk((value as Record<string, unknown>)[key], clean, above));
  return copy;
}

/** Sets a member of its own, whatever it is called: an entry at a time, which costs a quarter of what `Object.fromEntries` does. */
function put<T>(record: Record<string, T>, key: string, value: T): void {
  if (key !== "__proto__") record[key] = value;
  else Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
}

const SECRET_WORDS =
  "token|secret|passw(?:or)?d|passphrase|pwd|api[-_]?key|private[-_]?key|master[-_]?key|access[-_]?key|credentials?|assertion|hapikey|jwt";
const SECRET_FIELD = new RegExp(
  `(?:${SECRET_WORDS})(?:[-_]?value)?$|^(?:(?:proxy[-_]?)?authorization|(?:set[-_]?)?cookie|auth[-_]?value|code[-_]?verifier)$`,
  "i",
);
const SECRET_HEADER = new RegExp(
  `${SECRET_WORDS}|^(?:proxy-)?authorization$|cookie|signature|session|(?:^|-)(?:auth|key)(?:-|$)`,
  "i",
);
const SECRET_PARAMETER = new RegExp(
  `${SECRET_WORDS}|^(?:code|state|code_verifier|key|sig|signature|auth|sid|session|otp|pin|user(?:name)?_?pass)$|[-_]key$`,
  "i",
);
const PLAIN_HEADERS = new Set(["idempotency-key"]);
const SCHEMES =
  /^(Bearer|Basic|Token|Digest|OAuth|ApiKey|Api-Key|DPoP|Negotiate|SSWS|AWS4-HMAC-SHA256|Zoho-oauthtoken|Klaviyo-API-Key|GenieKey|Key)[ \t]+(?=\S)/i;

const JSON_STRING = '"(?:[^"\\\\]|\\\\.)*"';
const JSON_MEMBER = new RegExp(`(${JSON_STRING}):(?:${JSON_STRING}|-?[0-9][0-9.eE+-]*|\\[(?:${JSON_STRING},?)*\\])`, "g");

/** One line of JSON with the fields blanked whose names tell of a secret, at any depth. It must be as `JSON.stringify` writes it. */
export const redactJsonLine = (line: string): string =>
  line.replace(JSON_MEMBER, (member, name: string) => (SECRET_FIELD.test(name.slice(1, -1)) ? `${name}:"${MASK}"` : member));

/** A copy of HTTP headers with the values of secret-looking ones blanked; a scheme word such as `Bearer` stays. */
export function redactHeaders<T extends string | readonly string[] | undefined>(
  headers: Readonly<Record<string, T>>,
): Record<string, T> {
  const blank = (text: unknown): string => `${SCHEMES.exec(String(text))?.[1]?.concat(" ") ?? ""}${MASK}`;
  const copy: Record<string, T> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name] as T;
    const isPlain = value === undefined || !isSecretHeader(name);
    put(copy, name, isPlain ? value : ((Array.isArray(value) ? value.map(blank) : blank(value)) as T));
  }
  return copy;
}

const MOST_NAMES = 1000;
const LONGEST_NAME = 64;
const judged = new Map<string, boolean>();

/** Whether a header is one that brings a secret, by its name: the same few come again and again, and the expression is a long one. */
export function isSecretHeader(name: string): boolean {
  let isSecret = judged.get(name);
  if (isSecret === undefined) {
    isSecret = SECRET_HEADER.test(name) && !PLAIN_HEADERS.has(name.toLowerCase());
    if (judged.size >= MOST_NAMES) judged.clear();
    if (name.length <= LONGEST_NAME) judged.set(name, isSecret);
  }
  return isSecret;
}

/** The URL, absolute or not, without userinfo and with the values of secret-looking parameters in query and fragment blanked. */
export function redactUrl(url: string): string {
  // Nothing of what is looked for stands without one of these.
  if (!/[@=]/.test(url)) return url;
  const withoutUser = url.replace(
    /^([a-z][a-z0-9+.-]*:)?\/\/[^/?#]*@/i,
    (_, scheme: string | undefined) => `${scheme ?? ""}//${MASK}@`,
  );
  return withoutUser.replace(/([?&#;])([^=&#;?]*)=([^&#;]*)/g, (whole, separator: string, name: string) => {
    let plain = name;
    try {
      plain = decodeURIComponent(name);
    } catch {
      // A name that does not decode is judged as it stands.
    }
    return SECRET_PARAMETER.test(plain) ? `${separator}${name}=${MASK}` : whole;
  });
}
