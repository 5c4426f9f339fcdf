"use client";

import { useRouter } from "next/navigation";
import { useState, type FormEvent } from "react";
import { copyCycleAction } from "@/lib/cycles/actions";
import { settle } from "@/lib/kernel/outcome";
import type { Failure } from "@/lib/kernel/result";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Note } from "../ui/note";

/** Makes a second cycle with the same steps and mappings; it starts out paused. */
export function CopyCycle({
  cycle,
  onClose,
}: {
  cycle: { readonly id: string; readonly accountId: string; readonly name: string };
  onClose: () => void;
}) {
  const router = useRouter();
  const [name, setName] = useState(`${cycle.name} copy`);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, setPending] = useState(false);
  const copy = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    setPending(true);
    setFailure(null);
    const made = settle(await copyCycleAction({ accountId: cycle.accountId, cycleId: cycle.id, name }));
    setPending(false);
    if (!made.ok) return setFailure(made.error);
    onClose();
    router.push(`/cycles/${made.value.id}`);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Copy ${cycle.name}`}
      description="With its steps, mappings and variables. The copy is paused, and its webhook has an address of its own."
      size="small"
      footer={
        <>
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form="copy-cycle" pending={pending}>
            Copy cycle
          </Button>
        </>
      }
    >
      <form id="copy-cycle" noValidate onSubmit={(event) => void copy(event)} className="grid gap-4">
        {failure && !failure.fields?.name && (
          <Note kind="bad" role="alert">
            {failure.message}
          </Note>
        )}
        <Field label="Name" required error={failure?.fields?.name}>
          <Input value={name} autoComplete="off" onChange={({ target }) => setName(target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
