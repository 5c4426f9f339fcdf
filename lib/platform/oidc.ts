import { expose } from "@/lib/kernel/expose";
import { env } from "./env";

/** The identity provider for single sign-on, with its secret in plain for the library that signs people in; null where there is none. */
export function oidcClient(): { issuer: string; clientId: string; clientSecret: string; name: string } | null {
  const settings = env().oidc;
  return settings && { ...settings, clientSecret: expose(settings.clientSecret) };
}
