// Two texts compared line by line.

export type Line = { what: "same" | "gone" | "come"; text: string; old?: number; now?: number };

/** Longer texts are compared as a whole: the table below would not fit. */
const CELLS_MAX = 4_000_000;

/** The lines of both texts in one list; lines counted from 1. */
export function difference(before: string, after: string): Line[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const middle = changed(old.slice(head, old.length - tail), now.slice(head, now.length - tail));
  const same = (text: string): Line => ({ what: "same", text });
  return numbered([...old.slice(0, head).map(same), ...middle, ...old.slice(old.length - tail).map(same)]);
}

/** The longest common part stays, the rest went or came. */
function changed(old: string[], now: string[]): Line[] {
  const gone = (text: string): Line => ({ what: "gone", text });
  const come = (text: string): Line => ({ what: "come", text });
  if (old.length * now.length > CELLS_MAX) return [...old.map(gone), ...now.map(come)];
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      common[at] = old[i] === now[j] ? common[at + width + 1]! + 1 : Math.max(common[at + width]!, common[at + 1]!);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ what: "same", text: old[i]! });
      [i, j] = [i + 1, j + 1];
    } else if (i < old.length && (j === now.length || common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      lines.push(gone(old[i]!));
      i += 1;
    } else {
      lines.push(come(now[j]!));
      j += 1;
    }
  }
  return lines;
}

function numbered(lines: Line[]): Line[] {
  let [old, now] = [0, 0];
  return lines.map((line) => ({
    ...line,
    ...(line.what !== "come" && { old: (old += 1) }),
    ...(line.what !== "gone" && { now: (now += 1) }),
  }));
}

/** Only what changed, with so many lines around it; null stands for what is left out. */
export function around(lines: readonly Line[], context: number): (Line | null)[] {
  const near = lines.map((_, place) => lines.slice(Math.max(place - context, 0), place + context + 1).some(({ what }) => what !== "same"));
  return lines.flatMap((line, place): (Line | null)[] => (near[place] ? [line] : place === 0 || near[place - 1] ? [null] : []));
}
