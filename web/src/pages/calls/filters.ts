import { type Query } from "~/api/client";

/** What calls can be asked for; the names stand in the address and in the request alike. */
export const FILTERS = ["from", "to", "number", "agent", "queue", "direction", "outcome", "min_talk_ms"] as const;
export type Filters = Partial<Record<(typeof FILTERS)[number], string>>;

/** The outcomes calls can be asked for. */
export const OUTCOMES = ["answered", "abandoned", "passed_on", "left"] as const;

/** Talk times people ask for, in milliseconds. */
export const TALK_TIMES = [60_000, 180_000, 300_000, 600_000, 1_800_000];

/** The request for what is asked: numbers without what people put between digits. */
export function queryOf(filters: Filters): Query {
  const number = filters.number?.replace(/[\s\-()（）]/g, "");
  return { ...filters, number };
}

/** Whether anything but the time is asked for. */
export function isNarrow(filters: Filters): boolean {
  return FILTERS.some((name) => name !== "from" && name !== "to" && filters[name] !== undefined);
}
