// What the microphones of a call delivered, half a minute each, by leg.

import type { Microphone } from "~/api/records";

export interface Advice {
  code: string;
  zh: string;
  en: string;
  remedy_zh: string;
  remedy_en: string;
  /** In how many half minutes it was so. */
  times: number;
}

export interface Heard {
  leg: number;
  windows: Microphone[];
  /** How loud was usually spoken, in dBov; none: nobody spoke. */
  level: number | null;
  /** How loud it usually was while nobody spoke, in dBov. */
  noise: number;
  /** The most that was cut off in any half minute. */
  clippedPermille: number;
  /** The echo that came back loudest. */
  echo: { delayMs: number; lossDb: number } | null;
  advice: Advice[];
}

/** A measure is about so much time before it. */
export const WINDOW_MS = 30_000;

/** Each leg's microphone, with what is to be done about it, the most frequent first. */
export function heardOf(voice: readonly Microphone[]): Heard[] {
  const legs = new Map<number, Microphone[]>();
  for (const one of voice) legs.set(one.leg, [...(legs.get(one.leg) ?? []), one]);
  return [...legs].sort(([a], [b]) => a - b).map(([leg, windows]) => ({ leg, windows, ...summed(windows), advice: adviceOf(windows) }));
}

function summed(windows: readonly Microphone[]) {
  const spoken = windows.flatMap(({ level_dbov }) => level_dbov ?? []);
  const echoes = windows.flatMap(({ echo_delay_ms, echo_loss_db }) => (echo_delay_ms == null || echo_loss_db == null ? [] : [{ delayMs: echo_delay_ms, lossDb: echo_loss_db }]));
  return {
    level: median(spoken),
    noise: median(windows.map(({ noise_dbov }) => noise_dbov)) ?? 0,
    clippedPermille: Math.max(0, ...windows.map(({ clipped_permille }) => clipped_permille)),
    echo: echoes.reduce<Heard["echo"]>((loudest, echo) => (loudest && loudest.lossDb <= echo.lossDb ? loudest : echo), null),
  };
}

/** Who only listens for a while has nothing to mend: silence counts if there was nothing else. */
function adviceOf(windows: readonly Microphone[]): Advice[] {
  const mute = windows.every(({ microphone }) => microphone.code === "silent");
  const advice = new Map<string, Advice>();
  for (const one of windows.flatMap(({ microphone, echo }) => [microphone, ...(echo ? [echo] : [])])) {
    if (one.code === "fine" || (one.code === "silent" && !mute)) continue;
    advice.set(one.code, { ...one, times: (advice.get(one.code)?.times ?? 0) + 1 });
  }
  return [...advice.values()].sort((a, b) => b.times - a.times);
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
