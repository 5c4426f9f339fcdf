"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { installDetailsSchema } from "@/lib/installs/schema";
import type { WizardMethod } from "@/lib/installs/types";
import { Button } from "../ui/button";
import { CardFooter } from "../ui/card";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Segmented } from "../ui/segmented";
import { Select } from "../ui/select";
import { Textarea } from "../ui/textarea";

export interface Details {
  readonly name: string;
  readonly description: string;
  readonly authMethodId: string;
}

export interface WizardDetailsProps {
  initial: Details;
  methods: readonly WizardMethod[];
  /** The method can't be changed once the connector is installed. */
  methodLocked: boolean;
  takenNames: readonly string[];
  nameError?: string;
  continueLabel: string;
  onTyped: (details: Details) => void;
  /** Out: the fields' errors, if the server has any. */
  onContinue: (details: Details) => Promise<Record<string, string> | undefined> | undefined;
}

/** The first step: what the connection is called, and how it signs in where there is a choice. */
export function WizardDetails(props: WizardDetailsProps) {
  const { methods, takenNames } = props;
  const taken = new Set(takenNames.map((n) => n.toLowerCase()));
  const schema = installDetailsSchema.extend({ authMethodId: z.string() }).refine((v) => !taken.has(v.name.toLowerCase()), {
    path: ["name"],
    message: "Another connector of this account has this name.",
  });
  const form = useForm<Details>({
    resolver: zodResolver(schema as never) as never,
    defaultValues: props.initial,
    mode: "onTouched",
    ...(props.nameError ? { errors: { name: { type: "server", message: props.nameError } } } : {}),
  });
  const { errors, isSubmitting } = form.formState;
  const tell = () => props.onTyped(form.getValues());
  const submit = form.handleSubmit(async () => {
    const problems = await props.onContinue(form.getValues());
    for (const [name, message] of Object.entries(problems ?? {})) form.setError(name as keyof Details, { message });
  });
  const authMethodId = useWatch({ control: form.control, name: "authMethodId" });
  const chosen = methods.find((m) => m.id === authMethodId);
  return (
    <form noValidate onSubmit={submit} onChange={tell}>
      <div className="grid gap-4 p-5">
        <Field label="Name" required error={errors.name?.message} help="How you will find it again. Unique in this account.">
          <Input autoComplete="off" {...form.register("name")} />
        </Field>
        <Field label="Description" optionalMark="inline" error={errors.description?.message}>
          <Textarea rows={2} {...form.register("description")} />
        </Field>
        {methods.length > 1 && !props.methodLocked && (
          <Field label="How it signs in" group={methods.length <= 3} help={chosen?.description ?? "It can't be changed later."}>
            {methods.length <= 3 ? (
              <Segmented
                options={methods.map((m) => ({ value: m.id, label: m.title }))}
                value={authMethodId}
                onValueChange={(id) => {
                  form.setValue("authMethodId", id);
                  tell();
                }}
              />
            ) : (
              <Select
                options={methods.map((m) => ({ value: m.id, label: m.title }))}
                value={authMethodId}
                onValueChange={(id) => {
                  form.setValue("authMethodId", id);
                  tell();
                }}
              />
            )}
          </Field>
        )}
      </div>
      <CardFooter>
        <span className="flex-1" />
        <Button type="submit" variant="primary" pending={isSubmitting}>
          {props.continueLabel}
        </Button>
      </CardFooter>
    </form>
  );
}
