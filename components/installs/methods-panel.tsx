"use client";

import { Play } from "lucide-react";
import { useRouter } from "next/navigation";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo, useRef, useState, useTransition, type FormEvent, type ReactNode } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { fieldDefaults, fieldKey, fieldsSchema, type FieldInput } from "@/lib/auth-methods/field-schema";
import type { ConnectionPage, MethodForm } from "@/lib/installs/types";
import { settle } from "@/lib/kernel/outcome";
import type { Failure } from "@/lib/kernel/result";
import { callMethodAction } from "@/lib/run/actions";
import { FieldList } from "../fields/field-control";
import { Button } from "../ui/button";
import { Card, CardBody, CardFooter } from "../ui/card";
import { CodeBlock } from "../ui/code-block";
import { Combobox } from "../ui/combobox";
import { EmptyState } from "../ui/empty-state";
import { Field } from "../ui/field";
import { Note } from "../ui/note";
import { StateTag } from "../ui/state-tag";
import { prettyBody } from "./pretty-body";
import { ReconnectButton } from "./reconnect-button";

/** One call, redacted. */
export interface Exchange {
  readonly request: { method: string; url: string; headers: Record<string, string>; body: string | null };
  readonly response: { status: number; headers: Record<string, string | string[]>; body: string };
  readonly durationMs: number;
}

/** Calls a method with the connection's credential and shows what went out and came back, without secrets. */
export function MethodsPanel({ page, methods }: { page: ConnectionPage; methods: readonly MethodForm[] }) {
  const [chosen, setChosen] = useQueryState("method", parseAsString);
  const method = methods.find((m) => m.id === chosen) ?? methods[0];
  const options = useMemo(
    () =>
      methodGroups(methods).map(([group, items]) => ({
        group,
        items: items.map((m) => ({ value: m.id, label: m.name, hint: m.httpMethod })),
      })),
    [methods],
  );
  if (!method)
    return (
      <Card>
        <EmptyState title="No methods">This connector has no methods that can be called from here.</EmptyState>
      </Card>
    );
  return (
    <MethodCall key={method.id} page={page} method={method}>
      <CardBody className="grid gap-3">
        <Field label="Method" help={method.description ?? undefined}>
          <Combobox
            options={options}
            value={{ value: method.id, label: method.name, hint: method.httpMethod }}
            onValueChange={(option) => option && void setChosen(option.value)}
          />
        </Field>
        <p className="text-sm wrap-anywhere text-ink-2">
          <code>
            {method.httpMethod} {method.endpoint}
          </code>
        </p>
      </CardBody>
    </MethodCall>
  );
}

/** Methods by category, in their order. */
export function methodGroups(methods: readonly MethodForm[]): [string, MethodForm[]][] {
  const out = new Map<string, MethodForm[]>();
  for (const m of methods) out.set(m.category, [...(out.get(m.category) ?? []), m]);
  return [...out];
}

type Values = Record<string, FieldInput>;

const textsOf = (values: Readonly<Record<string, FieldInput>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, v]) => (typeof v === "string" && v !== "" ? [[name, v]] : [])));

/** The form at the left with the choice of method above it, what came back at the right. */
function MethodCall({ page, method, children }: { page: ConnectionPage; method: MethodForm; children: ReactNode }) {
  const { view } = page;
  const router = useRouter();
  const [pending, startCall] = useTransition();
  const [exchange, setExchange] = useState<Exchange | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const frame = useRef<HTMLFormElement>(null);
  const form = useForm<{ parameters: Values; fields: Values }>({
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
      <Card>
        {failure ? (
          <CardBody>
            <Note kind="bad" role="alert" title="Nothing came back">
              {failure.message}
            </Note>
          </CardBody>
        ) : exchange ? (
          <ExchangeView exchange={exchange} />
        ) : (
          <EmptyState title="The answer stands here">
            Status, time, headers and body, with secrets replaced. Each call is kept in the activity.
          </EmptyState>
        )}
      </Card>
    </div>
  );
}

const linesOf = (headers: Readonly<Record<string, string | readonly string[]>>): string =>
  Object.entries(headers)
    .flatMap(([name, value]) => (typeof value === "string" ? [value] : value).map((v) => `${name}: ${v}`))
    .join("\n");

/** What went out and came back. */
export function ExchangeView({ exchange }: { exchange: Exchange }) {
  const { request, response, durationMs } = exchange;
  const good = response.status < 400;
  return (
    <section aria-label="Answer" className="grid gap-3 p-4">
      <p role="status" className="flex flex-wrap items-center gap-2 text-sm">
        <StateTag state={good ? "ok" : "bad"}>{String(response.status)}</StateTag>
        <span className="tabular-nums">in {durationMs} ms</span>
        <code className="wrap-anywhere text-ink-2">
          {request.method} {request.url}
        </code>
      </p>
      <CodeBlock what="response body" code={prettyBody(response.body) || "(no body)"} className="max-h-120 overflow-y-auto" />
      <details>
        <summary className="w-fit cursor-pointer rounded-xs text-sm text-ink-2 hover:text-ink">Response headers</summary>
        <CodeBlock className="mt-1.5" what="response headers" code={linesOf(response.headers)} />
      </details>
      <details>
        <summary className="w-fit cursor-pointer rounded-xs text-sm text-ink-2 hover:text-ink">Request</summary>
        <CodeBlock
          className="mt-1.5"
          what="request"
          code={`${request.method} ${request.url}\n${linesOf(request.headers)}${request.body ? `\n\n${prettyBody(request.body)}` : ""}`}
        />
      </details>
      <p className="text-xs text-ink-3">Secrets are replaced by ••••.</p>
    </section>
  );
}
