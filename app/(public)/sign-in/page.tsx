import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SignIn } from "@/components/access/sign-in";
import { loadSignIn } from "@/lib/access/loaders";

export const metadata: Metadata = { title: "Sign in" };

const REASONS: Record<string, string> = {
  sso_email: "Your identity provider did not confirm an e-mail address, so nobody could be recognised.",
  sso_unknown: "There is no account here for that e-mail address. Ask for an invitation.",
  OAuthCallback: "The single sign-on was not finished. Try again.",
};

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { signedInHome, singleSignOn } = await loadSignIn();
  const { next, error } = await searchParams;
  const target = typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : "/";
  if (signedInHome) redirect(target === "/" ? signedInHome : target);
  const reason = typeof error === "string" ? (REASONS[error] ?? null) : null;
  return <SignIn next={target} singleSignOn={singleSignOn} reason={reason} />;
}
