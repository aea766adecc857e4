import type { PhoneView } from "~/api/types";

/** A phone with whose it is and how it stands; nothing is known of one that never tried to come in. */
export interface PhoneRow {
  phone: string;
  agent: string | null;
  now: PhoneView | null;
}

export type Standing = "registered" | "locked_out" | "refused" | "gone" | "never";

/** Every phone once: those that agents have, and those that came or were refused without being anybody's. */
export function phonesOf(owners: readonly { name: string; endpoints?: string[] }[], live: readonly PhoneView[]): PhoneRow[] {
  const rows = new Map<string, PhoneRow>();
  for (const { name, endpoints = [] } of owners) for (const phone of endpoints) rows.set(phone, { phone, agent: name, now: null });
  for (const now of live) rows.set(now.phone, { phone: now.phone, agent: now.agent ?? rows.get(now.phone)?.agent ?? null, now });
  return [...rows.values()].sort((a, b) => a.phone.localeCompare(b.phone, undefined, { numeric: true }));
}

/** How a phone stands, the worst first. */
export function standingOf(now: PhoneView | null): Standing {
  if (!now) return "never";
  if (now.registered) return "registered";
  if (now.attempts_left === 0) return "locked_out";
  return now.refused ? "refused" : "gone";
}

/** The rows in which a text stands. */
export function matching(rows: readonly PhoneRow[], wanted: string): PhoneRow[] {
  const needle = wanted.trim().toLowerCase();
  return rows.filter(({ phone, agent, now }) => [phone, agent, now?.address, now?.user_agent].some((text) => text?.toLowerCase().includes(needle)));
}
