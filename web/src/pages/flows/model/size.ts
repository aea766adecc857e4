import type { DraftNode } from "./draft";

// How large a node is drawn; the layout and the style sheet go by the same numbers.

export const NODE_WIDTH = 232;
export const HEAD_HEIGHT = 44;
export const SAID_HEIGHT = 44;
export const WAY_HEIGHT = 26;
const FOOT_HEIGHT = 8;

/** Whether something stands below the head: what is heard, which queue. */
export function says(node: DraftNode): boolean {
  return !["answer"].includes(node.do);
}

export function heightOf(node: DraftNode, extra: number): number {
  const ways = node.ways.length + extra;
  return HEAD_HEIGHT + (says(node) ? SAID_HEIGHT : 0) + ways * WAY_HEIGHT + (ways > 0 ? FOOT_HEIGHT : 4);
}

/** Where a way leaves its node, below its top. */
export function portOf(node: DraftNode, place: number): number {
  return HEAD_HEIGHT + (says(node) ? SAID_HEIGHT : 0) + place * WAY_HEIGHT + WAY_HEIGHT / 2;
}
