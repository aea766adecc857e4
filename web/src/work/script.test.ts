import { expect, test } from "vitest";
import { phaseOf } from "./script";

test("agt_14_the_lines_follow_the_phase_of_the_call_and_who_calls", () => {
  const at = { stage: "talk", class: "normal", transferred: false, concluded: false };
  expect(phaseOf(at)).toBe("opening");
  expect(phaseOf({ ...at, transferred: true })).toBe("transferred");
  expect(phaseOf({ ...at, class: "vip", transferred: true })).toBe("vip");
  expect(phaseOf({ ...at, class: "complaint" })).toBe("complaint");
  expect(phaseOf({ ...at, class: "complaint", concluded: true })).toBe("closing");
  expect(phaseOf({ ...at, stage: "wrap_up" })).toBe("closing");
});
