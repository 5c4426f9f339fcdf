"use client";

import "@xyflow/react/dist/base.css";
import {
  Background,
  BackgroundVariant,
  Handle,
  MarkerType,
  Panel,
  Position,
  ReactFlow,
  useReactFlow,
  type Edge,
  type Node,
  type NodeProps,
  type ReactFlowInstance,
} from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import { useMemo, useRef, type KeyboardEvent } from "react";
import type { EdgeType } from "@/lib/cycles/constants";
import { exitsOf, inOrder } from "@/lib/cycles/graph";
import type { CycleStep } from "@/lib/cycles/types";
import { IconButton } from "../ui/button";
import { AddAfter } from "./add-after";
import { useBuilder } from "./builder-context";
import { layOut, neighbour, type Direction, type Place } from "./flow-layout";
import { StepCard } from "./step-card";

const WIDTH = 272;
const HEIGHT = 82;
const COLUMN = WIDTH + 36;
const ROW = HEIGHT + 62;
const MARGIN = 24;

type StepNode = Node<{ step: CycleStep; number: number; places: ReadonlyMap<string, Place> }, "step">;

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

const exitPosition = (exit: EdgeType) => (exit === "Forward" ? "left-1/2" : exit === "True" ? "left-1/4" : "left-3/4");
const exitLabel = (exit: EdgeType) => (exit === "Forward" ? null : exit);

/**
 * A step on the canvas, with a plus below each of its exits: in the order of the Tab key, a step and then what adds after it.
 * The canvas takes pointers off nodes that can't be dragged; these are links and buttons.
 */
function StepNodeView({ data: { step, number, places } }: NodeProps<StepNode>) {
  const { editable, commands } = useBuilder();
  const flow = useReactFlow();
  const onKeyDown = (event: KeyboardEvent<HTMLAnchorElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = ARROWS[event.key];
    if (direction) {
      event.preventDefault();
      const next = neighbour(places, step.id, direction);
      if (next) document.getElementById(`step-${next}`)?.focus({ preventScroll: true });
    } else if (editable && (event.key === "Delete" || event.key === "Backspace") && step.kind !== "Trigger") {
      event.preventDefault();
      commands.remove(step.id);
    } else if (editable && (event.key === "+" || event.key === "Insert")) {
      event.preventDefault();
      commands.add({ stepId: step.id, exit: exitsOf(step.kind)[0] ?? "Forward" });
    }
  };
  // What has the focus is to be seen: the canvas follows where the page can't scroll.
  const onFocus = (event: React.FocusEvent<HTMLElement>) => {
    const frame = event.currentTarget.closest(".react-flow")?.getBoundingClientRect();
    const own = event.currentTarget.getBoundingClientRect();
    if (!frame || (own.top >= frame.top && own.bottom <= frame.bottom && own.left >= frame.left && own.right <= frame.right))
      return;
    const place = places.get(step.id);
    if (!place) return;
    void flow.setCenter(place.column * COLUMN + WIDTH / 2, place.row * ROW + HEIGHT / 2, { zoom: flow.getZoom(), duration: 0 });
  };
  return (
    <div onFocus={onFocus} style={{ width: WIDTH }} className="nopan pointer-events-auto cursor-default">
      <Handle type="target" position={Position.Top} isConnectable={false} className="invisible" />
      <StepCard step={step} number={number} onKeyDown={onKeyDown} className="h-20.5" />
      {exitsOf(step.kind).map((exit) => (
        <div
          key={exit}
          className={`absolute top-full z-10 mt-3.5 flex -translate-x-1/2 items-center gap-1 ${exitPosition(exit)}`}
        >
          {exitLabel(exit) && <span className="rounded-sm bg-sunken px-1.5 text-xs text-ink-2">{exitLabel(exit)}</span>}
          {editable && <AddAfter step={step} exit={exit} />}
        </div>
      ))}
      {exitsOf(step.kind).map((exit) => (
        <Handle
          key={exit}
          id={exit}
          type="source"
          position={Position.Bottom}
          isConnectable={false}
          className="invisible"
          style={{ left: exit === "Forward" ? "50%" : exit === "True" ? "25%" : "75%" }}
        />
      ))}
    </div>
  );
}

