// One axis of time that everything of a call shares: which part of it is seen, where on screen an instant stands, which
// instants deserve a line. Times are milliseconds since the call arrived.

export type Span = { from: number; to: number };

/** The whole, what of it is seen, and on how many pixels. */
export type Axis = { whole: Span; seen: Span; width: number };

/** Nobody looks closer than this. */
const SEEN_MIN_MS = 200;
/** What may stand between two lines of the grid. */
const STEPS_MS = [
  10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000,
  1_800_000, 3_600_000, 7_200_000,
];

export function axis(lengthMs: number, width: number): Axis {
  const whole = { from: 0, to: Math.max(lengthMs, SEEN_MIN_MS) };
  return { whole, seen: whole, width };
}

/** Where an instant stands, in pixels from the left; outside the width if it is not seen. */
export function place({ seen, width }: Axis, ms: number): number {
  return ((ms - seen.from) / (seen.to - seen.from)) * width;
}

/** Which instant stands there. */
export function instant({ seen, width }: Axis, pixels: number): number {
  return width <= 0 ? seen.from : seen.from + (pixels / width) * (seen.to - seen.from);
}

/** Closer by `factor` (> 1) or farther (< 1), so that what stands at `around` stays where it is. */
export function zoom(axis: Axis, factor: number, around: number): Axis {
  const { whole, seen } = axis;
  const length = clamp((seen.to - seen.from) / factor, Math.min(SEEN_MIN_MS, whole.to - whole.from), whole.to - whole.from);
  const share = (around - seen.from) / (seen.to - seen.from);
  return see(axis, { from: around - share * length, to: around + (1 - share) * length });
}

/** Moves what is seen, as far as there is something. */
export function pan(axis: Axis, byMs: number): Axis {
  return see(axis, { from: axis.seen.from + byMs, to: axis.seen.to + byMs });
}

/** Shows this span, or as much of its length as there is. */
export function see(axis: Axis, wanted: Span): Axis {
  const { whole } = axis;
  const length = clamp(wanted.to - wanted.from, Math.min(SEEN_MIN_MS, whole.to - whole.from), whole.to - whole.from);
  const from = clamp(wanted.from, whole.from, whole.to - length);
  return { ...axis, seen: { from, to: from + length } };
}

/** Moves only if this instant is not seen: for the head of the player. */
export function follow(axis: Axis, ms: number): Axis {
  const { from, to } = axis.seen;
  return ms >= from && ms <= to ? axis : see(axis, { from: ms, to: ms + (to - from) });
}

/** The instants that get a line, and how precisely they have to be written. */
export function ticks({ seen, whole, width }: Axis, apartPixels = 90): { at: number[]; step: number } {
  const wanted = ((seen.to - seen.from) / Math.max(width, 1)) * apartPixels;
  const step = STEPS_MS.find((step) => step >= wanted) ?? STEPS_MS.at(-1) ?? 1;
  const at: number[] = [];
  for (let tick = Math.ceil(seen.from / step) * step; tick <= Math.min(seen.to, whole.to); tick += step) at.push(tick);
  return { at, step };
}

/** `1:02:03`, `2:03`, and so many thousandths as the step asks for. */
export function clock(ms: number, step = 1_000): string {
  const digits = step >= 1_000 ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3;
  const unit = 10 ** (3 - digits);
  const rounded = Math.round(Math.max(ms, 0) / unit) * unit;
  const seconds = Math.floor(rounded / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const part = digits === 0 ? "" : `.${String(rounded % 1_000).padStart(3, "0").slice(0, digits)}`;
  const minutes = h > 0 ? `${h}:${String(m).padStart(2, "0")}` : String(m);
  return `${minutes}:${String(s).padStart(2, "0")}${part}`;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
