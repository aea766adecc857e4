import { type DragEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Background, BackgroundVariant, type Connection, Controls, MarkerType, MiniMap, type NodeChange, Panel, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useTranslation } from "react-i18next";
import type { FlowStats } from "~/api/flows";
import { usePreferences } from "~/app/preferences";
import { useWidth } from "../room";
import { ADD_KEY, FlowNode, type FlowNodeType, handleOf, takesKeys } from "./FlowNode";
import type { Draft } from "./model/draft";
import { layout, type Point } from "./model/layout";
import { sharesOf } from "./model/popularity";
import { heightOf, NODE_WIDTH, portOf } from "./model/size";
import { type Walk, wayKey } from "./model/walk";
import { Palette } from "./Palette";
import { WayEdge, type WayEdgeType } from "./WayEdge";
import styles from "./flows.module.css";

/** What can be done on the canvas; none of it if it is only looked at. */
export interface CanvasActs {
  connect(from: string, field: string, of: string | undefined, to: string): void;
  disconnect(from: string, field: string, of: string | undefined): void;
  add(kind: string): string;
  remove(node: string): void;
}

interface Props {
  draft: Draft;
  stats: FlowStats | undefined;
  /** By node: what the checker has against it. */
  mistakes: ReadonlyMap<string, string>;
  walk: Walk | null;
  /** Where the simulated call is. */
  here: string | null;
  selected: string | null;
  acts: CanvasActs | null;
  /** Changes when the layout is asked for anew. */
  tidied: number;
  onSelect: (node: string | null) => void;
}

const NODE_TYPES = { step: FlowNode };
const EDGE_TYPES = { way: WayEdge };
export const DRAGGED_KIND = "application/x-belltower-node";

/** The flow as a graph that can be drawn on. */
export function Canvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  );
}

function Graph({ draft, stats, mistakes, walk, here, selected, acts, tidied, onSelect }: Props) {
  const { t } = useTranslation("flows");
  const { appearance } = usePreferences();
  const { screenToFlowPosition, setViewport, setCenter, getZoom } = useReactFlow();
  const frame = useRef<HTMLDivElement>(null);
  const room = useWidth(frame);
  /** Where somebody has moved nodes to; the language keeps no places, so they last as long as the page. */
  const [moved, setMoved] = useState<ReadonlyMap<string, Point>>(new Map());
  const drawn = useLayout(draft, acts !== null);
  const sizes = useRef(drawn);
  useEffect(() => {
    sizes.current = drawn;
  });
  useEffect(() => {
    if (tidied === 0) return;
    setMoved(new Map());
    void setViewport(firstView(sizes.current, frame.current?.clientWidth ?? 0, frame.current?.clientHeight ?? 0));
  }, [tidied, setViewport]);
  const [added, setAdded] = useState<string | null>(null);
  useFollow(here ?? added, drawn.places, leftOf(room), { setCenter, getZoom });
  const nodes = useMemo(
    () =>
      draft.nodes.map((node): FlowNodeType => {
        const height = heightOf(node, acts && takesKeys(node) ? 1 : 0);
        return {
          id: node.name,
          type: "step",
          position: moved.get(node.name) ?? drawn.places.get(node.name) ?? { x: 0, y: 0 },
          width: NODE_WIDTH,
          height,
          measured: { width: NODE_WIDTH, height },
          selected: node.name === selected,
          data: { node, language: draft.language, start: node.name === draft.start, editable: acts !== null, shares: sharesOf(stats, node.name), mistake: mistakes.get(node.name) ?? null, step: walk?.nodes.get(node.name) ?? null, here: node.name === here },
        };
      }),
    [draft, drawn, moved, selected, acts, stats, mistakes, walk, here],
  );
  const edges = useEdges(draft, drawn.bends, moved, walk, selected);
  const changed = useCallback((changes: NodeChange<FlowNodeType>[]) => {
    for (const change of changes) {
      // By the keyboard; a click says it itself.
      if (change.type === "select" && change.selected) onSelect(change.id);
      if (change.type === "position" && change.position) {
        const { id, position } = change;
        setMoved((before) => new Map(before).set(id, position));
      }
    }
  }, [onSelect]);
  const connect = ({ source, sourceHandle, target }: Connection) => {
    if (sourceHandle === ADD_KEY) return acts?.connect(source, "keys", "+", target);
    const [field = "", of = ""] = (sourceHandle ?? "").split("|");
    acts?.connect(source, field, of || undefined, target);
  };
  const drop = (event: DragEvent) => {
    const kind = event.dataTransfer.getData(DRAGGED_KIND);
    if (!kind || !acts) return;
    event.preventDefault();
    const position = screenToFlowPosition({ x: event.clientX - NODE_WIDTH / 2, y: event.clientY - 20 });
    const name = acts.add(kind);
    setMoved((before) => new Map(before).set(name, position));
    onSelect(name);
  };
  return (
    <ReactFlow<FlowNodeType, WayEdgeType>
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      colorMode={appearance}
      aria-label={t("canvas", { name: draft.name })}
      minZoom={0.15}
      maxZoom={1.5}
      ref={frame}
      onInit={(graph) => void graph.setViewport(firstView(drawn, frame.current?.clientWidth ?? 0, frame.current?.clientHeight ?? 0))}
      nodesConnectable={acts !== null}
      nodesDraggable
      edgesReconnectable={false}
      deleteKeyCode={acts ? ["Delete", "Backspace"] : null}
      onNodesChange={changed}
      onConnect={connect}
      onNodeClick={(_, { id }) => onSelect(id)}
      onPaneClick={() => onSelect(null)}
      onNodesDelete={(gone) => gone.forEach(({ id }) => acts?.remove(id))}
      onEdgesDelete={(gone) => gone.forEach(({ source, sourceHandle }) => acts?.disconnect(source, sourceHandle?.split("|")[0] ?? "", sourceHandle?.split("|")[1] || undefined))}
      onDragOver={(event) => event.dataTransfer.types.includes(DRAGGED_KIND) && event.preventDefault()}
      onDrop={drop}
    >
      <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} />
      <Controls showInteractive={false} position="bottom-left" fitViewOptions={{ padding: besidePalette(room) }} />
      {draft.nodes.length > 12 && <MiniMap pannable zoomable position="bottom-right" className={styles.map ?? ""} nodeColor="var(--bell-line)" />}
      {acts && (
        <Panel position="top-left">
          <Palette
            onAdd={(kind) => {
              const name = acts.add(kind);
              setAdded(name);
              onSelect(name);
            }}
          />
        </Panel>
      )}
    </ReactFlow>
  );
}

