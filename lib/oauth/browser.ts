import "server-only";
import { cookies } from "next/headers";
import { HOUR } from "@/lib/kernel/clock";
import { randomToken } from "@/lib/kernel/ids";
import { tokenHash } from "@/lib/access/tokens";
import { env } from "@/lib/platform/env";

const isSecure = () => env().publicUrl.startsWith("https:");
const cookieName = () => `${isSecure() ? "__Host-" : ""}keyway.browser`;

const nonceOfCookie = async () => (await cookies()).get(cookieName())?.value ?? null;

/** Hash of this browser's nonce; null where it has none. */
export async function browserHash(): Promise<string | null> {
  const nonce = await nonceOfCookie();
  return nonce ? tokenHash(nonce) : null;
}

/** Hash of this browser's nonce, which is made where there is none yet and kept for another hour where there is (S-22). */
export async function bindBrowser(): Promise<string> {
  const nonce = (await nonceOfCookie()) ?? randomToken(192);
  (await cookies()).set(cookieName(), nonce, {
    httpOnly: true,
    sameSite: "lax",
    secure: isSecure(),
    path: "/",
    maxAge: HOUR / 1000,
  });
  return tokenHash(nonce);
}
