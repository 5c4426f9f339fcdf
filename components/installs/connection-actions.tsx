"use client";

import { FlaskConical, MoreHorizontal, Power, Trash2, Unplug } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { setDisabledAction } from "@/lib/installs/actions";
import { mayBeTested, needsSignIn } from "@/lib/installs/constants";
import type { ConnectionPage } from "@/lib/installs/types";
import { settle } from "@/lib/kernel/outcome";
import { Button, IconButton } from "../ui/button";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu";
import { toast } from "../ui/toast";
import { DeauthenticateDialog, DeleteDialog } from "./connection-dialogs";
import { CreateLink } from "./create-link";
import { ReconnectButton } from "./reconnect-button";
import { testConnection } from "./test-connection";

/** What can be done with a connection, the most needed first. */
export function ConnectionActions({ page }: { page: ConnectionPage }) {
  const { view, mayWrite, mayManage } = page;
  const router = useRouter();
  const [testing, startTest] = useTransition();
  const [dialog, setDialog] = useState<"deauthenticate" | "delete" | null>(null);
  if (!mayWrite) return null;
  const test = () =>
    startTest(async () => {
      const told = await testConnection(view);
      toast[told.ok ? "ok" : "bad"](told.title, { description: told.text });
      router.refresh();
    });
  const toggle = async () => {
    const saved = settle(await setDisabledAction({ accountId: view.accountId, id: view.id, disabled: view.disabledAt === null }));
    if (!saved.ok) toast.bad(saved.error.message);
    else toast.ok(view.disabledAt === null ? `${view.name} is disabled` : `${view.name} is enabled`);
    router.refresh();
  };
  return (
    <>
      {page.mayLink && view.authType !== "None" && view.state !== "Disabled" && <CreateLink connection={view} />}
      {mayBeTested(view.state) && (
        <Button icon={<FlaskConical aria-hidden />} onClick={test} pending={testing}>
          Test
        </Button>
      )}
      {view.authType !== "None" && view.state !== "Disabled" && (
        <ReconnectButton
          connection={view}
          interactive={page.subject.form.interactive}
          audience="partner"
          returnPath={`/connections/${view.id}`}
          label={view.hasCredential ? "Reconnect" : "Authenticate"}
          variant={needsSignIn(view.state) ? "primary" : "secondary"}
        />
      )}
      <Menu trigger={<IconButton variant="secondary" label="More" icon={<MoreHorizontal aria-hidden />} tooltip={false} />}>
        {mayManage && (
          <MenuItem icon={<Power aria-hidden />} onClick={() => void toggle()}>
            {view.disabledAt === null ? "Disable" : "Enable"}
          </MenuItem>
        )}
        {view.hasCredential && (
          <MenuItem icon={<Unplug aria-hidden />} onClick={() => setDialog("deauthenticate")}>
            De-authenticate
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem danger icon={<Trash2 aria-hidden />} onClick={() => setDialog("delete")}>
          Delete
        </MenuItem>
      </Menu>
      <DeauthenticateDialog connection={view} open={dialog === "deauthenticate"} onOpenChange={() => setDialog(null)} />
      <DeleteDialog
        connection={view}
        open={dialog === "delete"}
        onOpenChange={() => setDialog(null)}
        onDeleted={() => router.push("/connections")}
      />
    </>
  );
}
