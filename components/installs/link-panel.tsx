"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useRouter } from "next/navigation";
import { useMemo, useState, useTransition } from "react";
import { useForm } from "react-hook-form";
import type { SignInSubject } from "@/lib/installs/types";
import { settle } from "@/lib/kernel/outcome";
import { linkSaveAction, linkStartAction, openLinkAction } from "@/lib/oauth/actions";
import { openLinkSchema } from "@/lib/oauth/schema";
import { linkVerifyAction } from "@/lib/run/actions";
import { Button } from "../ui/button";
import { Card, CardFooter } from "../ui/card";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Logo } from "../ui/logo";
import { Note } from "../ui/note";
import { CheckPanel, type ConnectedFacts } from "./check-panel";
import type { SignInDoor } from "./sign-in-door";
import { SignInPanel } from "./sign-in-panel";

interface TokenValues {
  publicId: string;
  token: string;
}

/** Asks for the token that came apart from the link. Only sending it consumes the link. */
export function LinkToken({ publicId, partnerName }: { publicId: string; partnerName: string }) {
  const router = useRouter();
  const [problem, setProblem] = useState<string>();
  const form = useForm<TokenValues>({
    resolver: zodResolver(openLinkSchema as never) as never,
    defaultValues: { publicId, token: "" },
  });
  const { errors } = form.formState;
  const [pending, startOpening] = useTransition();
  // In a transition, so that a refusal becomes the page of refused links.
  const submit = form.handleSubmit((values) =>
    startOpening(async () => {
      setProblem(undefined);
      const opened = settle(await openLinkAction(values));
      if (opened.ok) router.refresh();
      else setProblem(opened.error.message);
    }),
  );
  return (
    <>
      <h1 className="mb-1">{partnerName} asks you to connect a tool</h1>
      <p className="mb-5 text-ink-2">Type the token that you were given apart from this link. It works once.</p>
      <Card>
        <form noValidate onSubmit={submit}>
          <div className="grid gap-4 p-5">
            <Field label="Token" required error={errors.token?.message}>
              <Input
                mono
                autoFocus
                autoComplete="one-time-code"
                autoCapitalize="characters"
                spellCheck={false}
                placeholder="XXXX-XXXX-XXXX-XXXX"
                {...form.register("token")}
              />
            </Field>
            {problem && (
              <Note kind="bad" role="alert">
                {problem}
              </Note>
            )}
          </div>
          <CardFooter>
            <span className="flex-1" />
            <Button type="submit" variant="primary" pending={pending}>
              Continue
            </Button>
          </CardFooter>
        </form>
      </Card>
    </>
  );
}

export interface LinkSignInProps {
  publicId: string;
  subject: SignInSubject;
  connection: ConnectedFacts & { readonly id: number; readonly isFresh: boolean };
  isCompleted: boolean;
}

/** The sign-in of exactly one connection, for the holder of a link. */
export function LinkSignIn({ publicId, subject, connection, isCompleted }: LinkSignInProps) {
  const router = useRouter();
  const { connector, form, partnerName, accountName } = subject;
  const [phase, setPhase] = useState<"signIn" | "check">(isCompleted || connection.isFresh ? "check" : "signIn");
  const door = useMemo(
    (): SignInDoor => ({
      save: async (values, purpose) => settle(await linkSaveAction({ publicId, values, purpose })),
      start: async (_id, kind) => settle(await linkStartAction({ publicId, kind })),
      verify: async () => settle(await linkVerifyAction({ publicId })),
    }),
    [publicId],
  );
  return (
    <>
      <div className="mb-5.5 flex items-center gap-3.5">
        <Logo name={connector.name} slug={connector.slug} src={connector.iconUrl} size="large" />
        <div className="min-w-0">
          <h1 className="wrap-anywhere">Connect {connector.name}</h1>
          <p className="text-sm text-ink-2">
            So that {partnerName} can work with it for {accountName}.
          </p>
        </div>
      </div>
      <Card>
        {phase === "check" ? (
          <CheckPanel
            facts={connection}
            context={{
              provider: connector.name,
              partner: partnerName,
              audience: "customer",
              interactive: form.interactive,
              ownClient: form.ownClient,
            }}
            connectorSlug={connector.slug}
            verify={() => door.verify(connection.id)}
            onChecked={() => router.refresh()}
            onFix={() => setPhase("signIn")}
            done={<p className="text-sm text-ink-2">You can close this page.</p>}
          />
        ) : (
          <SignInPanel
            subject={subject}
            audience="customer"
            connectionId={connection.id}
            door={door}
            onConnected={() => {
              setPhase("check");
              router.refresh();
            }}
          />
        )}
      </Card>
    </>
  );
}