/** What the palette takes: on the left, or above where there is no room beside it. */
const LEFT = 136;
const ABOVE = 48;
/** The air around everything. */
const AIR = 24;
/** Below this width the palette is a row above the graph, as in the styles. */
const BESIDE_MIN = 700;
/** Nobody can read nodes that are smaller. */
const ZOOM_MIN = 0.62;

const leftOf = (room: number) => (room < BESIDE_MIN ? 0 : LEFT);

/** Where the graph is when all of it is shown: beside the palette, not under it. */
function besidePalette(room: number) {
  return { left: `${leftOf(room) + AIR}px`, top: `${room < BESIDE_MIN ? ABOVE : AIR}px`, right: `${AIR}px`, bottom: `${AIR}px` } as const;
}

/** All of the flow if it can be read then; else its beginning, its height in the middle. */
function firstView({ width, height }: { width: number; height: number }, room: number, tall: number) {
  const left = leftOf(room);
  const zoom = Math.min(Math.max(Math.min((room - left - 2 * AIR) / Math.max(width, 1), (tall - 2 * AIR) / Math.max(height, 1)), ZOOM_MIN), 1);
  return { x: left + AIR, y: Math.max((tall - height * zoom) / 2, AIR), zoom };
}

function useLayout(draft: Draft, editable: boolean) {
  // The layout goes by shape alone: typing a prompt must not move anything.
  const shape = JSON.stringify([draft.start, draft.nodes.map(({ name, do: word, ways }) => [name, word, ways.map(({ to, field, of }) => [to, field, of])])]);
  return useMemo(() => {
    const boxes = draft.nodes.map((node) => ({ id: node.name, width: NODE_WIDTH, height: heightOf(node, editable && takesKeys(node) ? 1 : 0) }));
    const links = draft.nodes.flatMap((node) => node.ways.map((way, place) => ({ from: node.name, to: way.to ?? "", port: portOf(node, place) })));
    return layout(boxes, links, draft.start);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `shape` is what of the draft matters here.
  }, [shape, editable]);
}

function useEdges(draft: Draft, bends: Point[][], moved: ReadonlyMap<string, Point>, walk: Walk | null, selected: string | null): WayEdgeType[] {
  return useMemo(() => {
    const known = new Set(draft.nodes.map(({ name }) => name));
    return draft.nodes
      .flatMap(({ ways }) => ways)
      .flatMap((way, place): WayEdgeType[] => {
        if (way.to === null || !known.has(way.to)) return [];
        const lit = walk?.ways.has(wayKey(way)) ?? false;
        const near = selected !== null && (way.from === selected || way.to === selected);
        const colour = lit ? "var(--bell-bad)" : near ? "var(--bell-accent)" : "var(--bell-flow-way)";
        return [
          {
            id: wayKey(way),
            type: "way",
            source: way.from,
            sourceHandle: handleOf(way),
            target: way.to,
            targetHandle: "in",
            zIndex: lit || near ? 1 : 0,
            data: { bends: moved.has(way.from) || moved.has(way.to) ? [] : (bends[place] ?? []) },
            style: { stroke: colour, strokeWidth: lit ? 2.5 : near ? 2 : 1.5 },
            markerEnd: { type: MarkerType.ArrowClosed, color: colour, width: 16, height: 16, markerUnits: "userSpaceOnUse" },
          },
        ];
      });
  }, [draft, bends, moved, walk, selected]);
}

/** Brings a node into sight: where the simulated call is, or what was just added. */
function useFollow(wanted: string | null, places: Map<string, Point>, left: number, { setCenter, getZoom }: { setCenter: ReturnType<typeof useReactFlow>["setCenter"]; getZoom: () => number }): void {
  const last = useRef<string | null>(null);
  useEffect(() => {
    const place = wanted === null ? undefined : places.get(wanted);
    if (wanted === last.current || (wanted !== null && !place)) return;
    last.current = wanted;
    const zoom = Math.max(getZoom(), 0.7);
    if (place) void setCenter(place.x + NODE_WIDTH / 2 - left / 2 / zoom, place.y + 70, { zoom, duration: 300 });
  }, [wanted, places, left, setCenter, getZoom]);
}
