import { expect, test } from "vitest";
import { readLive } from "./readLive";
import type { Live } from "./types";

test("a floor without names, with instants and kinds, becomes what pages show", () => {
  const at = "2026-11-28T01:00:10.000Z";
  const live = readLive({
    seq: 1, at, trunks: [], phones: [], figures: { answered: 0, abandoned: 0, service_level_permille: null },
    agents: [{ agent: "a", presence: "available", activity: "idle", since: null, queues: [], skills: { english: 2 } }],
    calls: [{ call: "c", caller: null, supervised_by: [{ agent: "s", mode: "listen" }] }],
    queues: [{ queue: "q", waiting_since: "2026-11-28T01:00:00.000Z" }],
    alerts: [{ kind: "help", subject: "c", agent: "a", since: at }, { kind: "trunk_down", subject: "t", since: at }, { kind: "phone_lost", subject: "a", agent: "a", since: at }],
  } as unknown as Live);
  expect(live.agents[0]).toMatchObject({ display_name: "a", since: at, skills: ["english"] });
  expect(live.calls[0]).toMatchObject({ caller: "", supervised_by: ["s"] });
  expect(live.queues[0]?.longest_wait_ms).toBe(10_000);
  expect(live.alerts).toEqual([expect.objectContaining({ code: "help", call: "c", agent: "a" }), expect.objectContaining({ code: "trunk_down", trunk: "t" }), expect.objectContaining({ code: "phone_lost", agent: "a" })]);
});
