import { expect, test } from "vitest";
import { readCall, readStory, readTrace } from "./readRecords";

const started = "2026-11-28T01:00:00.000Z";
const report = { queue: "sales", strategy: "longest_idle", waited: { secs: 3, nanos: 500_000_000 }, needs: [["english", 2]], candidates: [{ agent: "a", score: 9 }], candidates_total: 1, filtered: [["b", "on_break"]], filtered_totals: [["on_break", 1]], winner: "a" };

test("a call's facts become rows: lengths are instants, reports are found where they stand", () => {
  const call = readCall(
    {
      record: { started, ended: started },
      legs: [{ leg: 2, role: "agent", party: "a", opened_ms: 4_000, rang_ms: null, answered_ms: 6_000, ended_ms: null, cause: null }],
      facts: [{ seq: 1, at: "2026-11-28T01:00:03.000Z", code: "routed", data: {} }],
      decisions: [{ call: "c", report }, { nothing: true }],
      quality: [{ leg: 1, at: started, measured: { packets_in: 250, packets_out: 250, loss_in_permille: 0, jitter_us: 5_500, round_trip_us: null, mos_centi: 431 } }],
      digits: [],
      agent_actions: [{ seq: 3, at: started, code: "leg_held", data: {} }],
    },
    "c",
  );
  expect(call.legs[0]).toMatchObject({ opened: "2026-11-28T01:00:04.000Z", ringing: null, answered: "2026-11-28T01:00:06.000Z", ended: null });
  expect(call.decisions).toEqual([expect.objectContaining({ at: "2026-11-28T01:00:03.000Z", waited_ms: 3_500, needs: [{ skill: "english", level: 2 }], filtered: [{ agent: "b", reason: "on_break" }], winner: "a" })]);
  expect(call.quality[0]).toMatchObject({ jitter_ms: 5.5, round_trip_ms: null, mos: 4.31 });
  expect(call.agent_actions).toEqual([{ at: started, by: "", action: "leg_held" }]);
});

test("a call that goes on has no row yet, and nonsense is an empty call", () => {
  expect(readCall({ record: null, facts: [{ at: started }], legs: [] }, "c").record).toMatchObject({ call: "c", started, outcome: "live" });
  expect(readCall(null, "c").legs).toEqual([]);
});

test("stages by lengths and messages by the other end", () => {
  expect(readStory({ stages: [{ stage: "flow", from_ms: 1_000, ms: 500 }], lines: ["x"] }, started).stages).toEqual([{ stage: "ivr", ms: 500, from: "2026-11-28T01:00:01.000Z", to: "2026-11-28T01:00:01.500Z" }]);
  expect(readTrace({ messages: [{ at: started, leg: 1, way: "in", peer: "p", first_line: "BYE", text: "" }] }).messages[0]).toMatchObject({ from: "p", to: "Belltower" });
});
