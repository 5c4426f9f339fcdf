/** Letters and digits that can't be taken for another when they are read out or typed (Crockford's base 32). */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 16;
const GROUP = 4;

/** A token for a person to type: 80 random bits in groups of four, such as `7K2M-QX9D-04TB-ZR8H`. */
export function linkToken(): string {
  const letters = Array.from(crypto.getRandomValues(new Uint8Array(LENGTH)), (byte) => ALPHABET[byte % 32] ?? "0");
  return Array.from({ length: LENGTH / GROUP }, (_, i) => letters.slice(i * GROUP, (i + 1) * GROUP).join("")).join("-");
}

/** The one form of a token, however it is typed: without spaces and hyphens, upper case, look-alikes made one. */
export const normalToken = (typed: string): string =>
  typed.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
