import { expect, test } from "vitest";
import { sounds, toneOf } from "./tone";

const policies = (value: string) => ({ items: [{ key: "calls_max", value: "200" }, { key: "supervision_tone", value }] });

test("rec_18: the tone is as often as the policy says, and zero is never", () => {
  expect(toneOf(policies("15s"))).toBe("15s");
  expect(toneOf(policies("10m"))).toBe("10m");
  for (const never of ["0s", "0", "0ms"]) expect(toneOf(policies(never))).toBeNull();
  expect(toneOf({})).toBeNull();
});

test("rec_18: who is in the call himself needs no tone", () => {
  expect((["listen", "whisper", "barge", "intercept"] as const).filter(sounds)).toEqual(["listen", "whisper"]);
});
