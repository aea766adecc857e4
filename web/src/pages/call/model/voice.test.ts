import { expect, test } from "vitest";
import type { Microphone } from "~/api/records";
import { heardOf } from "./voice";

const words = (code: string) => ({ code, zh: code, en: code, remedy_zh: "", remedy_en: "" });
const half = (minute: number, code: string, more: Partial<Microphone> = {}): Microphone => ({ leg: 2, at: new Date(minute * 30_000).toISOString(), level_dbov: -24, noise_dbov: -60, clipped_permille: 0, microphone: words(code), ...more });

test("dia_10: each leg's microphone is told by what is usual of it, and its advice by how often it was needed", () => {
  const [heard, other] = heardOf([half(1, "quiet", { level_dbov: -44 }), half(2, "clipping", { clipped_permille: 9 }), half(3, "quiet", { level_dbov: -42 }), half(1, "fine", { leg: 7 })]);
  expect(heard).toMatchObject({ leg: 2, level: -42, noise: -60, clippedPermille: 9, echo: null });
  expect(heard?.advice.map(({ code, times }) => [code, times])).toEqual([["quiet", 2], ["clipping", 1]]);
  expect(other).toMatchObject({ leg: 7, advice: [] });
});

test("dia_10: who only listens for a while is not told to mend his microphone; who is never heard is", () => {
  const silent = half(1, "silent", { level_dbov: null });
  expect(heardOf([silent, half(2, "fine")])[0]).toMatchObject({ level: -24, advice: [] });
  expect(heardOf([silent])[0]).toMatchObject({ level: null, advice: [{ code: "silent", times: 1 }] });
});

test("dia_05: the echo that is told is the loudest, and its cause is named beside the microphone's", () => {
  const [heard] = heardOf([half(1, "fine", { echo: words("headset"), echo_delay_ms: 80, echo_loss_db: 34 }), half(2, "quiet", { echo: words("loudspeaker"), echo_delay_ms: 180, echo_loss_db: 12 })]);
  expect(heard?.echo).toEqual({ delayMs: 180, lossDb: 12 });
  expect(heard?.advice.map(({ code }) => code)).toEqual(["headset", "quiet", "loudspeaker"]);
});
