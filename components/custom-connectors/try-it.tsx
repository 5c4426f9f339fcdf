"use client";

import { Play } from "lucide-react";
import { useState, useTransition, type FormEvent } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { fieldDefaults, fieldKey, fieldsSchema } from "@/lib/auth-methods/field-schema";
import type { FieldSpec } from "@/lib/auth-methods/fields";
import type { MethodForm } from "@/lib/installs/types";
import { settle } from "@/lib/kernel/outcome";
import type { Failure } from "@/lib/kernel/result";
import { tryDraftAction } from "@/lib/run/actions";
import { FieldList } from "../fields/field-control";
import { AnswerCard, MethodChoice, textsOf, type Exchange, type FieldInputs } from "../installs/exchange";
import { Button, ButtonLink } from "../ui/button";
import { Card, CardBody, CardFooter } from "../ui/card";
import { EmptyState } from "../ui/empty-state";
import { Field } from "../ui/field";
import { Note } from "../ui/note";
import { Select } from "../ui/select";

interface TrialMethod {
  readonly id: string;
  readonly title: string;
  readonly fields: readonly FieldSpec[];
  readonly note: string | null;
}

export interface TryItProps {
  uid: string;
  name: string;
  mayWrite: boolean;
  authMethods: readonly TrialMethod[];
  methods: readonly MethodForm[];
}

const PARTS = ["values", "parameters", "fields"] as const;

/** A real call of the draft, with a credential that is typed for it and kept nowhere. */
export function TryIt({ uid, name, mayWrite, authMethods, methods }: TryItProps) {
  const [authId, setAuthId] = useState(authMethods[0]?.id ?? "");
  const [methodId, setMethodId] = useState(methods[0]?.id ?? "");
  const auth = authMethods.find((m) => m.id === authId) ?? authMethods[0];
  const method = methods.find((m) => m.id === methodId) ?? methods[0];
  if (!mayWrite) return <Note kind="plain">Your role can look, not try. Ask an owner or an editor of your team.</Note>;
  if (!auth || !method)
    return (
      <Card>
        <EmptyState
          icon={<Play />}
          title="Nothing to call yet"
          action={<ButtonLink href={`/connectors/custom/${uid}/methods/new`}>Add method</ButtonLink>}
        >
          Add a method first: a path and an HTTP method are enough for a try.
        </EmptyState>
      </Card>
    );
  return (
    <Trial key={`${auth.id} ${method.id}`} uid={uid} name={name} auth={auth} method={method}>
      <CardBody className="grid gap-4">
        <MethodChoice methods={methods} method={method} onChoose={setMethodId} />
        {authMethods.length > 1 && (
          <Field label="Authentication method">
            <Select
              options={authMethods.map((m) => ({ value: m.id, label: m.title }))}
              value={auth.id}
              onValueChange={setAuthId}
            />
          </Field>
        )}
      </CardBody>
    </Trial>
  );
}

function Trial(props: { uid: string; name: string; auth: TrialMethod; method: MethodForm; children: React.ReactNode }) {
  const { uid, name, auth, method, children } = props;
  const [pending, startTry] = useTransition();
  const [exchange, setExchange] = useState<Exchange | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const specs = { values: auth.fields, parameters: method.parameters, fields: method.fields };
  const form = useForm<Record<(typeof PARTS)[number], FieldInputs>>({
    defaultValues: {
      values: Object.fromEntries(
        Object.entries(fieldDefaults(auth.fields)).map(([key, v]) => [
          key,
          typeof v === "object" && "keep" in v ? { set: "" } : v,
        ]),
      ),
      parameters: fieldDefaults(method.parameters),
      fields: fieldDefaults(method.fields),
    },
  });

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const frame = event.currentTarget;
    form.clearErrors();
    setFailure(null);
    const parsed = PARTS.map((part) => [part, fieldsSchema(specs[part]).safeParse(form.getValues(part))] as const);
    for (const [part, result] of parsed)
      for (const issue of result.error?.issues ?? [])
        form.setError(`${part}.${issue.path.join(".")}` as "values", { message: issue.message });
    const [values, parameters, fields] = parsed.map(([, result]) => result.data);
    if (!values || !parameters || !fields) {
      requestAnimationFrame(() => frame.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    startTry(async () => {
      const result = settle(
        await tryDraftAction({
          uid,
          authMethodId: auth.id,
          methodId: method.id,
          values,
          parameters: textsOf(parameters),
          fields: textsOf(fields),
        }).catch(() => undefined),
      );
      if (result.ok) return setExchange(result.value as Exchange);
      setExchange(null);
      for (const [path, message] of Object.entries(result.error.fields ?? {})) {
        const bare = path.replace(/^values\./, "");
        const part = PARTS.find((each) => specs[each].some((s) => s.name === bare || fieldKey(s.name) === bare));
        if (part) form.setError(`${part}.${fieldKey(bare)}` as "values", { message });
      }
      setFailure(result.error);
    });
  };

  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,26rem)_minmax(0,1fr)]">
      <Card>
        {children}
        <FormProvider {...form}>
          <form noValidate aria-label="Try it" onSubmit={submit}>
            {(auth.fields.length > 0 || auth.note) && (
              <CardBody className="grid gap-4 border-t border-line">
                <h2 className="text-sm">Credential</h2>
                {auth.note && <p className="-mt-2 text-sm text-ink-2">{auth.note}</p>}
                <FieldList specs={auth.fields} prefix="values" disabled={pending} />
              </CardBody>
            )}
            {method.parameters.length > 0 && (
              <CardBody className="grid gap-4 border-t border-line">
                <h2 className="text-sm">Parameters</h2>
                <FieldList specs={method.parameters} prefix="parameters" disabled={pending} />
              </CardBody>
            )}
            {method.fields.length > 0 && (
              <CardBody className="grid gap-4 border-t border-line">
                <h2 className="text-sm">Request fields</h2>
                <FieldList specs={method.fields} prefix="fields" disabled={pending} />
              </CardBody>
            )}
            <CardFooter>
              <span className="min-w-0 flex-1 basis-56 text-xs text-ink-2">
                This really calls {name}. What you type here isn&apos;t kept.
              </span>
              <Button type="submit" variant="primary" icon={<Play aria-hidden />} pending={pending}>
                Try it
              </Button>
            </CardFooter>
          </form>
        </FormProvider>
      </Card>
      <AnswerCard failure={failure} exchange={exchange}>
        Status, time, headers and body of the real API, with secrets replaced. The draft is called as it was saved last.
      </AnswerCard>
    </div>
  );
}
