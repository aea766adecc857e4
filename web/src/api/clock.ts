import { create } from "zustand";

/** From here on a clock that is wrong is worth a word: times in lists and codes of authenticators would be off. */
export const SKEW_MS_MAX = 120_000;

/** How far this machine's clock is before the server's, in milliseconds; the server says whole seconds. */
export const useClock = create<{ aheadMs: number }>(() => ({ aheadMs: 0 }));

/** Compares the clocks by the `Date` of an answer that took `tookMs`. An answer from a cache says nothing. */
export function aheadOf(date: string | null, now: number, tookMs: number): number | null {
  const there = date === null ? NaN : Date.parse(date);
  return Number.isNaN(there) ? null : Math.round(now - tookMs / 2 - there);
}

/** When the server last answered, as this machine's epoch milliseconds: what a sliding session is counted from. */
export const useAnswered = create<{ at: number }>(() => ({ at: Date.now() }));

/** Before the end of a session this long is warned (SEC-26). */
export const WARN_MS = 300_000;

/** How much of a session is left. `ends` was said at `saidAt`; each answer since has moved it by as much. */
export function sessionLeftMs(ends: string | null | undefined, saidAt: number, answeredAt: number, now: number): number | null {
  if (!ends) return null;
  const window = Date.parse(ends) - saidAt;
  return Math.max(saidAt, answeredAt) + window - now;
}
