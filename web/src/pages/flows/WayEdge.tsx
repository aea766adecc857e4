import { BaseEdge, type Edge, type EdgeProps } from "@xyflow/react";
import type { Point } from "./model/layout";

export interface WayEdgeData extends Record<string, unknown> {
  /** Places between its ends where it passes other nodes. */
  bends: readonly Point[];
}

export type WayEdgeType = Edge<WayEdgeData, "way">;

/** A way as a line that runs level where it leaves, passes and arrives. */
export function WayEdge({ sourceX, sourceY, targetX, targetY, data, markerEnd, style }: EdgeProps<WayEdgeType>) {
  return <BaseEdge path={pathOf([{ x: sourceX, y: sourceY }, ...(data?.bends ?? []), { x: targetX, y: targetY }])} {...(markerEnd !== undefined && { markerEnd })} {...(style && { style })} interactionWidth={14} />;
}

/** How far a line swings out where it has to turn back. */
const SWING = 48;

function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first.x} ${first.y}`;
  let last = first;
  rest.forEach((point, place) => {
    const goesBack = point.x < last.x;
    const ends = place === 0 || place === rest.length - 1;
    const reach = goesBack ? (ends ? SWING : -(last.x - point.x) / 2) : (point.x - last.x) / 2;
    // Between bends a line that goes back runs straight back; where it leaves or arrives it turns.
    const [out, into] = goesBack && ends ? [place === 0 ? SWING : reach * -1, place === rest.length - 1 ? SWING : reach * -1] : [reach, reach];
    path += `C${last.x + out} ${last.y} ${point.x - into} ${point.y} ${point.x} ${point.y}`;
    last = point;
  });
  return path;
}
