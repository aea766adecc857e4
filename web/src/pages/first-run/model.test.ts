import { describe, expect, it } from "vitest";
import type { FirstRun } from "~/api/firstRun";
import { accountName, after, progress, shown, testCall, type TestCall, type TestEvent } from "./model";

const run = (next: FirstRun["next"]): FirstRun => ({
  version: 3,
  steps: [
    { step: "company", state: "done", lacks: [] },
    { step: "trunk", state: "skipped", lacks: ["trunk"] },
    { step: "number", state: "open", lacks: ["number"] },
    { step: "agent", state: "open", lacks: ["browser_phone"] },
    { step: "test_call", state: "open", lacks: ["test_call"] },
  ],
  next: next ?? null,
  closed: false,
  company: { name: "a", zone: "Asia/Shanghai", language: "zh-CN" },
  trunk: null,
  number: null,
  agent: null,
  desk: [],
});

describe("inb_35 the wizard", () => {
  it("shows what is asked for, else what is next, else the last step", () => {
    expect(shown(run("number"), undefined)).toBe("number");
    expect(shown(run("number"), "company")).toBe("company");
    expect(shown(run("number"), "nonsense")).toBe("number");
    expect(shown(run(null), undefined)).toBe("test_call");
    expect(after("company")).toBe("trunk");
    expect(after("test_call")).toBeUndefined();
    expect(progress(run("number"))).toEqual({ done: 1, of: 5 });
  });

  it("follows a test call, and counts only one in which somebody talked", () => {
    const play = (...events: TestEvent[]) => events.reduce<TestCall>(testCall, { at: "idle" });
    const ended: TestEvent = { is: "ended", cause: "Busy" };
    expect(play({ is: "started" }, { is: "answered" })).toEqual({ at: "greeting" });
    expect(play({ is: "started" }, { is: "answered" }, { is: "agent_talks" }, ended)).toEqual({ at: "over", passed: true, cause: "Busy" });
    expect(play({ is: "started" }, ended)).toEqual({ at: "over", passed: false, cause: "Busy" });
    expect(play({ is: "started" }, ended, { is: "answered" }, { is: "agent_talks" })).toMatchObject({ at: "over", passed: false });
    expect(play(ended)).toEqual({ at: "idle" });
    expect(play({ is: "started" }, ended, { is: "started" })).toEqual({ at: "calling" });
  });

  it("proposes a name to sign in with", () => {
    expect(accountName("Chen Xiaoyu", "1001")).toBe("chen.xiaoyu");
    expect(accountName("陈小雨", "1001")).toBe("agent1001");
  });
});
