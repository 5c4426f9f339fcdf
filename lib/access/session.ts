import "server-only";
import { getServerSession } from "next-auth";
import { headers } from "next/headers";
import { cache } from "react";
import { MINUTE, now } from "@/lib/kernel/clock";
import { authOptions } from "./auth-options";
import { signedInBySession } from "./data";
import { touchSession } from "./mutations";
import { requestOrigin } from "./request";
import type { Actor, SignedIn } from "./types";

/** The person of this request, or null. Read once per request; roles and revocation as they are now. */
export const currentPerson = cache(async (): Promise<{ who: SignedIn; actor: Actor } | null> => {
  const session = (await getServerSession(authOptions())) as { sessionId?: string } | null;
  if (!session?.sessionId) return null;
  const who = await signedInBySession(session.sessionId);
  if (!who) return null;
  if (now() - who.lastSeenAt > 5 * MINUTE) await touchSession(who.sessionId);
  const from = requestOrigin(await headers());
  return { who, actor: { type: "user", id: who.userId, name: who.name, ip: from.ip, requestId: from.requestId } };
});
