import clsx from "clsx";
import { Link } from "../ui/link";
import type { FailuresByOwner, RunCounts } from "@/lib/run/types";
import { TRANSACTION_WORDS } from "../cycles/transaction-words";
import { Card, CardHeader } from "../ui/card";
import { OWNER_WORDS } from "./owner-words";

const OWNERS = ["customer", "partner", "provider", "policy"] as const;

/** Cycles that run, how their runs of the last day ended, and whose the failures in them were. */
export function RunNumbers({ counts, failures }: { counts: RunCounts; failures: FailuresByOwner }) {
  const numbers = [
    { label: "Active cycles", count: counts.activeCycles, href: "/cycles?status=Active", colour: "" },
    { label: "Running now", count: counts.open, href: "/cycles", colour: "" },
    { label: TRANSACTION_WORDS.Completed.label, count: counts.completed, href: "/cycles", colour: "" },
    { label: TRANSACTION_WORDS.Failed.label, count: counts.failed, href: "/cycles", colour: counts.failed > 0 ? "text-bad" : "" },
  ];
  return (
    <Card>
      <CardHeader title="Runs of cycles" description="Of the last 24 hours." />
      <ul className="grid grid-cols-2 gap-2 p-4 sm:grid-cols-4">
        {numbers.map(({ label, count, href, colour }) => (
          <li key={label}>
            <Link href={href} className="block rounded-md border border-line px-3 py-2 hover:bg-hover">
              <span className={clsx("block text-xl font-semibold tabular-nums", count === 0 ? "text-ink-3" : colour)}>
                {count.toLocaleString("en")}
              </span>
              <span className="block text-xs text-ink-2">{label}</span>
            </Link>
          </li>
        ))}
      </ul>
      {OWNERS.some((owner) => failures[owner] > 0) && (
        <div className="border-t border-line px-4 py-3">
          <h3 className="mb-2 text-sm text-ink-2">Steps that failed, and whose that is</h3>
          <dl className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
            {OWNERS.map((owner) => (
              <div key={owner} className="flex items-center gap-2">
                <span aria-hidden className={clsx("size-2 shrink-0 rounded-full", OWNER_WORDS[owner].colour)} />
                <dt className="text-ink-2">{OWNER_WORDS[owner].label}</dt>
                <dd className={clsx("font-medium tabular-nums", failures[owner] === 0 && "text-ink-3")}>
                  {failures[owner].toLocaleString("en")}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </Card>
  );
}
