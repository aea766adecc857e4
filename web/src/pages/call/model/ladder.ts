// SIP messages as a ladder: who talks to whom, in columns, with Belltower in the middle.

import type { SipMessage } from "~/api/records";

import { shortLine } from "./lanes";

export type Party = { address: string; ours: boolean; legs: number[] };
export type Rung = {
  of: number;
  at: number;
  from: number;
  to: number;
  label: string;
  /** What a response answers: `INVITE`. */
  about: string;
  /** The same message again, sent because nothing came back. */
  repeat: boolean;
  /** It carries a session description. */
  sdp: boolean;
  tone: "request" | "provisional" | "success" | "failure";
  /** Since the message before. */
  gap: number;
};
export type Ladder = { parties: Party[]; rungs: Rung[] };

export function ladder(messages: readonly SipMessage[], origin: number): Ladder {
  const parties = partiesOf(messages);
  const column = new Map(parties.map(({ address }, place) => [address, place]));
  const seen = new Set<string>();
  let last: number | undefined;
  const rungs = messages.map((message, of): Rung => {
    const at = Date.parse(message.at) - origin;
    const gap = last === undefined ? 0 : at - last;
    last = at;
    const same = `${message.from}>${message.to} ${identity(message)}`;
    const repeat = seen.has(same);
    seen.add(same);
    return {
      of,
      at,
      gap,
      repeat,
      from: column.get(message.from) ?? 0,
      to: column.get(message.to) ?? 0,
      label: shortLine(message.first_line),
      about: header(message.text, "CSeq", "")?.split(/\s+/)[1] ?? "",
      sdp: /^content-type:\s*application\/sdp/im.test(message.text),
      tone: toneOf(message.first_line),
    };
  });
  return { parties, rungs };
}

/** Ours in the middle; the others in the order they appear, the first half to its left. */
function partiesOf(messages: readonly SipMessage[]): Party[] {
  const found = new Map<string, Party>();
  for (const { from, to, way, leg } of messages) {
    const [ours, other] = way === "in" ? [to, from] : [from, to];
    for (const [address, mine] of [[ours, true], [other, false]] as const) {
      const party = found.get(address) ?? { address, ours: mine, legs: [] };
      if (!party.legs.includes(leg)) party.legs.push(leg);
      found.set(address, party);
    }
  }
  const all = [...found.values()];
  const others = all.filter(({ ours }) => !ours);
  const half = Math.ceil(others.length / 2);
  return [...others.slice(0, half), ...all.filter(({ ours }) => ours), ...others.slice(half)];
}

/** What makes two messages the same one sent again: first line, CSeq, branch. */
function identity({ first_line, text }: SipMessage): string {
  return `${first_line} ${header(text, "CSeq", "")} ${/branch=([^;\s]+)/.exec(header(text, "Via", "v") ?? "")?.[1] ?? ""}`;
}

export function header(text: string, name: string, short: string): string | undefined {
  const wanted = [name.toLowerCase(), ...(short ? [short] : [])];
  for (const line of text.split(/\r?\n/)) {
    if (line === "") return undefined;
    const colon = line.indexOf(":");
    if (colon > 0 && wanted.includes(line.slice(0, colon).trim().toLowerCase())) return line.slice(colon + 1).trim();
  }
  return undefined;
}

function toneOf(firstLine: string): Rung["tone"] {
  const status = /^SIP\/2\.0 (\d)/.exec(firstLine)?.[1];
  if (status === undefined) return "request";
  return status === "1" ? "provisional" : status === "2" ? "success" : "failure";
}
