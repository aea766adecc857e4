import { expect, test } from "vitest";
import { applyEvent, nothingYet, type LiveState } from "./live";
import type { CallView, Live } from "./types";

const call = (id: string, stage = "queue"): CallView => ({
  call: id, direction: "inbound", caller: "13800138000", called: "4008001234", stage, since: "2026-11-28T01:00:00.000Z",
  started: "2026-11-28T01:00:00.000Z", legs: [], recording: false,
});
const live: Live = {
  seq: 7, at: "2026-11-28T01:00:00.000Z", queues: [], agents: [], calls: [call("c1"), call("c2"), call("c3")], trunks: [], phones: [], alerts: [],
  figures: { answered: 0, abandoned: 0, service_level_permille: null },
};
const state: LiveState = applyEvent(nothingYet, { kind: "snapshot", seq: 7, live });

test("changed calls stay where they are, new ones come last, gone ones go", () => {
  const after = applyEvent(state, {
    kind: "change", seq: 8, at: "2026-11-28T01:00:01.000Z", calls: [call("c4"), call("c2", "talk")], gone: { calls: ["c1"] },
  });
  expect(after.live?.calls.map((each) => [each.call, each.stage])).toEqual([["c2", "talk"], ["c3", "queue"], ["c4", "queue"]]);
  expect(after.seq).toBe(8);
});

test("an event that is older than the state is dropped", () => {
  expect(applyEvent(state, { kind: "change", seq: 7, at: "", gone: { calls: ["c1"] } })).toBe(state);
});

test("a reader without the live view still gets the own desk", () => {
  const desk = { agent: "alice" } as never;
  const blind = applyEvent(nothingYet, { kind: "snapshot", seq: 3, live: null, desk });
  const after = applyEvent(blind, { kind: "change", seq: 4, at: "", desk });
  expect(after).toEqual({ seq: 4, live: null, desk });
});
