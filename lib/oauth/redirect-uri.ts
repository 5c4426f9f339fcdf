import { createHmac } from "node:crypto";
import { env } from "@/lib/platform/env";
import { singleton } from "@/lib/platform/singleton";
import { instanceFact } from "@/lib/vault/data";

const salt = () => singleton<{ value: string | null }>("callback-salt", () => ({ value: null }));

/**
 * The last part of the callback URL: distinct per partner and connector, so that one connector's authorization server
 * can't answer for another's (RFC 9700 section 4.4.2.2), and stable for the life of the instance.
 */
export async function callbackId(partnerId: string, connectorId: number): Promise<string> {
  salt().value ??= await instanceFact("callback_salt");
  const key = salt().value;
  if (!key) throw new Error("the instance has no callback salt");
  return createHmac("sha256", key).update(`${partnerId}:${connectorId}`).digest("base64url").replace(/[-_]/g, "").slice(0, 16);
}

export const callbackUrl = async (partnerId: string, connectorId: number): Promise<string> =>
  `${new URL(env().publicUrl).origin}/connector/callback/${await callbackId(partnerId, connectorId)}`;
