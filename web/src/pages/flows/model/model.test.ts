import { describe, expect, it } from "vitest";

import { read, type Draft } from "./draft";
import { addNode, freshName, isName, removeNode, renameNode, setField, setHead, setWay } from "./edit";
import { begin, change, redo, undo } from "./history";
import { layout } from "./layout";
import { SHOP } from "./sample";
import { statements, type Value, writeValue } from "./toml";

function draft(text: string): Draft {
  const now = read(text);
  if ("unreadable" in now) throw new Error(`${now.unreadable.line}: ${now.unreadable.problem}`);
  return now.draft;
}

/** What a change did to the text, line by line. */
function difference(before: string, after: string): { gone: string[]; come: string[] } {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return { gone: old.filter((line) => !now.includes(line)), come: now.filter((line) => !old.includes(line)) };
}

describe("inb_07: a flow's text as a graph", () => {
  it("has a node for each table, in the order of the text", () => {
    const { nodes, start, version } = draft(SHOP);
    expect(nodes.map(({ name }) => name)).toEqual([
      "answer", "notice", "office-hours", "menu", "sales", "support", "again", "closed",
    ]);
    expect([start, version]).toEqual(["answer", 3]);
    expect(SHOP.split("\n")[nodes[3]!.line - 1]).toBe("[nodes.menu]");
  });

  it("has a way for each key, as on a telephone, and for what is left out where the call ends", () => {
    const { nodes } = draft(SHOP);
    const menu = nodes.find(({ name }) => name === "menu")!;
    expect(menu.ways.map(({ label, of, to, again }) => [label, of, to ?? again])).toEqual([
      ["key", "1", "sales"],
      ["key", "2", "support"],
      ["key", "0", "support"],
      ["key", "#", "repeat"],
      ["otherwise", undefined, "support"],
    ]);
    const support = nodes.find(({ name }) => name === "support")!;
    expect(support.ways.map(({ label, to }) => [label, to])).toEqual([
      ["on_timeout", null],
      ["on_full", null],
      ["on_no_agent", null],
    ]);
  });

  it("inb_09: marks a way to a node that does not exist", () => {
    const menu = draft(setField(SHOP, "menu", "otherwise", "nowhere")).nodes[3]!;
    expect(menu.ways.filter(({ dangling }) => dangling).map(({ label }) => label)).toEqual(["otherwise"]);
  });

  it("says where it cannot be read", () => {
    expect(read('flow = "a"\nversion = \n')).toMatchObject({ unreadable: { line: 2 } });
  });
});

describe("inb_07: changes of the text", () => {
  it("touch the one field, and keep comments", () => {
    const changed = setField(SHOP, "menu", "prompt", "请按1。");
    expect(difference(SHOP, changed)).toEqual({
      gone: ['prompt = "产品咨询请按1，售后服务请按2。"'],
      come: ['prompt = "请按1。"'],
    });
  });

  it("put a new field where the language has it", () => {
    const changed = setField(SHOP, "menu", "timeout", "8s");
    expect(changed).toContain('"#" = "repeat" }\ntimeout = "8s"\notherwise');
    expect(setField(changed, "menu", "timeout", undefined)).toBe(SHOP);
  });

  it("move a table of its own into the node", () => {
    const changed = setField(SHOP, "office-hours", "except", { "2026-10-01": "closed" });
    expect(changed).not.toContain("[nodes.office-hours.except]");
    expect(draft(changed).nodes[2]!.fields.except).toEqual({ "2026-10-01": "closed" });
    expect(draft(changed).nodes[2]!.fields.open).toBe("menu");
  });

  it("lead a way elsewhere, or nowhere", () => {
    const led = setWay(SHOP, "menu", "keys", "3", "closed");
    expect(draft(led).nodes[3]!.fields.keys).toEqual({ 1: "sales", 2: "support", 0: "support", 3: "closed", "#": "repeat" });
    expect(draft(setWay(led, "menu", "keys", "3", null)).nodes[3]!.fields.keys).not.toHaveProperty("3");
    expect(setWay(SHOP, "sales", "on_timeout", undefined, null)).not.toContain("on_timeout");
  });

  it("add, rename and remove nodes", () => {
    const added = addNode(SHOP, "投诉", "queue", { queue: "complaints" });
    expect(draft(added).nodes.at(-1)).toMatchObject({ name: "投诉", do: "queue" });
    const renamed = renameNode(added, "support", "after-sales");
    const menu = draft(renamed).nodes[3]!;
    expect(menu.ways.map(({ to }) => to)).toEqual(["sales", "after-sales", "after-sales", null, "after-sales"]);
    expect(renamed).toContain("[nodes.after-sales]");
    expect(renamed).toContain("# Everybody hears this to its end.");
    const removed = removeNode(SHOP, "office-hours");
    expect(removed).not.toContain("National Day");
    expect(draft(removed).nodes).toHaveLength(7);
    expect(draft(renameNode(SHOP, "answer", "first")).start).toBe("first");
  });

  it("read back what they wrote, whatever stands in it", () => {
    const values: Value[] = ['a "quoted" \\ word', "two\nlines", "tab\t", "井号#", [{ caller_prefix: ["0571"], then: "x" }, { class: "gold", then: "y" }]];
    for (const value of values) {
      const changed = setField(SHOP, "menu", "no_key", value);
      expect(draft(changed).nodes[3]!.fields.no_key).toEqual(value);
      expect(draft(changed).nodes).toHaveLength(8);
    }
    expect(writeValue({ "": "a", "a b": true })).toBe('{ "" = "a", "a b" = true }');
  });

  it("are not led astray by what looks like a header", () => {
    const text = 'start = """\n[nodes.x]\n"""\na = [ # [nodes.y]\n  "]",\n]\n[nodes.z]\ndo = "answer" # "';
    expect(statements(text).map(({ what, path }) => [what, path.join(".")])).toEqual([
      ["pair", "start"], ["pair", "a"], ["header", "nodes.z"], ["pair", "do"],
    ]);
  });

  it("give nodes names that are free and allowed", () => {
    expect(freshName("look_up", new Set())).toBe("look-up");
    expect(freshName("menu", new Set(["menu", "menu-2"]))).toBe("menu-3");
    expect(["菜单", "a.b", "repeat", "a b", ""].map(isName)).toEqual([true, true, false, false, false]);
    expect(draft(setHead(SHOP, "version", 4)).version).toBe(4);
  });
});

