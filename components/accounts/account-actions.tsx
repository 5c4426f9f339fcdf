"use client";

import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { IconButton } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { toast } from "@/components/ui/toast";
import { settle } from "@/lib/kernel/outcome";
import { deleteAccountAction } from "@/lib/tenants/actions";
import { AccountForm, type AccountFormProps } from "./account-form";

/** Edit and delete of one account. */
export function AccountActions(props: { account: NonNullable<AccountFormProps["account"]>; runsPerAccount: number }) {
  const { account, runsPerAccount } = props;
  const router = useRouter();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  return (
    <>
      <Menu trigger={<IconButton variant="secondary" label="More" icon={<Ellipsis aria-hidden />} tooltip={false} />}>
        <MenuItem icon={<Pencil aria-hidden />} onClick={() => setOpen("edit")}>
          Edit account
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 aria-hidden />} danger onClick={() => setOpen("delete")}>
          Delete account
        </MenuItem>
      </Menu>
      <Dialog title="Edit account" size="small" open={open === "edit"} onOpenChange={(next) => setOpen(next ? "edit" : null)}>
        <AccountForm account={account} runsPerAccount={runsPerAccount} onDone={() => setOpen(null)} />
      </Dialog>
      <AlertDialog
        open={open === "delete"}
        onOpenChange={(next) => setOpen(next ? "delete" : null)}
        title={`Delete ${account.name}?`}
        consequence="Its people can no longer sign in to it. An account that still has connectors can't be deleted."
        confirmLabel="Delete account"
        onConfirm={async () => {
          const result = settle(await deleteAccountAction({ accountId: account.id }));
          if (!result.ok) return result.error.message;
          toast.ok(`${account.name} deleted`);
          router.push("/accounts");
          router.refresh();
          return undefined;
        }}
      />
    </>
  );
}
