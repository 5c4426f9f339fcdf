"use client";

import { useRouter } from "next/navigation";
import { useMemo } from "react";
import { useActionForm } from "@/components/fields/use-action-form";
import { Button } from "@/components/ui/button";
import { Combobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Note } from "@/components/ui/note";
import { Textarea } from "@/components/ui/textarea";
import { toast } from "@/components/ui/toast";
import { accountInputSchema, MAX_CONCURRENT_TRANSACTIONS } from "@/lib/partners/schema";
import { createAccountAction, updateAccountAction } from "@/lib/tenants/actions";

export interface AccountFormProps {
  /** Null: a new account. */
  account: {
    id: string;
    name: string;
    externalId: string;
    description: string | null;
    timezone: string;
    concurrentTransactions: number | null;
  } | null;
  /** Runs at the same time where the account says nothing of its own. */
  runsPerAccount?: number;
  onDone?: () => void;
}

/** Name, API ID, description and time zone of an account. */
export function AccountForm({ account, runsPerAccount, onDone }: AccountFormProps) {
  const router = useRouter();
  const zones = useMemo(() => ["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => ({ value: zone, label: zone })), []);
  const { form, submit, failure, pending } = useActionForm({
    schema: accountInputSchema,
    defaultValues: {
      name: account?.name ?? "",
      externalId: account?.externalId ?? "",
      description: account?.description ?? "",
      timezone: account?.timezone ?? "UTC",
      concurrentTransactions: account?.concurrentTransactions?.toString() ?? "",
    },
    action: async (input) => (account ? updateAccountAction({ ...input, accountId: account.id }) : createAccountAction(input)),
    onDone: (value: { id: string } | null) => {
      onDone?.();
      if (value) router.push(`/accounts/${value.id}`);
      else toast.ok("Account saved");
      router.refresh();
    },
  });
  const errors = form.formState.errors as Record<string, { message?: string } | undefined>;
  return (
    <form noValidate onSubmit={submit} className="grid gap-4">
      {failure && (
        <Note kind="bad" role="alert">
          {failure.message}
        </Note>
      )}
      <Field label="Name" required error={errors.name?.message}>
        <Input autoFocus {...form.register("name")} />
      </Field>
      <Field
        label="API ID"
        optionalMark="end"
        help="Your own id for this customer, sent as X-Cyclr-Account. Blank: one is made."
        error={errors.externalId?.message}
      >
        <Input mono {...form.register("externalId")} />
      </Field>
      <Field label="Time zone" required error={errors.timezone?.message}>
        <Combobox
          options={zones}
          value={zones.find((z) => z.value === form.watch("timezone")) ?? null}
          onValueChange={(zone) => form.setValue("timezone", zone?.value ?? "UTC", { shouldDirty: true })}
        />
      </Field>
      {account && (
        <Field
          label="Runs at the same time"
          optionalMark="end"
          help={`Further runs of this account wait for their turn. Blank: ${runsPerAccount}. At most ${MAX_CONCURRENT_TRANSACTIONS}.`}
          error={errors.concurrentTransactions?.message}
        >
          <Input inputMode="numeric" className="max-w-30" {...form.register("concurrentTransactions")} />
        </Field>
      )}
      <Field label="Description" optionalMark="end" error={errors.description?.message}>
        <Textarea rows={3} {...form.register("description")} />
      </Field>
      <div className="flex justify-end">
        <Button type="submit" variant="primary" pending={pending}>
          {account ? "Save changes" : "Create account"}
        </Button>
      </div>
    </form>
  );
}
