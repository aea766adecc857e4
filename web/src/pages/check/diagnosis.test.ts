import { expect, test, vi } from "vitest";
import { VoiceFailure } from "~/softphone/start";
import { within } from "./diagnosis";

const line = { place: "machine", check: "microphone" } as const;

test("dia_03_a_check_that_never_answers_ends_and_says_so", async () => {
  vi.useFakeTimers();
  const coming = within(line, 15_000, () => new Promise(() => {}));
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await coming).toEqual({ ...line, level: "failed", cause: "timed_out" });
  vi.useRealTimers();
});

test("dia_03_a_check_that_fails_says_why", async () => {
  expect(await within(line, 1_000, () => Promise.reject(new VoiceFailure("microphone", "denied")))).toMatchObject({ level: "failed", cause: "denied" });
});
