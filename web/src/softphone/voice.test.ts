import { expect, test } from "vitest";
import { microphoneCause, needsPerson, stepMark, voiceSteps } from "./voice";

test("tel_12_the_list_of_steps_names_the_one_that_failed", () => {
  const marks = voiceSteps.map((step) => stepMark({ at: "failed", step: "socket", cause: "unreachable" }, step));
  expect(marks).toEqual(["done", "done", "done", "failed", "open"]);
  expect(stepMark({ at: "starting", step: "microphone" }, "microphone")).toBe("running");
  expect(stepMark({ at: "ready" }, "registration")).toBe("done");
});

test("what is wrong with a microphone is told apart, and nothing tries again by itself what only a person can mend", () => {
  expect(["NotAllowedError", "NotFoundError", "NotReadableError", "TypeError"].map(microphoneCause)).toEqual(["denied", "no_microphone", "microphone_busy", "unsupported"]);
  expect(needsPerson("denied")).toBe(true);
  expect(needsPerson("unreachable")).toBe(false);
});