const NODE_TYPES = { step: StepNodeView };

function ZoomPanel({ onReset }: { onReset: () => void }) {
  const flow = useReactFlow();
  return (
    <Panel position="bottom-right" className="flex rounded-md border border-line bg-surface">
      <IconButton small label="Zoom out" icon={<Minus aria-hidden />} onClick={() => void flow.zoomOut()} />
      <IconButton small label="Zoom in" icon={<Plus aria-hidden />} onClick={() => void flow.zoomIn()} />
      <IconButton small label="Show the whole flow" icon={<Maximize aria-hidden />} onClick={onReset} />
    </Panel>
  );
}

/** The flow as a picture that works by keyboard: Tab and arrows go through it, Enter opens, Delete asks, + adds. */
export default function FlowView() {
  const { cycle } = useBuilder();
  const frame = useRef<HTMLDivElement>(null);
  const instance = useRef<ReactFlowInstance<StepNode, Edge> | null>(null);
  const places = useMemo(() => layOut(cycle), [cycle]);
  const nodes = useMemo(
    () =>
      inOrder(cycle).map((step, index): StepNode => {
        const { column, row } = places.get(step.id) ?? { column: 0, row: 0 };
        return {
          id: step.id,
          type: "step",
          position: { x: column * COLUMN, y: row * ROW },
          data: { step, number: index + 1, places },
          width: WIDTH,
          height: HEIGHT,
        };
      }),
    [cycle, places],
  );
  const edges = useMemo(
    () =>
      cycle.edges.map((edge): Edge => ({
        id: edge.id,
        source: edge.headStepId,
        target: edge.tailStepId,
        sourceHandle: edge.type,
        type: "smoothstep",
        focusable: false,
        style: { stroke: "var(--line-strong)", strokeWidth: 1.5 },
        markerEnd: { type: MarkerType.ArrowClosed, color: "var(--control)", width: 16, height: 16 },
      })),
    [cycle.edges],
  );
  const rows = Math.max(0, ...[...places.values()].map((p) => p.row)) + 1;
  const columns = Math.max(0, ...[...places.values()].map((p) => p.column)) + 1;
  const height = rows * ROW + 2 * MARGIN;
  /** As large as it can be read, the trigger in the middle at the top. */
  const settle = (flow: ReactFlowInstance<StepNode, Edge> | null) => {
    const width = frame.current?.clientWidth ?? 800;
    const zoom = Math.max(0.55, Math.min(1, (width - 2 * MARGIN) / (columns * COLUMN)));
    const first = nodes[0]?.position.x ?? 0;
    const whole = columns * COLUMN * zoom <= width;
    const middle = whole ? ((columns - 1) * COLUMN) / 2 : first;
    void flow?.setViewport({ x: width / 2 - (middle + WIDTH / 2) * zoom, y: MARGIN, zoom });
  };
  return (
    <div
      ref={frame}
      role="region"
      aria-label="Flow"
      className="overflow-hidden rounded-lg border border-line bg-sunken"
      style={{ height: `clamp(24rem, ${height}px, 100dvh - 12rem)` }}
    >
      <ReactFlow<StepNode, Edge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        onInit={(flow) => {
          instance.current = flow;
          settle(flow);
        }}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        zoomOnScroll={false}
        zoomOnDoubleClick={false}
        preventScrolling={false}
        minZoom={0.4}
        maxZoom={1.25}
        proOptions={{ hideAttribution: true }}
        aria-label="Flow of the cycle"
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} color="var(--line-strong)" bgColor="var(--sunken)" />
        <ZoomPanel onReset={() => settle(instance.current)} />
      </ReactFlow>
    </div>
  );
}
