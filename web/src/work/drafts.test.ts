import { expect, test } from "vitest";
import { DRAFTS_MAX, withDraft } from "./drafts";
import { emptySummary } from "./summary";

test("agt_04_drafts_are_kept_up_to_a_limit_and_the_oldest_goes", () => {
  let drafts = {};
  for (let at = 0; at <= DRAFTS_MAX; at++) drafts = withDraft(drafts, `c-${at}`, { text: emptySummary, at });
  expect(Object.keys(drafts)).toHaveLength(DRAFTS_MAX);
  expect(drafts).not.toHaveProperty("c-0");
  expect(drafts).toHaveProperty(`c-${DRAFTS_MAX}`);
});
