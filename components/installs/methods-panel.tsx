"use client";

import { Play } from "lucide-react";
import { useRouter } from "next/navigation";
import { parseAsString, useQueryState } from "nuqs";
import { useRef, useState, useTransition, type FormEvent, type ReactNode } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { fieldDefaults, fieldKey, fieldsSchema } from "@/lib/auth-methods/field-schema";
import type { ConnectionPage, MethodForm } from "@/lib/installs/types";
import { settle } from "@/lib/kernel/outcome";
import type { Failure } from "@/lib/kernel/result";
import { callMethodAction } from "@/lib/run/actions";
import { FieldList } from "../fields/field-control";
import { Button } from "../ui/button";
import { Card, CardBody, CardFooter } from "../ui/card";
import { EmptyState } from "../ui/empty-state";
import { Note } from "../ui/note";
import { AnswerCard, MethodChoice, textsOf, type Exchange, type FieldInputs } from "./exchange";
import { ReconnectButton } from "./reconnect-button";

/** Calls a method with the connection's credential and shows what went out and came back, without secrets. */
export function MethodsPanel({ page, methods }: { page: ConnectionPage; methods: readonly MethodForm[] }) {
  const [chosen, setChosen] = useQueryState("method", parseAsString);
  const method = methods.find((m) => m.id === chosen) ?? methods[0];
  if (!method)
    return (
      <Card>
        <EmptyState title="No methods">This connector has no methods that can be called from here.</EmptyState>
      </Card>
    );
  return (
    <MethodCall key={method.id} page={page} method={method}>
      <CardBody className="grid gap-3">
        <MethodChoice methods={methods} method={method} onChoose={(id) => void setChosen(id)} />
      </CardBody>
    </MethodCall>
  );
}

/** The form at the left with the choice of method above it, what came back at the right. */
function MethodCall({ page, method, children }: { page: ConnectionPage; method: MethodForm; children: ReactNode }) {
  const { view } = page;
  const router = useRouter();
  const [pending, startCall] = useTransition();
  const [exchange, setExchange] = useState<Exchange | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const frame = useRef<HTMLFormElement>(null);
  const form = useForm<{ parameters: FieldInputs; fields: FieldInputs }>({
    defaultValues: { parameters: fieldDefaults(method.parameters), fields: fieldDefaults(method.fields) },
  });
  const notAuthenticated = view.state === "NotAuthenticated";
  const lookups = { accountId: view.accountId, connectionId: view.id, connectorName: view.connectorName };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    form.clearErrors();
    setFailure(null);
    const parameters = fieldsSchema(method.parameters).safeParse(form.getValues("parameters"));
    const fields = fieldsSchema(method.fields).safeParse(form.getValues("fields"));
    for (const [part, parsed] of [
      ["parameters", parameters],
      ["fields", fields],
    ] as const)
      for (const issue of parsed.error?.issues ?? [])
        form.setError(`${part}.${issue.path.join(".")}` as "parameters", { message: issue.message });
    if (!parameters.success || !fields.success) {
      requestAnimationFrame(() => frame.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    startCall(async () => {
      const result = settle(
        await callMethodAction({
          accountId: view.accountId,
          id: view.id,
          methodId: method.id,
          parameters: textsOf(parameters.data),
          fields: textsOf(fields.data),
        }),
      );
      // The call may have changed the state beside the title.
      router.refresh();
      if (result.ok) return setExchange(result.value as Exchange);
      setExchange(null);
      for (const [name, message] of Object.entries(result.error.fields ?? {})) {
        const part = method.parameters.some((p) => p.name === name) ? "parameters" : "fields";
        form.setError(`${part}.${fieldKey(name)}` as "parameters", { message });
      }
      setFailure(result.error);
    });
  };

  if (!page.mayCall)
    return (
      <Card className="max-w-138">
        {children}
        <CardFooter>
          <p className="flex-1 text-sm text-ink-2">Your role can see methods and not call them.</p>
        </CardFooter>
      </Card>
    );
  if (notAuthenticated)
    return (
      <Card className="max-w-138">
        {children}
        <CardBody className="border-t border-line">
          <Note
            kind="warn"
            title={`Account connector '${view.name}' is not authenticated.`}
            actions={
              <ReconnectButton
                connection={view}
                interactive={page.subject.form.interactive}
                audience="partner"
                returnPath={`/connections/${view.id}/methods`}
                label="Authenticate"
                variant="secondary"
              />
            }
          >
            A method can be called once somebody has signed in.
          </Note>
        </CardBody>
      </Card>
    );
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,26rem)_minmax(0,1fr)]">
      <Card>
        {children}
        <FormProvider {...form}>
          <form ref={frame} noValidate onSubmit={submit}>
            {(method.parameters.length > 0 || method.fields.length > 0) && (
              <CardBody className="grid gap-5 border-t border-line">
                {method.parameters.length > 0 && (
                  <fieldset className="grid min-w-0 gap-4">
                    <legend className="mb-3 text-sm font-semibold">Parameters</legend>
                    <FieldList specs={method.parameters} prefix="parameters" disabled={pending} lookups={lookups} />
                  </fieldset>
                )}
                {method.fields.length > 0 && (
                  <fieldset className="grid min-w-0 gap-4">
                    <legend className="mb-3 text-sm font-semibold">Request fields</legend>
                    <FieldList specs={method.fields} prefix="fields" disabled={pending} lookups={lookups} />
                  </fieldset>
                )}
              </CardBody>
            )}
            <CardFooter>
              <span className="min-w-0 flex-1 basis-56 text-xs text-ink-2">
                This really calls {view.connectorName}, with the credential of {view.accountName}.
              </span>
              <Button type="submit" variant="primary" icon={<Play aria-hidden />} pending={pending}>
                Call
              </Button>
            </CardFooter>
          </form>
        </FormProvider>
      </Card>
      <AnswerCard failure={failure} exchange={exchange}>
        Status, time, headers and body, with secrets replaced. Each call is kept in the activity.
      </AnswerCard>
    </div>
  );
}
