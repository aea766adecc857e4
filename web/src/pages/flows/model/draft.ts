// A flow as the editor draws it: nodes, and the ways between them. Read from the text each time it changes; what cannot
// be read leaves the graph as it was and says where.

import { parse, TomlError } from "smol-toml";

import { type Field, stepOf } from "./steps.ts";
import { lineOf, statements, type Value } from "./toml.ts";

/** Why a call leaves a node, and by which field of the node that was said. */
export type Way = {
  from: string;
  /** A node; or null where the call ends if nothing else is said. */
  to: string | null;
  /** `next`, `key`, `case`, `shift`, `otherwise`, `open`… */
  label: string;
  /** Which key, case or shift. */
  of?: string;
  /** The field, and the key in it: how the way is changed. */
  field: string;
  /** The node it leads to does not exist. */
  dangling: boolean;
  /** A menu's `repeat` or `back`. */
  again?: "repeat" | "back";
};

export type DraftNode = {
  name: string;
  do: string;
  fields: { [field: string]: Value };
  /** Where its header stands, counted from 1; 0 if it has none of its own. */
  line: number;
  ways: Way[];
};

export type Draft = {
  name: string;
  version: number;
  language: string;
  recording: string;
  start: string;
  nodes: DraftNode[];
};

export type Unreadable = { line: number; column: number; problem: string };

export type Read = { draft: Draft } | { unreadable: Unreadable };

/** Reads a flow's text. */
export function read(text: string): Read {
  let table: { [key: string]: Value };
  try {
    table = parse(text) as unknown as { [key: string]: Value };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The first line says what; the lines after it quote the text, which stands beside.
    const problem = error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "") ?? "";
    return { unreadable: { line: error.line, column: error.column, problem } };
  }
  return { draft: draftOf(table, text) };
}

function draftOf(table: { [key: string]: Value }, text: string): Draft {
  const nodes = isTable(table.nodes) ? table.nodes : {};
  const names = new Set(Object.keys(nodes));
  const lines = linesOf(text);
  const drawn = Object.entries(nodes).flatMap(([name, fields]) => {
    if (!isTable(fields)) return [];
    const word = textOf(fields.do) ?? "";
    return [{ name, do: word, fields, line: lines.get(name) ?? 0, ways: waysOf(name, word, fields, names) }];
  });
  return {
    name: textOf(table.flow) ?? "",
    version: typeof table.version === "number" ? table.version : 1,
    language: textOf(table.language) ?? "zh-CN",
    recording: textOf(table.recording) ?? "on",
    start: textOf(table.start) ?? "",
    // As they stand in the text, which is how their author thinks of them.
    nodes: drawn.sort((a, b) => a.line - b.line),
  };
}

function linesOf(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  for (const { what, path, start, end } of statements(text)) {
    const [first, name] = path;
    if (what === "header" && first === "nodes" && name !== undefined && path.length === 2) {
      lines.set(name, lineOf(text, text.slice(start, end).search(/\S/) + start));
    }
  }
  return lines;
}

/** The ways out of a node, in the order of its fields. */
function waysOf(from: string, word: string, fields: { [field: string]: Value }, names: Set<string>): Way[] {
  const way = (to: string | null, label: string, field: string, of?: string): Way => ({
    from,
    to,
    label,
    field,
    dangling: to !== null && !names.has(to),
    ...(of !== undefined && { of }),
  });
  return (stepOf(word)?.fields ?? []).flatMap((field) => {
    const value = fields[field.name];
    if (field.kind === "node") return nodeWay(field, value, word, way);
    if (field.kind === "keys" && isTable(value)) return keyWays(value, way);
    if (field.kind === "shifts" && isTable(value)) {
      return Object.entries(value).map(([shift, to]) => way(textOf(to) ?? "", "shift", "shifts", shift));
    }
    if (field.kind === "cases" && Array.isArray(value)) {
      return value.map((one, place) => way((isTable(one) && textOf(one.then)) || "", "case", "cases", String(place)));
    }
    return [];
  });
}

type MakeWay = (to: string | null, label: string, field: string, of?: string) => Way;

/** Ways a queue or a transfer has even if nothing is said about them: the call ends there. */
const ENDS_OTHERWISE = new Set(["on_timeout", "on_full", "on_no_agent", "on_failure"]);

function nodeWay(field: Field, value: Value | undefined, word: string, way: MakeWay): Way[] {
  const to = textOf(value);
  if (to !== undefined) return [way(to, field.name, field.name)];
  if (field.required) return [way("", field.name, field.name)];
  return (word === "queue" || word === "transfer") && ENDS_OTHERWISE.has(field.name)
    ? [way(null, field.name, field.name)]
    : [];
}

function keyWays(keys: { [key: string]: Value }, way: MakeWay): Way[] {
  return Object.entries(keys)
    .sort(([a], [b]) => keyRank(a) - keyRank(b))
    .map(([key, value]) => {
      const to = textOf(value) ?? "";
      if (to !== "repeat" && to !== "back") return way(to, "key", "keys", key);
      return { ...way(null, "key", "keys", key), again: to };
    });
}

/** As on a telephone: 1 to 9, *, 0, #. */
export function keyRank(key: string): number {
  const rank = "123456789*0#".indexOf(key);
  return rank < 0 ? 99 : rank;
}

export function isTable(value: Value | undefined): value is { [key: string]: Value } {
  return typeof value === "object" && !Array.isArray(value);
}

export function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** What callers hear at a node, in the flow's own language, for the graph. */
export function heard(value: Value | undefined, language: string): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((one) => heard(one, language)).join(" ");
  if (!isTable(value)) return String(value);
  if (typeof value.file === "string") return `♪ ${value.file}`;
  if (value.say !== undefined) return heard(value.say, language);
  return heard(value[language] ?? Object.values(value)[0], language);
}
