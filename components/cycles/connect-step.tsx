"use client";

import { useState } from "react";
import { connectStepsAction, disconnectStepsAction } from "@/lib/steps/actions";
import type { EdgeType } from "@/lib/cycles/constants";
import { exitsOf, inOrder, reaches } from "@/lib/cycles/graph";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Select } from "../ui/select";
import { useBuilder, useChange } from "./builder-context";
import { EXIT_WORDS } from "./words";

const NOWHERE = "";

/** Leads the exits of a step to steps that are there already, so that branches meet again; or to none, where a run ends. */
export function ConnectStep({ stepId, onClose }: { stepId: string; onClose: () => void }) {
  const { cycle } = useBuilder();
  const { change, pending } = useChange();
  const step = cycle.steps.find((s) => s.id === stepId);
  const edgeOf = (exit: EdgeType) => cycle.edges.find((e) => e.headStepId === stepId && e.type === exit);
  const exits = step ? exitsOf(step.kind) : [];
  const [chosen, setChosen] = useState<Partial<Record<EdgeType, string>>>({});
  const targetOf = (exit: EdgeType) => chosen[exit] ?? edgeOf(exit)?.tailStepId ?? NOWHERE;
  const order = inOrder(cycle);
  // A flow leads on, never back.
  const targets = order
    .filter((s) => s.kind !== "Trigger" && s.id !== stepId && !reaches(cycle, s.id, stepId))
    .map((s) => ({ value: s.id, label: `${order.indexOf(s) + 1} ${s.name}` }));

  const save = async () => {
    const ids = { accountId: cycle.accountId, cycleId: cycle.id };
    for (const exit of exits) {
      const edge = edgeOf(exit);
      const target = targetOf(exit);
      if (target === (edge?.tailStepId ?? NOWHERE)) continue;
      const done =
        target === NOWHERE && edge
          ? await change(disconnectStepsAction({ ...ids, edgeId: edge.id }))
          : await change(connectStepsAction({ ...ids, headStepId: stepId, tailStepId: target, type: exit }));
      if (!done.ok) return;
    }
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Where ${step?.name ?? "it"} leads`}
      description="To a step that is there already, so that branches meet again, or to none."
      size="small"
      footer={
        <>
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" pending={pending} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {exits.map((exit) => (
          <Field key={exit} label={EXIT_WORDS[exit]}>
            <Select
              options={[{ value: NOWHERE, label: "Nothing, the run ends here" }, ...targets]}
              value={targetOf(exit)}
              onValueChange={(target) => setChosen((now) => ({ ...now, [exit]: target }))}
            />
          </Field>
        ))}
      </div>
    </Dialog>
  );
}
