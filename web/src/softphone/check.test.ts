import { expect, test } from "vitest";
import { checks, clippedOf, decibels, judgeMicrophone, judgeNetwork, median, networkLines, networkPolicy, reportOf, tripFigures, type CheckResult } from "./check";

test("agt_10_loudness_is_measured_in_decibels_below_full_scale", () => {
  expect(decibels(new Float32Array([1, -1, 1, -1]))).toBe(0);
  expect(decibels(new Float32Array([0.1, -0.1]))).toBe(-20);
  expect(decibels(new Float32Array([0, 0]))).toBe(-100);
  expect(clippedOf(new Float32Array([1, 0.5, -0.99]))).toBe(2);
});

test("agt_10_a_microphone_is_silent_overdriven_noisy_quiet_or_good", () => {
  const judged = (noise_db: number, speech_db: number, clipped_permille = 0) => judgeMicrophone({ noise_db, speech_db, clipped_permille });
  expect(judged(-100, -80)).toMatchObject({ level: "failed", cause: "silent" });
  expect(judged(-60, -3, 20)).toMatchObject({ level: "warning", cause: "clipped" });
  expect(judged(-30, -20)).toMatchObject({ level: "warning", cause: "noisy" });
  expect(judged(-60, -44)).toMatchObject({ level: "warning", cause: "quiet" });
  expect(judged(-60, -20)).toMatchObject({ level: "ok" });
});

test("tel_18_a_network_passes_by_the_policy_and_the_real_need_is_told_beside_it", () => {
  const good = { down_kbps: 20_000, up_kbps: 4_000, rtt_ms: 30, jitter_ms: 4, loss_permille: 0 };
  expect(judgeNetwork(good, networkPolicy).level).toBe("ok");
  expect(judgeNetwork({ ...good, up_kbps: 400 }, networkPolicy)).toMatchObject({ level: "failed", cause: "below_policy" });
  expect(judgeNetwork({ ...good, up_kbps: 60 }, networkPolicy)).toMatchObject({ level: "failed", cause: "up_kbps" });
  expect(judgeNetwork({ ...good, loss_permille: 30 }, networkPolicy)).toMatchObject({ level: "failed", cause: "loss_permille" });
  expect(judgeNetwork({}, networkPolicy)).toMatchObject({ level: "failed", cause: "unreachable" });
  expect(networkLines({ up_kbps: 400 }, networkPolicy)).toEqual([{ figure: "up_kbps", value: 400, limit: 1_000, ok: false, enough: true }]);
});

test("tel_18_one_slow_answer_does_not_decide_and_one_that_is_lost_counts", () => {
  expect(median([10, 900, 12, 11, 13])).toBe(12);
  expect(tripFigures([10, 14, null, 10])).toEqual({ rtt_ms: 10, jitter_ms: 4, loss_permille: 250 });
  expect(tripFigures([null])).toEqual({});
});

test("agt_10_a_report_passes_only_if_everything_was_checked_and_nothing_failed", () => {
  const of = { agent: "alice", at: "2026-11-28T00:00:00Z", browser: "Chrome", took_ms: 1 };
  const all = checks.map((check): CheckResult => ({ check, level: "ok", figures: {} }));
  expect(reportOf(all, of).passed).toBe(true);
  expect(reportOf(all.slice(1), of).passed).toBe(false);
  expect(reportOf([...all.slice(1), { check: "permission", level: "failed", figures: {} }], of).passed).toBe(false);
});
