"use client";

import { WandSparkles } from "lucide-react";
import { useState } from "react";
import type { Field as BodyField } from "@/lib/auth-methods/definition";
import { fieldsFromSample } from "@/lib/auth-methods/sample-fields";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Textarea } from "../ui/textarea";
import { toast } from "../ui/toast";
import { useValueAt } from "./controls";

/** Makes fields from a sample of the body; those that are there already keep what was written about them. */
export function SampleDialog({ list }: { list: "requestFields" | "responseFields" }) {
  const [fields = [], set] = useValueAt<BodyField[]>(list);
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string>();
  const direction = list === "requestFields" ? "request" : "response";
  const generate = () => {
    let sample: unknown;
    try {
      sample = JSON.parse(text);
    } catch (error) {
      return setProblem(`This isn't JSON: ${error instanceof Error ? error.message : "it can't be read"}`);
    }
    const made = fieldsFromSample(sample, direction);
    if (made.length === 0) return setProblem("There are no values in this sample.");
    const fresh = made.filter((field) => !fields.some((old) => old.path === field.path));
    set([...fields, ...fresh]);
    setOpen(false);
    setText("");
    toast.ok(`${fresh.length} ${fresh.length === 1 ? "field" : "fields"} added`);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setProblem(undefined);
      }}
      title={`Generate ${direction} fields`}
      description="From a sample of the body. Fields that are there already stay as they are."
      trigger={
        <Button small icon={<WandSparkles aria-hidden />}>
          Generate from sample JSON
        </Button>
      }
      footer={
        <>
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button variant="primary" onClick={generate}>
            Generate
          </Button>
        </>
      }
    >
      <Field label="Sample JSON" error={problem}>
        <Textarea
          mono
          rows={12}
          spellCheck={false}
          placeholder={'{ "data": [{ "id": 1, "name": "Ana" }] }'}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setProblem(undefined);
          }}
        />
      </Field>
    </Dialog>
  );
}
