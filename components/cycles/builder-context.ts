"use client";

import { useRouter } from "next/navigation";
import { createContext, useContext, useState } from "react";
import type { EdgeType } from "@/lib/cycles/constants";
import type { ConnectionChoice, Cycle, Prerequisite } from "@/lib/cycles/types";
import { settle } from "@/lib/kernel/outcome";
import type { Result } from "@/lib/kernel/result";
import { toast } from "../ui/toast";

/** Where a new step goes: behind this exit. */
export interface After {
  readonly stepId: string;
  readonly exit: EdgeType;
}

/** What one of the two views asks the builder to do. */
export interface BuilderCommands {
  readonly add: (after: After) => void;
  readonly move: (stepId: string) => void;
  readonly connect: (stepId: string) => void;
  readonly remove: (stepId: string) => void;
  readonly open: (stepId: string) => void;
}

/** What the server knows of the flow. */
export interface BuilderView {
  readonly cycle: Cycle;
  readonly account: { readonly id: string; readonly name: string };
  readonly connections: readonly ConnectionChoice[];
  readonly prerequisites: readonly Prerequisite[];
  /** What Undo would take back. */
  readonly undo: { readonly title: string; readonly at: number; readonly by: string } | null;
  readonly mayWrite: boolean;
  readonly mayRun: boolean;
}

export interface BuilderState extends BuilderView {
  /** It may be changed now: the cycle is paused and the person may write. */
  readonly editable: boolean;
  readonly commands: BuilderCommands;
}

export const BuilderContext = createContext<BuilderState | null>(null);

/** The flow that is being built. */
export function useBuilder(): BuilderState {
  const state = useContext(BuilderContext);
  if (!state) throw new Error("Outside the builder.");
  return state;
}

/** Calls an action, tells of a failure, and shows what it changed. Out: its result. */
export function useChange() {
  const router = useRouter();
  const [pending, setPending] = useState(false);
  const change = async <T>(action: Promise<Parameters<typeof settle<T>>[0]>): Promise<Result<T>> => {
    setPending(true);
    const result = settle(await action.catch(() => undefined));
    setPending(false);
    if (result.ok) router.refresh();
    else toast.bad(result.error.message);
    return result;
  };
  return { change, pending };
}
