// Changes of a flow's text, each as small as it can be.

import { isTable, read } from "./draft.ts";
import { stepOf } from "./steps.ts";
import { type Statement, statements, type Value, writeKey, writeValue } from "./toml.ts";

/** Sets a field of a node, or takes it away. Returns the text unchanged if the node has no header of its own. */
export function setField(text: string, node: string, field: string, value: Value | undefined): string {
  const own = statementsOf(text, node);
  const header = own.find(({ what, path }) => what === "header" && path.length === 2);
  if (!header) return text;
  const written = value === undefined ? "" : `${writeKey(field)} = ${writeValue(value)}\n`;
  const old = own.filter(({ path }) => path[2] === field);
  const [first] = old;
  if (first === undefined) return insert(text, placeFor(text, own, header, node, field), written);
  // A field in a table of its own is written into the node's; its place in the text is not the node's then.
  const at = first.what === "pair" && isOwnPair(own, first) ? first.start : undefined;
  let changed = text;
  for (const { start, end } of [...old].reverse()) {
    changed = changed.slice(0, start) + (start === at ? written : "") + changed.slice(end);
  }
  return at === undefined ? setField(changed, node, field, value) : changed;
}

/** Sets a field of the flow itself: its start, its version. */
export function setHead(text: string, field: string, value: Value): string {
  const all = statements(text);
  const written = `${writeKey(field)} = ${writeValue(value)}\n`;
  const firstHeader = all.findIndex(({ what }) => what === "header");
  const head = firstHeader < 0 ? all : all.slice(0, firstHeader);
  const old = head.find(({ path }) => path[0] === field && path.length === 1);
  if (old) return text.slice(0, old.start) + written + text.slice(old.end);
  return insert(text, head.at(-1)?.end ?? 0, written);
}

/** Adds a node at the end. */
export function addNode(text: string, name: string, word: string, fields?: { [field: string]: Value }): string {
  const step = stepOf(word);
  const all = { do: word, ...(fields ?? step?.fresh ?? {}) };
  const lines = Object.entries(all).map(([field, value]) => `${writeKey(field)} = ${writeValue(value)}\n`);
  return `${text.trimEnd()}\n\n[nodes.${writeKey(name)}]\n${lines.join("")}`;
}

/** Takes a node out, with the comment above it. What leads to it keeps its name, and the checker says so. */
export function removeNode(text: string, node: string): string {
  let changed = text;
  const headers = statementsOf(text, node).filter(({ what }) => what === "header");
  const all = statements(text);
  for (const header of headers.reverse()) {
    const next = all.find(({ what, start }) => what === "header" && start > header.start);
    const end = next ? commentStart(text, next.start) : text.length;
    changed = changed.slice(0, commentStart(text, header.start)) + changed.slice(end);
  }
  return changed;
}

/** Renames a node, and every mention of it. */
export function renameNode(text: string, from: string, to: string): string {
  const before = read(text);
  if (!("draft" in before)) return text;
  const { draft } = before;
  let changed = text;
  for (const { name, ways } of draft.nodes) {
    for (const way of ways) {
      if (way.to === from) changed = setWay(changed, name, way.field, way.of, to);
    }
  }
  if (draft.start === from) changed = setHead(changed, "start", to);
  for (const { what, path, start, end } of statements(changed).reverse()) {
    if (what !== "header" || path[0] !== "nodes" || path[1] !== from) continue;
    const header = `[${["nodes", to, ...path.slice(2)].map(writeKey).join(".")}]`;
    const line = changed.slice(start, end);
    changed = changed.slice(0, start) + line.replace(/\[[^\]\n]*\]/, () => header) + changed.slice(end);
  }
  return changed;
}

/** Leads one way out of a node elsewhere, or nowhere. */
export function setWay(text: string, node: string, field: string, of: string | undefined, to: string | null): string {
  if (of === undefined) return setField(text, node, field, to ?? undefined);
  const now = read(text);
  const value = "draft" in now ? now.draft.nodes.find(({ name }) => name === node)?.fields[field] : undefined;
  if (Array.isArray(value)) {
    const cases = value.map((one, place) => (String(place) === of && isTable(one) ? { ...one, then: to ?? "" } : one));
    return setField(text, node, field, cases);
  }
  const table: { [key: string]: Value } = isTable(value) ? { ...value } : {};
  if (to === null) Reflect.deleteProperty(table, of);
  else table[of] = to;
  return setField(text, node, field, table);
}

/** A name that no node has yet: `menu`, `menu-2`, `menu-3`. */
export function freshName(word: string, taken: ReadonlySet<string>): string {
  const base = word.replaceAll("_", "-");
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}

/** Whether a node may be called so. */
export function isName(name: string): boolean {
  return /^[\p{L}\p{N}_.-]{1,64}$/u.test(name) && name !== "repeat" && name !== "back";
}

/** The statements of a node, their paths counted from the root: `nodes`, its name, its field. */
function statementsOf(text: string, node: string): Statement[] {
  let table: string[] = [];
  return statements(text).flatMap((statement) => {
    if (statement.what === "header") table = statement.path;
    const path = statement.what === "header" ? statement.path : [...table, ...statement.path];
    return path[0] === "nodes" && path[1] === node ? [{ ...statement, path }] : [];
  });
}

/** Whether a field stands under the node's own header, and not under one of a table of its. */
function isOwnPair(own: Statement[], pair: Statement): boolean {
  const above = own.filter(({ what, start }) => what === "header" && start < pair.start).at(-1);
  return above?.path.length === 2;
}

/** Behind the last of the fields that come before this one in the language's order. */
function placeFor(text: string, own: Statement[], header: Statement, node: string, field: string): number {
  const pairs = own.filter((one) => one.what === "pair" && one.path.length === 3 && isOwnPair(own, one));
  const word = wordOf(text, node);
  const order = ["do", ...(stepOf(word)?.fields ?? []).map(({ name }) => name)];
  const before = new Set(order.slice(0, Math.max(order.indexOf(field), 0)));
  const after = pairs.filter(({ path }) => before.has(path[2] ?? "")).at(-1);
  return after?.end ?? pairs[0]?.end ?? header.end;
}

function wordOf(text: string, node: string): string {
  const now = read(text);
  return "draft" in now ? (now.draft.nodes.find(({ name }) => name === node)?.do ?? "") : "";
}

function insert(text: string, at: number, written: string): string {
  const broken = at > 0 && text[at - 1] !== "\n" ? "\n" : "";
  return text.slice(0, at) + broken + written + text.slice(at);
}

/** Where the comment begins that stands right above this place. */
function commentStart(text: string, at: number): number {
  let start = at;
  while (start > 0) {
    const lineStart = text.lastIndexOf("\n", start - 2) + 1;
    if (!text.slice(lineStart, start).startsWith("#")) break;
    start = lineStart;
  }
  return start;
}
