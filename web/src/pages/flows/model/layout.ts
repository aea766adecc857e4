// Where the nodes of a flow stand: in columns from left to right as calls go, with few crossings, the same for the same
// flow. A small Sugiyama layout: columns by longest way, dummies where a way passes columns, medians for the order.

/** What is laid out. Sizes are in pixels; a way leaves its node `port` pixels below its top. */
export type Box = { id: string; width: number; height: number };
export type Link = { from: string; to: string; port: number };

export type Point = { x: number; y: number };
/** Places of the boxes' top left corners, and for each link the points it passes between its ends. */
export type Layout = { places: Map<string, Point>; bends: Point[][]; width: number; height: number };

const COLUMN_GAP = 64;
const ROW_GAP = 28;
/** What a passing way takes of a column. */
const LANE_HEIGHT = 20;
const SWEEPS = 12;
/** A way that passes more columns goes straight: nobody could follow it anyway. */
const PASSED_MAX = 16;
/** Where a way enters a box, below its top. */
export const ENTRY = 22;

type Slot = { id: string; box?: Box; column: number; height: number; y: number; ins: Edge[]; outs: Edge[] };
type Edge = { from: Slot; to: Slot; port: number };
type Passing = { forward: boolean; dummies: Slot[] };

/** Lays a flow out from its start. */
export function layout(boxes: readonly Box[], links: readonly Link[], start: string): Layout {
  const known = new Set(boxes.map(({ id }) => id));
  const drawn = links.map((link) => ({ ...link, known: known.has(link.from) && known.has(link.to) }));
  const forward = acyclic(boxes, drawn, start);
  const column = columnsOf(boxes, drawn, forward, start);
  const slots = new Map(
    boxes.map((box): [string, Slot] => [
      box.id,
      { id: box.id, box, column: column.get(box.id) ?? 0, height: box.height, y: 0, ins: [], outs: [] },
    ]),
  );
  const columns = inColumns(slots);
  const passing = drawn.map((link, place): Passing => {
    const leads = link.known && link.from !== link.to;
    return { forward: forward.has(place), dummies: leads ? lead(link, forward.has(place), slots, columns) : [] };
  });
  order(columns);
  spread(columns);
  return placed(columns, slots, passing);
}

/** Which links go forward when the graph is walked depth first from the start: without the others it has no circle. */
function acyclic(boxes: readonly Box[], links: readonly (Link & { known: boolean })[], start: string): Set<number> {
  const outs = new Map<string, number[]>();
  links.forEach(({ from, known }, place) => {
    if (known) outs.set(from, [...(outs.get(from) ?? []), place]);
  });
  const state = new Map<string, "open" | "done">();
  const forward = new Set<number>();
  const visit = (id: string) => {
    state.set(id, "open");
    for (const place of outs.get(id) ?? []) {
      const to = links[place]?.to ?? "";
      if (state.get(to) !== "open") forward.add(place);
      if (!state.has(to)) visit(to);
    }
    state.set(id, "done");
  };
  for (const id of [start, ...boxes.map((box) => box.id)]) {
    if (!state.has(id) && boxes.some((box) => box.id === id)) visit(id);
  }
  return forward;
}

/** The column of each box: one more than the farthest of those that lead to it. */
function columnsOf(
  boxes: readonly Box[],
  links: readonly Link[],
  forward: ReadonlySet<number>,
  start: string,
): Map<string, number> {
  const column = new Map<string, number>(boxes.map(({ id }) => [id, 0]));
  // Longest ways in a graph without circles are stable after as many rounds as it has boxes.
  for (let round = 0, moved = true; moved && round <= boxes.length; round += 1) {
    moved = false;
    links.forEach(({ from, to }, place) => {
      const wanted = (column.get(from) ?? 0) + 1;
      if (forward.has(place) && to !== start && (column.get(to) ?? 0) < wanted) {
        column.set(to, wanted);
        moved = true;
      }
    });
  }
  return column;
}

function inColumns(slots: ReadonlyMap<string, Slot>): Slot[][] {
  const columns: Slot[][] = [];
  for (const slot of slots.values()) {
    (columns[slot.column] ??= []).push(slot);
  }
  return Array.from(columns, (column: Slot[] | undefined) => column ?? []);
}

