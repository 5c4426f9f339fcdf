"use client";

import { Plus } from "lucide-react";
import { useActionForm } from "@/components/fields/use-action-form";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Note } from "@/components/ui/note";
import { partnerInputSchema } from "@/lib/partners/schema";
import { createPartnerAction } from "@/lib/tenants/actions";

/** Creates a partner and shows the invitation of its owner, once. */
export function NewPartner() {
  return (
    <Dialog
      title="New partner"
      description="A software company with a console of its own."
      size="small"
      trigger={
        <Button variant="primary" icon={<Plus aria-hidden />}>
          New partner
        </Button>
      }
    >
      <NewPartnerForm />
    </Dialog>
  );
}

function NewPartnerForm() {
  const { form, submit, failure, pending, done } = useActionForm({
    schema: partnerInputSchema,
    defaultValues: { name: "", ownerEmail: "" },
    action: createPartnerAction,
    onDone: (_value: { id: string; invitationUrl: string }) => undefined,
  });
  const errors = form.formState.errors as Record<string, { message?: string } | undefined>;
  if (done) {
    return (
      <div className="grid gap-3">
        <Note kind="ok" title="Send this link to the owner">
          It is shown once and works once, for seven days.
        </Note>
        <Input mono readOnly aria-label="Invitation link" value={done.invitationUrl} onFocus={(event) => event.target.select()} />
        <div className="flex justify-end">
          <CopyButton text={done.invitationUrl} what="invitation link" />
        </div>
      </div>
    );
  }
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
      <Field label="Owner's e-mail" required help="They get the role of owner." error={errors.ownerEmail?.message}>
        <Input type="email" {...form.register("ownerEmail")} />
      </Field>
      <div className="flex justify-end">
        <Button type="submit" variant="primary" pending={pending}>
          Create partner
        </Button>
      </div>
    </form>
  );
}
