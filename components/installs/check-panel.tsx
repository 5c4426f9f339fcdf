"use client";

import { useEffect, useRef, useState, useTransition, type ReactNode } from "react";
import type { Result } from "@/lib/kernel/result";
import { Button, ButtonLink } from "../ui/button";
import { CardFooter } from "../ui/card";
import { Note } from "../ui/note";
import { Spinner } from "../ui/spinner";
import { Tag } from "../ui/tag";
import { Time } from "../ui/time";
import { failureWords, ownerWords, type FailureContext } from "./failure-words";
import type { TestResult } from "./sign-in-door";

/** What is known of the connection that was just made. */
export interface ConnectedFacts {
  readonly name: string;
  readonly connectedAs: string | null;
  readonly scopes: readonly string[] | null;
  readonly expiresAt: number | null;
  readonly isRefreshable: boolean;
  readonly hasCredential: boolean;
}

export interface CheckPanelProps {
  facts: ConnectedFacts | null;
  context: FailureContext;
  connectorSlug: string;
  verify: () => Promise<Result<TestResult | null>>;
  /** Called after each check, to read what it changed. */
  onChecked?: () => void;
  /** Back to what was typed, or to the provider. */
  onFix: () => void;
  /** Ends it: *Done*. */
  done: ReactNode;
  secondary?: ReactNode;
}

type Outcome = { readonly kind: "running" } | { readonly kind: "told"; readonly result: Result<TestResult | null> };

/** Runs the test call and says what was connected, or what failed, whose it is, and the one thing that helps. */
export function CheckPanel({ facts, context, connectorSlug, verify, onChecked, onFix, done, secondary }: CheckPanelProps) {
  const [outcome, setOutcome] = useState<Outcome>({ kind: "running" });
  const [pending, startTransition] = useTransition();
  const check = () =>
    startTransition(async () => {
      const result = await verify();
      setOutcome({ kind: "told", result });
      onChecked?.();
    });
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    check();
  });

  const failure = outcome.kind === "told" && !outcome.result.ok ? outcome.result.error : null;
  const owner = failure?.details?.owner as string | undefined;
  const words = failure && failureWords({ ...failure, owner }, context);
  const running = outcome.kind === "running" || pending;
  return (
    <>
      <div className="grid gap-4 p-5">
        {running && (
          <p role="status" className="flex items-center gap-2.5 text-sm text-ink-2">
            <Spinner size={16} /> Calling {context.provider} to see whether it works
          </p>
        )}
        {!running && outcome.kind === "told" && outcome.result.ok && (
          <Note kind="ok" role="status" title={`${facts?.name ?? context.provider} is connected`}>
            {outcome.result.value
              ? `Test call ${outcome.result.value.status} in ${outcome.result.value.durationMs} ms`
              : `${context.provider} has no test call, so nothing was called.`}
          </Note>
        )}
        {!running && words && (
          <Note kind="bad" role="alert" title={words.title}>
            <p>{words.text}</p>
            {owner && <p className="mt-1 font-medium">{ownerWords(owner, context)}</p>}
          </Note>
        )}
        {facts && <Facts facts={facts} />}
      </div>
      <CardFooter>
        {secondary}
        <span className="flex-1" />
        {!running && words?.fix === "settings" && (
          <ButtonLink href={`/connectors/${connectorSlug}`} variant="primary">
            {words.fixLabel}
          </ButtonLink>
        )}
        {!running && (words?.fix === "signIn" || words?.fix === "edit") && (
          <Button variant="primary" onClick={onFix}>
            {words.fixLabel}
          </Button>
        )}
        {!running && words?.fix === "test" && (
          <Button variant="primary" onClick={check}>
            {words.fixLabel}
          </Button>
        )}
        {!running && (!words || words.fix === "later") && done}
      </CardFooter>
    </>
  );
}

function Facts({ facts }: { facts: ConnectedFacts }) {
  return (
    <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-2 text-sm">
      <dt className="text-ink-2">Name</dt>
      <dd className="wrap-anywhere">{facts.name}</dd>
      {facts.connectedAs && (
        <>
          <dt className="text-ink-2">Connected as</dt>
          <dd className="wrap-anywhere">{facts.connectedAs}</dd>
        </>
      )}
      {facts.scopes && facts.scopes.length > 0 && (
        <>
          <dt className="text-ink-2">Scopes</dt>
          <dd className="flex flex-wrap gap-1">
            {facts.scopes.map((scope) => (
              <Tag key={scope}>{scope}</Tag>
            ))}
          </dd>
        </>
      )}
      {facts.hasCredential && (
        <>
          <dt className="text-ink-2">Expires</dt>
          <dd>
            <Expiry expiresAt={facts.expiresAt} isRefreshable={facts.isRefreshable} />
          </dd>
        </>
      )}
    </dl>
  );
}

/** When a credential ends and whether that matters. */
export function Expiry({ expiresAt, isRefreshable }: { expiresAt: number | null; isRefreshable: boolean }) {
  if (expiresAt === null) return <>Never, until it is revoked</>;
  return (
    <>
      <Time at={expiresAt} />, {isRefreshable ? "renewed by itself" : "then you have to sign in again"}
    </>
  );
}
