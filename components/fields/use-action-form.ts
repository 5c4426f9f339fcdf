"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm, type DefaultValues, type FieldValues, type Path, type UseFormReturn } from "react-hook-form";
import type { z } from "zod";
import { settle } from "@/lib/kernel/outcome";
import type { Failure } from "@/lib/kernel/result";

type Settled = Parameters<typeof settle>[0];

interface ActionForm<In extends FieldValues, Out> {
  readonly form: UseFormReturn<In, unknown, FieldValues>;
  readonly submit: (event?: React.BaseSyntheticEvent) => Promise<void>;
  /** What went wrong besides single fields; null while nothing has. */
  readonly failure: Failure | null;
  readonly pending: boolean;
  readonly done: Out | null;
}

/**
 * A form whose zod schema is checked in the browser and again by the action. In: the schema, what it starts with, the
 * server action, and what to do with its value. Errors of the server land on their fields; the rest is `failure`.
 */
export function useActionForm<S extends z.ZodType<FieldValues, FieldValues>, Out>(options: {
  schema: S;
  defaultValues: DefaultValues<z.input<S>>;
  action: (input: z.input<S>) => Promise<unknown>;
  onDone?: (value: Out, form: UseFormReturn<z.input<S>, unknown, FieldValues>) => void;
}): ActionForm<z.input<S>, Out> {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [done, setDone] = useState<Out | null>(null);
  const form = useForm<z.input<S>, unknown, FieldValues>({
    resolver: zodResolver(options.schema as never) as never,
    defaultValues: options.defaultValues,
    mode: "onTouched",
  });
  const submit = form.handleSubmit(async () => {
    setFailure(null);
    const result = settle((await options.action(form.getValues())) as Settled);
    if (result.ok) {
      setDone(result.value as Out);
      options.onDone?.(result.value as Out, form);
      return;
    }
    const names = new Set(Object.keys(form.getValues()));
    const fields = Object.entries(result.error.fields ?? {}).filter(([name]) => names.has(name));
    for (const [index, [name, message]] of fields.entries()) {
      form.setError(name as Path<z.input<S>>, { type: "server", message }, { shouldFocus: index === 0 });
    }
    if (fields.length === 0) setFailure(result.error);
  });
  return { form, submit, failure, pending: form.formState.isSubmitting, done };
}
