import "server-only";
import { cookies } from "next/headers";
import { HOUR } from "@/lib/kernel/clock";
import { randomToken } from "@/lib/kernel/ids";
import { tokenHash } from "@/lib/access/tokens";
import { env } from "@/lib/platform/env";

const isSecure = () => env().publicUrl.startsWith("https:");
const cookieName = () => `${isSecure() ? "__Host-" : ""}keyway.browser`;

/** Hash of this browser's nonce; null where it has none. */
export async function browserHash(): Promise<string | null> {
  const nonce = (await cookies()).get(cookieName())?.value;
  return nonce ? tokenHash(nonce) : null;
}

/** Hash of this browser's nonce, which is made and set where there is none yet (S-22). */
export async function bindBrowser(): Promise<string> {
  const known = await browserHash();
  const nonce = known ? null : randomToken(192);
  if (nonce) {
    (await cookies()).set(cookieName(), nonce, {
      httpOnly: true,
      sameSite: "lax",
      secure: isSecure(),
      path: "/",
      maxAge: HOUR / 1000,
    });
  }
  return known ?? tokenHash(nonce ?? "");
}
