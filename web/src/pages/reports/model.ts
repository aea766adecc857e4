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
  score_mean?: number | null;
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
