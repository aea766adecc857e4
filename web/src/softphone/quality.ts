/** What the browser has counted of a call so far. */
export interface Counters {
  at: number;
  received: number;
  lost: number;
  /** Milliseconds. */
  jitterMs: number;
  /** Round trip in milliseconds; none before the first report of the other side. */
  rttMs: number | null;
  /** Share of our packets that the server misses, 0 to 1. */
  lostThere: number | null;
  /** Energy of what the microphone has picked up. */
  micEnergy: number | null;
}

/** The last five seconds of a call. */
export interface Quality {
  /** Thousandths of packets lost, the worse of both directions. */
  lossPermille: number;
  jitterMs: number;
  rttMs: number | null;
  /** 1 to 4.4, after the E-model (ITU-T G.107) with its default values for G.711. */
  mos: number;
  level: "good" | "fair" | "weak";
  /** Whether nothing at all has come from the microphone. */
  micSilent: boolean;
}

/** How often it is measured (TEL-16). */
export const QUALITY_MS = 5_000;
const MOS_GOOD_MIN = 4;
const MOS_FAIR_MIN = 3.5;

/** What happened between two looks at the counters. */
export function qualityBetween(before: Counters, now: Counters): Quality {
  const received = Math.max(0, now.received - before.received);
  const lost = Math.max(0, now.lost - before.lost);
  const here = received + lost === 0 ? (now.at > before.at ? 1 : 0) : lost / (received + lost);
  const loss = Math.max(here, now.lostThere ?? 0);
  const mos = meanOpinion(loss, now.jitterMs, now.rttMs ?? 0);
  return {
    lossPermille: Math.round(loss * 1000),
    jitterMs: Math.round(now.jitterMs),
    rttMs: now.rttMs === null ? null : Math.round(now.rttMs),
    mos,
    level: mos >= MOS_GOOD_MIN ? "good" : mos >= MOS_FAIR_MIN ? "fair" : "weak",
    micSilent: now.micEnergy !== null && before.micEnergy !== null && now.micEnergy - before.micEnergy <= 0,
  };
}

/** E-model: R = 93.2 - Id - Ie,eff; random loss of G.711 with concealment has Bpl 25.1 (G.113). */
export function meanOpinion(loss: number, jitterMs: number, rttMs: number): number {
  const delayMs = rttMs / 2 + 2 * jitterMs + 20;
  const delayed = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0);
  const percent = loss * 100;
  const damaged = (95 * percent) / (percent + 25.1);
  const r = Math.max(0, Math.min(93.2, 93.2 - delayed - damaged));
  const mos = 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r);
  return Math.round(Math.max(1, mos) * 100) / 100;
}

/** Reads the counters out of what `getStats` reports. */
export function countersOf(report: Iterable<Record<string, unknown>>, at: number): Counters {
  const counters: Counters = { at, received: 0, lost: 0, jitterMs: 0, rttMs: null, lostThere: null, micEnergy: null };
  const number = (value: unknown) => (typeof value === "number" ? value : null);
  for (const part of report) {
    if (part["kind"] !== "audio") continue;
    if (part["type"] === "inbound-rtp") {
      counters.received += number(part["packetsReceived"]) ?? 0;
      counters.lost += number(part["packetsLost"]) ?? 0;
      counters.jitterMs = (number(part["jitter"]) ?? 0) * 1000;
    } else if (part["type"] === "remote-inbound-rtp") {
      const rtt = number(part["roundTripTime"]);
      counters.rttMs = rtt === null ? null : rtt * 1000;
      counters.lostThere = number(part["fractionLost"]);
    } else if (part["type"] === "media-source") {
      counters.micEnergy = number(part["totalAudioEnergy"]);
    }
  }
  return counters;
}
