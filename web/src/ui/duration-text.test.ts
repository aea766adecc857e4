import { expect, test } from "vitest";
import { formatClock, formatDuration } from "./duration-text";

test("a clock shows hours only when there are any", () => {
  expect([0, 7_900, 123_000, 3_723_000, -5].map(formatClock)).toEqual(["0:00", "0:07", "2:03", "1:02:03", "0:00"]);
});

test("words name the two largest units that follow each other", () => {
  const word = (unit: string, count: number) => `${count}${unit[0]}`;
  const said = (ms: number) => formatDuration(ms, word);
  expect([0, 59_000, 61_000, 3_600_000, 3_605_000, 90_061_000].map(said)).toEqual(["0s", "59s", "1m 1s", "1h", "1h", "1d 1h"]);
});
