import "server-only";
import { cookies, headers } from "next/headers";
import { cache } from "react";
import { MINUTE, now } from "@/lib/kernel/clock";
import { sessionCookie } from "./auth-options";
import { signedInBySession } from "./data";
import { touchSession } from "./mutations";
import { requestOrigin } from "./request";
import { sessionOfCookie } from "./session-cookie";
import type { Actor, SignedIn } from "./types";

/** The person of this request, or null. Read once per request; roles and revocation as they are now. */
export const currentPerson = cache(async (): Promise<{ who: SignedIn; actor: Actor } | null> => {
  const cookie = (await cookies()).get(sessionCookie())?.value;
  const sessionId = cookie ? await sessionOfCookie(cookie) : null;
  if (!sessionId) return null;
  const who = await signedInBySession(sessionId);
  if (!who) return null;
  if (now() - who.lastSeenAt > 5 * MINUTE) await touchSession(who.sessionId);
  const from = requestOrigin(await headers());
  return { who, actor: { type: "user", id: who.userId, name: who.name, ip: from.ip, requestId: from.requestId } };
});
