import { describe, expect, it } from "vitest";
import type { EdgeType, StepKind } from "@/lib/cycles/constants";
import type { CycleEdge, CycleStep } from "@/lib/cycles/types";
import { layOut, neighbour } from "./flow-layout";

const step = (id: string, kind: StepKind = "Action") => ({ id, kind, name: id }) as CycleStep;
const edge = (headStepId: string, tailStepId: string, type: EdgeType = "Forward"): CycleEdge => ({
  id: `${headStepId}-${tailStepId}`,
  headStepId,
  tailStepId,
  type,
});

const BRANCHED = {
  steps: [step("t", "Trigger"), step("if", "Condition"), step("yes"), step("no"), step("end"), step("loose")],
  edges: [edge("t", "if"), edge("if", "yes", "True"), edge("if", "no", "False"), edge("yes", "end"), edge("no", "end")],
};

describe("layOut", () => {
  it("puts a straight flow into one column", () => {
    const places = layOut({ steps: [step("t", "Trigger"), step("a"), step("b")], edges: [edge("t", "a"), edge("a", "b")] });
    expect([...places.values()]).toEqual([
      { column: 0, row: 0 },
      { column: 0, row: 1 },
      { column: 0, row: 2 },
    ]);
  });

  it("puts True left of False, what they lead to below and between them, and the unconnected at the right", () => {
    const places = layOut(BRANCHED);
    const at = (id: string) => places.get(id) ?? { column: NaN, row: NaN };
    expect(at("yes").column).toBeLessThan(at("no").column);
    expect(at("yes").row).toBe(at("no").row);
    expect(at("if").column).toBe((at("yes").column + at("no").column) / 2);
    expect(at("end")).toEqual({ column: at("if").column, row: 3 });
    expect(at("loose").column).toBeGreaterThan(at("no").column);
  });

  it("never puts two steps in one place", () => {
    const places = [...layOut(BRANCHED).values()].map((p) => `${p.column}/${p.row}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it("keeps the column of an exit at which nothing stands yet", () => {
    const places = layOut({
      steps: [step("t", "Trigger"), step("if", "Condition"), step("no")],
      edges: [edge("t", "if"), edge("if", "no", "False")],
    });
    expect(places.get("no")?.column).toBeGreaterThan(places.get("if")?.column ?? Infinity);
  });
});

describe("neighbour", () => {
  const places = layOut(BRANCHED);
  it("follows the flow with the arrows", () => {
    expect(neighbour(places, "t", "down")).toBe("if");
    expect(neighbour(places, "if", "up")).toBe("t");
    expect(neighbour(places, "yes", "right")).toBe("no");
    expect(neighbour(places, "no", "left")).toBe("yes");
    expect(neighbour(places, "end", "up")).not.toBeNull();
  });
  it("stays where nothing follows", () => {
    expect(neighbour(places, "t", "up")).toBeNull();
    expect(neighbour(places, "end", "down")).toBeNull();
  });
});
