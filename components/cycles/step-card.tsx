"use client";

import clsx from "clsx";
import {
  ArrowDownUp,
  CalendarClock,
  Ellipsis,
  GitFork,
  Hand,
  Hourglass,
  Settings2,
  Spline,
  SquareCode,
  Trash2,
  TriangleAlert,
  Webhook,
} from "lucide-react";
import { Link } from "../ui/link";
import { useSearchParams } from "next/navigation";
import type { KeyboardEventHandler } from "react";
import { PREREQUISITE_CODES } from "@/lib/cycles/constants";
import type { CycleStep } from "@/lib/cycles/types";
import { STATE_WORDS } from "@/lib/installs/constants";
import { IconButton } from "../ui/button";
import { Logo } from "../ui/logo";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu";
import { useBuilder, type BuilderState } from "./builder-context";
import { OPERATOR_WORDS, STEP_KIND_WORDS, DELAY_WORDS, intervalWords } from "./words";

const TRIGGER_ICONS = { Manual: Hand, Schedule: CalendarClock, Webhook } as const;
const TOOL_ICONS = { Condition: GitFork, Delay: Hourglass, Transform: SquareCode } as const;

const TRIGGER_ABOUT = {
  Manual: "Somebody presses Run once",
  Schedule: "Not yet how often",
  Webhook: "Another system calls it",
} as const;

/** What stands under the name of a step. */
function aboutStep(step: CycleStep, { connections, cycle }: BuilderState): string {
  switch (step.kind) {
    case "Trigger":
      return step.trigger === "Schedule" && cycle.interval !== null
        ? `Every ${intervalWords(cycle.interval)}`
        : TRIGGER_ABOUT[step.trigger ?? "Manual"];
    case "Action": {
      const connection = connections.find((c) => c.id === step.accountConnectorId);
      if (!connection) return "No connection";
      return `${connection.name}${connection.state === "Connected" || step.useExternalAuthentication ? "" : `, ${STATE_WORDS[connection.state].label.toLowerCase()}`}`;
    }
    case "Condition":
      return step.operator ? `Whether it ${OPERATOR_WORDS[step.operator]}` : STEP_KIND_WORDS.Condition;
    case "Delay":
      return step.delay?.interval && step.delay.unit
        ? `${step.delay.interval} ${DELAY_WORDS[step.delay.unit]}`
        : STEP_KIND_WORDS.Delay;
    case "Transform":
      return STEP_KIND_WORDS.Transform;
  }
}

function StepIcon({ step }: { step: CycleStep }) {
  const { connections } = useBuilder();
  const connection = connections.find((c) => c.id === step.accountConnectorId);
  if (connection) return <Logo name={connection.connectorName} slug={connection.connectorSlug} src={connection.iconUrl} />;
  const Icon =
    step.kind === "Trigger"
      ? TRIGGER_ICONS[step.trigger ?? "Manual"]
      : step.kind === "Action"
        ? TriangleAlert
        : TOOL_ICONS[step.kind];
  return (
    <span
      aria-hidden
      className="grid size-9 shrink-0 place-items-center rounded-[9px] border border-line bg-sunken text-ink-2 [&_svg]:size-4.5"
    >
      <Icon />
    </span>
  );
}

export interface StepCardProps {
  step: CycleStep;
  /** From 1, in the order of the flow. */
  number: number;
  onKeyDown?: KeyboardEventHandler<HTMLAnchorElement>;
  className?: string;
}

/** One step: a link that opens its setup, grey with what is missing until it can run. */
export function StepCard({ step, number, onKeyDown, className }: StepCardProps) {
  const builder = useBuilder();
  const params = useSearchParams().toString();
  const { cycle, editable, commands, prerequisites } = builder;
  const missing = prerequisites.filter((p) => p.stepId === step.id);
  const isLoose = missing.some((m) => m.code === PREREQUISITE_CODES.notConnected);
  const grey = missing.length > 0;
  // That no run comes here is said first, whatever else the step lacks.
  const lacks = isLoose ? "Not connected" : missing.length === 1 ? missing[0]?.reason : `${missing.length} things are missing`;
  const connection = builder.connections.find((c) => c.id === step.accountConnectorId);
  const href = `/cycles/${cycle.id}/steps/${step.id}${params ? `?${params}` : ""}`;
  return (
    <div
      className={clsx(
        "relative flex min-w-0 items-center gap-2.5 rounded-lg border p-2.5 has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-offset-2 has-[a:focus-visible]:outline-accent-ink",
        grey ? "border-dashed border-line-strong bg-sunken" : "border-line-strong bg-surface shadow-card",
        className,
      )}
    >
      <span className={clsx("flex", grey && "grayscale")}>
        <StepIcon step={step} />
      </span>
      <div className="min-w-0 flex-1">
        <Link
          id={`step-${step.id}`}
          href={href}
          scroll={false}
          onKeyDown={onKeyDown}
          aria-keyshortcuts={editable ? "Enter Delete Plus" : "Enter"}
          aria-label={`Step ${number}: ${step.name}, ${aboutStep(step, builder)}${connection?.update ? ". Update available" : ""}${grey ? `. Missing: ${missing.map((m) => m.reason).join(" ")}` : ""}`}
          className={clsx("block truncate text-sm font-medium outline-none after:absolute after:inset-0", grey && "text-ink-2")}
        >
          <span className="text-ink-3 tabular-nums">{number}</span> {step.name}
        </Link>
        <p className="truncate text-xs text-ink-2">
          {connection?.update && <span className="text-accent-ink">Update available · </span>}
          {aboutStep(step, builder)}
        </p>
        {grey && (
          <p className="mt-0.5 flex items-center gap-1 text-xs text-warn" title={missing.map((m) => m.reason).join("\n")}>
            <TriangleAlert aria-hidden className="size-3.25 shrink-0" />
            <span className="truncate">{lacks}</span>
          </p>
        )}
      </div>
      {editable && step.kind !== "Trigger" && (
        <div className="relative z-10">
          <Menu trigger={<IconButton small label={`More for ${step.name}`} icon={<Ellipsis aria-hidden />} tooltip={false} />}>
            <MenuItem icon={<Settings2 aria-hidden />} onClick={() => commands.open(step.id)}>
              Set up
            </MenuItem>
            <MenuItem icon={<Spline aria-hidden />} onClick={() => commands.connect(step.id)}>
              Where it leads
            </MenuItem>
            <MenuItem icon={<ArrowDownUp aria-hidden />} onClick={() => commands.move(step.id)}>
              Move
            </MenuItem>
            <MenuSeparator />
            <MenuItem icon={<Trash2 aria-hidden />} danger onClick={() => commands.remove(step.id)}>
              Remove
            </MenuItem>
          </Menu>
        </div>
      )}
    </div>
  );
}
