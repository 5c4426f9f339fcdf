import type { EdgeType, StepKind } from "./constants";
import type { Cycle, CycleEdge, CycleStep } from "./types";

/** The exits a kind of step has. */
export const exitsOf = (kind: StepKind): readonly EdgeType[] => (kind === "Condition" ? ["True", "False"] : ["Forward"]);

type Graph = Pick<Cycle, "steps" | "edges">;

export const triggerOf = (graph: Graph): CycleStep | undefined => graph.steps.find((s) => s.kind === "Trigger");

/** The step behind an exit, if one is connected. */
export const stepAfter = (graph: Graph, stepId: string, exit: EdgeType): CycleStep | undefined => {
  const edge = graph.edges.find((e) => e.headStepId === stepId && e.type === exit);
  return edge && graph.steps.find((s) => s.id === edge.tailStepId);
};

/** The steps in the order of the flow, the trigger first, the True branch of a condition before the False one; unconnected ones last. */
export function inOrder(graph: Graph): readonly CycleStep[] {
  const seen = new Set<string>();
  // Depth first, each step put before all that follow it: where branches meet, the step comes after both.
  const visit = (step: CycleStep, rest: readonly CycleStep[]): readonly CycleStep[] => {
    if (seen.has(step.id)) return rest;
    seen.add(step.id);
    const after = [...exitsOf(step.kind)].reverse().reduce((ordered, exit) => {
      const next = stepAfter(graph, step.id, exit);
      return next ? visit(next, ordered) : ordered;
    }, rest);
    return [step, ...after];
  };
  const trigger = triggerOf(graph);
  const connected = trigger ? visit(trigger, []) : [];
  const loose = graph.steps.filter((s) => !seen.has(s.id));
  const starts = loose.filter((s) => !loose.some((other) => other.id !== s.id && reaches(graph, other.id, s.id)));
  return [...connected, ...starts.flatMap((s) => (seen.has(s.id) ? [] : visit(s, [])))];
}

/** Whether the flow leads from one step to another. */
export function reaches(graph: Pick<Cycle, "edges">, from: string, to: string): boolean {
  const open = [from];
  const seen = new Set<string>();
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === to) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    for (const edge of graph.edges) if (edge.headStepId === at) open.push(edge.tailStepId);
  }
  return false;
}

/** The steps that have run when this one does: those from which the flow leads here. */
export const earlierSteps = (graph: Graph, stepId: string): readonly CycleStep[] =>
  inOrder(graph).filter((s) => s.id !== stepId && reaches(graph, s.id, stepId));

/** Steps that no run can reach. */
export function unreachable(graph: Graph): readonly CycleStep[] {
  const trigger = triggerOf(graph);
  return graph.steps.filter((s) => !trigger || !reaches(graph, trigger.id, s.id));
}

/** Why an edge can't be, in a sentence; null where it can. */
export function edgeProblem(graph: Graph, edge: Omit<CycleEdge, "id">): string | null {
  const head = graph.steps.find((s) => s.id === edge.headStepId);
  const tail = graph.steps.find((s) => s.id === edge.tailStepId);
  if (!head || !tail) return "There is no such step in this cycle.";
  if (tail.kind === "Trigger") return "Nothing comes before the trigger.";
  if (!exitsOf(head.kind).includes(edge.type)) return `${head.name} has no exit ${edge.type}.`;
  if (reaches(graph, tail.id, head.id)) return "A cycle can't lead back to an earlier step.";
  return null;
}
