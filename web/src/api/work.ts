import type { Said as Described } from "./said";

// An agent's work on a call, as the server says it: summary, customer, knowledge, tickets, scripts.

/** Words in both languages. */
export interface Said {
  zh: string;
  en: string;
}

export interface DispositionNode extends Said {
  code: string;
  /** What choosing it means for the contact. */
  effect?: "retry" | "done" | "invalid" | "update_data";
  /** Fields that must be filled with it: `note`, `resolved`, or a field's code. */
  required?: string[];
  children?: DispositionNode[];
}

export interface SummaryField extends Said {
  name: string;
  kind: "text" | "choice" | "yes_no" | "date";
  choices?: (Said & { code: string })[];
}

/** What a queue's or project's summaries are made of. */
export interface Dispositions {
  name: string;
  tree: DispositionNode[];
  fields: SummaryField[];
  rule: { required: boolean; within_ms: number };
}

export type FieldValue = string | boolean | null;

/** What was wrong with the data of who was called (AGT-06). */
export interface OwnerChange {
  kind: "wrong_number" | "wrong_name" | "extra_contact";
  name?: string;
  number?: string;
}

/** What an agent writes about a call. */
export interface SummaryText {
  disposition: string[];
  resolved: boolean | null;
  note: string;
  fields: Record<string, FieldValue>;
  owner?: OwnerChange;
}

export interface Summary extends SummaryText {
  call: string;
  agent: string;
  /** `not_filled`: the time for it ran out. */
  state: "open" | "filled" | "not_filled";
  due?: string | null;
  articles: string[];
  ticket?: string | null;
}

export interface PastContact {
  call: string;
  at: string;
  direction: string;
  agent?: string | null;
  queue?: string | null;
  outcome: string;
  disposition?: string | string[] | null;
  disposition_zh?: string | null;
  disposition_en?: string | null;
  note?: string | null;
  /** Whether the call itself may be opened. */
  may_open?: boolean;
}

/** What is shown of a customer where nobody has chosen; his other fields follow. */
export const standardFields = ["number", "region", "carrier", "contacts"] as const;

/** Who calls, as far as is known. */
export interface Customer {
  number: string;
  region?: { province: string; city: string } | null;
  carrier?: string | null;
  /** `normal`, `vip`, `complaint`, or one of the centre's own. */
  class: string;
  class_reason?: string | null;
  /** What to say first to one of this class (AGT-09). */
  greeting?: Said | null;
  lists: string[];
  name?: string | null;
  contacts: { name: string; number: string; relation?: string | null }[];
  fields: Record<string, FieldValue | number>;
  /** Which fields are shown, in this order. */
  layout: string[];
  history: PastContact[];
  tickets: Ticket[];
  /** The system of customers beside this one, and the fields that are changed there alone. */
  crm?: { state: "ok" | "down" | "none"; fields?: string[] } | null;
}

export interface CustomerChange {
  at: string;
  by: string;
  call?: string | null;
  field: string;
  old?: string | null;
  new?: string | null;
}

export interface ArticleFound {
  article: string;
  title: string;
  excerpt: string;
  /** The answer that was agreed on; these come first. */
  standard: boolean;
}

export type Article = Described["ArticleView"];

export const priorities = ["low", "normal", "high", "urgent"] as const;
export type Priority = (typeof priorities)[number];

export interface Ticket {
  ticket: string;
  number: string;
  call?: string | null;
  subject: string;
  text: string;
  priority: Priority;
  state: "open" | "done" | "cancelled";
  promised_at: string;
  /** How the promise stands; none once the ticket is closed. */
  stage?: "running" | "near" | "overdue" | null;
  overdue: boolean;
  opened: string;
  opened_by?: string;
  agent?: string | null;
  changes?: { at: string; by: string; text?: string | null; state?: string | null; promised_at?: string | null }[];
}

export const scriptPhases = ["opening", "vip", "complaint", "transferred", "closing"] as const;
export type ScriptPhase = (typeof scriptPhases)[number];

export interface Script extends Said {
  phase: ScriptPhase;
  version?: number;
}
