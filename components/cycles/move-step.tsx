"use client";

import { useState } from "react";
import { moveStepAction } from "@/lib/steps/actions";
import { exitsOf, inOrder } from "@/lib/cycles/graph";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Select } from "../ui/select";
import { useBuilder, useChange } from "./builder-context";
import { EXIT_WORDS } from "./words";

/** Moves a step behind another exit; what followed it closes the gap. */
export function MoveStep({ stepId, onClose }: { stepId: string | null; onClose: () => void }) {
  const { cycle } = useBuilder();
  const { change, pending } = useChange();
  const [target, setTarget] = useState<string | null>(null);
  const step = cycle.steps.find((s) => s.id === stepId);
  const order = inOrder(cycle);
  const options = order
    .filter((s) => s.id !== stepId)
    .flatMap((s) =>
      exitsOf(s.kind).map((exit) => ({
        value: `${s.id} ${exit}`,
        label: `After ${order.indexOf(s) + 1} ${s.name}${exit === "Forward" ? "" : `, ${EXIT_WORDS[exit].toLowerCase()}`}`,
      })),
    );
  const close = () => {
    setTarget(null);
    onClose();
  };
  const move = async () => {
    const [headId, exit] = (target ?? "").split(" ");
    if (!step || !headId) return;
    const done = await change(
      moveStepAction({
        accountId: cycle.accountId,
        cycleId: cycle.id,
        stepId: step.id,
        after: { stepId: headId, exit: exit === "True" || exit === "False" ? exit : "Forward" },
      }),
    );
    if (done.ok) close();
  };
  return (
    <Dialog
      open={step !== undefined}
      onOpenChange={(open) => !open && close()}
      title={`Move ${step?.name ?? ""}`}
      description="What follows it now closes the gap."
      size="small"
      footer={
        <>
          <Button variant="quiet" onClick={close}>
            Cancel
          </Button>
          <Button variant="primary" pending={pending} disabled={target === null} onClick={() => void move()}>
            Move step
          </Button>
        </>
      }
    >
      <Field label="To" required>
        <Select options={options} value={target} onValueChange={setTarget} placeholder="Choose where" />
      </Field>
    </Dialog>
  );
}
