// What was: calls, recordings, reports. Times are RFC 3339 in UTC, lengths whole milliseconds.

import type { Said } from "./said";
import type { CallRow } from "./types";

/** One SIP dialog of a call, from its opening to its end. */
export interface Leg {
  leg: number;
  /** `caller`, `agent`, `external`, `supervisor`. */
  role: string;
  party: string;
  opened: string;
  ringing?: string | null;
  answered?: string | null;
  ended?: string | null;
  cause?: string | null;
  held?: { from: string; to: string | null }[];
}

export interface CallFact {
  seq: number;
  at: string;
  /** The kind of the fact, such as `leg_answered`. */
  code: string;
  text_zh?: string | null;
  text_en?: string | null;
  data?: unknown;
}

/** Who was considered for a call, who was held back and why, who won. */
export interface Decision {
  at: string;
  queue: string;
  strategy: string;
  waited_ms: number;
  needs: { skill: string; level: number }[];
  kept_for?: string | null;
  candidates: { agent: string; region?: number; score: number; tie?: number }[];
  candidates_total: number;
  filtered: { agent: string; reason: string }[];
  filtered_totals: { reason: string; count: number }[];
  winner?: string | null;
}

/** How a leg sounded in the five seconds before. */
export interface Quality {
  leg: number;
  at: string;
  packets_in: number;
  packets_out: number;
  level_in_dbov?: number | null;
  level_out_dbov?: number | null;
  loss_in_permille: number;
  loss_out_permille?: number | null;
  jitter_ms: number;
  round_trip_ms?: number | null;
  /** Estimated opinion score, 1.0 to 4.5. */
  mos: number;
}

/** What a leg's microphone delivered in half a minute, and whether it heard its own loudspeaker (DIA-05, DIA-10). */
export type Microphone = Said["MicrophoneView"];

/** The five seconds in which a leg sounded worst, and what that likely comes from (DIA-07). */
export type Worst = Said["WorstView"];

export interface DigitPressed { at: string; leg: number; digit: string; held_ms?: number; via?: string }

export interface AgentAction { at: string; by: string; action: string; target?: string | null; outcome?: string | null }

export interface CallDetail {
  record: CallRow & { answered?: string | null; ended?: string | null; flow?: string | null; flow_version?: number }
  legs: Leg[];
  facts: CallFact[];
  decisions: Decision[];
  quality: Quality[];
  voice: Microphone[];
  worst: Worst[];
  digits: DigitPressed[];
  agent_actions: AgentAction[];
}

export interface Story { stages: { stage: string; from: string; to: string | null; ms: number }[]; lines: string[] }

export interface SipMessage {
  at: string;
  leg: number;
  /** As seen from Belltower. */
  way: "in" | "out";
  from: string;
  to: string;
  first_line: string;
  text: string;
}

export interface Trace { messages: SipMessage[] }

export interface RecordingRow {
  recording: string;
  call: string;
  started: string;
  /** Of the audio; where the server says only how long was talked, that. */
  length_ms?: number;
  talk_ms?: number;
  agent?: string | null;
  caller?: string | null;
  called?: string | null;
  direction?: string | null;
  queue?: string | null;
  /** `recorded`, `partial`, `failed`; none: nothing is wrong with it. */
  status?: string | null;
  missing_ms?: number;
  reason?: string | null;
}

/** Loudness along a recording, each side apart, 0 to 1. */
export type Peaks = Said["PeaksView"];
