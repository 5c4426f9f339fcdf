"use client";

import { CirclePlay } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { settle } from "@/lib/kernel/outcome";
import { runOnceAction } from "@/lib/run/actions";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Note } from "../ui/note";
import { Textarea } from "../ui/textarea";
import type { BuilderView } from "./builder-context";

const EXAMPLE = `{
  "access_token": "",
  "contact": { "email": "ana@example.com" }
}`;

/** Starts one run by hand, with a payload as a webhook would bring it, and goes to see it. */
export function RunOnce({ cycle, disabled }: { cycle: BuilderView["cycle"]; disabled: boolean }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [payload, setPayload] = useState("");
  const [problem, setProblem] = useState<string>();
  const [pending, setPending] = useState(false);
  const isWebhook = cycle.webhook !== null;
  const start = async () => {
    setPending(true);
    setProblem(undefined);
    const started = settle(await runOnceAction({ accountId: cycle.accountId, cycleId: cycle.id, payload }));
    setPending(false);
    if (!started.ok) return setProblem(started.error.message);
    setOpen(false);
    router.push(`/cycles/${cycle.id}/runs/${started.value.transactionId}`);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={`Run ${cycle.name} once`}
      description="It really calls the providers."
      trigger={
        <Button icon={<CirclePlay aria-hidden />} aria-disabled={disabled || undefined}>
          Run once
        </Button>
      }
      footer={
        <>
          <Button variant="quiet" onClick={() => setOpen(false)}>
            Cancel
          </Button>
          <Button variant="primary" pending={pending} onClick={() => void start()}>
            Run once
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {problem && (
          <Note kind="bad" role="alert">
            {problem}
          </Note>
        )}
        <Field
          label="Payload"
          optionalMark="end"
          help={
            isWebhook
              ? "JSON, as the webhook would bring it. A credential in it is treated as a secret, as in any run."
              : "JSON that the trigger gives to the first step. Blank: nothing."
          }
        >
          <Textarea
            mono
            rows={8}
            spellCheck={false}
            value={payload}
            placeholder={EXAMPLE}
            onChange={({ target }) => setPayload(target.value)}
          />
        </Field>
      </div>
    </Dialog>
  );
}