/** Joins two slots, by a dummy in each column between them; returns the dummies in the link's direction. */
function lead(link: Link, forward: boolean, slots: Map<string, Slot>, columns: Slot[][]): Slot[] {
  const [left, right] = forward ? [link.from, link.to] : [link.to, link.from];
  const [from, to] = [slots.get(left), slots.get(right)];
  if (!from || !to || to.column - from.column > PASSED_MAX) return [];
  const dummies: Slot[] = [];
  let last = from;
  for (let column = from.column + 1; column < to.column; column += 1) {
    const dummy: Slot = { id: "", column, height: LANE_HEIGHT, y: 0, ins: [], outs: [] };
    columns[column]?.push(dummy);
    dummies.push(dummy);
    join(last, dummy, last === from && forward ? link.port : undefined);
    last = dummy;
  }
  join(last, to, last === from && forward ? link.port : undefined);
  return forward ? dummies : dummies.reverse();
}

function join(from: Slot, to: Slot, port: number | undefined): void {
  const edge = { from, to, port: port ?? from.height / 2 };
  from.outs.push(edge);
  to.ins.push(edge);
}

/** Orders each column by where its neighbours stand, there and back, until little changes. */
function order(columns: Slot[][]): void {
  stack(columns);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const rightwards = sweep % 2 === 0;
    const walk = rightwards ? columns : [...columns].reverse();
    for (const column of walk) {
      const wanted = new Map(column.map((slot) => [slot, middle(slot, rightwards) ?? slot.y + slot.height / 2]));
      column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      stackOne(column);
    }
  }
}

/** Where a slot's middle would like to be for its ways to be level: the mean of what its neighbours offer. */
function middle(slot: Slot, rightwards: boolean): number | undefined {
  const edges = rightwards ? slot.ins : slot.outs;
  if (edges.length === 0) return undefined;
  const sum = edges.reduce((total, edge) => {
    const [other, at] = rightwards ? [edge.from, edge.port] : [edge.to, edge.to.height / 2];
    return total + other.y + at;
  }, 0);
  return sum / edges.length;
}

function stack(columns: Slot[][]): void {
  columns.forEach(stackOne);
}

function stackOne(column: Slot[]): void {
  let y = 0;
  for (const slot of column) {
    slot.y = y;
    y += slot.height + ROW_GAP;
  }
}

/** Moves slots towards their neighbours without changing their order or letting them touch. */
function spread(columns: Slot[][]): void {
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const rightwards = sweep % 2 === 0;
    for (const column of rightwards ? columns : [...columns].reverse()) pull(column, rightwards);
  }
}

/** Gives a column the places nearest to those it wants, in order: blocks that collide share their mean. */
function pull(column: Slot[], rightwards: boolean): void {
  type Block = { slots: Slot[]; top: number; height: number };
  const blocks: Block[] = [];
  for (const slot of column) {
    const wanted = middle(slot, rightwards) ?? middle(slot, !rightwards) ?? slot.y + slot.height / 2;
    let block: Block = { slots: [slot], top: wanted - slot.height / 2, height: slot.height + ROW_GAP };
    for (let above = blocks.at(-1); above && above.top + above.height > block.top; above = blocks.at(-1)) {
      blocks.pop();
      const [a, b] = [above.slots.length, block.slots.length];
      const top = (above.top * a + (block.top - above.height) * b) / (a + b);
      block = { slots: [...above.slots, ...block.slots], top, height: above.height + block.height };
    }
    blocks.push(block);
  }
  for (const { slots, top } of blocks) {
    let y = top;
    for (const slot of slots) {
      slot.y = y;
      y += slot.height + ROW_GAP;
    }
  }
}

function placed(columns: Slot[][], slots: ReadonlyMap<string, Slot>, passing: Passing[]): Layout {
  const top = columns.flat().reduce((least, { y }) => Math.min(least, y), Infinity);
  const lefts: number[] = [];
  let x = 0;
  for (const column of columns) {
    lefts.push(x);
    x += column.reduce((widest, { box }) => Math.max(widest, box?.width ?? 0), 0) + COLUMN_GAP;
  }
  const places = new Map<string, Point>();
  let height = 0;
  for (const slot of slots.values()) {
    const y = Math.round(slot.y - top);
    places.set(slot.id, { x: lefts[slot.column] ?? 0, y });
    height = Math.max(height, y + slot.height);
  }
  const bends = passing.map(({ forward, dummies }) =>
    dummies.flatMap((dummy) => {
      const left = lefts[dummy.column] ?? 0;
      const right = (lefts[dummy.column + 1] ?? x) - COLUMN_GAP;
      const y = Math.round(dummy.y - top + LANE_HEIGHT / 2);
      return (forward ? [left, right] : [right, left]).map((at) => ({ x: at, y }));
    }),
  );
  return { places, bends, width: Math.max(x - COLUMN_GAP, 0), height };
}
