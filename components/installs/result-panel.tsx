"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { settle } from "@/lib/kernel/outcome";
import { linkStartAction, startAttemptAction } from "@/lib/oauth/actions";
import type { AttemptStatus } from "@/lib/oauth/types";
import { Button, ButtonLink } from "../ui/button";
import { Card, CardFooter } from "../ui/card";
import { Logo } from "../ui/logo";
import { Note } from "../ui/note";
import { announceAttempt } from "./attempt-channel";
import { failureWords, ownerWords, type FailureContext } from "./failure-words";

export interface ResultPanelProps {
  attemptId: string;
  status: AttemptStatus;
  returnTo: { readonly kind: "popup" | "tab"; readonly path: string };
  connection: { readonly id: number; readonly name: string; readonly accountId: string };
  connector: { readonly name: string; readonly slug: string; readonly iconUrl: string | null };
  partnerName: string;
}

const MOMENT = 1200;

/** How a sign-in ended: tells the page that waits, then closes its window or goes back; a failure stays until it is answered. */
export function ResultPanel({ attemptId, status, returnTo, connection, connector, partnerName }: ResultPanelProps) {
  const router = useRouter();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [stays, setStays] = useState(false);
  const isPopup = returnTo.kind === "popup";
  const succeeded = status.status === "done" && status.code === "ok";

  useEffect(() => {
    if (isPopup) announceAttempt({ type: "finished", attemptId });
    if (!succeeded) return;
    const timer = setTimeout(() => {
      if (!isPopup) return router.replace(returnTo.path);
      window.close();
      // Browsers let a page close only windows that a page opened.
      setStays(true);
    }, MOMENT);
    return () => clearTimeout(timer);
  }, [attemptId, isPopup, succeeded, returnTo.path, router]);

  const context: FailureContext = {
    provider: connector.name,
    partner: partnerName,
    audience: returnTo.path.startsWith("/portal/") || returnTo.path.startsWith("/connect/") ? "customer" : "partner",
    interactive: true,
    ownClient: false,
  };
  const failure = status.status === "done" && !succeeded ? status : null;
  const words = failure && failureWords(failure, context);

  const again = async () => {
    setPending(true);
    setProblem(undefined);
    const link = /^\/connect\/([0-9A-Za-z]+)$/.exec(returnTo.path)?.[1];
    const started = link
      ? settle(await linkStartAction({ publicId: link, kind: returnTo.kind }))
      : settle(await startAttemptAction({ accountId: connection.accountId, id: connection.id, returnTo }));
    if (!started.ok) {
      setPending(false);
      setProblem(started.error.message);
      return;
    }
    if (isPopup) announceAttempt({ type: "restarted", attemptId, next: started.value.attemptId });
    window.location.assign(started.value.url);
  };
  const leave = isPopup ? (
    <Button variant="quiet" onClick={() => window.close()}>
      Close this window
    </Button>
  ) : (
    <ButtonLink variant="quiet" href={returnTo.path}>
      Back
    </ButtonLink>
  );

  return (
    <>
      <div className="mb-5.5 flex items-center gap-3.5">
        <Logo name={connector.name} slug={connector.slug} src={connector.iconUrl} size="large" />
        <div className="min-w-0">
          <h1 className="wrap-anywhere">
            {words ? words.title : succeeded ? `${connector.name} is connected` : `Connecting ${connector.name}`}
          </h1>
          <p className="text-sm text-ink-2">{connection.name}</p>
        </div>
      </div>
      <Card>
        <div className="grid gap-3 p-5 text-sm">
          {succeeded && (
            <p role="status">
              {isPopup
                ? stays
                  ? "You can close this window. The page you came from has gone on."
                  : "This window closes by itself."
                : "Taking you back…"}
            </p>
          )}
          {status.status === "pending" && <p role="status">The provider hasn&apos;t answered yet.</p>}
          {words && (
            <div role="alert" className="grid gap-1.5">
              <p>{words.text}</p>
              {failure?.owner && <p className="font-medium">{ownerWords(failure.owner, context)}</p>}
            </div>
          )}
          {problem && (
            <Note kind="bad" role="alert">
              {problem}
            </Note>
          )}
        </div>
        <CardFooter>
          {!succeeded && leave}
          <span className="flex-1" />
          {words && (
            <Button variant="primary" onClick={again} pending={pending}>
              Try again
            </Button>
          )}
          {succeeded && isPopup && <Button onClick={() => window.close()}>Close this window</Button>}
          {succeeded && !isPopup && (
            <ButtonLink variant="primary" href={returnTo.path}>
              Go on
            </ButtonLink>
          )}
        </CardFooter>
      </Card>
    </>
  );
}
