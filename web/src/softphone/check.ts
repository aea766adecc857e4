// What the device check judges: pure, so that every verdict can be told from its figures (AGT-10, TEL-18).

export const checks = ["permission", "microphone", "speaker", "route", "network", "echo"] as const;
export type Check = (typeof checks)[number];
export type Verdict = "ok" | "warning" | "failed" | "skipped";

/** How a check went; figures are what was measured, with their units in their names. */
export interface CheckResult {
  check: Check;
  level: Verdict;
  figures: Record<string, number>;
  /** Which words say what is wrong and what helps. */
  cause?: string;
}

/** What a desk's network must give before a shift. */
export interface NetworkPolicy {
  /** Asked for in each direction, kilobits per second. */
  rate_kbps_min: number;
  /** What a call really takes in each direction. */
  rate_kbps_real: number;
  rtt_ms_max: number;
  jitter_ms_max: number;
  loss_permille_max: number;
}

/** As the requirement has it, 1 Mbit/s; a call in G.711 takes about a tenth of that. */
export const networkPolicy: NetworkPolicy = { rate_kbps_min: 1_000, rate_kbps_real: 100, rtt_ms_max: 300, jitter_ms_max: 30, loss_permille_max: 10 };

export interface NetworkFigures {
  down_kbps?: number;
  up_kbps?: number;
  rtt_ms?: number;
  jitter_ms?: number;
  loss_permille?: number;
}

export interface NetworkLine {
  figure: keyof NetworkFigures;
  value: number;
  limit: number;
  ok: boolean;
  /** Whether it is below the policy, and still enough for a call. */
  enough: boolean;
}

/** Each figure against its limit; what was not measured is left out. */
export function networkLines(figures: NetworkFigures, policy: NetworkPolicy): NetworkLine[] {
  const least = (figure: "down_kbps" | "up_kbps"): NetworkLine[] => {
    const value = figures[figure];
    return value === undefined ? [] : [{ figure, value, limit: policy.rate_kbps_min, ok: value >= policy.rate_kbps_min, enough: value >= policy.rate_kbps_real }];
  };
  const most = (figure: "rtt_ms" | "jitter_ms" | "loss_permille", limit: number): NetworkLine[] => {
    const value = figures[figure];
    return value === undefined ? [] : [{ figure, value, limit, ok: value <= limit, enough: value <= limit }];
  };
  return [...least("down_kbps"), ...least("up_kbps"), ...most("rtt_ms", policy.rtt_ms_max), ...most("jitter_ms", policy.jitter_ms_max), ...most("loss_permille", policy.loss_permille_max)];
}

export function judgeNetwork(figures: NetworkFigures, policy: NetworkPolicy): CheckResult {
  const lines = networkLines(figures, policy);
  const worst = lines.find(({ ok }) => !ok);
  const level: Verdict = lines.length === 0 ? "failed" : worst ? "failed" : "ok";
  return { check: "network", level, figures: { ...figures }, ...(lines.length === 0 ? { cause: "unreachable" } : worst && { cause: worst.enough ? "below_policy" : worst.figure }) };
}

/** What a microphone gave in silence and in speech, in decibels below full scale. */
export interface MicrophoneFigures {
  noise_db: number;
  speech_db: number;
  clipped_permille: number;
}

/** Below this the microphone is taken for silent: a quiet room is at about -60. */
const SPEECH_DB_MIN = -50;
const SPEECH_DB_GOOD_MIN = -38;
const NOISE_DB_MAX = -35;
const CLIPPED_PERMILLE_MAX = 5;

export function judgeMicrophone(figures: MicrophoneFigures): CheckResult {
  const is = (level: Verdict, cause?: string): CheckResult => ({ check: "microphone", level, figures: { ...figures }, ...(cause && { cause }) });
  if (figures.speech_db < SPEECH_DB_MIN) return is("failed", "silent");
  if (figures.clipped_permille > CLIPPED_PERMILLE_MAX) return is("warning", "clipped");
  if (figures.noise_db > NOISE_DB_MAX) return is("warning", "noisy");
  return figures.speech_db < SPEECH_DB_GOOD_MIN ? is("warning", "quiet") : is("ok");
}

/** The loudness of samples between -1 and 1, in decibels below full scale. */
export function decibels(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  return power > 0 ? Math.round(10 * Math.log10(power)) : -100;
}

const CLIPPED_AT = 0.985;

/** How many samples are as loud as there is room for. */
export function clippedOf(samples: Float32Array): number {
  return samples.reduce((count, sample) => count + (Math.abs(sample) >= CLIPPED_AT ? 1 : 0), 0);
}

/** The middle of some times. */
export function median(times: number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Infinity;
}

/** The mean difference from one time to the next. */
export function jitterOf(times: number[]): number {
  if (times.length < 2) return 0;
  const steps = times.slice(1).map((time, place) => Math.abs(time - (times[place] ?? time)));
  return steps.reduce((sum, step) => sum + step, 0) / steps.length;
}

/** Round trips, jitter and loss from answers to small questions; null: no answer in time. */
export function tripFigures(trips: (number | null)[]): NetworkFigures {
  const times = trips.filter((trip) => trip !== null);
  if (times.length === 0) return {};
  return { rtt_ms: Math.round(median(times)), jitter_ms: Math.round(jitterOf(times)), loss_permille: Math.round(((trips.length - times.length) * 1_000) / trips.length) };
}

/** What is kept of a check, with its figures, for whoever helps. */
export interface DeviceReport {
  agent: string | null;
  at: string;
  browser: string;
  took_ms: number;
  passed: boolean;
  results: CheckResult[];
}

/** Passed: nothing failed, and everything was looked at. */
export function reportOf(results: CheckResult[], of: Pick<DeviceReport, "agent" | "at" | "browser" | "took_ms">): DeviceReport {
  return { ...of, passed: checks.every((check) => results.some((result) => result.check === check)) && results.every(({ level }) => level !== "failed"), results };
}
