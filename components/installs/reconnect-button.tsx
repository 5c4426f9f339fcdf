"use client";

import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import type { SignInSubject } from "@/lib/installs/types";
import { readLive } from "../shell/live";
import { Button, type ButtonVariant } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Logo } from "../ui/logo";
import { Note } from "../ui/note";
import { Skeleton } from "../ui/skeleton";
import { CheckPanel } from "./check-panel";
import type { FailureContext } from "./failure-words";
import { accountDoor } from "./sign-in-door";
import { SignInPanel } from "./sign-in-panel";
import { openSignInWindow } from "./use-attempt";

export interface ReconnectButtonProps {
  connection: {
    readonly id: number;
    readonly name: string;
    readonly accountId: string;
    readonly connectorName: string;
    readonly connectorSlug: string;
    readonly iconUrl: string | null;
  };
  /** A person consents at the provider: the press opens its window at once. */
  interactive: boolean;
  audience: FailureContext["audience"];
  /** Where a sign-in in this tab comes back to. */
  returnPath: string;
  label: string;
  variant?: ButtonVariant;
  small?: boolean;
}

/** Signs a connection in again from wherever it stands, in one press where nothing has to be typed. */
export function ReconnectButton(props: ReconnectButtonProps) {
  const { connection, interactive, label, variant = "primary", small } = props;
  const [opened, setOpened] = useState<{ window: Window | null } | null>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant={variant}
        small={small}
        icon={<RefreshCw aria-hidden />}
        aria-label={small ? `${label} ${connection.name}` : undefined}
        onClick={() => {
          setOpened(interactive ? { window: openSignInWindow(connection.connectorName) } : null);
          setOpen(true);
        }}
      >
        {label}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={`Connect ${connection.name}`}
        description={connection.connectorName === connection.name ? undefined : connection.connectorName}
        icon={<Logo name={connection.connectorName} slug={connection.connectorSlug} src={connection.iconUrl} />}
        flush
      >
        {open && <Body {...props} opened={opened} close={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function Body(props: ReconnectButtonProps & { opened: { window: Window | null } | null; close: () => void }) {
  const { connection, audience, opened, close } = props;
  const router = useRouter();
  const [phase, setPhase] = useState<"signIn" | "check">("signIn");
  const subject = useQuery({
    queryKey: ["sign-in", connection.id],
    queryFn: ({ signal }) =>
      readLive<SignInSubject>(
        `/api/live/connections/${connection.id}?${new URLSearchParams({ account: connection.accountId }).toString()}`,
        signal,
      ),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const door = useMemo(
    () => accountDoor(connection.accountId, { id: connection.id }, () => props.returnPath),
    [connection.accountId, connection.id, props.returnPath],
  );
  if (subject.isError)
    return (
      <div className="p-5">
        <Note kind="bad" role="alert">
          {subject.error.message}
        </Note>
      </div>
    );
  if (!subject.data)
    return (
      <div className="grid gap-3 p-5">
        <Skeleton className="h-8.5 w-full" />
        <Skeleton className="h-16 w-full" />
      </div>
    );
  const { form } = subject.data;
  if (phase === "check")
    return (
      <CheckPanel
        facts={null}
        context={{
          provider: connection.connectorName,
          partner: subject.data.partnerName,
          audience,
          interactive: form.interactive,
          ownClient: form.ownClient,
        }}
        connectorSlug={connection.connectorSlug}
        verify={() => door.verify(connection.id)}
        onChecked={() => router.refresh()}
        onFix={() => {
          void subject.refetch().then(() => setPhase("signIn"));
        }}
        done={
          <Button variant="primary" onClick={close}>
            Done
          </Button>
        }
      />
    );
  return (
    <SignInPanel
      subject={subject.data}
      audience={audience}
      connectionId={connection.id}
      door={door}
      opened={opened ?? undefined}
      onConnected={() => {
        setPhase("check");
        router.refresh();
      }}
      onLater={undefined}
      secondary={
        <Button variant="quiet" onClick={close}>
          Cancel
        </Button>
      }
    />
  );
}
