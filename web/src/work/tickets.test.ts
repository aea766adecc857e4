import { expect, test } from "vitest";
import type { Ticket } from "~/api/work";
import { standardFirst } from "./standardFirst";
import { isOverdue, mark, urgency } from "./tickets";

const ticket = (name: string, promised_at: string, more: Partial<Ticket> = {}): Ticket => ({ ticket: name, number: "1", subject: "", text: "", priority: "normal", state: "open", promised_at, overdue: false, opened: promised_at, ...more });

test("agt_08_a_promise_is_late_the_moment_it_passes_and_the_next_one_comes_first", () => {
  const [early, late] = [ticket("a", "2026-11-28T10:00:00Z"), ticket("b", "2026-11-28T12:00:00Z")];
  const now = Date.parse("2026-11-28T11:00:00Z");
  expect([early, late].map((one) => isOverdue(one, now))).toEqual([true, false]);
  expect(isOverdue({ ...early, state: "done" }, now)).toBe(false);
  expect(urgency([late, early]).map((one) => one.ticket)).toEqual(["a", "b"]);
});

test("agt_08_a_list_marks_what_is_near_until_it_is_overdue_or_closed", () => {
  const near = ticket("a", "2026-11-28T12:00:00Z", { stage: "near" });
  const at = (time: string) => Date.parse(`2026-11-28T${time}Z`);
  expect(mark({ ...near, stage: "running" }, at("11:00:00"))).toBeNull();
  expect(mark(near, at("11:00:00"))).toBe("near");
  expect(mark(near, at("12:00:01"))).toBe("overdue");
  expect(mark({ ...near, state: "done" }, at("12:00:01"))).toBeNull();
});

test("agt_07_standard_answers_come_first_in_the_order_they_were_found", () => {
  const found = (article: string, standard: boolean) => ({ article, title: article, excerpt: "", standard });
  expect(standardFirst([found("a", false), found("b", true), found("c", true)]).map(({ article }) => article)).toEqual(["b", "c", "a"]);
});
