// A call's page as lanes over one axis of time. Everything is put into milliseconds since the call arrived.

import type { CallDetail, Decision, Leg, Quality, SipMessage, Story, Worst } from "~/api/records";

import type { Span } from "./axis";

export type Bar = Span & { label: string; tone: string; /** It was not over yet. */ open?: boolean };
export type Mark = { at: number; label: string; tone: string; /** Place in the list it was made of. */ of: number };

export type LegLane = { leg: number; role: string; party: string; bars: Bar[]; cause: string | null };
export type QualityLane = { leg: number; points: { at: number; quality: Quality }[]; /** As the server says it (DIA-07). */ worst: { at: number; said: Worst } | null };

export type Lanes = {
  /** When the call arrived. */
  origin: number;
  length: number;
  stages: Bar[];
  legs: LegLane[];
  messages: Mark[];
  digits: Mark[];
  decisions: (Mark & { decision: Decision })[];
  actions: Mark[];
  quality: QualityLane[];
};

/** Each quality report is about so much time before it. */
export const REPORT_MS = 5_000;

export function lanes(call: CallDetail, story: Story | undefined, messages: readonly SipMessage[], now: number): Lanes {
  const origin = Date.parse(call.record.started);
  const at = (time: string) => Math.max(Date.parse(time) - origin, 0);
  const ended = call.record.ended ?? null;
  const length = ended === null ? Math.max(now - origin, 1_000) : at(ended);
  return {
    origin,
    length: Math.max(length, lastOf(call, story, at)),
    stages: (story?.stages ?? []).map(({ stage, from, to }) => ({
      from: at(from),
      to: to === null ? length : at(to),
      label: stage,
      tone: stage,
      open: to === null,
    })),
    legs: call.legs.map((leg) => legLane(leg, at, length)),
    messages: messages.map((message, of) => ({ at: at(message.at), label: shortLine(message.first_line), tone: toneOf(message.first_line), of })),
    digits: call.digits.map(({ at: time, digit }, of) => ({ at: at(time), label: digit, tone: "digit", of })),
    decisions: call.decisions.map((decision, of) => ({
      at: at(decision.at),
      label: decision.winner ?? "",
      tone: decision.winner ? "won" : "nobody",
      of,
      decision,
    })),
    actions: call.agent_actions.map(({ at: time, action }, of) => ({ at: at(time), label: action, tone: "action", of })),
    quality: qualityLanes(call, at),
  };
}

/** Wrap-up and late messages may come after the end. */
function lastOf(call: CallDetail, story: Story | undefined, at: (time: string) => number): number {
  const ends = [...call.legs.map(({ ended }) => ended), ...(story?.stages ?? []).map(({ to }) => to)];
  const times = [...ends.flatMap((end) => end ?? []), ...call.facts.map((fact) => fact.at)];
  return times.reduce((last, time) => Math.max(last, at(time)), 0);
}

/** A leg is set up, rings, talks, is held, ends. */
function legLane({ leg, role, party, opened, ringing, answered, ended, cause, held }: Leg, at: (time: string) => number, length: number): LegLane {
  const end = ended ? at(ended) : length;
  const open = !ended;
  const bars: Bar[] = [];
  const bar = (from: number, to: number, tone: string, open = false) => {
    if (to > from) bars.push({ from, to, tone, label: tone, ...(open && { open }) });
  };
  const start = at(opened);
  const rang = ringing ? at(ringing) : undefined;
  const took = answered ? at(answered) : undefined;
  bar(start, rang ?? took ?? end, "setup", open && rang === undefined && took === undefined);
  if (rang !== undefined) bar(rang, took ?? end, "ringing", open && took === undefined);
  if (took !== undefined) {
    let from = took;
    for (const hold of held ?? []) {
      bar(from, at(hold.from), "up");
      from = hold.to ? at(hold.to) : end;
      bar(at(hold.from), from, "held", open && !hold.to);
    }
    bar(from, end, "up", open);
  }
  return { leg, role, party, bars, cause: cause ?? null };
}

function qualityLanes({ quality: reports, worst }: CallDetail, at: (time: string) => number): QualityLane[] {
  const legs = new Map<number, QualityLane>();
  for (const quality of reports) {
    const lane = legs.get(quality.leg) ?? { leg: quality.leg, points: [], worst: null };
    lane.points.push({ at: at(quality.at), quality });
    legs.set(quality.leg, lane);
  }
  for (const said of worst) {
    const lane = legs.get(said.leg);
    if (lane) lane.worst = { at: at(said.at), said };
  }
  return [...legs.values()].sort((a, b) => a.leg - b.leg);
}

/** Below this an ordinary ear minds. */
export const GOOD_MOS = 4.0;
export const FAIR_MOS = 3.6;

export function gradeOf(mos: number): "good" | "fair" | "bad" {
  return mos >= GOOD_MOS ? "good" : mos >= FAIR_MOS ? "fair" : "bad";
}

/** `INVITE`, `200 OK`. */
export function shortLine(firstLine: string): string {
  const status = /^SIP\/2\.0 (.*)$/.exec(firstLine.trim());
  return status?.[1] ?? firstLine.split(" ", 1)[0] ?? "";
}

function toneOf(firstLine: string): string {
  const status = /^SIP\/2\.0 (\d)/.exec(firstLine)?.[1];
  if (status === undefined) return "request";
  return status === "1" ? "provisional" : status === "2" ? "success" : status === "3" ? "redirect" : "failure";
}
