/** The namespace of Keyway's name-based identifiers (RFC 9562 section 5.5). Changing it changes every GUID the API has shown. */
const NAMESPACE = "6f1c2a52-7d0b-5c1e-9a53-0c6b7b1f5e2d";

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** SHA-1 (RFC 3174), for identifiers only: nothing secret depends on it, and it has to run in the browser without waiting. */
export function sha1(message: Uint8Array): Uint8Array {
  const length = message.length;
  const padded = new Uint8Array(((length + 8) >> 6) * 64 + 64);
  padded.set(message);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor((length * 8) / 2 ** 32));
  view.setUint32(padded.length - 4, (length * 8) >>> 0);
  const hash = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  const w = new Int32Array(80);
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 80; i++) {
      w[i] = i < 16 ? view.getInt32(block + i * 4) : rotate(at(w, i - 3) ^ at(w, i - 8) ^ at(w, i - 14) ^ at(w, i - 16), 1);
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = hash;
    for (let i = 0; i < 80; i++) {
      const [f, k] = round(i, b, c, d);
      [a, b, c, d, e] = [(rotate(a, 5) + f + e + k + at(w, i)) | 0, a, rotate(b, 30), c, d];
    }
    [a, b, c, d, e].forEach((value, i) => (hash[i] = (hash[i] ?? 0) + value));
  }
  const out = new DataView(new ArrayBuffer(20));
  hash.forEach((value, i) => out.setInt32(i * 4, value));
  return new Uint8Array(out.buffer);
}

const at = (words: Int32Array, index: number): number => words[index] ?? 0;

function round(i: number, b: number, c: number, d: number): readonly [f: number, k: number] {
  if (i < 20) return [(b & c) | (~b & d), 0x5a827999];
  if (i < 40) return [b ^ c ^ d, 0x6ed9eba1];
  if (i < 60) return [(b & c) | (b & d) | (c & d), 0x8f1bbcdc];
  return [b ^ c ^ d, 0xca62c1d6];
}

/** A name-based GUID (RFC 9562 section 5.5, version 5). In: a namespace GUID and any text. Out: always the same GUID for them. */
export function nameGuid(name: string, namespace: string = NAMESPACE): string {
  const space = Uint8Array.from(namespace.replaceAll("-", "").match(/../g) ?? [], (hex) => Number.parseInt(hex, 16));
  const text = new TextEncoder().encode(name);
  const input = new Uint8Array(space.length + text.length);
  input.set(space);
  input.set(text, space.length);
  const bytes = sha1(input).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The Id of an authentication method as the API shows it: the same in every release and installation. */
export const authMethodGuid = (slug: string, methodId: string): string => nameGuid(`connector/${slug}/auth/${methodId}`);

/** The MethodUniqueIdentifier of a method; a definition may give its own (`uid`). */
export const methodGuid = (slug: string, method: { readonly id: string; readonly uid?: string | undefined }): string =>
  method.uid ?? nameGuid(`connector/${slug}/method/${method.id}`);

/** The method with that GUID among those of a definition, or undefined. */
export const authMethodByGuid = <M extends { readonly id: string }>(
  definition: { readonly slug: string; readonly authMethods: readonly M[] },
  guid: string,
): M | undefined => definition.authMethods.find((m) => authMethodGuid(definition.slug, m.id) === guid.toLowerCase());
