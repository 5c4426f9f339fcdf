"use client";

import { Play } from "lucide-react";
import { useState } from "react";
import { settle } from "@/lib/kernel/outcome";
import { testScriptAction } from "@/lib/run/actions";
import type { scriptTestSchema } from "@/lib/run/schema";
import type { ScriptTest } from "@/lib/run/types";
import type { z } from "zod";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { CodeBlock } from "../ui/code-block";
import { Field } from "../ui/field";
import { Note } from "../ui/note";
import { Select } from "../ui/select";
import { Textarea } from "../ui/textarea";
import { ScriptEditor, type ScriptWords } from "./script-editor";

type ScriptEvent = z.infer<typeof scriptTestSchema>["event"];

const SCRIPT = `function before_action() {
  method_request_headers.Authorization = 'Bearer ' + method_auth_value;
  console.log('Calling ' + method_endpoint);
  return true;
}
`;

const VARIABLES = `{
  "method_endpoint": "/contacts",
  "method_auth_value": "the-key",
  "method_request_headers": { "Accept": "application/json" },
  "method_request_parameters": { "page": "1" },
  "method_request": {}
}`;

/** What a real call does after a script that ended so. */
const SIGNALS: Readonly<Record<NonNullable<ScriptTest["signal"]>, string>> = {
  continue: "The call goes on.",
  stop: "The script returned false: the call is stopped.",
  refresh: "AuthRefreshException: a new access token is fetched, and the call is tried once more.",
  session: "AuthSessionException: the look-up after the install runs again, and the call is tried once more.",
};

export interface ScriptTestingProps {
  events: readonly ScriptEvent[];
  words: ScriptWords;
}

/** Editor, made-up variables and the result of a run. */
export function ScriptTesting({ events, words }: ScriptTestingProps) {
  const [script, setScript] = useState(SCRIPT);
  const [variables, setVariables] = useState(VARIABLES);
  const [event, setEvent] = useState<ScriptEvent>("before_action");
  const [test, setTest] = useState<ScriptTest | null>(null);
  const [failure, setFailure] = useState<{ message: string; variables?: string | undefined } | null>(null);
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<{ line: number; message: string } | null>(null);

  const run = async () => {
    setRunning(true);
    setFailure(null);
    setProblem(null);
    const done = settle(await testScriptAction({ event, script, variables }).catch(() => undefined));
    setRunning(false);
    if (!done.ok) {
      setTest(null);
      setFailure({ message: done.error.message, variables: done.error.fields?.variables });
      return;
    }
    setTest(done.value);
    const { error } = done.value;
    setProblem(error?.line ? { line: error.line, message: error.message } : null);
  };

  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="grid min-w-0 content-start gap-4">
        <Card className="overflow-hidden">
          <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
            <h2 className="flex-1 text-sm">Script</h2>
            <div className="w-52">
              <Select
                aria-label="Event"
                small
                options={events.map((value) => ({ value, label: value }))}
                value={event}
                onValueChange={setEvent}
              />
            </div>
            <Button small variant="primary" icon={<Play aria-hidden />} pending={isRunning} onClick={() => void run()}>
              Run
            </Button>
          </div>
          <div className="h-96">
            <ScriptEditor label="Script" initial={SCRIPT} onChange={setScript} words={words} problem={problem} />
          </div>
        </Card>
        <Field
          label="Variables"
          help="JSON. method_auth_value stands for the credential: a script sees a marker in its place, here as in a call."
          {...(failure?.variables ? { error: failure.variables } : {})}
        >
          <Textarea mono rows={9} value={variables} spellCheck={false} onChange={(e) => setVariables(e.target.value)} />
        </Field>
      </div>
      <section aria-label="Result" className="grid min-w-0 content-start gap-3">
        {failure && !failure.variables && (
          <Note kind="bad" role="alert">
            {failure.message}
          </Note>
        )}
        {!failure && !test && (
          <p className="rounded-md border border-dashed border-line-strong px-4 py-8 text-center text-sm text-ink-2">
            What the script prints, returns and leaves in its variables shows here.
          </p>
        )}
        {test && <Outcome test={test} />}
      </section>
    </div>
  );
}

function Outcome({ test }: { test: ScriptTest }) {
  return (
    <>
      {test.error ? (
        <Note kind="bad" role="alert" title={test.error.line ? `Line ${test.error.line}` : "The script failed"}>
          {test.error.message}
        </Note>
      ) : (
        <Note kind={test.signal === "continue" ? "ok" : "warn"} role="status" title={`Ran in ${test.durationMs} ms`}>
          {test.signal && SIGNALS[test.signal]}
        </Note>
      )}
      <Part title="Console" text={test.console.join("\n")} nothing="Nothing was printed." />
      {test.returned !== null && <Part title="Returned" text={test.returned} nothing="" />}
      {test.variables !== null && <Part title="Variables after" text={test.variables} nothing="" />}
    </>
  );
}

function Part({ title, text, nothing }: { title: string; text: string; nothing: string }) {
  return (
    <div>
      <h2 className="mb-1 text-sm font-medium">{title}</h2>
      {text === "" ? <p className="text-sm text-ink-2">{nothing}</p> : <CodeBlock code={text} what={title.toLowerCase()} />}
    </div>
  );
}
