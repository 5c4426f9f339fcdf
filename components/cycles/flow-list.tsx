"use client";

import type { EdgeType } from "@/lib/cycles/constants";
import { exitsOf, inOrder, stepAfter, triggerOf, unreachable } from "@/lib/cycles/graph";
import type { CycleStep } from "@/lib/cycles/types";
import { AddAfter } from "./add-after";
import { useBuilder } from "./builder-context";
import { StepCard } from "./step-card";

/** The steps from one on until the flow branches or ends. */
function chainFrom(first: CycleStep | undefined, next: (step: CycleStep) => CycleStep | undefined): CycleStep[] {
  const out: CycleStep[] = [];
  for (let at = first; at && !out.includes(at); at = at.kind === "Condition" ? undefined : next(at)) out.push(at);
  return out;
}

/** The same flow as a list, each branch of a condition indented below it. */
export function FlowList() {
  const { cycle, editable } = useBuilder();
  const order = inOrder(cycle);
  const numberOf = (step: CycleStep) => order.indexOf(step) + 1;
  const loose = unreachable(cycle);
  const trigger = triggerOf(cycle);
  const meets = (step: CycleStep) => cycle.edges.filter((e) => e.tailStepId === step.id).length > 1;

  const chain = (first: CycleStep | undefined, from: { step: CycleStep; exit: EdgeType } | null) => {
    // Where branches meet again the step stands once, in the first of them.
    const isElsewhere = first && from && meets(first) && firstHead(first) !== from.step.id;
    const steps = isElsewhere ? [] : chainFrom(first, (step) => stepAfter(cycle, step.id, "Forward"));
    return (
      <ol className="grid gap-1.5">
        {from && editable && !isElsewhere && (
          <li className="flex items-center pl-4">
            <AddAfter step={from.step} exit={from.exit} />
          </li>
        )}
        {steps.map((step) => (
          <li key={step.id} className="grid gap-1.5">
            <StepCard step={step} number={numberOf(step)} />
            {step.kind === "Condition"
              ? exitsOf(step.kind).map((exit) => (
                  <section
                    key={exit}
                    aria-label={`${step.name}: ${exit}`}
                    className="ml-4 grid gap-1.5 border-l-2 border-line-strong pl-3"
                  >
                    <h3 className="pt-1 text-ink-2">{exit}</h3>
                    {chain(stepAfter(cycle, step.id, exit), { step, exit })}
                  </section>
                ))
              : editable && (
                  <span className="flex items-center pl-4">
                    <AddAfter step={step} exit="Forward" />
                  </span>
                )}
          </li>
        ))}
        {isElsewhere && first && (
          <li className="text-sm text-ink-2">
            Goes on with step {numberOf(first)}, {first.name}
          </li>
        )}
        {!first && !editable && <li className="text-sm text-ink-2">Ends here</li>}
      </ol>
    );
  };
  const firstHead = (step: CycleStep) =>
    order.find((s) => cycle.edges.some((e) => e.tailStepId === step.id && e.headStepId === s.id))?.id;

  return (
    <div role="region" aria-label="Steps" className="grid max-w-160 gap-6">
      {trigger && chain(trigger, null)}
      {loose.length > 0 && (
        <section aria-labelledby="loose" className="grid gap-1.5">
          <h2 id="loose">Outside the flow</h2>
          <p className="text-sm text-ink-2">No run reaches these steps. Move them to where they belong, or remove them.</p>
          <ol className="grid gap-1.5">
            {loose.map((step) => (
              <li key={step.id}>
                <StepCard step={step} number={numberOf(step)} />
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}
