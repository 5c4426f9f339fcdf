"use client";

import { Plus } from "lucide-react";
import type { EdgeType } from "@/lib/cycles/constants";
import type { CycleStep } from "@/lib/cycles/types";
import { IconButton } from "../ui/button";
import { useBuilder } from "./builder-context";
import { EXIT_WORDS } from "./words";

/** The button that puts a step behind an exit. */
export function AddAfter({ step, exit }: { step: CycleStep; exit: EdgeType }) {
  const { commands } = useBuilder();
  const where = exit === "Forward" ? `after ${step.name}` : `after ${step.name}, ${EXIT_WORDS[exit].toLowerCase()}`;
  return (
    <IconButton
      small
      variant="secondary"
      label={`Add a step ${where}`}
      icon={<Plus aria-hidden />}
      className="rounded-full!"
      onClick={() => commands.add({ stepId: step.id, exit })}
    />
  );
}
