"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { zodResolver } from "@hookform/resolvers/zod";
import { setDisabledAction, updateInstallAction } from "@/lib/installs/actions";
import { installDetailsSchema } from "@/lib/installs/schema";
import type { ConnectionPage } from "@/lib/installs/types";
import { settle } from "@/lib/kernel/outcome";
import { SaveBar } from "../fields/save-bar";
import { Button } from "../ui/button";
import { Card, CardBody, CardHeader } from "../ui/card";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Note } from "../ui/note";
import { Switch } from "../ui/switch";
import { Textarea } from "../ui/textarea";
import { toast } from "../ui/toast";
import { DeauthenticateDialog, DeleteDialog } from "./connection-dialogs";

interface Values {
  name: string;
  description: string;
}

/** Name, description, the switch, and the ways to end a connection. */
export function ConnectionSettings({ page }: { page: ConnectionPage }) {
  if (!page.mayWrite) return <p className="text-sm text-ink-2">Your role can see this connection and not change it.</p>;
  return (
    <div className="grid max-w-138 gap-5">
      <DetailsForm page={page} />
      {page.mayManage && <PowerSwitch page={page} />}
      <Ending page={page} />
    </div>
  );
}

function DetailsForm({ page: { view } }: { page: ConnectionPage }) {
  const router = useRouter();
  const [problem, setProblem] = useState<string>();
  const form = useForm<Values>({
    resolver: zodResolver(installDetailsSchema as never) as never,
    defaultValues: { name: view.name, description: view.description ?? "" },
    mode: "onTouched",
  });
  const { errors } = form.formState;
  const submit = form.handleSubmit(async () => {
    setProblem(undefined);
    const values = form.getValues();
    const saved = settle(await updateInstallAction({ accountId: view.accountId, id: view.id, ...values }));
    if (saved.ok) {
      toast.ok("Details saved");
      form.reset(values);
      router.refresh();
    } else if (saved.error.fields?.name) form.setError("name", { message: saved.error.fields.name }, { shouldFocus: true });
    else setProblem(saved.error.message);
  });
  return (
    <Card>
      <CardHeader title="Details" />
      <FormProvider {...form}>
        <form noValidate onSubmit={submit}>
          <div className="grid gap-4 p-4">
            <Field label="Name" required error={errors.name?.message} help="Unique in this account.">
              <Input autoComplete="off" {...form.register("name")} defaultValue={view.name} />
            </Field>
            <Field label="Description" optionalMark="inline" error={errors.description?.message}>
              <Textarea rows={2} {...form.register("description")} defaultValue={view.description ?? ""} />
            </Field>
            {problem && (
              <Note kind="bad" role="alert">
                {problem}
              </Note>
            )}
          </div>
          <SaveBar saveLabel="Save details" />
        </form>
      </FormProvider>
    </Card>
  );
}

function PowerSwitch({ page: { view } }: { page: ConnectionPage }) {
  const router = useRouter();
  const [pending, setPending] = useState(false);
  const isOn = view.disabledAt === null;
  const change = async (on: boolean) => {
    setPending(true);
    const saved = settle(await setDisabledAction({ accountId: view.accountId, id: view.id, disabled: !on }));
    if (!saved.ok) toast.bad(saved.error.message);
    else toast.ok(on ? `${view.name} is enabled` : `${view.name} is disabled`);
    router.refresh();
    setPending(false);
  };
  return (
    <Card>
      <CardBody className="flex items-center gap-4">
        <div className="flex-1">
          <h2 id="power">Enabled</h2>
          <p className="text-sm text-ink-2">
            {isOn
              ? "Disable it to stop every call through it. Its credential is kept."
              : "Disabled: nothing is called through it."}
          </p>
        </div>
        <Switch aria-label="Enabled" checked={isOn} onCheckedChange={(on) => void change(on)} disabled={pending} />
      </CardBody>
    </Card>
  );
}

function Ending({ page: { view } }: { page: ConnectionPage }) {
  const router = useRouter();
  const [dialog, setDialog] = useState<"deauthenticate" | "delete" | null>(null);
  return (
    <Card>
      <CardHeader title="End this connection" />
      <CardBody className="grid gap-4">
        {view.hasCredential && (
          <div className="flex flex-wrap items-center gap-3">
            <p className="min-w-56 flex-1 text-sm text-ink-2">
              Remove its credential and keep its properties. It can sign in again.
            </p>
            <Button variant="quiet-danger" onClick={() => setDialog("deauthenticate")}>
              De-authenticate
            </Button>
          </div>
        )}
        <div className="flex flex-wrap items-center gap-3">
          <p className="min-w-56 flex-1 text-sm text-ink-2">
            Delete it from {view.accountName} with its properties and its activity.
          </p>
          <Button variant="quiet-danger" onClick={() => setDialog("delete")}>
            Delete
          </Button>
        </div>
      </CardBody>
      <DeauthenticateDialog connection={view} open={dialog === "deauthenticate"} onOpenChange={() => setDialog(null)} />
      <DeleteDialog
        connection={view}
        open={dialog === "delete"}
        onOpenChange={() => setDialog(null)}
        onDeleted={() => router.push("/connections")}
      />
    </Card>
  );
}
