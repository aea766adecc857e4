// Reports as the server counts them, and what is worked out of a row: each figure by a formula that stands on the page.

import { permilleOf } from "../figures";

export interface VolumeRow {
  at: string;
  offered: number;
  answered: number;
  abandoned: number;
  left?: number;
  talk_ms: number;
  wait_ms: number;
}

/** What callers were asked in surveys, and what they said. */
export interface Votes {
  asked: number;
  given: number;
  scales: ScaleRow[];
}

/** The answers by one scale: those of another question, or of another best score, are never put into one mean with them. */
export interface ScaleRow {
  question: string;
  best: number;
  given: number;
  score_sum: number;
  best_given: number;
}

export interface AgentRow {
  agent: string;
  display_name?: string | null;
  offered?: number;
  answered: number;
  missed: number;
  talk_ms: number;
  hold_ms: number;
  wrap_up_ms: number;
  signed_in_ms?: number | null;
  break_ms?: number | null;
  votes?: Votes;
}

export interface HeatRow {
  /** 1 is Monday. */
  weekday: number;
  hour: number;
  offered: number;
  answered?: number;
  abandoned?: number;
}

export interface ServiceRow {
  at: string;
  offered: number;
  answered: number;
  answered_within: number;
  abandoned: number;
  service_level_permille: number | null;
}

export interface Report<Row> {
  from: string;
  to: string;
  zone?: string | null;
  rows: Row[];
  totals: Partial<Row>;
  within_ms?: number;
  target_permille?: number;
}

export interface Reconciled {
  reports: Record<string, number>;
  records: Record<string, number>;
  equal: boolean;
  differences: { figure: string; report: number; records: number }[];
}

/** How much of the time an agent was there for calls he was busy with them, in thousandths. */
export function occupancy({ talk_ms, hold_ms, wrap_up_ms, signed_in_ms, break_ms }: AgentRow): number | null {
  if (signed_in_ms == null) return null;
  return permilleOf(talk_ms + hold_ms + wrap_up_ms, signed_in_ms - (break_ms ?? 0));
}

export function mean(sum: number, count: number): number | null {
  return count > 0 ? Math.round(sum / count) : null;
}

/** The mean of one scale's scores, to hundredths, and how many of them were the best there is, in thousandths. */
export function satisfaction({ given, score_sum, best_given }: ScaleRow): { mean: string; bestPermille: number } | null {
  if (given <= 0) return null;
  return { mean: (score_sum / given).toFixed(2), bestPermille: permilleOf(best_given, given) ?? 0 };
}

export interface Heat {
  /** By weekday, then hour. */
  cells: number[][];
  most: number;
}

/** The rows as a week of hours; what the server leaves out is nothing. */
export function heatOf(rows: readonly HeatRow[], of: "offered" | "answered" | "abandoned"): Heat {
  const cells = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  let most = 0;
  for (const row of rows) {
    const day = cells[row.weekday - 1];
    if (!day || day[row.hour] === undefined) continue;
    day[row.hour] = (day[row.hour] ?? 0) + (row[of] ?? 0);
    most = Math.max(most, day[row.hour] ?? 0);
  }
  return { cells, most };
}

/** One of five strengths; nothing is 0. */
export function strength(count: number, most: number): number {
  return count <= 0 || most <= 0 ? 0 : Math.min(Math.ceil((count / most) * 5), 5);
}
