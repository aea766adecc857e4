import dayjs from "dayjs";
import { expect, test } from "vitest";
import { PERIODS, spanOf } from "../period";
import { isNarrow, queryOf } from "./filters";

test("rec_12: a number is searched for without what people put between its digits", () => {
  expect(queryOf({ number: "138 0013-8000", min_talk_ms: "300000" })).toEqual({ number: "13800138000", min_talk_ms: "300000" });
  expect([isNarrow({ from: "x" }), isNarrow({ queue: "a" })]).toEqual([false, true]);
});

test("spans are whole days, and a week begins on Monday", () => {
  const sunday = dayjs("2026-11-29T15:00:00");
  const said = PERIODS.map((period) => spanOf(period, sunday).map((day) => day.format("MM-DD HH")).join(" "));
  expect(said).toEqual(["11-29 00 11-30 00", "11-28 00 11-29 00", "11-23 00 11-30 00", "11-23 00 11-30 00", "10-31 00 11-30 00"]);
});
