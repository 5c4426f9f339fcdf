"use client";

import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState, type FormEvent } from "react";
import { createCycleAction } from "@/lib/cycles/actions";
import { TRIGGER_KINDS, type TriggerKind } from "@/lib/cycles/constants";
import { settle } from "@/lib/kernel/outcome";
import type { Failure } from "@/lib/kernel/result";
import { AccountChoice } from "../accounts/account-choice";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Note } from "../ui/note";
import { Select } from "../ui/select";
import { TRIGGER_WORDS } from "./words";

export interface NewCycleProps {
  accounts: readonly { readonly id: string; readonly name: string }[];
  /** The account that it starts with. */
  accountId?: string | undefined;
  primary?: boolean;
}

/** The button that opens the form of a new cycle. */
export function NewCycle({ accounts, accountId, primary = true }: NewCycleProps) {
  const router = useRouter();
  const [only] = accounts;
  const [open, setOpen] = useState(false);
  const [account, setAccount] = useState(accountId ?? (accounts.length === 1 ? only?.id : undefined));
  const [name, setName] = useState("");
  const [trigger, setTrigger] = useState<TriggerKind>("Webhook");
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, setPending] = useState(false);
  const create = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    setFailure(null);
    if (!account) return setFailure({ code: "request.invalid", message: "", fields: { account: "Choose the account." } });
    setPending(true);
    const made = settle(await createCycleAction({ accountId: account, name, trigger }));
    setPending(false);
    if (!made.ok) return setFailure(made.error);
    setOpen(false);
    router.push(`/cycles/${made.value.id}`);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title="New cycle"
      description="A trigger, and steps that call connectors of one account."
      size="small"
      trigger={
        <Button variant={primary ? "primary" : "secondary"} icon={<Plus aria-hidden />}>
          New cycle
        </Button>
      }
      footer={
        <>
          <Button variant="quiet" onClick={() => setOpen(false)}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form="new-cycle" pending={pending}>
            Create cycle
          </Button>
        </>
      }
    >
      <form id="new-cycle" noValidate onSubmit={(event) => void create(event)} className="grid gap-4">
        {failure && !failure.fields && (
          <Note kind="bad" role="alert">
            {failure.message}
          </Note>
        )}
        <Field label="Name" required error={failure?.fields?.name}>
          <Input
            value={name}
            autoComplete="off"
            placeholder="New contacts to CRM"
            onChange={({ target }) => setName(target.value)}
          />
        </Field>
        <Field label="Account" required error={failure?.fields?.account}>
          <AccountChoice
            accounts={accounts}
            value={account}
            onChange={setAccount}
            placeholder="Choose the customer it runs for"
          />
        </Field>
        <Field label="Starts" help={TRIGGER_WORDS[trigger].description}>
          <Select
            options={TRIGGER_KINDS.map((value) => ({ value, label: TRIGGER_WORDS[value].label }))}
            value={trigger}
            onValueChange={setTrigger}
          />
        </Field>
      </form>
    </Dialog>
  );
}
