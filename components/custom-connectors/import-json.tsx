"use client";

import { FileUp } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { importDefinitionAction } from "@/lib/custom-connectors/actions";
import { settle } from "@/lib/kernel/outcome";
import { Button, buttonClass } from "../ui/button";
import { Card, CardBody, CardFooter } from "../ui/card";
import { Field } from "../ui/field";
import { Note } from "../ui/note";
import { Textarea } from "../ui/textarea";

/** Takes an export back: pasted, or from its file. */
export function ImportJson() {
  const router = useRouter();
  const [text, setText] = useState("");
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [pending, setPending] = useState(false);
  const submit = async () => {
    setPending(true);
    setProblems([]);
    const done = settle(await importDefinitionAction({ text }).catch(() => undefined));
    setPending(false);
    if (done.ok) return router.push(`/connectors/custom/${done.value.uid}`);
    const fields = Object.entries(done.error.fields ?? {});
    setProblems(fields.length > 0 ? fields.map(([path, m]) => (path === "text" ? m : `${path}: ${m}`)) : [done.error.message]);
  };
  return (
    <Card>
      <CardBody className="grid gap-4">
        {problems.length > 0 && (
          <Note kind="bad" role="alert" title="Not imported">
            <ul>
              {problems.slice(0, 10).map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          </Note>
        )}
        <Field label="Definition" help="What an export holds. A slug that is taken gets a number.">
          <Textarea
            mono
            rows={14}
            spellCheck={false}
            placeholder={'{ "slug": "acme", "name": "Acme", … }'}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
        <div>
          <label className={buttonClass({ small: true })}>
            <FileUp aria-hidden />
            Choose a file
            <input
              type="file"
              accept="application/json,.json"
              className="sr-only"
              onChange={(event) => void event.target.files?.[0]?.text().then(setText)}
            />
          </label>
        </div>
      </CardBody>
      <CardFooter>
        <Button variant="primary" pending={pending} disabled={text.trim() === ""} onClick={() => void submit()}>
          Import
        </Button>
      </CardFooter>
    </Card>
  );
}
