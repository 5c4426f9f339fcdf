import clsx from "clsx";
import { CircleCheck } from "lucide-react";
import { Fragment } from "react";
import { VisuallyHidden } from "./visually-hidden";

/** Where a person is in a short wizard. In: the steps' names and the place of the current one, from 0. */
export function Stepper({ steps, current, className }: { steps: readonly string[]; current: number; className?: string }) {
  return (
    <ol aria-label="Steps" className={clsx("flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm", className)}>
      {steps.map((step, index) => (
        <Fragment key={step}>
          {index > 0 && <li aria-hidden className="h-px w-7 bg-line-strong max-sm:w-3" />}
          <li
            aria-current={index === current ? "step" : undefined}
            className={clsx(
              "flex items-center gap-1.5",
              index < current && "text-ok",
              index === current && "font-medium text-ink",
              index > current && "text-ink-3",
            )}
          >
            {index < current ? (
              <>
                <CircleCheck aria-hidden className="size-4" />
                <VisuallyHidden>Done: </VisuallyHidden>
              </>
            ) : (
              <span className={clsx("font-mono text-xs", index === current && "text-accent-ink")}>{index + 1}</span>
            )}
            {step}
          </li>
        </Fragment>
      ))}
    </ol>
  );
}
