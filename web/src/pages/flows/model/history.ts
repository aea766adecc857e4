// What was, for undo; what was undone, for redo.

export type History<T> = { past: readonly T[]; now: T; future: readonly T[] };

/** Steps that can be undone; the oldest is forgotten. */
const STEPS_MAX = 200;

export function begin<T>(now: T): History<T> {
  return { past: [], now, future: [] };
}

/** A change. `merge` joins it with the last, as when somebody types. */
export function change<T>(history: History<T>, now: T, merge: boolean): History<T> {
  if (Object.is(history.now, now)) return history;
  const past = merge && history.past.length > 0 ? history.past : [...history.past, history.now].slice(-STEPS_MAX);
  return { past, now, future: [] };
}

export function undo<T>(history: History<T>): History<T> {
  const last = history.past.at(-1);
  if (last === undefined) return history;
  return { past: history.past.slice(0, -1), now: last, future: [history.now, ...history.future] };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.now], now: next, future };
}
