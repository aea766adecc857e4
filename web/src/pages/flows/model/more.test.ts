import { describe, expect, it } from "vitest";
import { around, difference } from "../../text/difference";
import { read } from "./draft";
import { sharesOf } from "./popularity";
import { SHOP } from "./sample";
import { walk } from "./walk";

const shop = read(SHOP);
const nodes = "draft" in shop ? shop.draft.nodes : [];

describe("the difference of two texts", () => {
  it("keeps what both have, in order, with the lines of both", () => {
    const lines = difference("a\nb\nc\nd", "a\nx\nc\ny\nd");
    expect(lines.map(({ what, text, old, now }) => `${what[0]} ${text} ${old ?? "-"} ${now ?? "-"}`)).toEqual(["s a 1 1", "g b 2 -", "c x - 2", "s c 3 3", "c y - 4", "s d 4 5"]);
    expect(difference("a", "a").every(({ what }) => what === "same")).toBe(true);
    expect(difference("", "a\nb").map(({ what }) => what)).toEqual(["gone", "come", "come"]);
  });

  it("leaves out what is far from any change", () => {
    const text = Array.from({ length: 30 }, (_, place) => String(place)).join("\n");
    const shown = around(difference(text, text.replace("15", "x")), 2);
    expect(shown.map((line) => line?.text ?? "…")).toEqual(["…", "13", "14", "15", "x", "16", "17", "…"]);
  });
});

describe("inb_09: a counter-example on the graph", () => {
  it("lights up the nodes in order and the ways between them", () => {
    const { nodes: lit, ways } = walk(nodes, [{ node: "answer" }, { node: "notice", label: "then" }, { node: "office-hours" }, { node: "menu", label: "open" }, { node: "support", label: "key 2" }]);
    expect([...lit]).toEqual([["answer", 1], ["notice", 2], ["office-hours", 3], ["menu", 4], ["support", 5]]);
    expect([...ways]).toEqual(["answer|next|", "notice|next|", "office-hours|open|", "menu|keys|2"]);
  });

  it("takes every way between two nodes if none is named, and none where nothing leads", () => {
    expect([...walk(nodes, [{ node: "menu" }, { node: "support" }]).ways]).toEqual(["menu|keys|2", "menu|keys|0", "menu|otherwise|"]);
    expect(walk(nodes, [{ node: "sales" }, { node: "answer" }]).ways.size).toBe(0);
    expect([...walk(nodes, [{ node: "menu" }, { node: "menu", label: "key #" }]).ways]).toEqual(["menu|keys|#"]);
  });
});

describe("inb_05: how often keys are chosen", () => {
  const stats = { calls: 100, disorders: [], nodes: [{ node: "menu", keys: { 1: 20, 2: 70, 0: 10 }, left: 0 }] };

  it("is shown beside each key, in thousandths", () => {
    expect(sharesOf(stats, "menu").get("2")).toBe(700);
    expect(sharesOf(undefined, "menu").size).toBe(0);
  });
});
