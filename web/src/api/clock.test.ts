import { expect, test } from "vitest";
import { aheadOf, sessionLeftMs } from "./clock";

test("dia_03_a_clock_is_compared_with_the_servers_by_half_the_way", () => {
  expect(aheadOf("Sat, 28 Nov 2026 10:00:00 GMT", Date.parse("2026-11-28T10:05:00.200Z"), 400)).toBe(300_000);
  expect(aheadOf(null, 0, 0)).toBeNull();
  expect(aheadOf("soon", 0, 0)).toBeNull();
});

test("sec_26_a_session_slides_with_each_answer_and_what_is_left_is_known", () => {
  const ends = "2026-11-28T10:30:00Z";
  const said = Date.parse("2026-11-28T10:00:00Z");
  expect(sessionLeftMs(ends, said, said, said + 26 * 60_000)).toBe(4 * 60_000);
  expect(sessionLeftMs(ends, said, said + 20 * 60_000, said + 26 * 60_000)).toBe(24 * 60_000);
  expect(sessionLeftMs(null, said, said, said)).toBeNull();
});
