"use client";

import { Play } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { StepSetup } from "@/lib/cycles/types";
import { settle } from "@/lib/kernel/outcome";
import type { Failure } from "@/lib/kernel/result";
import { testStepAction } from "@/lib/run/actions";
import type { StepTest } from "@/lib/run/types";
import { requestText } from "../installs/call-text";
import { prettyBody } from "../installs/pretty-body";
import { Button } from "../ui/button";
import { Card, CardFooter } from "../ui/card";
import { CodeBlock } from "../ui/code-block";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Note } from "../ui/note";
import { StateTag } from "../ui/state-tag";
import type { Edits } from "./step-draft";
import { sampleFields, sampleJson } from "./test-sample";
import { durationWords, ownerAdvice } from "./transaction-words";

export interface TestStepProps {
  setup: StepSetup;
  edits: Edits;
  dirty: boolean;
  save: () => Promise<boolean>;
}

/** Calls the step's method for real with made-up values of earlier steps; shows what went out and came back, redacted. */
export function TestStep({ setup, edits, dirty, save }: TestStepProps) {
  const router = useRouter();
  const fields = sampleFields(setup, edits);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [result, setResult] = useState<StepTest | null>(null);
  const keyOf = (field: (typeof fields)[number]) => `${field.alias}.${field.path}`;
  const textOf = (field: (typeof fields)[number]) => typed[keyOf(field)] ?? field.sample;
  const { connection, externalAuthentication: external, cycle } = setup;
  const mayCall = connection?.isAuthenticated === true || (external.isAllowed && external.isOn);

  const run = async () => {
    setPending(true);
    setFailure(null);
    setResult(null);
    if (dirty && !(await save())) return setPending(false);
    const sample = sampleJson(fields.map((field) => ({ alias: field.alias, path: field.path, text: textOf(field) })));
    const done = settle(await testStepAction({ accountId: cycle.accountId, stepId: setup.step.id, sample }));
    setPending(false);
    if (done.ok) setResult(done.value);
    else setFailure(done.error);
    router.refresh();
  };
  return (
    <Card sunken role="region" aria-label="Test step">
      <div className="grid gap-3 px-4 py-3.5">
        <div>
          <h2>Test step</h2>
          <p className="text-sm text-ink-2">
            {fields.length === 0
              ? "This step takes nothing from earlier steps, so there is nothing to make up."
              : "What would come from earlier steps is made up here. It goes into this one call and is kept nowhere."}
          </p>
        </div>
        {fields.length > 0 && (
          <div className="grid gap-3 sm:grid-cols-2">
            {fields.map((field) => (
              <Field key={keyOf(field)} label={field.label}>
                <Input
                  mono
                  type={field.secret ? "password" : "text"}
                  autoComplete={field.secret ? "new-password" : "off"}
                  value={textOf(field)}
                  onChange={({ target }) => setTyped((now) => ({ ...now, [keyOf(field)]: target.value }))}
                />
              </Field>
            ))}
          </div>
        )}
        {!mayCall && (
          <Note kind="warn">
            A test needs an authenticated connector{external.isAllowed ? " or External Authentication" : ""}: this step has
            {external.isAllowed ? " neither" : " none"}.
          </Note>
        )}
        {failure && (
          <Note kind="bad" role="alert" title="Nothing was called">
            {failure.message}
          </Note>
        )}
        {result && <Outcome result={result} setup={setup} />}
      </div>
      <CardFooter>
        <Button
          variant="primary"
          small
          icon={<Play aria-hidden />}
          pending={pending}
          aria-disabled={!mayCall || undefined}
          onClick={() => void run()}
        >
          {dirty ? "Save and call" : "Call"}
        </Button>
        <span className="text-xs text-ink-2">This really calls {connection?.connectorName ?? "the provider"}.</span>
      </CardFooter>
    </Card>
  );
}

function Outcome({ result, setup }: { result: StepTest; setup: StepSetup }) {
  const { request, response, error, durationMs } = result;
  return (
    <section aria-label="Answer" className="grid gap-2">
      <p role="status" className="flex flex-wrap items-center gap-2 text-sm">
        <StateTag state={error ? "bad" : "ok"}>{response ? String(response.status) : "No answer"}</StateTag>
        {durationMs !== null && <span className="tabular-nums">in {durationWords(durationMs)}</span>}
      </p>
      {error && (
        <Note kind="bad" title={error.message}>
          {ownerAdvice(error.owner, {
            account: setup.cycle.accountName,
            connector: setup.connection?.connectorName ?? null,
          })}
        </Note>
      )}
      {response && (
        <CodeBlock
          what="response body"
          code={prettyBody(response.body) || "(no body)"}
          className="max-h-80 overflow-y-auto bg-surface!"
        />
      )}
      {request && (
        <details>
          <summary className="w-fit cursor-pointer rounded-xs text-sm text-ink-2 hover:text-ink">Request</summary>
          <CodeBlock className="mt-1.5 bg-surface!" what="request" code={requestText(request)} />
        </details>
      )}
      <p className="text-xs text-ink-3">Credentials are replaced in what you see.</p>
    </section>
  );
}
