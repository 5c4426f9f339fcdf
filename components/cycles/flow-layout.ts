import { exitsOf, inOrder, reaches, stepAfter, triggerOf } from "@/lib/cycles/graph";
import type { Cycle, CycleStep } from "@/lib/cycles/types";

type Graph = Pick<Cycle, "steps" | "edges">;

/** Place of a step on the canvas, in columns and rows from 0. */
export interface Place {
  readonly column: number;
  readonly row: number;
}

/** The longest way from the trigger to each step: where branches meet again is below both. */
function rowsOf(graph: Graph): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  for (const step of inOrder(graph)) {
    const before = graph.edges.filter((e) => e.tailStepId === step.id).map((e) => rows.get(e.headStepId) ?? -1);
    rows.set(step.id, Math.max(-1, ...before) + 1);
  }
  return rows;
}

/**
 * Lays a flow out from top to bottom, the True branch of a condition left of the False one; steps that nothing leads to stand
 * at the right. The same flow always looks the same, whoever made it.
 */
export function layOut(graph: Graph): ReadonlyMap<string, Place> {
  const rows = rowsOf(graph);
  const columns = new Map<string, number>();
  const trigger = triggerOf(graph);
  const meets = (step: CycleStep) => graph.edges.filter((e) => e.tailStepId === step.id).length > 1;
  let free = 0;
  const place = (step: CycleStep): number => {
    const exits = exitsOf(step.kind);
    const under = exits
      .map((exit) => stepAfter(graph, step.id, exit))
      .map((s) => (s && !meets(s) && !columns.has(s.id) ? s : null));
    // An exit of a condition keeps its column even while nothing stands there.
    const at = exits.length > 1 || under[0] ? under.map((s) => (s ? place(s) : free++)) : [free++];
    const column = at.reduce((sum, c) => sum + c, 0) / at.length;
    columns.set(step.id, column);
    return column;
  };
  if (trigger) place(trigger);
  const isHung = (step: CycleStep) => trigger !== undefined && reaches(graph, trigger.id, step.id);
  for (const step of inOrder(graph).filter((s) => isHung(s) && !columns.has(s.id))) {
    const before = graph.edges.filter((e) => e.tailStepId === step.id).map((e) => columns.get(e.headStepId) ?? 0);
    const start = free;
    const own = place(step);
    const shift = before.reduce((sum, c) => sum + c, 0) / before.length - own;
    shiftFrom(graph, step.id, start, shift, columns);
    free = start;
  }
  const loose = inOrder(graph).filter((s) => !columns.has(s.id));
  const right = Math.max(-1, ...columns.values()) + 1;
  loose.forEach((step, index) => {
    columns.set(step.id, right);
    (rows as Map<string, number>).set(step.id, index);
  });
  return new Map(graph.steps.map((s) => [s.id, { column: columns.get(s.id) ?? 0, row: rows.get(s.id) ?? 0 }]));
}

/** Moves what was just placed from a column on, so that its head stands in the middle of what leads to it. */
function shiftFrom(graph: Graph, headId: string, from: number, by: number, columns: Map<string, number>): void {
  for (const step of graph.steps) {
    const column = columns.get(step.id);
    if (column !== undefined && column >= from && reaches(graph, headId, step.id)) columns.set(step.id, column + by);
  }
}

export type Direction = "up" | "down" | "left" | "right";

/** The step that an arrow key leads to: the nearest in that direction; null at the edge. */
export function neighbour(places: ReadonlyMap<string, Place>, from: string, direction: Direction): string | null {
  const here = places.get(from);
  if (!here) return null;
  const vertical = direction === "up" || direction === "down";
  const sign = direction === "down" || direction === "right" ? 1 : -1;
  const ranked = [...places].flatMap(([id, place]) => {
    const along = sign * (vertical ? place.row - here.row : place.column - here.column);
    const across = Math.abs(vertical ? place.column - here.column : place.row - here.row);
    return id !== from && along > 0 ? [{ id, distance: along + 2 * across }] : [];
  });
  return ranked.sort((a, b) => a.distance - b.distance)[0]?.id ?? null;
}
