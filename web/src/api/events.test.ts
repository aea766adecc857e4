import { expect, test } from "vitest";
import { retryAfterMs } from "./events";

test("reconnecting waits longer each time, up to a limit, and never all at once", () => {
  expect(retryAfterMs(0, 1)).toBe(500);
  expect(retryAfterMs(0, 0)).toBe(250);
  expect(retryAfterMs(3, 1)).toBe(4_000);
  expect(retryAfterMs(50, 1)).toBe(15_000);
});
