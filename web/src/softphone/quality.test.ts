import { expect, test } from "vitest";
import { countersOf, meanOpinion, qualityBetween, type Counters } from "./quality";

const counters = (more: Partial<Counters>): Counters => ({ at: 0, received: 0, lost: 0, jitterMs: 2, rttMs: 20, lostThere: 0, micEnergy: 0, ...more });

test("tel_16_ten_percent_loss_and_sixty_ms_jitter_is_a_weak_network", () => {
  const quality = qualityBetween(counters({}), counters({ at: 5_000, received: 225, lost: 25, jitterMs: 60, micEnergy: 1 }));
  expect(quality).toMatchObject({ lossPermille: 100, jitterMs: 60, level: "weak", micSilent: false });
});

test("a clean call is good, and the worse direction counts", () => {
  const clean = qualityBetween(counters({}), counters({ at: 5_000, received: 250, micEnergy: 1 }));
  expect(clean.level).toBe("good");
  expect(clean.mos).toBeGreaterThan(4.3);
  expect(qualityBetween(counters({}), counters({ at: 5_000, received: 250, lostThere: 0.2 })).level).toBe("weak");
});

test("nothing received in five seconds is total loss; a microphone without energy is silent", () => {
  const quality = qualityBetween(counters({ received: 10 }), counters({ at: 5_000, received: 10 }));
  expect(quality).toMatchObject({ lossPermille: 1000, micSilent: true });
  expect(quality.mos).toBeLessThan(2.1);
});

test("opinions fall with loss and delay and stay within the scale", () => {
  expect(meanOpinion(0, 0, 0)).toBeCloseTo(4.4, 1);
  expect(meanOpinion(0.05, 0, 0)).toBeLessThan(meanOpinion(0.01, 0, 0));
  expect(meanOpinion(0, 0, 800)).toBeLessThan(meanOpinion(0, 0, 100));
  expect(meanOpinion(1, 500, 5_000)).toBe(1);
});

test("counters are read from both sides' reports", () => {
  const report = [
    { type: "inbound-rtp", kind: "audio", packetsReceived: 100, packetsLost: 3, jitter: 0.004 },
    { type: "remote-inbound-rtp", kind: "audio", roundTripTime: 0.05, fractionLost: 0.01 },
    { type: "media-source", kind: "audio", totalAudioEnergy: 0.5 },
    { type: "inbound-rtp", kind: "video", packetsReceived: 9_999 },
  ];
  expect(countersOf(report, 7)).toEqual({ at: 7, received: 100, lost: 3, jitterMs: 4, rttMs: 50, lostThere: 0.01, micEnergy: 0.5 });
});
