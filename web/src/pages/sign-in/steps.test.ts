import { expect, test } from "vitest";
import type { Me } from "~/api/types";
import { failedPart, stepAfter } from "./steps";

test("recovery codes are shown before whatever comes next", () => {
  expect(stepAfter({ state: "change_password", why: "first_sign_in", ticket: "t", recovery_codes: ["a"] })).toEqual({
    at: "recovery_codes", codes: ["a"], next: { at: "change_password", why: "first_sign_in", ticket: "t" },
  });
  expect(stepAfter({ state: "signed_in", me: {} as Me, recovery_codes: [] })).toEqual({ at: "done" });
});

test("tel_12_a_sign_in_without_an_answer_names_the_part_that_failed", () => {
  expect(failedPart(false, false)).toBe("network");
  expect(failedPart(true, false)).toBe("server");
  expect(failedPart(true, true)).toBe("login");
});