describe("the layout", () => {
  const boxes = (text: string) => draft(text).nodes.map(({ name, ways }) => ({ id: name, width: 220, height: 60 + ways.length * 24 }));
  const links = (text: string) =>
    draft(text).nodes.flatMap(({ ways }) =>
      ways.flatMap(({ from, to }, place) => (to === null ? [] : [{ from, to, port: 60 + place * 24 }])),
    );
  const drawn = layout(boxes(SHOP), links(SHOP), "answer");

  it("goes from left to right, and only circles go back", () => {
    const back = links(SHOP).filter(({ from, to }) => drawn.places.get(from)!.x >= drawn.places.get(to)!.x);
    expect(back.map(({ from, to }) => `${from} -> ${to}`)).toEqual(["again -> menu"]);
    expect(drawn.places.get("answer")!.x).toBe(0);
  });

  it("begins at its top left", () => {
    const all = [...drawn.places.values()];
    expect(Math.min(...all.map(({ y }) => y), ...drawn.bends.flat().map(({ y }) => y - 10))).toBe(0);
    expect(Math.max(...all.map(({ y }) => y))).toBeLessThan(drawn.height);
  });

  it("lets no node touch another", () => {
    const all = boxes(SHOP).map((box) => ({ ...box, ...drawn.places.get(box.id)! }));
    for (const a of all) {
      for (const b of all.filter((box) => box.id > a.id)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart, `${a.id} and ${b.id}`).toBe(true);
      }
    }
  });

  it("leads long ways between nodes, in their direction", () => {
    const place = links(SHOP).findIndex(({ from, to }) => from === "office-hours" && to === "closed");
    const bends = drawn.bends[place]!;
    expect(bends.length).toBeGreaterThan(0);
    expect(bends.map(({ x }) => x)).toEqual(bends.map(({ x }) => x).sort((a, b) => a - b));
    const back = drawn.bends[links(SHOP).findIndex(({ from }) => from === "again")]!;
    expect(back.map(({ x }) => x)).toEqual(back.map(({ x }) => x).sort((a, b) => b - a));
  });

  it("copes with islands, self-loops and no start", () => {
    const { places } = layout(
      [{ id: "a", width: 9, height: 9 }, { id: "b", width: 9, height: 9 }],
      [{ from: "a", to: "a", port: 1 }, { from: "b", to: "gone", port: 1 }],
      "none",
    );
    expect(places.size).toBe(2);
    expect(layout([], [], "").height).toBe(0);
  });

  it("lays out five hundred nodes in a blink", () => {
    const many = Array.from({ length: 500 }, (_, place) => ({ id: String(place), width: 200, height: 80 }));
    const some = many.flatMap(({ id }, place) => [1, 7, 31].map((step) => ({ from: id, to: String((place * step + step) % 500), port: 9 })));
    const before = performance.now();
    layout(many, some, "0");
    expect(performance.now() - before).toBeLessThan(3000);
  });
});

describe("undo", () => {
  it("goes back and forth, joins what is typed, and forgets what a change overtook", () => {
    let history = begin("a");
    history = change(history, "ab", false);
    history = change(history, "abc", true);
    expect(undo(history).now).toBe("a");
    expect(redo(undo(history)).now).toBe("abc");
    expect(redo(change(undo(history), "x", false)).now).toBe("x");
    expect(undo(begin("a")).now).toBe("a");
  });
});
