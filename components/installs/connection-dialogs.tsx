"use client";

import { useRouter } from "next/navigation";
import { settle } from "@/lib/kernel/outcome";
import { deauthenticateAction, uninstallAction } from "@/lib/oauth/actions";
import { AlertDialog } from "../ui/alert-dialog";
import { toast } from "../ui/toast";

interface Named {
  readonly id: number;
  readonly accountId: string;
  readonly accountName: string;
  readonly name: string;
  readonly connectorName: string;
  readonly authType: string;
  readonly state: string;
}

interface DialogState {
  connection: Named;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

const revocationOf = ({ authType, connectorName }: Named): string =>
  authType === "OAuth2"
    ? `It is deleted here and revoked at ${connectorName}, where ${connectorName} allows that.`
    : `It is deleted here; at ${connectorName} it stays valid until it is changed there.`;

/** Asks before a credential is removed, and says what its removal did. */
export function DeauthenticateDialog({ connection, open, onOpenChange }: DialogState) {
  const router = useRouter();
  return (
    <AlertDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`De-authenticate ${connection.name}?`}
      consequence={
        <p>
          Its credential is removed. {revocationOf(connection)} Nothing can be called through it for {connection.accountName}{" "}
          until somebody signs in again. Its properties stay.
        </p>
      }
      confirmLabel="De-authenticate"
      onConfirm={async () => {
        const done = settle(await deauthenticateAction({ accountId: connection.accountId, id: connection.id }));
        if (!done.ok) return done.error.message;
        toast.ok(`${connection.name} is de-authenticated`, { description: done.value.revocation, timeout: 10_000 });
        router.refresh();
      }}
    />
  );
}

/** Asks before an installation is deleted with its credential and history. */
export function DeleteDialog({
  connection,
  open,
  onOpenChange,
  onDeleted,
  verb = "Delete",
}: DialogState & { onDeleted: () => void; verb?: "Delete" | "Remove" }) {
  return (
    <AlertDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`${verb} ${connection.name} from ${connection.accountName}?`}
      consequence={
        <p>
          {connection.state === "NotAuthenticated" || connection.authType === "None"
            ? ""
            : `Its credential is removed. ${revocationOf(connection)} `}
          Its properties and its activity go with it. This can&apos;t be undone.
        </p>
      }
      confirmLabel={`${verb} connector`}
      onConfirm={async () => {
        const done = settle(await uninstallAction({ accountId: connection.accountId, id: connection.id }));
        if (!done.ok) return done.error.message;
        toast.ok(`${connection.name} is ${verb === "Delete" ? "deleted" : "removed"}`, {
          description: done.value.revocation,
          timeout: 10_000,
        });
        onDeleted();
      }}
    />
  );
}
