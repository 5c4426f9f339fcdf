import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SignInForm } from "@/components/access/sign-in-form";
import { Wordmark } from "@/components/access/wordmark";
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
  return (
    <>
      <Wordmark />
      <h1>Sign in</h1>
      <p className="mt-1 mb-6 text-ink-2">To your team&apos;s console, or to your company&apos;s connections.</p>
      <SignInForm next={target} singleSignOn={singleSignOn} reason={reason} />
    </>
  );
}
