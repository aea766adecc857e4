// What the wallboard shows, worked out of the live state.

import type { AgentView, AlertView, CallView, Live, QueueView } from "~/api/types";
import type { Tone } from "~/ui";

/** What an agent is doing, as one word: what he does counts before what he asked for. */
export type AgentState = "available" | "offered" | "talking" | "wrap_up" | "break" | "unreachable" | "signed_out";

export const AGENT_STATES: readonly AgentState[] = ["talking", "offered", "available", "wrap_up", "break", "unreachable", "signed_out"];

export const TONE_OF: Record<AgentState, Tone> = {
  available: "good",
  offered: "busy",
  talking: "busy",
  wrap_up: "after",
  break: "warn",
  unreachable: "bad",
  signed_out: "idle",
};

export function stateOf({ presence, activity }: Pick<AgentView, "presence" | "activity">): AgentState {
  if (activity === "talking" || activity === "offered" || activity === "wrap_up") return activity;
  if (presence === "signed_out" || presence === "break") return presence;
  return activity === "unreachable" ? "unreachable" : "available";
}

/** The part of the floor one queue makes; all of it without one. */
export interface Floor {
  queues: QueueView[];
  agents: AgentView[];
  calls: CallView[];
  /** The longest first. */
  waiting: CallView[];
  talking: CallView[];
}

export function floorOf(live: Live, queue: string | undefined): Floor {
  const calls = queue ? live.calls.filter((call) => call.queue === queue) : live.calls;
  const byAge = (a: CallView, b: CallView) => a.since.localeCompare(b.since);
  return {
    queues: queue ? live.queues.filter((one) => one.queue === queue) : live.queues,
    agents: queue ? live.agents.filter((agent) => agent.queues.includes(queue)) : live.agents,
    calls,
    waiting: calls.filter(({ stage }) => stage === "queue" || stage === "ringing").sort(byAge),
    talking: calls.filter(({ stage }) => stage === "talk" || stage === "hold" || stage === "conference").sort(byAge),
  };
}

export interface Headline {
  waiting: number;
  longestSince: string | null;
  answered: number;
  abandoned: number;
  offered: number;
  serviceLevel: number | null;
  within: number;
  target: number;
  /** Callers who gave up within this time are not counted. */
  abandonedWithin: number;
  talking: number;
  calls: number;
  available: number;
  signedIn: number;
}

/** Today's figures, of all queues or of one. */
export function headline(live: Live, floor: Floor, queue: string | undefined): Headline {
  const { figures } = live;
  const one = queue ? floor.queues[0] : undefined;
  const target = figures.service_level_target;
  const answered = one ? one.answered : figures.answered;
  const abandoned = one ? one.abandoned : figures.abandoned;
  const count = (state: AgentState) => floor.agents.filter((agent) => stateOf(agent) === state).length;
  return {
    waiting: floor.waiting.length,
    longestSince: floor.waiting[0]?.since ?? null,
    answered,
    abandoned,
    offered: (one ? undefined : figures.offered) ?? answered + abandoned,
    serviceLevel: one ? one.service_level_permille : figures.service_level_permille,
    within: target?.within_ms ?? 30_000,
    target: target?.permille ?? 900,
    abandonedWithin: target?.abandoned_within_ms ?? 0,
    talking: floor.talking.length,
    calls: floor.calls.length,
    available: count("available"),
    signedIn: floor.agents.length - count("signed_out"),
  };
}

/** How bad a wait is: half the target is fine, all of it is too much. */
export function waitTone(ms: number, within: number): "good" | "warn" | "bad" {
  return ms >= within ? "bad" : ms >= within / 2 ? "warn" : "good";
}

export function levelTone(permille: number | null, target: number): Tone {
  if (permille === null) return "idle";
  return permille >= target ? "good" : permille >= target - 100 ? "warn" : "bad";
}

/** Those in calls first, then as the floor thinks of them; by name within a state. */
export function sortAgents(agents: readonly AgentView[]): AgentView[] {
  const rank = (agent: AgentView) => AGENT_STATES.indexOf(stateOf(agent));
  return [...agents].sort((a, b) => rank(a) - rank(b) || a.display_name.localeCompare(b.display_name, "zh-CN"));
}

/** Calls for help first, then what is worst, then what is newest. */
export function sortAlerts(alerts: readonly AlertView[]): AlertView[] {
  const rank = ({ code, level }: AlertView) => (code === "help" ? 0 : level === "critical" ? 1 : 2);
  return [...alerts].sort((a, b) => rank(a) - rank(b) || (b.since ?? "").localeCompare(a.since ?? ""));
}
