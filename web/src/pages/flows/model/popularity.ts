// How callers choose, beside how the menu is spoken (INB-05).

import type { FlowStats } from "~/api/flows";

/** The share of each key of a menu, in thousandths; none where nobody chose. */
export function sharesOf(stats: FlowStats | undefined, node: string): Map<string, number> {
  const keys = stats?.nodes.find((one) => one.node === node)?.keys ?? {};
  const total = Object.values(keys).reduce((sum, count) => sum + count, 0);
  return new Map(Object.entries(keys).map(([key, count]) => [key, total > 0 ? Math.round((count * 1000) / total) : 0]));
}
