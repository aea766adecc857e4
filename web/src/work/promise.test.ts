import dayjs from "dayjs";
import { expect, test } from "vitest";
import { forField, fromField, promisedAt } from "./promise";

test("agt_08_a_promise_is_an_instant_that_can_still_be_kept", () => {
  const said = (promise: Parameters<typeof promisedAt>[0], at: string) => forField(promisedAt(promise, dayjs(at)));
  expect(said("two_hours", "2026-11-28T10:20:30")).toBe("2026-11-28T12:20");
  expect(said("today", "2026-11-28T10:20:30")).toBe("2026-11-28T18:00");
  expect(said("today", "2026-11-28T18:20:30")).toBe("2026-11-29T12:00");
  expect(said("tomorrow", "2026-11-30T10:00:00")).toBe("2026-12-01T12:00");
  expect(fromField("")).toBeNull();
});
