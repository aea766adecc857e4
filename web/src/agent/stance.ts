import type { Desk, DeskCall } from "~/api/types";
import type { Tone } from "~/ui";

/** What an agent's desk says in one word. */
export type Stance = "signed_out" | "available" | "offered" | "talking" | "hold" | "wrap_up" | "break" | "unreachable";

/** The one word for a desk: what goes on first, then what was asked for. */
export function stanceOf(desk: Pick<Desk, "presence" | "activity" | "calls">): Stance {
  switch (desk.activity) {
    case "offered":
    case "wrap_up":
      return desk.activity;
    case "talking":
      return desk.calls[0]?.stage === "hold" ? "hold" : "talking";
    case "unreachable":
      return desk.presence === "signed_out" ? "signed_out" : desk.presence === "break" ? "break" : "unreachable";
    case "idle":
      return desk.presence;
  }
}

/** What comes after the call or its wrap-up, if it is not simply the next call. */
export function pendingOf(desk: Pick<Desk, "presence" | "activity">): "break" | "signed_out" | null {
  const busy = desk.activity === "talking" || desk.activity === "wrap_up" || desk.activity === "offered";
  return busy && desk.presence !== "available" ? desk.presence : null;
}

export const toneOf: Record<Stance, Tone> = {
  signed_out: "idle",
  available: "good",
  offered: "busy",
  talking: "busy",
  hold: "warn",
  wrap_up: "after",
  break: "warn",
  unreachable: "bad",
};

/** What can be asked of a call in its stage; the server decides again. */
export interface Acts {
  hold: boolean;
  resume: boolean;
  transfer: boolean;
  /** Somebody is being asked while the caller waits. */
  consulting: boolean;
  conference: boolean;
}

export function actsOf(call: DeskCall): Acts {
  const consulting = call.stage === "consult";
  const talk = call.stage === "talk";
  return { hold: talk, resume: call.stage === "hold", transfer: talk || call.stage === "hold", consulting, conference: call.stage === "conference" };
}

/** Who is on the other side. */
export function partyOf(call: DeskCall): string | null {
  return call.direction === "outbound" ? call.called : call.caller;
}
