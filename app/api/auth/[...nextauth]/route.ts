import NextAuth from "next-auth";
import type { NextRequest } from "next/server";
import { authOptions } from "@/lib/doors/sign-in";

type Context = { params: Promise<{ nextauth: string[] }> };

const handler = (request: NextRequest, context: Context) => NextAuth(request as never, context as never, authOptions());

/** What may be read; everything else here changes something, which GET never does (S-03). */
const READABLE = /^(csrf|session|providers|signin|error|callback\/oidc)$/;

export async function GET(request: NextRequest, context: Context) {
  const { nextauth } = await context.params;
  if (!READABLE.test(nextauth.join("/"))) return new Response(null, { status: 405, headers: { allow: "POST" } });
  return handler(request, context);
}

export { handler as POST };
