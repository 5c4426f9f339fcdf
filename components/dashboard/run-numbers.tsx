import clsx from "clsx";
import Link from "next/link";
import type { RunCounts } from "@/lib/run/types";
import { Card, CardHeader } from "../ui/card";

/** Cycles that run and how their runs of the last day ended. */
export function RunNumbers({ counts }: { counts: RunCounts }) {
  const numbers = [
    { label: "Active cycles", count: counts.activeCycles, href: "/cycles?status=Active", colour: "" },
    { label: "Running now", count: counts.open, href: "/cycles", colour: "" },
    { label: "Completed", count: counts.completed, href: "/cycles", colour: "" },
    { label: "Failed", count: counts.failed, href: "/cycles", colour: counts.failed > 0 ? "text-bad" : "" },
  ];
  return (
    <Card>
      <CardHeader title="Runs of cycles" description="Of the last 24 hours." />
      <ul className="grid grid-cols-2 gap-2 p-4 sm:grid-cols-4">
        {numbers.map(({ label, count, href, colour }) => (
          <li key={label}>
            <Link href={href} prefetch={false} className="block rounded-md border border-line px-3 py-2 hover:bg-hover">
              <span className={clsx("block text-xl font-semibold tabular-nums", count === 0 ? "text-ink-3" : colour)}>
                {count.toLocaleString("en")}
              </span>
              <span className="block text-xs text-ink-2">{label}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
