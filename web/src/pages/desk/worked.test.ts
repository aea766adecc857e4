import { expect, test } from "vitest";
import type { CallRow } from "~/api/types";
import { finishing } from "./worked";

const desk = { wrap_up_call: "c-1", wrap_up_until: "2026-11-28T10:00:00Z" };
const row = { call: "c-1", direction: "outbound", caller: "4008001234", called: "13800138000", queue: null } as CallRow;

test("agt_04_the_work_after_a_call_knows_whom_it_was_with_before_and_after_a_reload", () => {
  const last = { call: "c-1", queue: "sales", stage: "talk", party: "13900139000", transferred: true, until: null };
  expect(finishing(desk, last, null)).toMatchObject({ party: "13900139000", stage: "wrap_up", transferred: true, until: desk.wrap_up_until });
  expect(finishing(desk, { ...last, call: "c-0" }, row)).toMatchObject({ party: "13800138000" });
  expect(finishing(desk, null, null)).toMatchObject({ call: "c-1", party: null });
  expect(finishing({ ...desk, wrap_up_call: null }, last, row)).toBeNull();
});
