"use client";

import { CircleCheck, TriangleAlert } from "lucide-react";
import { Link } from "../ui/link";
import { useSearchParams } from "next/navigation";
import { PREREQUISITE_CODES } from "@/lib/cycles/constants";
import type { Prerequisite } from "@/lib/cycles/types";
import { Card, CardHeader } from "../ui/card";
import { useBuilder } from "./builder-context";

/** Where a prerequisite is met: the connection, the step with its slot, or nowhere but in the flow itself. */
function placeOf({ code, objectId, stepId, slot }: Prerequisite, cycleId: string, params: string): string | null {
  if (code === PREREQUISITE_CODES.unauthenticated) return `/connections/${objectId}`;
  if (stepId === null) return null;
  const search = params ? `?${params}` : "";
  return `/cycles/${cycleId}/steps/${stepId}${search}${slot ? `#slot-${slot.kind}-${encodeURIComponent(slot.name)}` : ""}`;
}

/** What is missing; each leads to where it is fixed. */
export function PrerequisiteList({
  cycleId,
  prerequisites,
  onFollow,
}: {
  cycleId: string;
  prerequisites: readonly Prerequisite[];
  onFollow?: () => void;
}) {
  const params = useSearchParams().toString();
  return (
    <ul aria-label="Before it can run">
      {prerequisites.map((prerequisite, index) => {
        const href = placeOf(prerequisite, cycleId, params);
        const inside = (
          <>
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
            <span className="min-w-0 flex-1 wrap-anywhere">{prerequisite.reason}</span>
            <span className="text-xs text-ink-3 tabular-nums" title="Reason code">
              {prerequisite.code}
            </span>
          </>
        );
        const row = "flex items-start gap-2 px-4 py-2 text-sm";
        return (
          <li key={`${prerequisite.code}-${index}`} className="border-b border-line last:border-b-0">
            {href ? (
              <Link href={href} scroll={false} onClick={onFollow} className={`${row} hover:bg-hover`}>
                {inside}
              </Link>
            ) : (
              <p className={row}>{inside}</p>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** What is still missing before the cycle can run, beside its flow. */
export function Prerequisites() {
  const { cycle, prerequisites } = useBuilder();
  return (
    <Card>
      <CardHeader title="Before it can run" />
      {prerequisites.length === 0 ? (
        <p role="status" className="flex items-center gap-2 px-4 py-3 text-sm text-ink-2">
          <CircleCheck aria-hidden className="size-4 shrink-0 text-ok" />
          Nothing is missing.
        </p>
      ) : (
        <PrerequisiteList cycleId={cycle.id} prerequisites={prerequisites} />
      )}
    </Card>
  );
}
