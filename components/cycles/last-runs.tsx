import { CircleCheck, CircleX } from "lucide-react";
import { Link } from "../ui/link";
import type { StepRun } from "@/lib/run/types";
import { Time } from "../ui/time";
import { durationWords, STEP_STATUS_WORDS } from "./transaction-words";

/** How the step went the last times. */
export function LastRuns({ runs, cycleId }: { runs: readonly StepRun[]; cycleId: string }) {
  return (
    <section aria-labelledby="last-run" className="grid gap-1.5">
      <h3 id="last-run">Last run</h3>
      {runs.length === 0 ? (
        <p className="text-sm text-ink-2">It has not run yet.</p>
      ) : (
        <ul className="grid gap-1.5">
          {runs.map((run) => (
            <li key={run.transactionId} className="flex items-center gap-1.5 text-sm text-ink-2">
              {run.ok ? (
                <CircleCheck role="img" aria-label={STEP_STATUS_WORDS.Completed.label} className="size-4 shrink-0 text-ok" />
              ) : (
                <CircleX role="img" aria-label={STEP_STATUS_WORDS.Failed.label} className="size-4 shrink-0 text-bad" />
              )}
              <Link href={`/cycles/${cycleId}/runs/${run.transactionId}`} className="tabular-nums hover:underline">
                {run.status ?? "No answer"} in {durationWords(run.durationMs)}, <Time at={run.at} focusable={false} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
