// The words of the flow language, as the editor's forms and the graph need them. The language itself is explained in
// crates/core/ivr/LANGUAGE.md; the server has the last word on what is right.

import type { Value } from "./toml.ts";

/** How a field is edited. */
export type FieldKind =
  | "prompt" // what callers hear: words, files, by language, or a list of these
  | "node" // the name of a node
  | "keys" // digit -> node, `repeat` or `back`
  | "languages" // digit -> language
  | "scores" // digit -> score
  | "shifts" // shift -> node
  | "cases" // list of conditions, each with a node
  | "week" // days -> hours
  | "except" // dates -> hours
  | "levels" // skill -> level
  | "pairs" // word -> word
  | "duration"
  | "integer"
  | "flag"
  | "word" // one of `words`
  | "queue" // the name of a queue
  | "text";

export type Field = {
  name: string;
  kind: FieldKind;
  required?: true;
  /** What it means when it is left out. */
  default?: Value;
  words?: readonly string[];
};

/** What a kind of node is for: gives it its colour and its place in the palette. */
export type Group = "speak" | "ask" | "decide" | "people" | "end";

export type Step = { do: string; group: Group; fields: readonly Field[]; fresh: { [field: string]: Value } };

const node = (name: string, required?: true): Field => ({ name, kind: "node", ...(required && { required }) });
const prompt = (name: string, required?: true): Field => ({ name, kind: "prompt", ...(required && { required }) });
const attempts: Field = { name: "attempts", kind: "integer", default: 3 };
const timeout: Field = { name: "timeout", kind: "duration", default: "5s" };

export const STEPS: readonly Step[] = [
  { do: "answer", group: "speak", fields: [node("next", true)], fresh: {} },
  {
    do: "play",
    group: "speak",
    fields: [
      prompt("prompt", true),
      { name: "notice", kind: "flag", default: false },
      { name: "barge_in", kind: "flag", default: true },
      node("next", true),
    ],
    fresh: { prompt: "" },
  },
  {
    do: "menu",
    group: "ask",
    fields: [
      prompt("prompt", true),
      { name: "keys", kind: "keys", required: true },
      timeout,
      attempts,
      prompt("wrong_key"),
      prompt("no_key"),
      node("otherwise", true),
    ],
    fresh: { prompt: "", keys: { "#": "repeat" } },
  },
  {
    do: "collect",
    group: "ask",
    fields: [
      prompt("prompt", true),
      { name: "into", kind: "text", required: true },
      { name: "check", kind: "word", words: ["mobile", "id_card", "bank_card"] },
      { name: "min", kind: "integer", default: 1 },
      { name: "max", kind: "integer" },
      { name: "terminator", kind: "text", default: "#" },
      { name: "first_key", kind: "duration", default: "5s" },
      { name: "next_key", kind: "duration", default: "4s" },
      attempts,
      prompt("wrong"),
      prompt("read_back"),
      node("next", true),
      node("otherwise", true),
    ],
    fresh: { prompt: "", into: "digits", max: 12 },
  },
  {
    do: "language",
    group: "ask",
    fields: [
      prompt("prompt", true),
      { name: "keys", kind: "languages", required: true },
      timeout,
      attempts,
      node("next", true),
    ],
    fresh: { prompt: "", keys: { 1: "zh-CN", 2: "en-US" } },
  },
  {
    do: "survey",
    group: "ask",
    fields: [
      { name: "question", kind: "text", required: true },
      prompt("prompt", true),
      { name: "scores", kind: "scores", required: true },
      timeout,
      attempts,
      node("next", true),
    ],
    fresh: { question: "service", prompt: "", scores: { 1: 5, 2: 3, 3: 1 } },
  },
  {
    do: "hours",
    group: "decide",
    fields: [
      { name: "week", kind: "week", required: true },
      { name: "except", kind: "except" },
      node("open", true),
      node("closed", true),
    ],
    fresh: { week: { "mon-fri": "09:00-18:00" } },
  },
  {
    do: "calendar",
    group: "decide",
    fields: [
      { name: "calendar", kind: "text", required: true },
      node("open", true),
      { name: "shifts", kind: "shifts" },
      node("holiday"),
      node("closed", true),
    ],
    fresh: { calendar: "office" },
  },
  {
    do: "branch",
    group: "decide",
    fields: [{ name: "cases", kind: "cases", required: true }, node("otherwise", true)],
    fresh: { cases: [] },
  },
  {
    do: "look_up",
    group: "decide",
    fields: [
      { name: "url", kind: "text", required: true },
      { name: "timeout", kind: "duration", default: "2s" },
      { name: "into", kind: "pairs", required: true },
      { name: "default", kind: "pairs" },
      node("next", true),
      node("otherwise"),
    ],
    fresh: { url: "", into: {} },
  },
  {
    do: "set",
    group: "decide",
    fields: [
      { name: "variable", kind: "text", required: true },
      { name: "value", kind: "text", required: true },
      node("next", true),
    ],
    fresh: { variable: "level", value: "" },
  },
  {
    do: "loop",
    group: "decide",
    fields: [{ name: "times", kind: "integer", required: true }, node("again", true), node("done", true)],
    fresh: { times: 2 },
  },
  {
    do: "queue",
    group: "people",
    fields: [
      { name: "queue", kind: "queue", required: true },
      { name: "priority", kind: "integer", default: 0 },
      { name: "skills", kind: "levels" },
      { name: "keys", kind: "keys" },
      node("on_timeout"),
      node("on_full"),
      node("on_no_agent"),
      node("on_voicemail"),
      node("on_callback"),
      node("after_agent"),
    ],
    fresh: { queue: "" },
  },
  {
    do: "transfer",
    group: "people",
    fields: [
      { name: "number", kind: "text", required: true },
      { name: "ring_timeout", kind: "duration", default: "30s" },
      node("on_failure"),
    ],
    fresh: { number: "" },
  },
  {
    do: "callback",
    group: "people",
    fields: [
      { name: "queue", kind: "queue", required: true },
      { name: "number", kind: "text", default: "caller" },
      node("next", true),
      node("otherwise", true),
    ],
    fresh: { queue: "" },
  },
  {
    do: "record",
    group: "people",
    fields: [
      { name: "queue", kind: "queue", required: true },
      prompt("prompt", true),
      { name: "max", kind: "duration", default: "120s" },
      { name: "terminator", kind: "text", default: "#" },
      prompt("review"),
      attempts,
      node("next", true),
      node("otherwise", true),
    ],
    fresh: { queue: "", prompt: "" },
  },
  {
    do: "hangup",
    group: "end",
    fields: [prompt("prompt"), { name: "refuse", kind: "word", words: ["decline", "busy"], default: "decline" }],
    fresh: {},
  },
];

const BY_WORD = new Map(STEPS.map((step) => [step.do, step]));

/** The step a word stands for; none for words the language does not have. */
export function stepOf(word: string): Step | undefined {
  return BY_WORD.get(word);
}
