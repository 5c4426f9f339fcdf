import { hash, timingSafeEqual } from "node:crypto";

/** SHA-256, hexadecimal: how tokens with 128 bits or more of their own are stored. */
export const tokenHash = (token: string): string => hash("sha256", token);

/** Compares in constant time. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
