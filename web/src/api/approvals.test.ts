import { expect, test } from "vitest";
import { stageOf, type ApprovalView } from "./approvals";

const asked = (approval: string, recordings: string[], state: ApprovalView["state"], more: Partial<ApprovalView> = {}): ApprovalView => ({
  approval, state, act: "export_recordings", subject: "", reason: "complaint", asked_at: "2026-11-28T01:00:00Z", asked_by: "ada", ends: "2026-12-01T01:00:00Z", mine: true, export: { recordings }, ...more,
});
const always = { alone_max: 0 };

test("rec_13_so_many_recordings_are_exported_alone", () => {
  expect(stageOf(["a", "b"], { alone_max: 2 }, [])).toEqual({ kind: "alone" });
  expect(stageOf(["a", "b"], { alone_max: 1 }, [])).toEqual({ kind: "ask", last: null });
});

test("rec_13_an_approval_counts_for_exactly_what_was_asked_for", () => {
  const both = asked("1", ["a", "b"], "approved");
  expect(stageOf(["b", "a"], always, [both])).toEqual({ kind: "approved", approval: both });
  expect(stageOf(["a"], always, [both]).kind).toBe("ask");
  expect(stageOf(["a", "b", "c"], always, [both]).kind).toBe("ask");
  expect(stageOf(["a", "b"], always, [{ ...both, mine: false }]).kind).toBe("ask");
  expect(stageOf(["a", "b"], always, [{ ...both, export: null }]).kind).toBe("ask");
});

test("rec_13_what_was_asked_for_before_is_told_and_asked_for_anew", () => {
  const refused = asked("2", ["a"], "refused", { because: "ask sales" });
  const waiting = asked("1", ["a"], "waiting");
  expect(stageOf(["a"], always, [refused])).toEqual({ kind: "ask", last: refused });
  expect(stageOf(["a"], always, [refused, waiting])).toEqual({ kind: "waiting", approval: waiting });
  expect(stageOf(["a"], always, [asked("3", ["a"], "expired")])).toMatchObject({ kind: "ask", last: { approval: "3" } });
  expect(stageOf(["a"], always, [asked("3", ["a"], "used"), refused])).toEqual({ kind: "ask", last: null });
  expect(stageOf(["a"], always, [asked("3", ["a"], "withdrawn")])).toEqual({ kind: "ask", last: null });
});
