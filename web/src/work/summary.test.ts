import { expect, test } from "vitest";
import type { Dispositions, SummaryText } from "~/api/work";
import { emptySummary, isLeaf, missingOf, pathTo, withOwner } from "./summary";

const said = (code: string) => ({ code, zh: code, en: code });
const dispositions: Dispositions = {
  name: "sales",
  tree: [
    { ...said("service"), children: [{ ...said("repair"), required: ["resolved", "model"] }, { ...said("other"), required: ["note"] }] },
    { ...said("failed"), children: [{ ...said("wrong_number"), effect: "update_data" }] },
    { ...said("notified"), effect: "done" },
  ],
  fields: [{ name: "model", zh: "型号", en: "Model", kind: "text" }],
  rule: { required: true, within_ms: 30_000 },
};
const summary = (more: Partial<SummaryText>): SummaryText => ({ ...emptySummary, ...more });

test("agt_04_what_the_chosen_result_asks_for_must_be_filled_in", () => {
  const missing = (more: Partial<SummaryText>) => missingOf(dispositions, summary(more));
  expect(missing({})).toEqual(["disposition"]);
  expect(missing({ disposition: ["service"] })).toEqual(["disposition"]);
  expect(missing({ disposition: ["service", "repair"] })).toEqual(["resolved", "model"]);
  expect(missing({ disposition: ["service", "repair"], resolved: false, fields: { model: "A1" } })).toEqual([]);
  expect(missing({ disposition: ["service", "other"], note: "  " })).toEqual(["note"]);
  expect(missingOf({ ...dispositions, rule: { required: false, within_ms: 0 } }, emptySummary)).toEqual([]);
});

test("agt_05_only_the_end_of_a_branch_is_a_result", () => {
  expect(isLeaf(dispositions.tree, ["failed"])).toBe(false);
  expect(isLeaf(dispositions.tree, ["failed", "wrong_number"])).toBe(true);
  expect(isLeaf(dispositions.tree, ["failed", "gone"])).toBe(false);
  expect(pathTo(dispositions.tree, "wrong_number")).toEqual(["failed", "wrong_number"]);
});

test("agt_06_a_wrong_number_and_an_extra_contact_have_their_results_and_a_wrong_name_keeps_the_true_one", () => {
  const before = summary({ disposition: ["service", "repair"] });
  const after = (kind: "wrong_number" | "wrong_name" | "extra_contact") => withOwner(dispositions.tree, before, { kind }).disposition;
  expect(after("wrong_number")).toEqual(["failed", "wrong_number"]);
  expect(after("extra_contact")).toEqual(["notified"]);
  expect(after("wrong_name")).toEqual(["service", "repair"]);
});
