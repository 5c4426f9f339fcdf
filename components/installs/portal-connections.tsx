"use client";

import { FlaskConical, MoreHorizontal, Trash2, Unplug } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { mayBeTested, needsSignIn } from "@/lib/installs/constants";
import type { ConnectionsRow } from "@/lib/installs/types";
import { Button, IconButton } from "../ui/button";
import { Card } from "../ui/card";
import { Logo } from "../ui/logo";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu";
import { toast } from "../ui/toast";
import { DeauthenticateDialog, DeleteDialog } from "./connection-dialogs";
import { ReconnectButton } from "./reconnect-button";
import { StateBadge } from "./state-badge";
import { StateLine } from "./state-line";
import { testConnection } from "./test-connection";

export interface PortalConnectionsProps {
  connections: readonly ConnectionsRow[];
  partner: string;
  mayWrite: boolean;
}

/** A customer's own connectors: their state in a sentence, and what can be done about it. */
export function PortalConnections({ connections, partner, mayWrite }: PortalConnectionsProps) {
  return (
    <ul className="grid gap-3">
      {connections.map((connection) => (
        <li key={connection.id}>
          <Card className="flex flex-wrap items-start gap-x-3.5 gap-y-3 p-4">
            <Logo name={connection.connectorName} slug={connection.connectorSlug} src={connection.iconUrl} />
            <div className="min-w-[min(100%,15rem)] flex-1">
              <div className="flex flex-wrap items-center gap-2">
                <h2 className="wrap-anywhere">{connection.name}</h2>
                <StateBadge state={connection.state} />
              </div>
              <p className="mt-0.5 text-sm text-ink-2">
                <StateLine facts={connection} audience="customer" partner={partner} />
              </p>
            </div>
            {mayWrite && <Actions connection={connection} />}
          </Card>
        </li>
      ))}
    </ul>
  );
}

function Actions({ connection }: { connection: ConnectionsRow }) {
  const router = useRouter();
  const [testing, startTest] = useTransition();
  const [dialog, setDialog] = useState<"deauthenticate" | "delete" | null>(null);
  const { state } = connection;
  const test = () =>
    startTest(async () => {
      const told = await testConnection(connection);
      toast[told.ok ? "ok" : "bad"](told.title, { description: told.text });
      router.refresh();
    });
  return (
    <div className="flex items-center gap-2">
      {mayBeTested(state) && (
        <Button small icon={<FlaskConical aria-hidden />} onClick={test} pending={testing} aria-label={`Test ${connection.name}`}>
          Test
        </Button>
      )}
      {connection.authType !== "None" && state !== "Disabled" && (
        <ReconnectButton
          connection={connection}
          interactive={connection.interactive}
          audience="customer"
          returnPath={`/portal/${connection.accountId}`}
          label={state === "NotAuthenticated" ? "Authenticate" : "Reconnect"}
          variant={needsSignIn(state) ? "primary" : "secondary"}
          small
        />
      )}
      <Menu
        trigger={
          <IconButton
            small
            variant="secondary"
            label={`More for ${connection.name}`}
            icon={<MoreHorizontal aria-hidden />}
            tooltip={false}
          />
        }
      >
        {state !== "NotAuthenticated" && connection.authType !== "None" && (
          <>
            <MenuItem icon={<Unplug aria-hidden />} onClick={() => setDialog("deauthenticate")}>
              De-authenticate
            </MenuItem>
            <MenuSeparator />
          </>
        )}
        <MenuItem danger icon={<Trash2 aria-hidden />} onClick={() => setDialog("delete")}>
          Remove
        </MenuItem>
      </Menu>
      <DeauthenticateDialog connection={connection} open={dialog === "deauthenticate"} onOpenChange={() => setDialog(null)} />
      <DeleteDialog
        verb="Remove"
        connection={connection}
        open={dialog === "delete"}
        onOpenChange={() => setDialog(null)}
        onDeleted={() => router.refresh()}
      />
    </div>
  );
}
