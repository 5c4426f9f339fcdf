"use client";

import { SignInForm, type SignInFormProps } from "./sign-in-form";
import { Wordmark } from "./wordmark";

/** The sign-in page, as one piece: what a server component draws travels once as HTML and once as data. */
export function SignIn(props: SignInFormProps) {
  return (
    <>
      <Wordmark />
      <h1>Sign in</h1>
      <p className="mt-1 mb-6 text-ink-2">To your team&apos;s console, or to your company&apos;s connections.</p>
      <SignInForm {...props} />
    </>
  );
}
