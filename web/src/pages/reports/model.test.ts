import { expect, test } from "vitest";
import { heatOf, mean, occupancy, satisfaction, strength } from "./model";
import { labelOf } from "./Tables";

test("rpt_02: occupancy leaves breaks out, and is none without sign-in", () => {
  const row = { agent: "x", answered: 1, missed: 0, talk_ms: 600, hold_ms: 100, wrap_up_ms: 50, signed_in_ms: 2_000, break_ms: 500 };
  expect(occupancy(row)).toBe(500);
  expect(occupancy({ ...row, signed_in_ms: null })).toBeNull();
  expect([mean(10, 4), mean(1, 0)]).toEqual([3, null]);
});

test("rpt_02: satisfaction is a mean of one scale, and none without a vote", () => {
  const scale = { question: "service", best: 5, given: 3, score_sum: 13, best_given: 2 };
  expect(satisfaction(scale)).toEqual({ mean: "4.33", bestPermille: 667 });
  expect(satisfaction({ ...scale, given: 0, score_sum: 0, best_given: 0 })).toBeNull();
});

test("rpt_04: a week of hours, Monday first; several rows of one hour add up", () => {
  const heat = heatOf([{ weekday: 1, hour: 9, offered: 3 }, { weekday: 1, hour: 9, offered: 4 }, { weekday: 7, hour: 23, offered: 1 }, { weekday: 9, hour: 1, offered: 99 }], "offered");
  expect([heat.cells[0]?.[9], heat.cells[6]?.[23], heat.most]).toEqual([7, 1, 7]);
  expect([0, 1, 4, 7].map((count) => strength(count, 7))).toEqual([0, 1, 3, 5]);
  expect(strength(3, 0)).toBe(0);
});

test("rpt_04: a day is the centre's, wherever the reader is", () => {
  expect(labelOf("hour", "Asia/Shanghai")("2026-11-27T16:00:00.000Z")).toBe("11-28 00:00");
  expect(labelOf("month", "America/New_York")("2026-12-01T04:00:00.000Z")).toBe("2026-11");
});
