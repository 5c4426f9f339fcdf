import "server-only";
import type { NextAuthOptions } from "next-auth";
import { headers } from "next/headers";
import Credentials from "next-auth/providers/credentials";
import { env } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { oidcClient } from "@/lib/platform/oidc";
import { sessionKey } from "./session-key";
import { userByEmail } from "./data";
import { closeSession, openSession, SESSION_LIFETIME } from "./mutations";
import { checkSignIn, signInWithToken } from "./sign-in";
import { requestOrigin } from "./request";

type OidcProfile = { sub: string; email?: string; email_verified?: boolean; name?: string };
/** What openid-client hands over, its ID token verified. */
type IdTokens = { claims(): OidcProfile };

const isSecure = () => env().publicUrl.startsWith("https:");

/** Cookie names: `__Host-` over TLS, so that no sibling domain can set one (S-50). */
function cookie(name: string) {
  const secure = isSecure();
  return {
    name: `${secure ? "__Host-" : ""}keyway.${name}`,
    options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure },
  };
}

/** What the cookie of a session is called here. */
export const sessionCookie = (): string => cookie("session").name;

function oidcProvider(): NextAuthOptions["providers"] {
  const settings = oidcClient();
  if (!settings) return [];
  return [
    {
      id: "oidc",
      name: settings.name,
      type: "oauth",
      wellKnown: `${settings.issuer}/.well-known/openid-configuration`,
      authorization: { params: { scope: "openid email profile" } },
      idToken: true,
      // Providers that follow OpenID Connect Core section 5.4 to the letter keep e-mail and name out of the ID token.
      userinfo: {
        request: async ({ client, tokens }) => {
          const claims = (tokens as unknown as IdTokens).claims();
          return (claims.email ? claims : { ...(await client.userinfo<object>(tokens as never)), ...claims }) as never;
        },
      },
      checks: ["pkce", "state", "nonce"],
      clientId: settings.clientId,
      clientSecret: settings.clientSecret,
      profile: (profile: OidcProfile) => ({
        id: profile.sub,
        email: profile.email ?? null,
        name: profile.name ?? profile.email ?? null,
      }),
    },
  ];
}

/** How next-auth signs people in: passwords here, and one OpenID Connect provider where the environment names it. */
export function authOptions(): NextAuthOptions {
  return {
    secret: sessionKey(),
    session: { strategy: "jwt", maxAge: SESSION_LIFETIME / 1000 },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    useSecureCookies: isSecure(),
    cookies: {
      sessionToken: cookie("session"),
      csrfToken: cookie("csrf"),
      callbackUrl: cookie("return"),
      pkceCodeVerifier: cookie("pkce"),
      state: cookie("state"),
      nonce: cookie("nonce"),
    },
    providers: [
      Credentials({
        credentials: { email: {}, password: {} },
        async authorize(input, req) {
          const from = requestOrigin(new Headers((req.headers ?? {}) as Record<string, string>));
          const checked = await checkSignIn(input?.email ?? "", input?.password ?? "", from);
          if (!checked.ok) throw new Error(checked.error.code);
          const { user, sessionId } = checked.value;
          return { id: user.id, email: user.email, name: user.name, sessionId } as never;
        },
      }),
      Credentials({
        id: "token",
        credentials: { token: {} },
        async authorize(input, req) {
          const from = requestOrigin(new Headers((req.headers ?? {}) as Record<string, string>));
          const opened = await signInWithToken(input?.token ?? "", from);
          if (!opened.ok) throw new Error(opened.error.code);
          return { ...opened.value.user, sessionId: opened.value.sessionId } as never;
        },
      }),
      ...oidcProvider(),
    ],
    callbacks: {
      async signIn({ account, profile, user }) {
        if (account?.type !== "oauth") return true;
        const person = profile as OidcProfile | undefined;
        if (!person?.email || person.email_verified !== true) return "/sign-in?error=sso_email";
        const known = await userByEmail(person.email);
        if (!known || known.disabledAt !== null) return "/sign-in?error=sso_unknown";
        const sessionId = await openSession(known.id, { ...requestOrigin(await headers()), name: known.name });
        Object.assign(user, { id: known.id, sessionId });
        return true;
      },
      jwt({ token, user }) {
        // The token carries the session's id and nothing that could go stale: roles are re-read on every request.
        const sessionId = (user as { sessionId?: string } | undefined)?.sessionId ?? token.sessionId;
        return { sessionId };
      },
      session: ({ session, token }) => ({ ...session, sessionId: token.sessionId, user: undefined }) as never,
      // Asked twice on the way through single sign-on: with the path, then with the address that this made of it.
      redirect: ({ url, baseUrl }) => {
        const path = url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length) : url;
        return /^\/(?![/\\])/.test(path) ? `${baseUrl}${path}` : baseUrl;
      },
    },
    events: {
      // The cookie goes with the response; the session itself has to end too.
      async signOut({ token }) {
        if (typeof token.sessionId === "string") await closeSession(token.sessionId);
      },
    },
    logger: {
      error: (code) => log().warn({ code }, "sign-in"),
      warn: () => undefined,
      debug: () => undefined,
    },
  };
}
