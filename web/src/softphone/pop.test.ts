import { expect, test, vi } from "vitest";
import { POP_MS_MAX, popOf, usePop } from "./pop";

test("agt_02_it_rings_once_the_caller_is_on_screen_and_half_a_second_later_in_any_case", async () => {
  vi.useFakeTimers();
  const rung: string[] = [];
  void popOf("c-1").then((how) => rung.push(`c-1 ${how}`));
  await vi.advanceTimersByTimeAsync(POP_MS_MAX - 1);
  expect(rung).toEqual([]);
  usePop.getState().shown("c-1");
  await vi.advanceTimersByTimeAsync(0);
  void popOf("c-2").then((how) => rung.push(`c-2 ${how}`));
  await vi.advanceTimersByTimeAsync(POP_MS_MAX);
  expect(rung).toEqual(["c-1 shown", "c-2 late"]);
  vi.useRealTimers();
});
