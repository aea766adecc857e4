import { describe, expect, it } from "vitest";
import type { AgentView, AlertView, CallView, Live, QueueView } from "~/api/types";
import { floorOf, headline, levelTone, sortAgents, sortAlerts, stateOf, waitTone } from "./model";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 28, 1, 0, seconds)).toISOString();
const agent = (name: string, more: Partial<AgentView>): AgentView => ({ agent: name, display_name: name, presence: "available", activity: "idle", since: at(0), queues: ["a"], skills: [], ...more });
const call = (id: string, stage: string, since: number, queue: string): CallView => ({ call: id, direction: "inbound", caller: "1", called: "2", stage, since: at(since), started: at(0), queue, legs: [], recording: true });
const queue = (name: string): QueueView => ({ queue: name, waiting: 0, longest_wait_ms: 0, agents: { available: 0, talking: 0, wrap_up: 0, break: 0, signed_in: 0 }, answered: 8, abandoned: 2, service_level_permille: 800, estimated_wait_ms: null });
const live: Live = {
  seq: 1,
  at: at(60),
  queues: [queue("a"), queue("b")],
  agents: [agent("x", {}), agent("y", { presence: "break", activity: "talking", queues: ["b"] }), agent("z", { presence: "signed_out" })],
  calls: [call("young", "queue", 50, "a"), call("old", "queue", 10, "a"), call("talks", "talk", 20, "b"), call("menu", "ivr", 5, "a")],
  trunks: [],
  phones: [],
  alerts: [],
  figures: { offered: 21, answered: 16, abandoned: 4, service_level_permille: 790, service_level_target: { within_ms: 20_000, permille: 800 } },
};

describe("the wallboard", () => {
  it("takes what an agent does before what he asked for", () => {
    expect(live.agents.map(stateOf)).toEqual(["available", "talking", "signed_out"]);
    expect(stateOf({ presence: "available", activity: "unreachable" })).toBe("unreachable");
    expect(stateOf({ presence: "break", activity: "idle" })).toBe("break");
  });

  it("shows waiting calls by age, the longest first", () => {
    expect(floorOf(live, undefined).waiting.map((one) => one.call)).toEqual(["old", "young"]);
    expect(floorOf(live, "b").calls.map((one) => one.call)).toEqual(["talks"]);
    expect(floorOf(live, "b").agents.map((one) => one.agent)).toEqual(["y"]);
  });

  it("rpt_12: takes the service level and its target from the server, of all or of one queue", () => {
    expect(headline(live, floorOf(live, undefined), undefined)).toMatchObject({ waiting: 2, offered: 21, serviceLevel: 790, within: 20_000, target: 800, available: 1, signedIn: 2, talking: 1, calls: 4 });
    expect(headline(live, floorOf(live, "a"), "a")).toMatchObject({ answered: 8, abandoned: 2, offered: 10, serviceLevel: 800 });
  });

  it("warns by the target", () => {
    expect([1_000, 10_000, 20_000].map((ms) => waitTone(ms, 20_000))).toEqual(["good", "warn", "bad"]);
    expect([null, 800, 750, 500].map((level) => levelTone(level, 800))).toEqual(["idle", "good", "warn", "bad"]);
  });

  it("inb_29: puts who asks for help first", () => {
    const alerts: AlertView[] = [{ code: "disk", level: "critical", since: at(1) }, { code: "queue_wait", since: at(9) }, { code: "help", since: at(0) }];
    expect(sortAlerts(alerts).map(({ code }) => code)).toEqual(["help", "disk", "queue_wait"]);
    expect(sortAgents(live.agents).map((one) => one.agent)).toEqual(["y", "x", "z"]);
  });
});
