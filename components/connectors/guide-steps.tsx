import clsx from "clsx";
import { CircleCheck, ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import type { GuideStep } from "@/lib/auth-methods/guide";
import { Tag } from "../ui/tag";
import { VisuallyHidden } from "../ui/visually-hidden";

export interface GuideStepsProps {
  steps: readonly GuideStep[];
  /** Steps known to be done; none are ticked where absent. */
  done?: ReadonlySet<GuideStep["id"]>;
  /** Below a step: a button that copies, a table of values. */
  below?: (step: GuideStep) => ReactNode;
}

/** What to do, in order; what is done is ticked, and the next thing stands out. */
export function GuideSteps({ steps, done, below }: GuideStepsProps) {
  const next = done ? steps.find((step) => !done.has(step.id)) : undefined;
  return (
    <ol className="grid gap-4.5">
      {steps.map((step, index) => {
        const isDone = done?.has(step.id) ?? false;
        return (
          <li key={step.id} className="flex items-start gap-3">
            <span className={clsx("mt-0.5 grid w-4 shrink-0 place-items-center", isDone ? "text-ok" : "font-mono text-xs")}>
              {isDone ? (
                <>
                  <CircleCheck aria-hidden className="size-4" />
                  <VisuallyHidden>Done: </VisuallyHidden>
                </>
              ) : (
                <span className={step === next ? "font-semibold text-accent-ink" : "text-ink-3"}>{index + 1}</span>
              )}
            </span>
            <div className="min-w-0 flex-1">
              <p className="font-medium">{step.title}</p>
              <p className="text-sm text-ink-2">{step.text}</p>
              {step.items && (
                <div className="mt-1.5 flex flex-wrap gap-1.5">
                  {step.items.map((item) => (
                    <Tag key={item}>{item}</Tag>
                  ))}
                </div>
              )}
              {step.link && (
                <p className="mt-1 text-sm">
                  <a href={step.link.url} target="_blank" rel="noreferrer" className="link inline-flex items-center gap-1">
                    {step.link.label}
                    <ExternalLink aria-hidden className="size-3.5" />
                    <VisuallyHidden>, opens a new tab</VisuallyHidden>
                  </a>
                </p>
              )}
              {below?.(step)}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
