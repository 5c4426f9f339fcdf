"use client";

import { signIn } from "next-auth/react";
import { useRouter } from "next/navigation";
import { useActionForm } from "@/components/fields/use-action-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Note } from "@/components/ui/note";
import { acceptInvitationAction } from "@/lib/access/actions";
import { acceptInvitationSchema } from "@/lib/access/schema";

/** Takes an invitation and signs the person in. */
export function AcceptInvitationForm({ token, email, hasAccount }: { token: string; email: string; hasAccount: boolean }) {
  const router = useRouter();
  const { form, submit, failure, pending } = useActionForm({
    schema: acceptInvitationSchema,
    defaultValues: { token, name: "", password: "" },
    action: acceptInvitationAction,
    onDone: (_value: { email: string }, done) => {
      void signIn("credentials", { email, password: done.getValues("password"), redirect: false }).then(() => {
        router.replace("/");
        router.refresh();
      });
    },
  });
  const errors = form.formState.errors;
  return (
    <form noValidate onSubmit={submit} className="grid gap-4">
      {failure && (
        <Note kind="bad" role="alert">
          {failure.message}
        </Note>
      )}
      <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
      {!hasAccount && (
        <Field label="Name" error={errors.name?.message as string | undefined} required>
          <Input autoComplete="name" autoFocus {...form.register("name")} />
        </Field>
      )}
      <Field
        label="Password"
        help={hasAccount ? undefined : "At least 10 characters."}
        error={errors.password?.message as string | undefined}
        required
      >
        <Input type="password" autoComplete={hasAccount ? "current-password" : "new-password"} {...form.register("password")} />
      </Field>
      <Button type="submit" variant="primary" block pending={pending}>
        Join
      </Button>
    </form>
  );
}
