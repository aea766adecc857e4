import { expect, test } from "vitest";
import type { Article } from "~/api/work";
import { blank, draftOf, meanwhile, missingOf, newId, same } from "./draft";

const article: Article = { article: "k-1", title: "退货", text: "七天内", standard: false, queues: ["a", "b"], version: 3, updated: "", updated_by: "" };

test("a draft is changed by its words, its mark and its queues, not by their order", () => {
  const draft = draftOf(article);
  expect(same(draft, { ...draft, queues: ["b", "a"] })).toBe(true);
  for (const change of [{ title: "换货" }, { text: "" }, { standard: true }, { queues: ["a"] }]) expect(same(draft, { ...draft, ...change })).toBe(false);
});

test("who leads some queues alone writes for none but these", () => {
  expect(missingOf(blank, true)).toEqual(["title", "text"]);
  expect(missingOf({ ...blank, title: " ", text: "x" }, false)).toEqual(["title", "queues"]);
  expect(missingOf(draftOf(article), false)).toEqual([]);
});

test("what somebody else did is told only to who has changes", () => {
  const draft = draftOf(article);
  expect(meanwhile(null, article)).toBe("nothing");
  expect(meanwhile({ from: 3, draft }, article)).toBe("nothing");
  expect(meanwhile({ from: 2, draft }, article)).toBe("changed");
  expect(meanwhile({ from: 3, draft }, null)).toBe("gone");
  expect(meanwhile({ from: 0, draft }, null)).toBe("nothing");
});

test("a new article has a name the server takes", () => expect(newId()).toMatch(/^k-[0-9a-f]{16}$/));
