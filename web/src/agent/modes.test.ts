import { expect, test } from "vitest";
import type { CallRow } from "~/api/types";
import { choosable, failedDial, isAwaited } from "./modes";

const mode = (name: string, retired_at?: string) => ({ mode: name, zh: name, en: name, retired_at });

test("tel_13_a_retired_mode_cannot_be_chosen", () => {
  expect(choosable([mode("browser"), mode("you", "2024-08-01T00:00:00Z"), mode("double")]).map((each) => each.mode)).toEqual(["browser", "double"]);
});

test("tel_14_only_ones_own_failed_call_is_tried_another_way", () => {
  const dialled = { call: "c-1", to: "13800138000", mode: "browser", at: 1_000 };
  const row = (outcome: string) => ({ call: "c-1", outcome }) as CallRow;
  expect(failedDial(dialled, [row("missed")])?.dialled).toBe(dialled);
  expect(failedDial(dialled, [row("answered")])).toBeNull();
  expect(failedDial(dialled, [{ ...row("missed"), call: "c-0" }])).toBeNull();
  expect(failedDial(null, [row("missed")])).toBeNull();
});

test("tel_14_a_call_is_asked_for_until_its_record_is_written_and_not_for_ever", () => {
  const dialled = { call: "c-1", to: "13800138000", mode: null, at: 1_000 };
  const row = (outcome: string) => ({ call: "c-1", outcome }) as CallRow;
  expect(isAwaited(null, [], 1_000)).toBe(false);
  expect(isAwaited(dialled, [], 2_000)).toBe(true);
  expect(isAwaited(dialled, [row("live")], 2_000)).toBe(true);
  expect(isAwaited(dialled, [row("missed")], 2_000)).toBe(false);
  expect(isAwaited(dialled, [], 1_000_000)).toBe(false);
});
