"use client";

import { useEffect, useRef, useState } from "react";
import type { Result } from "@/lib/kernel/result";
import type { ConnectorAuthStarted, ReturnTarget } from "@/lib/oauth/types";
import { Button, ButtonLink } from "../ui/button";
import { Card, CardFooter } from "../ui/card";
import { Note } from "../ui/note";
import { failureWords, ownerWords, type FailureContext } from "./failure-words";
import { addressOf, isTold, tell, type TargetOutcome } from "./return-to-target";

const MOMENT = 800;
/** Seconds to read what went wrong before the browser is sent back. */
const READING = 8;

export interface ConnectorAuthOutcomeProps {
  target: ReturnTarget;
  provider: string;
  partnerName: string;
  failure: { readonly code: string; readonly owner?: string | null; readonly message?: string | null } | null;
  /** Starts again; null where that can't be done from here. */
  again: (() => Promise<Result<ConnectorAuthStarted>>) | null;
}

const endOf = (code: string | null, description: string): TargetOutcome =>
  code === null ? { ok: true } : { ok: false, code, description };

/** Says when the browser goes back by itself, and sends it there; silent where the target was told by a message. */
function Countdown({ target, host, address }: { target: ReturnTarget; host: string; address: string }) {
  const [left, setLeft] = useState(READING);
  const [goes, setGoes] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setGoes(!isTold(target));
      setLeft((seconds) => Math.max(0, seconds - 1));
      if (left <= 1 && !isTold(target)) window.location.replace(address);
    }, 1000);
    return () => clearTimeout(timer);
  }, [left, target, address]);
  return goes ? (
    <p className="text-ink-2">
      You will be taken back to {host} in {left} {left === 1 ? "second" : "seconds"}.
    </p>
  ) : null;
}

/** How a sign-in ended that a partner's backend sent a browser for: told to the page at the target, which the browser goes back to. */
export function ConnectorAuthOutcome({ target, provider, partnerName, failure, again }: ConnectorAuthOutcomeProps) {
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [stays, setStays] = useState(false);
  const told = useRef(false);
  const context: FailureContext = { provider, partner: partnerName, audience: "customer", interactive: true, ownClient: false };
  const words = failure && failureWords(failure, context);
  const code = failure?.code ?? null;
  const description = words?.text ?? "";
  const address = addressOf(target, endOf(code, description));
  const host = new URL(target.origin).host;

  useEffect(() => {
    if (told.current) return;
    told.current = true;
    const ended = endOf(code, description);
    const isListening = isTold(target);
    if (isListening) tell(target, ended);
    if (!ended.ok) return;
    setTimeout(() => (isListening ? window.close() : window.location.replace(addressOf(target, ended))), MOMENT);
  }, [target, code, description]);

  const retry = async () => {
    if (!again) return;
    setStays(true);
    setPending(true);
    const started = await again();
    if (!started.ok) {
      setPending(false);
      setProblem(started.error.message);
    } else window.location.assign(started.value.url ?? addressOf(target, { ok: true }));
  };

  return (
    <Card>
      <div className="grid gap-3 p-5 text-sm">
        {words && failure ? (
          <div role="alert" className="grid gap-1.5">
            <h2>{words.title}</h2>
            <p>{words.text}</p>
            {failure.owner && <p className="font-medium">{ownerWords(failure.owner as never, context)}</p>}
          </div>
        ) : (
          <p role="status">
            {provider} is connected. Taking you back to {host}…
          </p>
        )}
        {words && !stays && <Countdown target={target} host={host} address={address} />}
        {problem && (
          <Note kind="bad" role="alert">
            {problem}
          </Note>
        )}
      </div>
      <CardFooter>
        {words && !stays && (
          <Button variant="quiet" onClick={() => setStays(true)}>
            Stay here
          </Button>
        )}
        <span className="flex-1" />
        <ButtonLink href={address}>Back to {host}</ButtonLink>
        {words && again && (
          <Button variant="primary" onClick={() => void retry()} pending={pending}>
            Try again
          </Button>
        )}
      </CardFooter>
    </Card>
  );
}
