/** `1:02:03`, `2:03`, `0:07`: for what runs, and for columns. Negative durations are zero. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

type Unit = "day" | "hour" | "minute" | "second";
const units: [Unit, number][] = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

/** The two largest units in words: "1 h 2 min". `word` says one unit in the reader's language. */
export function formatDuration(ms: number, word: (unit: Unit, count: number) => string): string {
  let rest = Math.max(0, Math.round(ms / 1000));
  const parts: string[] = [];
  for (const [unit, seconds] of units) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(word(unit, count));
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length > 0 ? parts.join(" ") : word("second", 0);
}
