"use client";

import { useEffect, useRef, useState } from "react";
import { settle } from "@/lib/kernel/outcome";
import type { Failure } from "@/lib/kernel/result";
import { retryConnectorAuthAction, startConnectorAuthAction } from "@/lib/oauth/actions";
import type { ConnectorAuthInput } from "@/lib/oauth/schema";
import type { AttemptStatus, ReturnTarget } from "@/lib/oauth/types";
import { Button } from "../ui/button";
import { Card, CardFooter } from "../ui/card";
import { Logo } from "../ui/logo";
import { ConnectorAuthOutcome } from "./connector-auth-outcome";

interface ConnectorOf {
  readonly name: string;
  readonly slug: string;
  readonly iconUrl: string | null;
}

function Heading({ connector, title, sentence }: { connector: ConnectorOf; title: string; sentence: string }) {
  return (
    <div className="mb-5.5 flex items-center gap-3.5">
      <Logo name={connector.name} slug={connector.slug} src={connector.iconUrl} size="large" />
      <div className="min-w-0">
        <h1 className="wrap-anywhere">{title}</h1>
        <p className="text-sm text-ink-2">{sentence}</p>
      </div>
    </div>
  );
}

export interface ConnectorAuthPanelProps {
  partnerName: string;
  input: ConnectorAuthInput;
  connector: ConnectorOf;
  accountName: string;
  username: string;
  interactive: boolean;
  grants: readonly string[];
  automatic: boolean;
}

/** Who asks for what, and the one button that starts it. */
export function ConnectorAuthPanel(props: ConnectorAuthPanelProps) {
  const { partnerName, input, connector, accountName, username, interactive, grants, automatic } = props;
  const [pending, setPending] = useState(false);
  const [ended, setEnded] = useState<{ failure: Failure | null } | null>(null);
  const target: ReturnTarget = { origin: input.targetOrigin, callbackMessage: input.callbackMessage ?? null };
  const host = new URL(target.origin).host;
  const startedOnce = useRef(false);

  const start = async () => {
    setPending(true);
    const started = settle(await startConnectorAuthAction(input));
    if (started.ok && started.value.url) {
      window.location.assign(started.value.url);
      return;
    }
    setPending(false);
    setEnded({ failure: started.ok ? null : started.error });
  };

  useEffect(() => {
    if (!automatic || startedOnce.current) return;
    startedOnce.current = true;
    void start();
  });

  const title = ended && !ended.failure ? `${connector.name} is connected` : `Connect ${connector.name}`;
  return (
    <>
      <Heading connector={connector} title={title} sentence={`So that ${partnerName} can work with it for ${accountName}.`} />
      {ended ? (
        <ConnectorAuthOutcome
          target={target}
          provider={connector.name}
          partnerName={partnerName}
          failure={
            ended.failure && {
              code: ended.failure.code,
              message: ended.failure.message,
              owner: (ended.failure.details?.owner as string | undefined) ?? null,
            }
          }
          again={async () => settle(await startConnectorAuthAction(input))}
        />
      ) : (
        <Card>
          <div className="grid gap-3 p-5 text-sm">
            <p>
              {interactive
                ? `You will sign in at ${connector.name} and agree there. Then you are taken back to ${host}.`
                : `${partnerName} connects with the values it has been given. Then you are taken back to ${host}.`}
            </p>
            {grants.length > 0 && (
              <div>
                <p className="mb-1 font-medium">{connector.name} will ask you to allow</p>
                <ul className="list-disc pl-5">
                  {grants.map((grant) => (
                    <li key={grant}>{grant}</li>
                  ))}
                </ul>
              </div>
            )}
            <p className="text-ink-2">Asked for {username}.</p>
          </div>
          {/* A form, so that a press before the page's code is there is kept and answered. */}
          <form action={start}>
            <CardFooter>
              <span className="flex-1" />
              <Button type="submit" variant="primary" pending={pending}>
                {interactive ? `Continue to ${connector.name}` : `Connect ${connector.name}`}
              </Button>
            </CardFooter>
          </form>
        </Card>
      )}
    </>
  );
}

export interface ConnectorAuthResultProps {
  attemptId: string;
  status: AttemptStatus;
  target: ReturnTarget;
  connector: ConnectorOf;
  connectionName: string;
  partnerName: string;
}

/** The same after the provider's answer. */
export function ConnectorAuthResult(props: ConnectorAuthResultProps) {
  const { attemptId, status, target, connector, connectionName, partnerName } = props;
  const succeeded = status.status === "done" && status.code === "ok";
  return (
    <>
      <Heading
        connector={connector}
        title={succeeded ? `${connector.name} is connected` : `Connecting ${connector.name}`}
        sentence={connectionName}
      />
      {status.status === "done" ? (
        <ConnectorAuthOutcome
          target={target}
          provider={connector.name}
          partnerName={partnerName}
          failure={succeeded ? null : { code: status.code, owner: status.owner, message: status.message }}
          again={succeeded ? null : async () => settle(await retryConnectorAuthAction({ attemptId }))}
        />
      ) : (
        <p role="status">The provider hasn&apos;t answered yet.</p>
      )}
    </>
  );
}
