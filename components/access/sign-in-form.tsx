"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Note } from "@/components/ui/note";
import { signInSchema } from "@/lib/access/schema";

const SENTENCES: Record<string, string> = {
  "auth.locked": "Too many tries. Wait fifteen minutes, then try again.",
  "auth.invalid_credentials": "The e-mail address or the password is wrong.",
};

export interface SignInFormProps {
  /** Path on this origin to go to afterwards. */
  next: string;
  /** Name of the single sign-on provider, where there is one. */
  singleSignOn: string | null;
  reason: string | null;
}

/** Its code is a sixth of the page and answers to a press. */
const auth = () => import("next-auth/react");

/** E-mail and password, and single sign-on where it is set up. */
export function SignInForm({ next, singleSignOn, reason }: SignInFormProps) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(reason);
  const { register, handleSubmit, formState, resetField } = useForm({
    resolver: zodResolver(signInSchema),
    defaultValues: { email: "", password: "" },
  });
  const submit = handleSubmit(async (values) => {
    setProblem(null);
    const result = await auth()
      .then(({ signIn }) => signIn("credentials", { ...values, redirect: false }))
      .catch(() => undefined);
    if (result?.ok) {
      router.replace(next);
      router.refresh();
      return;
    }
    setProblem(SENTENCES[result?.error ?? ""] ?? "The server didn't answer. Try again.");
    resetField("password");
  });
  return (
    <div className="grid gap-4">
      {problem && (
        <Note kind="bad" role="alert">
          {problem}
        </Note>
      )}
      <form noValidate onSubmit={submit} className="grid gap-4">
        <Field label="E-mail" error={formState.errors.email?.message} required>
          <Input type="email" autoComplete="username" autoFocus {...register("email")} />
        </Field>
        <Field label="Password" error={formState.errors.password?.message} required>
          <Input type="password" autoComplete="current-password" {...register("password")} />
        </Field>
        <Button type="submit" variant="primary" block pending={formState.isSubmitting}>
          Sign in
        </Button>
      </form>
      {singleSignOn && (
        <Button block onClick={() => void auth().then(({ signIn }) => signIn("oidc", { callbackUrl: next }))}>
          Continue with {singleSignOn}
        </Button>
      )}
    </div>
  );
}
