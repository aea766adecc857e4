// What the server says, as JSON. Times are RFC 3339 in UTC, durations whole milliseconds.

import type { Said } from "./said";

export type Scope = Said["ScopeView"];

/** One page of a list; `next` is given back as `cursor`. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export interface Me {
  user: string;
  name: string;
  display_name: string;
  tenant: string;
  company: string;
  language: "zh-CN" | "en";
  /** The administrators' listener serves more than the desk's. */
  listener: Said["Listener"];
  roles: string[];
  permissions: Partial<Record<string, Scope>>;
  agent: MyAgent | null;
  version: string;
  /** The paths that are served where he is signed in. */
  offers?: string[];
  /** What proves him; recovery codes are how many are left. */
  factors?: { totp: boolean; passkeys: number; recovery_codes: number };
  /** When another password must be chosen. */
  password_ends?: string | null;
  /** When the session ends if nothing is done (SEC-26). */
  session_ends?: string | null;
}

/** A device somebody is signed in on. */
export type DeviceView = Said["DeviceView"];

export interface MyAgent {
  name: string;
  display_name?: string;
  endpoints?: string[];
  /** The endpoint that is this browser; none if the agent has other phones only. */
  browser_endpoint?: string | null;
}

export type Presence = Said["Presence"];
export type Activity = Said["Activity"];

export type BreakReason = Said["ReasonView"];

export type CallStage = "ivr" | "queue" | "ringing" | "talk" | "hold" | "wrap_up" | (string & {});
export type Direction = "inbound" | "outbound" | "internal" | (string & {});

/** A leg as it is now. */
export interface LegView {
  leg: number | string;
  role?: string;
  /** An agent's name, or a number. */
  party?: string | null;
  state: string;
  /** How it sounded in the last 5 s, 1.0 to 4.5; none before that is known. */
  mos?: number | null;
  /** Whether its network is weak. */
  weak?: boolean;
}

export interface CallView {
  call: string;
  direction: Direction;
  caller: string;
  called: string;
  region?: string | null;
  queue?: string | null;
  agent?: string | null;
  stage: CallStage;
  since: string;
  started: string;
  priority?: number;
  vip?: boolean;
  flow?: string | null;
  legs: LegView[];
  recording: boolean;
  supervised_by?: string[];
}

export interface AgentView {
  agent: string;
  display_name: string;
  presence: Presence;
  reason?: string | null;
  activity: Activity;
  since: string;
  call?: string | null;
  queues: string[];
  skills: string[];
}

export interface QueueView {
  queue: string;
  /** What people call it; without one, its code. */
  title?: string | null;
  waiting: number;
  longest_wait_ms: number;
  agents: { available: number; talking: number; wrap_up: number; break: number; signed_in: number };
  answered: number;
  abandoned: number;
  service_level_permille: number | null;
  /** Not told by every server. */
  estimated_wait_ms?: number | null;
}

export type TrunkView = Said["TrunkView"];

export type PhoneView = Said["PhoneView"];

export interface AlertView {
  /** `help`, `queue_wait`, `trunk_down`, `phone_lost`, `recording`, `disk`, `nuisance`… */
  code: string;
  level?: "warning" | "critical";
  since?: string;
  text?: string;
  call?: string | null;
  agent?: string | null;
  queue?: string | null;
  trunk?: string | null;
  number?: string | null;
  /** Of `phone_lost`: which phone, why, and what to do. */
  lost?: Said["PhoneLostView"] | null;
}

/** Of today, in the centre's zone. */
export interface LiveFigures {
  offered?: number;
  answered: number;
  abandoned: number;
  service_level_permille: number | null;
  service_level_target?: { within_ms: number; permille: number; abandoned_within_ms?: number };
}

export interface Live {
  seq: number;
  at: string;
  queues: QueueView[];
  agents: AgentView[];
  calls: CallView[];
  trunks: TrunkView[];
  phones: PhoneView[];
  alerts: AlertView[];
  figures: LiveFigures;
}

/** A call as an agent's desk shows it. */
export interface DeskCall {
  call: string;
  direction: Direction;
  /** None: withheld. */
  caller: string | null;
  called: string;
  region?: string | null;
  queue?: string | null;
  agent?: string | null;
  stage: CallStage;
  since: string;
  started: string;
  vip?: boolean;
  recording?: boolean;
  legs?: LegView[];
  supervised_by?: { agent: string; mode: string }[];
  /** Since when an agent in it asks for help. */
  help_since?: string | null;
  /** Whether another agent handed it on. */
  transferred?: boolean;
}

/** One of an agent's phones. */
export interface DeskPhone {
  phone: string;
  registered: boolean;
  since?: string;
  user_agent?: string | null;
  cause?: string | null;
  refused?: string | null;
}

/** An agent's own desk. */
export interface Desk {
  agent: string;
  presence: Presence;
  /** Why, in a break: the code of a reason. */
  reason?: string | null;
  activity: Activity;
  since: string | null;
  offer: DeskCall | null;
  calls: DeskCall[];
  today: { answered: number; missed: number; talk_ms: number; wrap_up_ms: number; break_ms?: number; signed_in_ms?: number };
  break_reasons: BreakReason[];
  wrap_up_until: string | null;
  /** The call whose work is being finished. */
  wrap_up_call?: string | null;
  /** The end of the working hours, and when the server signs out whoever is still there without a call (AGT-12). */
  shift?: { ends: string; signs_out_at?: string | null } | null;
  /** How the voice of the running call has been, five seconds each; of phones that are not this browser. */
  quality?: { at: string; level: "good" | "fair" | "weak"; mos?: number; loss_permille?: number; jitter_ms?: number }[];
  queues: { queue: string; title?: string | null; waiting: number; waiting_since: string | null }[];
  phones?: DeskPhone[];
}

export interface CallRow {
  call: string;
  started: string;
  direction: Direction;
  /** None: withheld. */
  caller?: string | null;
  called: string;
  queue?: string | null;
  agent?: string | null;
  region?: string | null;
  outcome: string;
  cause: string;
  ivr_ms: number;
  wait_ms: number;
  ring_ms: number;
  talk_ms: number;
  hold_ms: number;
  /** Not told by every server. */
  wrap_up_ms?: number;
  recordings: string[];
  disposition?: string[] | null;
  disposition_zh?: string | null;
  disposition_en?: string | null;
  /** How the agent's summary stands; none where none is asked for. */
  summary?: "open" | "filled" | "not_filled" | null;
  /** The calling mode it was dialled by. */
  mode?: string | null;
}
