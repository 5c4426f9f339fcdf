import ipaddr from "ipaddr.js";
import { z } from "zod";

/** A host that stands for this machine: the only one that may be reached without TLS. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** One address or range in its canonical form, or null. */
export function addressRange(text: string): string | null {
  try {
    const [address, bits] = text.includes("/")
      ? ipaddr.parseCIDR(text)
      : [ipaddr.parse(text), ipaddr.parse(text).kind() === "ipv4" ? 32 : 128];
    return `${address.toString()}/${bits}`;
  } catch {
    return null;
  }
}

/** The origin that the text is, written as browsers write it; null for anything with a path, a user or another scheme. */
export function exactOrigin(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isPlain = url.pathname === "/" && !url.search && !url.hash && !url.username && !url.password;
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname));
  return isPlain && isSafe ? url.origin : null;
}

const lines = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,]+/)
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];

const MAX_LINES = 50;

const list = (read: (text: string) => string | null, problem: (entry: string) => string) =>
  z
    .string()
    .max(10_000)
    .transform((text, context) => {
      const entries = lines(text);
      if (entries.length > MAX_LINES) context.addIssue(`At most ${MAX_LINES} entries.`);
      return entries.map((entry) => {
        const known = read(entry);
        if (known === null) context.addIssue(problem(entry));
        return known ?? entry;
      });
    });

export const createClientSchema = z.object({
  name: z.string().trim().min(1, "Name is required.").max(80, "Name can have at most 80 characters."),
  access: z.enum(["full", "read"]),
});
export const deleteClientSchema = z.object({ id: z.uuid() });
export const revokeTokenSchema = z.object({ id: z.uuid() });

export const apiRangesSchema = z.object({
  apiRanges: list(addressRange, (entry) => `${entry} is neither an address nor a range such as 203.0.113.0/24.`),
});
export const targetOriginsSchema = z.object({
  targetOrigins: list(exactOrigin, (entry) => `${entry} isn't an origin such as https://app.example.com.`),
  startsAutomatically: z.boolean(),
});
