"use client";

import { useMemo, type ReactNode } from "react";
import type { FieldInput } from "@/lib/auth-methods/field-schema";
import type { MethodForm } from "@/lib/installs/types";
import type { Failure } from "@/lib/kernel/result";
import { Card, CardBody } from "../ui/card";
import { CodeBlock } from "../ui/code-block";
import { Combobox } from "../ui/combobox";
import { EmptyState } from "../ui/empty-state";
import { Field } from "../ui/field";
import { Note } from "../ui/note";
import { StateTag } from "../ui/state-tag";
import { headerLines, requestText } from "./call-text";
import { prettyBody } from "./pretty-body";

/** One call, redacted. */
export interface Exchange {
  readonly request: { method: string; url: string; headers: Record<string, string>; body: string | null };
  readonly response: { status: number; headers: Record<string, string | string[]>; body: string };
  readonly durationMs: number;
  /** Where the answer was put together from several pages: how many, and whether there are more. */
  readonly paged?: { readonly pages: number; readonly more: boolean };
}

export type FieldInputs = Record<string, FieldInput>;

/** What a call sends of a form: texts that were filled in. */
export const textsOf = (values: Readonly<FieldInputs>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, v]) => (typeof v === "string" && v !== "" ? [[name, v]] : [])));

/** Methods by category, in their order. */
function methodGroups(methods: readonly MethodForm[]): [string, MethodForm[]][] {
  const out = new Map<string, MethodForm[]>();
  for (const m of methods) out.set(m.category, [...(out.get(m.category) ?? []), m]);
  return [...out];
}

/** The choice of a method, and what it calls. */
export function MethodChoice({
  methods,
  method,
  onChoose,
}: {
  methods: readonly MethodForm[];
  method: MethodForm;
  onChoose: (id: string) => void;
}) {
  const options = useMemo(
    () =>
      methodGroups(methods).map(([group, items]) => ({
        group,
        items: items.map((m) => ({ value: m.id, label: m.name, hint: m.httpMethod })),
      })),
    [methods],
  );
  return (
    <>
      <Field label="Method" help={method.description ?? undefined}>
        <Combobox
          options={options}
          value={{ value: method.id, label: method.name, hint: method.httpMethod }}
          onValueChange={(option) => option && onChoose(option.value)}
        />
      </Field>
      <p className="text-sm wrap-anywhere text-ink-2">
        <code>
          {method.httpMethod} {method.endpoint}
        </code>
      </p>
    </>
  );
}

/** What came back, why nothing did, or, before the first call, what will stand here. */
export function AnswerCard({
  failure,
  exchange,
  children,
}: {
  failure: Failure | null;
  exchange: Exchange | null;
  children: ReactNode;
}) {
  return (
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
        <EmptyState title="The answer stands here">{children}</EmptyState>
      )}
    </Card>
  );
}

/** What went out and came back. */
export function ExchangeView({ exchange }: { exchange: Exchange }) {
  const { request, response, durationMs, paged } = exchange;
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
      {paged && (
        <p className="text-sm text-ink-2">
          {paged.pages} pages were read{paged.more ? ", and there are more: a try reads no further." : ": these were all."}
        </p>
      )}
      <CodeBlock what="response body" code={prettyBody(response.body) || "(no body)"} className="max-h-120 overflow-y-auto" />
      <details>
        <summary className="w-fit cursor-pointer rounded-xs text-sm text-ink-2 hover:text-ink">Response headers</summary>
        <CodeBlock className="mt-1.5" what="response headers" code={headerLines(response.headers)} />
      </details>
      <details>
        <summary className="w-fit cursor-pointer rounded-xs text-sm text-ink-2 hover:text-ink">Request</summary>
        <CodeBlock className="mt-1.5" what="request" code={requestText(request)} />
      </details>
      <p className="text-xs text-ink-3">Secrets are replaced by ••••.</p>
    </section>
  );
}
