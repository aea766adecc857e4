import { create } from "zustand";
import { createJSONStorage, persist } from "zustand/middleware";
import { partyOf } from "~/agent/stance";
import type { CallRow, Desk, DeskCall } from "~/api/types";
import type { Worked } from "~/work/WorkPanel";

/** A call of the desk, as work. */
export function workedOf(call: DeskCall): Worked {
  return { call: call.call, queue: call.queue, vip: call.vip, stage: call.stage, party: partyOf(call), transferred: call.transferred ?? false, until: null };
}

/** The call whose work is being finished: as it was while it ran, or as its row says. */
export function finishing(desk: Pick<Desk, "wrap_up_call" | "wrap_up_until">, last: Worked | null, row: CallRow | null): Worked | null {
  const call = desk.wrap_up_call;
  if (!call) return null;
  const until = desk.wrap_up_until;
  if (last?.call === call) return { ...last, stage: "wrap_up", until };
  const party = row && (row.direction === "outbound" ? row.called : row.caller);
  return { call, queue: row?.queue, stage: "wrap_up", party: party || null, transferred: false, until };
}

/** The last call that was worked on: its row comes to the database a moment after its end. */
export const useLastWorked = create<{ last: Worked | null }>()(
  persist((): { last: Worked | null } => ({ last: null }), { name: "belltower.worked", storage: createJSONStorage(() => sessionStorage) }),
);
