import type { Span } from "./axis";

/**
 * The outline of one side of a recording, seen part only: a closed path `height` pixels high that stands on its base
 * line, upwards or downwards. `seen` is in milliseconds of the recording.
 */
export function outline(peaks: readonly number[], lengthMs: number, seen: Span, width: number, height: number, way: "up" | "down"): string {
  if (peaks.length === 0 || lengthMs <= 0 || width <= 0) return "";
  const perPixel = (seen.to - seen.from) / width;
  const perPeak = lengthMs / peaks.length;
  const base = way === "up" ? height : 0;
  const points: string[] = [];
  for (let x = 0; x <= width; x += 1) {
    const at = seen.from + x * perPixel;
    if (at < 0 || at > lengthMs) continue;
    const loud = loudest(peaks, Math.floor(at / perPeak), Math.ceil((at + perPixel) / perPeak));
    const reach = Math.max(loud ** 0.8 * height, 0.5);
    points.push(`${x} ${(way === "up" ? height - reach : reach).toFixed(1)}`);
  }
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return "";
  return `M${first.split(" ")[0]} ${base}L${points.join("L")}L${last.split(" ")[0]} ${base}Z`;
}

function loudest(peaks: readonly number[], from: number, to: number): number {
  let most = 0;
  for (let place = Math.max(from, 0); place < Math.min(Math.max(to, from + 1), peaks.length); place += 1) most = Math.max(most, peaks[place] ?? 0);
  return Math.min(most, 1);
}
