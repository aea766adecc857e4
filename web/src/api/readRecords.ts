// What the server says of a call, as the pages use it. Lengths since the call arrived become instants, reports that stand in
// facts become rows, and what is not said stays out.

import type { CallDetail, Decision, Quality, SipMessage, Story } from "./records";
import type { CallRow } from "./types";

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const objects = (value: unknown): Json[] => list(value).filter(isObject);
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const figure = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** A call with everything that is known of it; `id` stands in for the row of one that goes on. */
export function readCall(wire: unknown, id: string): CallDetail {
  const whole = isObject(wire) ? wire : {};
  const facts = objects(whole["facts"]);
  const started = text((isObject(whole["record"]) ? whole["record"] : {})["started"]) ?? text(facts[0]?.["at"]) ?? new Date().toISOString();
  const at = (ms: unknown, said: unknown) => text(said) ?? (figure(ms) === null ? null : new Date(Date.parse(started) + Number(ms)).toISOString());
  const legs = objects(whole["legs"]).map((leg) => ({
    leg: Number(leg["leg"]),
    role: text(leg["role"]) ?? "",
    party: text(leg["party"]) ?? "",
    opened: at(leg["opened_ms"], leg["opened"]) ?? started,
    ringing: at(leg["rang_ms"], leg["ringing"]),
    answered: at(leg["answered_ms"], leg["answered"]),
    ended: at(leg["ended_ms"], leg["ended"]),
    cause: text(leg["cause"]),
    held: objects(leg["held"]).map((held) => ({ from: text(held["from"]) ?? started, to: text(held["to"]) })),
  }));
  const routed = facts.filter(({ code }) => code === "routed");
  return {
    record: isObject(whole["record"]) ? (whole["record"] as unknown as CallDetail["record"]) : unfinished(id, started, legs[0]?.party ?? ""),
    legs,
    facts: facts as unknown as CallDetail["facts"],
    decisions: list(whole["decisions"]).flatMap((one, place) => readDecision(one, text(routed[place]?.["at"]) ?? started) ?? []),
    quality: objects(whole["quality"]).map(readQuality),
    voice: objects(whole["voice"]) as unknown as CallDetail["voice"],
    worst: objects(whole["worst"]) as unknown as CallDetail["worst"],
    digits: objects(whole["digits"]) as unknown as CallDetail["digits"],
    agent_actions: objects(whole["agent_actions"]).map((one) => ({ at: text(one["at"]) ?? started, by: text(one["by"]) ?? "", action: text(one["action"]) ?? text(one["code"]) ?? "" })),
  };
}

function unfinished(call: string, started: string, caller: string): CallRow {
  return { call, started, direction: "inbound", caller, called: "", outcome: "live", cause: "", ivr_ms: 0, wait_ms: 0, ring_ms: 0, talk_ms: 0, hold_ms: 0, wrap_up_ms: 0, recordings: [] };
}

/** How deep a report may stand in its fact. */
const DEPTH_MAX = 4;

function reportIn(value: unknown, depth = 0): Json | null {
  if (!isObject(value) || depth > DEPTH_MAX) return null;
  if (Array.isArray(value["candidates"])) return value;
  for (const inner of Object.values(value)) {
    const found = reportIn(inner, depth + 1);
    if (found) return found;
  }
  return null;
}

function readDecision(wire: unknown, at: string): Decision | null {
  const report = reportIn(wire);
  if (!report) return null;
  const pairs = <Row>(value: unknown, make: (a: string, b: unknown) => Row): Row[] => list(value).map((one) => (Array.isArray(one) ? make(String(one[0]), one[1]) : (one as Row)));
  const waited = report["waited"];
  return {
    at: text((wire as Json)["at"]) ?? at,
    queue: text(report["queue"]) ?? "",
    strategy: text(report["strategy"]) ?? "",
    waited_ms: figure(report["waited_ms"]) ?? (isObject(waited) ? Number(waited["secs"] ?? 0) * 1_000 + Number(waited["nanos"] ?? 0) / 1e6 : 0),
    needs: pairs(report["needs"], (skill, level) => ({ skill, level: Number(level) })),
    kept_for: text(report["kept_for"]),
    candidates: objects(report["candidates"]) as unknown as Decision["candidates"],
    candidates_total: figure(report["candidates_total"]) ?? list(report["candidates"]).length,
    filtered: pairs(report["filtered"], (agent, reason) => ({ agent, reason: String(reason) })),
    filtered_totals: pairs(report["filtered_totals"], (reason, count) => ({ reason, count: Number(count) })),
    winner: text(report["winner"]),
  };
}

function readQuality(wire: Json): Quality {
  const measured = isObject(wire["measured"]) ? wire["measured"] : wire;
  const milli = (name: string) => figure(measured[`${name}_ms`]) ?? (figure(measured[`${name}_us`]) === null ? null : Number(measured[`${name}_us`]) / 1_000);
  return {
    leg: Number(wire["leg"]),
    at: text(wire["at"]) ?? "",
    packets_in: figure(measured["packets_in"]) ?? 0,
    packets_out: figure(measured["packets_out"]) ?? 0,
    level_in_dbov: figure(measured["level_in_dbov"]),
    level_out_dbov: figure(measured["level_out_dbov"]),
    loss_in_permille: figure(measured["loss_in_permille"]) ?? 0,
    loss_out_permille: figure(measured["loss_out_permille"]),
    jitter_ms: milli("jitter") ?? 0,
    round_trip_ms: milli("round_trip"),
    mos: figure(measured["mos"]) ?? (figure(measured["mos_centi"]) ?? 0) / 100,
  };
}

/** The server's words for stages that the pages name otherwise. */
const STAGES: Record<string, string> = { flow: "ivr", parked: "park" };

export function readStory(wire: unknown, started: string): Story {
  const story = isObject(wire) ? wire : {};
  const at = (ms: number) => new Date(Date.parse(started) + ms).toISOString();
  return {
    stages: objects(story["stages"]).map((one) => {
      const [from, ms] = [figure(one["from_ms"]), figure(one["ms"]) ?? 0];
      const stage = text(one["stage"]) ?? "";
      return { stage: STAGES[stage] ?? stage, ms, from: from === null ? (text(one["from"]) ?? started) : at(from), to: from === null ? text(one["to"]) : at(from + ms) };
    }),
    lines: list(story["lines"]).filter((line) => typeof line === "string"),
  };
}

/** What stands for our own end where the server names the other one only. */
const OURS = "Belltower";

export function readTrace(wire: unknown): { messages: SipMessage[] } {
  const messages = objects(isObject(wire) ? wire["messages"] : []).map((one): SipMessage => {
    const way = one["way"] === "in" ? "in" : "out";
    const peer = text(one["peer"]) ?? "";
    return {
      at: text(one["at"]) ?? "",
      leg: Number(one["leg"]),
      way,
      from: text(one["from"]) ?? (way === "in" ? peer : OURS),
      to: text(one["to"]) ?? (way === "in" ? OURS : peer),
      first_line: text(one["first_line"]) ?? "",
      text: text(one["text"]) ?? "",
    };
  });
  return { messages };
}
