import { v7 } from "uuid";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Random bytes are fetched many at a time (a call costs 5 us), each is used once and blanked. */
const pool = new Uint8Array(4096);
let used = pool.length;

function randomByte(): number {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const byte = pool[used] ?? 0;
  pool[used] = 0;
  used += 1;
  return byte;
}

/** A random identifier of `bits` bits or more from the system's generator, in base 62. */
export function randomToken(bits = 128): string {
  const length = Math.ceil(bits / Math.log2(62));
  let out = "";
  while (out.length < length) {
    const byte = randomByte();
    if (byte < 248) out += ALPHABET[byte % 62];
  }
  return out;
}

/** A random GUID (RFC 9562, version 4). */
export const guid = (): string => crypto.randomUUID();

/** A GUID that is larger than those before it (RFC 9562, version 7): rows that are added all the time stand side by side in an index. */
export const timeGuid = (): string => v7();

export const isGuid = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);

/** Lower-case words joined by hyphens, for URLs. */
export const slugify = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");

/** An id for something of a list, from its name: the next free one. */
export function freshId(name: string, taken: readonly string[]): string {
  const base = slugify(name).slice(0, 80) || "item";
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.includes(id)) return id;
  }
}
