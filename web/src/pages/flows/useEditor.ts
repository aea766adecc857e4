import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type Draft, read } from "./model/draft";
import { addNode, freshName, removeNode, renameNode, setField, setHead, setWay } from "./model/edit";
import { begin, change, type History, redo, undo } from "./model/history";
import { keyRank } from "./model/draft";
import type { Value } from "./model/toml";

/** What is typed within this time counts as one change. */
const TYPING_MS = 1_200;

/** A flow's text under the editor's hand: what is drawn, typed in forms and typed as text are changes of the one text. */
export function useEditor(published: string, initial: string | null) {
  const [history, setHistory] = useState<History<string>>(() => begin(initial ?? published));
  const last = useRef<{ what: string; at: number }>({ what: "", at: 0 });
  const text = history.now;
  const now = useMemo(() => read(text), [text]);
  // What cannot be read leaves the graph as it was.
  const drawn = useRef<Draft>({ name: "", version: 1, language: "zh-CN", recording: "on", start: "", nodes: [] });
  if ("draft" in now) drawn.current = now.draft;
  const draft = drawn.current;
  const put = useCallback((what: string, make: (text: string) => string) => {
    const at = Date.now();
    const merge = last.current.what === what && at - last.current.at < TYPING_MS;
    last.current = { what, at };
    setHistory((history) => change(history, make(history.now), merge));
  }, []);
  const known = useRef(published);
  useEffect(() => {
    if (known.current === published) return;
    known.current = published;
    // A version that came from outside, such as one that was rolled back to, begins anew.
    setHistory((history) => (history.now === published ? history : begin(published)));
  }, [published]);
  const acts = useMemo(
    () => ({
      setText: (text: string) => put("text", () => text),
      replace: (text: string) => put(`replace ${Date.now()}`, () => text),
      set: (node: string, field: string, value: Value | undefined) => put(`${node} ${field}`, (text) => setField(text, node, field, value)),
      rename: (from: string, to: string) => put(`rename ${to}`, (text) => renameNode(text, from, to)),
      remove: (node: string) => put(`remove ${node}`, (text) => removeNode(text, node)),
      start: (node: string) => put(`start ${node}`, (text) => setHead(text, "start", node)),
      add: (kind: string) => {
        const name = freshName(kind, new Set(drawn.current.nodes.map((node) => node.name)));
        put(`add ${name}`, (text) => addNode(text, name, kind));
        return name;
      },
      connect: (from: string, field: string, of: string | undefined, to: string) => put(`connect ${Date.now()}`, (text) => setWay(text, from, field, of === "+" ? freeKey(drawn.current, from) : of, to)),
      disconnect: (from: string, field: string, of: string | undefined) => put(`connect ${Date.now()}`, (text) => setWay(text, from, field, of, of !== undefined && field === "keys" ? null : of === undefined ? null : "")),
      undo: () => setHistory(undo),
      redo: () => setHistory(redo),
    }),
    [put],
  );
  return { text, draft, unreadable: "unreadable" in now ? now.unreadable : null, acts, canUndo: history.past.length > 0, canRedo: history.future.length > 0, changed: text !== published };
}

/** The first key of a telephone that a node has no use for yet. */
function freeKey(draft: Draft, node: string): string {
  const taken = new Set(draft.nodes.find(({ name }) => name === node)?.ways.flatMap(({ label, of }) => (label === "key" && of ? [of] : [])));
  return [..."1234567890*#"].sort((a, b) => keyRank(a) - keyRank(b)).find((key) => !taken.has(key)) ?? "#";
}
