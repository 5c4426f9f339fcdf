import { decode } from "next-auth/jwt";
import { MINUTE, now } from "@/lib/kernel/clock";
import { singleton } from "@/lib/platform/singleton";
import { sessionKey } from "./session-key";

/** Cookies that were opened lately: opening one derives a key each time, which costs more than all else of a session. */
const KEPT = 1000;
const KEPT_FOR = 5 * MINUTE;
const kept = () => singleton("session-cookies", () => new Map<string, { readonly sessionId: string; readonly until: number }>());

/**
 * The session that a cookie of next-auth stands for. Out: its id, or null for a cookie that is not ours or past its end. Whether the
 * session still stands is for the caller to read from the database, every time.
 */
export async function sessionOfCookie(cookie: string): Promise<string | null> {
  const held = kept().get(cookie);
  if (held && held.until > now()) return held.sessionId;
  kept().delete(cookie);
  // Throws for whatever is not sealed with our key, or is over.
  const token = await decode({ token: cookie, secret: sessionKey() }).catch(() => null);
  if (typeof token?.sessionId !== "string") return null;
  const ends = typeof token.exp === "number" ? token.exp * 1000 : 0;
  const oldest = kept().size >= KEPT ? kept().keys().next().value : undefined;
  if (oldest !== undefined) kept().delete(oldest);
  kept().set(cookie, { sessionId: token.sessionId, until: Math.min(ends, now() + KEPT_FOR) });
  return token.sessionId;
}
