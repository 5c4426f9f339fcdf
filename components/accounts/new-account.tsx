"use client";

import { Plus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { AccountForm } from "./account-form";

/** The button that opens the form of a new account. */
export function NewAccount() {
  return (
    <Dialog
      title="New account"
      description="One account for each of your customers."
      size="small"
      trigger={
        <Button variant="primary" icon={<Plus aria-hidden />}>
          New account
        </Button>
      }
    >
      <AccountForm account={null} />
    </Dialog>
  );
}
