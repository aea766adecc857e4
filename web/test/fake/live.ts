import type { Desk, Me } from "../../src/api/types.ts";
import { liveView } from "./floor.ts";

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

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
    wrap_up_call: null,
    queues: [
      { queue: "sales", title: "售前咨询", waiting: 2, waiting_since: ago(34_000) },
      { queue: "support", title: "技术支持", waiting: 0, waiting_since: null },
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
