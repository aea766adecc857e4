// A call's way through the graph, for what lights up on it.

import type { DraftNode, Way } from "./draft";

/** Which nodes and which ways a walk touches. */
export type Walk = { nodes: Map<string, number>; ways: Set<string> };

export const wayKey = (way: Pick<Way, "from" | "field" | "of">) => `${way.from}|${way.field}|${way.of ?? ""}`;

/**
 * The walk over these nodes in their order. Between two neighbours several ways may lead: the one whose label is named is
 * taken, else all of them.
 */
export function walk(nodes: readonly DraftNode[], path: readonly { node: string; label?: string | null }[]): Walk {
  const touched: Walk = { nodes: new Map(), ways: new Set() };
  const byName = new Map(nodes.map((node) => [node.name, node]));
  path.forEach(({ node }, place) => {
    if (!touched.nodes.has(node)) touched.nodes.set(node, place + 1);
    const next = path[place + 1];
    if (!next) return;
    const leading = (byName.get(node)?.ways ?? []).filter(({ to, again }) => to === next.node || (again === "repeat" && next.node === node));
    const named = leading.filter((way) => next.label && names(way, next.label));
    for (const way of named.length > 0 ? named : leading) touched.ways.add(wayKey(way));
  });
  return touched;
}

/** Whether the checker's words mean this way: `key 2`, `case 1`, `attempts used up`… */
function names(way: Way, label: string): boolean {
  const [kind, of] = label.split(" ");
  if (way.label === "key") return kind === "key" && of === way.of;
  if (way.label === "case") return kind === "case" && Number(of) === Number(way.of) + 1;
  return label.replaceAll(" ", "_") === way.label || (label === "attempts used up" && way.label === "otherwise") || (label === "then" && way.label === "next");
}
