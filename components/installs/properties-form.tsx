"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { fieldDefaults, fieldsSchema, type FieldInput } from "@/lib/auth-methods/field-schema";
import { saveValuesAction } from "@/lib/installs/actions";
import type { SignInForm } from "@/lib/installs/types";
import { settle } from "@/lib/kernel/outcome";
import { FieldList } from "../fields/field-control";
import { SaveBar } from "../fields/save-bar";
import type { LookupSource } from "../fields/use-lookup";
import { Card, CardHeader } from "../ui/card";
import { Note } from "../ui/note";
import { toast } from "../ui/toast";

export interface PropertiesFormProps {
  accountId: string;
  id: number;
  form: SignInForm;
  /** Who is asked what there is to choose from; null while nobody has signed in. */
  lookups: LookupSource | null;
}

/** The properties of an installed connector, changed without touching its credential. */
export function PropertiesForm({ accountId, id, form: asked, lookups }: PropertiesFormProps) {
  const router = useRouter();
  const [problem, setProblem] = useState<string>();
  const form = useForm<{ values: Record<string, FieldInput> }>({
    defaultValues: { values: fieldDefaults(asked.edit, asked.current) },
  });
  const stored = Object.fromEntries(Object.entries(asked.stored).map(([name, state]) => [name, state.isSet]));
  const submit = form.handleSubmit(async ({ values }) => {
    setProblem(undefined);
    form.clearErrors();
    const parsed = fieldsSchema(asked.edit, { stored }).safeParse(values);
    if (!parsed.success) {
      for (const issue of parsed.error.issues)
        form.setError(`values.${issue.path.join(".")}`, { message: issue.message }, { shouldFocus: true });
      return;
    }
    const saved = settle(await saveValuesAction({ accountId, id, values, purpose: "edit" }));
    if (saved.ok) {
      toast.ok("Properties saved");
      // A typed secret doesn't stay in the page.
      form.reset({ values: withoutSecrets(values) });
      router.refresh();
      return;
    }
    const fields = Object.entries(saved.error.fields ?? {});
    for (const [path, message] of fields) form.setError(path as "values", { message }, { shouldFocus: true });
    if (fields.length === 0) setProblem(saved.error.message);
  });
  return (
    <Card className="max-w-138">
      <CardHeader title="Properties" description="Saved for this account alone. The credential stays as it is." />
      <FormProvider {...form}>
        <form noValidate onSubmit={submit}>
          <div className="grid gap-4 p-4">
            <FieldList specs={asked.edit} prefix="values" stored={asked.stored} lookups={lookups ?? undefined} />
            {problem && (
              <Note kind="bad" role="alert">
                {problem}
              </Note>
            )}
          </div>
          <SaveBar saveLabel="Save properties" />
        </form>
      </FormProvider>
    </Card>
  );
}

const withoutSecrets = (values: Readonly<Record<string, FieldInput>>): Record<string, FieldInput> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === "object" && !Array.isArray(value) ? ({ keep: true } as const) : value,
    ]),
  );
