import { describe, expect, it } from "vitest";
import type { CallDetail, Quality, SipMessage } from "~/api/records";
import { axis, clock, follow, instant, pan, place, see, ticks, zoom } from "./axis";
import { header, ladder } from "./ladder";
import { gradeOf, lanes } from "./lanes";
import { outline } from "./wave";

describe("the axis of time", () => {
  const whole = axis(60_000, 600);

  it("puts an instant where it belongs, and back", () => {
    expect(place(whole, 30_000)).toBe(300);
    expect(instant(whole, 300)).toBe(30_000);
    expect(instant({ ...whole, width: 0 }, 300)).toBe(0);
  });

  it("zooms so that what is under the pointer stays there", () => {
    const closer = zoom(whole, 4, 15_000);
    expect(place(closer, 15_000)).toBeCloseTo(150);
    expect(closer.seen.to - closer.seen.from).toBeCloseTo(15_000);
    expect(zoom(closer, 0.001, 15_000).seen).toEqual(whole.seen);
  });

  it("never leaves the call, nor looks closer than there is anything to see", () => {
    expect(pan(zoom(whole, 2, 0), -5_000).seen.from).toBe(0);
    expect(pan(zoom(whole, 2, 0), 99_000).seen.to).toBe(60_000);
    expect(zoom(whole, 1e9, 1_000).seen.to - zoom(whole, 1e9, 1_000).seen.from).toBeCloseTo(200);
    expect(see(whole, { from: -10, to: 1e9 }).seen).toEqual(whole.whole);
    expect(axis(0, 100).whole.to).toBeGreaterThan(0);
  });

  it("follows the player only when it would be out of sight", () => {
    const closer = zoom(whole, 4, 0);
    expect(follow(closer, 10_000)).toBe(closer);
    expect(follow(closer, 40_000).seen.from).toBe(40_000);
  });

  it("draws lines at round times, as many as can be read", () => {
    expect(ticks(whole).at).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
    expect(ticks(axis(3 * 3_600_000, 900)).at.length).toBeLessThan(12);
    expect([clock(3_723_450), clock(1_234, 100), clock(59_999, 1), clock(59_999)]).toEqual(["1:02:03", "0:01.2", "0:59.999", "1:00"]);
  });
});

const time = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
const report = (ms: number, more: Partial<Quality>): Quality => ({ leg: 2, at: time(ms), packets_in: 250, packets_out: 250, loss_in_permille: 0, jitter_ms: 5, mos: 4.3, ...more });
const call: CallDetail = {
  record: { call: "c", started: time(0), ended: time(60_000), direction: "inbound", caller: "1", called: "2", outcome: "answered", cause: "hung_up", ivr_ms: 0, wait_ms: 0, ring_ms: 0, talk_ms: 0, hold_ms: 0, wrap_up_ms: 0, recordings: [] },
  legs: [
    { leg: 1, role: "caller", party: "1", opened: time(0), answered: time(100), ended: time(60_000), held: [{ from: time(20_000), to: time(30_000) }] },
    { leg: 2, role: "agent", party: "x", opened: time(5_000), ringing: time(5_500), answered: time(9_000), ended: null },
  ],
  facts: [],
  decisions: [],
  quality: [report(10_000, {}), report(15_000, { mos: 2.8, loss_in_permille: 60 }), report(20_000, { mos: 3.9 })],
  voice: [],
  worst: [{ leg: 2, at: time(15_000), mos: 2.8, cause: "loss_in", zh: "丢包", en: "loss", remedy_zh: "", remedy_en: "" }, { leg: 9, at: time(0), mos: 1, cause: "none", zh: "", en: "", remedy_zh: "", remedy_en: "" }],
  digits: [{ at: time(3_000), leg: 1, digit: "3" }],
  agent_actions: [],
};

describe("the lanes of a call", () => {
  const drawn = lanes(call, { stages: [{ stage: "wrap_up", from: time(60_000), to: time(75_000), ms: 15_000 }], lines: [] }, [], 0);

  it("share one beginning, and reach to the end of the wrap-up", () => {
    expect(drawn.length).toBe(75_000);
    expect(drawn.digits).toEqual([{ at: 3_000, label: "3", tone: "digit", of: 0 }]);
  });

  it("show setting up, ringing, talking and hold without a gap", () => {
    expect(drawn.legs[0]!.bars.map(({ tone, from, to }) => [tone, from, to])).toEqual([["setup", 0, 100], ["up", 100, 20_000], ["held", 20_000, 30_000], ["up", 30_000, 60_000]]);
    expect(drawn.legs[1]!.bars.map(({ tone, open }) => [tone, open ?? false])).toEqual([["setup", false], ["ringing", false], ["up", true]]);
  });

  it("dia_07: have the worst five seconds where the server says, with its cause", () => {
    expect(drawn.quality.map(({ leg, worst }) => [leg, worst])).toEqual([[2, { at: 15_000, said: call.worst[0] }]]);
    expect([4.2, 3.7, 3.1].map(gradeOf)).toEqual(["good", "fair", "bad"]);
  });
});

const sip = (ms: number, way: "in" | "out", other: string, first_line: string, cseq: string, more = ""): SipMessage => ({
  at: time(ms), leg: 1, way, from: way === "in" ? other : "us", to: way === "in" ? "us" : other, first_line,
  text: `${first_line}\r\nv: SIP/2.0/UDP x;branch=z9${cseq.replace(" ", "")}\r\nCSeq: ${cseq}\r\n${more}\r\nbody: no header`,
});

describe("the ladder", () => {
  const { parties, rungs } = ladder([sip(0, "in", "carrier", "INVITE sip:a SIP/2.0", "1 INVITE", "Content-Type: application/sdp\r\n"), sip(5, "out", "carrier", "SIP/2.0 200 OK", "1 INVITE"), sip(9, "out", "phone", "INVITE sip:b SIP/2.0", "1 INVITE"), sip(509, "out", "phone", "INVITE sip:b SIP/2.0", "1 INVITE"), sip(600, "in", "phone", "SIP/2.0 486 Busy Here", "1 INVITE")], Date.parse(time(0)));

  it("has us in the middle", () => {
    expect(parties.map(({ address, ours }) => [address, ours])).toEqual([["carrier", false], ["us", true], ["phone", false]]);
  });

  it("dia_19: says what each message is, what it answers, and which were sent again", () => {
    expect(rungs.map(({ from, to, label, about, repeat, sdp, tone, gap }) => [from, to, label, about, repeat, sdp, tone, gap])).toEqual([
      [0, 1, "INVITE", "INVITE", false, true, "request", 0],
      [1, 0, "200 OK", "INVITE", false, false, "success", 5],
      [1, 2, "INVITE", "INVITE", false, false, "request", 4],
      [1, 2, "INVITE", "INVITE", true, false, "request", 500],
      [2, 1, "486 Busy Here", "INVITE", false, false, "failure", 91],
    ]);
    expect(header("A: 1\r\n\r\nb: 2", "b", "")).toBeUndefined();
  });
});

describe("the outline of a recording", () => {
  it("draws what is seen, and nothing before or after the recording", () => {
    const path = outline([0, 1, 0, 0], 4_000, { from: -1_000, to: 4_000 }, 5, 10, "up");
    expect(path.startsWith("M1 10L1 9.5L2 0.0")).toBe(true);
    expect(outline([], 4_000, { from: 0, to: 1 }, 5, 10, "up")).toBe("");
    expect(outline([1], 1_000, { from: 5_000, to: 6_000 }, 5, 10, "up")).toBe("");
  });
});
