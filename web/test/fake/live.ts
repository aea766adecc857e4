import type { Desk, Live, Me } from "../../src/api/types.ts";

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

/** The live view of a small floor. */
export function liveView(): Live {
  return {
    seq: 1,
    at: ago(0),
    queues: [
      { queue: "sales", waiting: 2, longest_wait_ms: 34_000, agents: { available: 1, talking: 2, wrap_up: 1, break: 0, signed_in: 4 }, answered: 128, abandoned: 6, service_level_permille: 872, estimated_wait_ms: 45_000 },
      { queue: "support", waiting: 0, longest_wait_ms: 0, agents: { available: 2, talking: 0, wrap_up: 0, break: 1, signed_in: 3 }, answered: 61, abandoned: 1, service_level_permille: 951, estimated_wait_ms: 0 },
    ],
    agents: [
      { agent: "alice", display_name: "陈小雨", presence: "available", activity: "idle", since: ago(95_000), queues: ["sales", "support"], skills: ["mandarin"] },
      { agent: "bob", display_name: "李明", presence: "available", activity: "talking", since: ago(214_000), call: "c1", queues: ["sales"], skills: [] },
      { agent: "carol", display_name: "周燕", presence: "break", reason: "lunch", activity: "idle", since: ago(1_250_000), queues: ["support"], skills: [] },
    ],
    calls: [
      { call: "c1", direction: "inbound", caller: "13800138000", called: "4008001234", region: "北京", queue: "sales", agent: "bob", stage: "talk", since: ago(214_000), started: ago(260_000), legs: [], recording: true },
      { call: "c2", direction: "inbound", caller: "02161234567", called: "4008001234", region: "上海", queue: "sales", stage: "queue", since: ago(34_000), started: ago(61_000), legs: [], recording: true, vip: true },
    ],
    trunks: [{ trunk: "carrier-a", since: ago(86_400_000) }],
    phones: [],
    alerts: [],
    figures: { answered: 189, abandoned: 7, service_level_permille: 898, service_level_target: { within_ms: 20_000, permille: 800 } },
  };
}

const desks = new Map<string, Desk>();

/** The desk of an agent; none for those who are not. */
export function deskOf(me: Me | null): Desk | null {
  if (!me?.agent) return null;
  const fresh: Desk = {
    agent: me.agent.name,
    presence: "signed_out",
    activity: "idle",
    since: ago(0),
    offer: null,
    calls: [],
    today: { answered: 23, missed: 1, talk_ms: 5_420_000, wrap_up_ms: 620_000 },
    break_reasons: [
      { code: "rest", zh: "小休", en: "Short break" },
      { code: "lunch", zh: "用餐", en: "Lunch" },
      { code: "training", zh: "培训", en: "Training" },
    ],
    wrap_up_until: null,
    queues: [
      { name: "sales", waiting: 2, longest_wait_ms: 34_000 },
      { name: "support", waiting: 0, longest_wait_ms: 0 },
    ],
  };
  const desk = desks.get(me.agent.name) ?? fresh;
  desks.set(me.agent.name, desk);
  return desk;
}

/** The snapshot somebody gets. */
export function firstOf(me: Me): object {
  return { live: me.permissions["live.read"] ? liveView() : null, desk: deskOf(me) };
}
