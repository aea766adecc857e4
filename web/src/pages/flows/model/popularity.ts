// How callers choose, beside how the menu is spoken (INB-05).

import type { FlowStats } from "~/api/flows";
import { type DraftNode, keyRank } from "./draft";

/** The share of each key of a menu, in thousandths; none where nobody chose. */
export function sharesOf(stats: FlowStats | undefined, node: string): Map<string, number> {
  const keys = stats?.nodes.find((one) => one.node === node)?.keys ?? {};
  const total = Object.values(keys).reduce((sum, count) => sum + count, 0);
  return new Map(Object.entries(keys).map(([key, count]) => [key, total > 0 ? Math.round((count * 1000) / total) : 0]));
}

/** A later key that is chosen more often than an earlier one. `0`, `*` and `#` have places of their own. */
export type Disorder = { node: string; earlier: string; later: string; earlierShare: number; laterShare: number };

/** With fewer choices nothing is said: it would be chance. */
const CHOICES_MIN = 50;
/** How much more often, in thousandths. */
const APART = 50;

export function disorders(nodes: readonly DraftNode[], stats: FlowStats | undefined): Disorder[] {
  return nodes.flatMap(({ name, do: word, ways }) => {
    const counts = stats?.nodes.find((one) => one.node === name)?.keys ?? {};
    if (word !== "menu" || Object.values(counts).reduce((sum, count) => sum + count, 0) < CHOICES_MIN) return [];
    const shares = sharesOf(stats, name);
    const services = ways.flatMap(({ label, of }) => (label === "key" && of && /^[1-9]$/.test(of) ? [of] : [])).sort((a, b) => keyRank(a) - keyRank(b));
    return services.flatMap((earlier, place) => {
      const later = services.slice(place + 1).find((key) => (shares.get(key) ?? 0) > (shares.get(earlier) ?? 0) + APART);
      return later === undefined ? [] : [{ node: name, earlier, later, earlierShare: shares.get(earlier) ?? 0, laterShare: shares.get(later) ?? 0 }];
    });
  });
}
